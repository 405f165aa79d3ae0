"""One photo or many through the three detectors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from types import TracebackType
from typing import Self

import numpy as np

from netravision.detectors.emblem import EmblemDetector
from netravision.detectors.hands import HandsDetector
from netravision.detectors.insignia import InsigniaDetector
from netravision.detectors.protocol import Detector
from netravision.errors import PhotoError
from netravision.photo import Source, read_picture
from netravision.result import Failure, Finding, Kind, Photo, Profile, Result
from netravision.watchlist import Watchlist


class Screener:
    """Looks at photos for what a watchlist names.

    Holds network interpreters and an index of the watchlist's pictures, so build it once and
    close it, best with ``with``. One screener serves one thread.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
        How much time a photo gets; the differences are measured in ``docs/``.
    observations : bool
        Fill ``Result.observations`` with everything seen.

    Raises
    ------
    WatchlistError
        If a reference picture of the watchlist cannot be used.
    AssetError, MissingRequirementError
        If the installation is damaged or incomplete.
    """

    def __init__(
        self, watchlist: Watchlist, profile: Profile = "balanced", *, observations: bool = False
    ) -> None:
        self.watchlist = watchlist
        self.observations = observations
        self._detectors: tuple[Detector, ...] = (
            EmblemDetector(watchlist, profile),
            HandsDetector(watchlist, profile),
            InsigniaDetector(watchlist, profile),
        )

    def screen(
        self,
        source: Source,
        *,
        path: str | None = None,
        account: str | None = None,
        kind: Kind = "post",
        posted_at: str | None = None,
    ) -> Result:
        """Look at one photo. A photo that cannot be read gives a failed result, no exception.

        Parameters
        ----------
        source : path, bytes of an image file, or (H, W, 3) uint8 RGB ndarray
        path : str, optional
            What ``result.photo.path`` says; by default the path as given.
        account, kind, posted_at
            Carried into ``result.photo``; an avatar is judged differently from a post.
        """
        if path is None and isinstance(source, str | os.PathLike):
            path = PurePath(source).as_posix()
        photo = Photo(path, None, None, None, account, kind, posted_at)
        try:
            picture = read_picture(source)
        except PhotoError as error:
            return Result(photo, Failure(error.code, str(error)))
        height, width = picture.rgb.shape[:2]
        photo = Photo(path, picture.sha256, width, height, account, kind, posted_at)
        findings: list[Finding] = []
        observations: list[Finding] = []
        for detector in self._detectors:
            seen = detector.detect(picture.rgb, kind)
            findings += seen.findings
            observations += seen.observations
        return Result(
            photo,
            findings=tuple(
                sorted(
                    (f for f in findings if not self.watchlist.is_official(account, f.rule)),
                    key=lambda finding: -finding.score,
                )
            ),
            observations=tuple(observations) if self.observations else (),
        )

    def screen_many(
        self, sources: Iterable[str | os.PathLike[str] | bytes | np.ndarray]
    ) -> Iterator[Result]:
        """Look at many photos, lazily, in input order."""
        for source in sources:
            yield self.screen(source)

    def close(self) -> None:
        """Free the networks; the screener cannot be used afterwards."""
        for detector in self._detectors:
            detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
