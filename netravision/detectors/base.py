"""What a detector is: an image in, detections out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.arguments import Kind
from netravision.core.pyramid import ImagePyramid
from netravision.finding import Finding
from netravision.imaging.image import read_image
from netravision.watchlist import Watchlist

__all__ = [
    "Detections",
    "Detector",
    "Example",
    "findings_of",
    "shipped_example",
]


class Detections(NamedTuple):
    """What one detector says of one image.

    Attributes
    ----------
    findings : list of Finding
        What a rule of the watchlist asks for, each with its ``rule``.
    observations : list of Finding
        Everything seen, also what no rule asks for, with ``rule`` None.
    """

    findings: list[Finding]
    observations: list[Finding]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """An image and what a detector finds in it, for the contract that every detector keeps.

    Attributes
    ----------
    watchlist : Watchlist
        That the detector is built from.
    rgb : (H, W, 3) uint8 ndarray
    kind : {"avatar", "post", "frame"}
    rules : frozenset of str
        The names of all rules that have a finding.
    """

    watchlist: Watchlist
    rgb: NDArray[np.uint8]
    kind: Kind
    rules: frozenset[str]


def shipped_example(photo: str, kind: Kind, *rules: str) -> Example:
    """One of the rendered photos that come with the package as an example.

    Parameters
    ----------
    photo : str
        Its path below ``fixtures/photos``.
    kind : {"avatar", "post", "frame"}
    *rules : str
        Of ``fixtures/watchlist.toml``.

    Returns
    -------
    Example

    Raises
    ------
    AssetError, PhotoError
        If the photos are missing or damaged.
    """
    folder = assets.fixtures()
    rgb = read_image(folder / "photos" / photo).rgb
    return Example(Watchlist.load(folder / "watchlist.toml"), rgb, kind, frozenset(rules))


class Detector(Protocol):
    """Looks for one kind of thing in an image; knows no file and no account.

    It is made by ``Class(watchlist, profile, observations=observations)``, once for each thread
    that looks at photos. The watchlist has at least one entry of its table; the profile is
    ``"fast"``, ``"balanced"`` or ``"thorough"``; without `observations` nobody reads what no
    rule asks for. For an entry that it cannot look for, it raises a
    :class:`netravision.errors.WatchlistError`.
    """

    @property
    def name(self) -> str:
        """What the findings' ``detector`` says: the name of its plug-in."""
        ...

    def detect(self, image: ImagePyramid, kind: Kind, /) -> Detections:
        """Look at one image, whose halves the detectors share.

        The same image gives the same detections, and none of its pixels changes. Only one thread
        at a time calls this. What it raises fails the photo, under the name of the detector.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels, upright; any size from 1 x 1.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        Detections
        """
        ...


def findings_of(
    observations: Iterable[Finding], watchlist: Watchlist, threshold: float, kind: Kind = "post"
) -> list[Finding]:
    """Those observations that a rule asks for, each with the name of its rule.

    Parameters
    ----------
    observations : iterable of Finding
    watchlist : Watchlist
    threshold : float
        Lowest score of a finding.
    kind : {"avatar", "post", "frame"}
        Of the photo.

    Returns
    -------
    list of Finding
    """
    return [
        replace(seen, rule=rule.name)
        for seen in observations
        if seen.score >= threshold and (rule := watchlist.rule_for(seen, kind)) is not None
    ]
