"""One photo, video or many through the detectors that a watchlist needs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Sized
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath
from queue import LifoQueue
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from netravision.arguments import Kind, Profile, check_choice, check_number, check_type
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Detector
from netravision.detectors.building import build_detectors
from netravision.errors import (
    ArgumentTypeError,
    PhotoError,
    ScreenerClosedError,
)
from netravision.finding import Finding
from netravision.imaging.image import DecodedImage
from netravision.imaging.media import Source, check_source, open_media, portable
from netravision.languages import gettext as _
from netravision.languages import in_language
from netravision.picture_hashes import LEAST_QUALITY, hash_picture
from netravision.progress import Progress
from netravision.result import Failure, Photo, PictureHashes, Result
from netravision.video_findings import Look, frame_photo, join_frames
from netravision.watchlist import Watchlist

if TYPE_CHECKING:
    from netravision.imaging.video import Video
    from netravision.workers import Task, Workers

__all__ = ["Item", "Screener"]

#: Sets of detectors that no thread is using.
_Detectors = LifoQueue[tuple[Detector, ...]]


#: Sources read ahead for each process: two that it has, and two for when one of them is slow.
_AHEAD = 4


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A photo or video to look at, with what is known about it.

    Attributes
    ----------
    source : path, bytes, binary file, PIL.Image or ndarray
        As :meth:`Screener.screen` takes it, and all that follows.
    path : str or None
        What ``result.photo.path`` says; by default the path as given.
    account : str or None
    kind : {"avatar", "post", "frame"}
    posted_at : str or None
        ISO 8601 date or time.
    bgr : bool
        The array has its channels in the order of OpenCV, blue first.
    """

    source: Source
    path: str | None = None
    account: str | None = None
    kind: Kind = "post"
    posted_at: str | None = None
    bgr: bool = False

    def photo(self) -> Photo:
        """What a result says about it before anything is read.

        Returns
        -------
        Photo

        Raises
        ------
        ArgumentError, ArgumentTypeError, FolderError
            If a value is none that :meth:`Screener.screen` takes.
        """
        check_source(self.source, bgr=self.bgr)
        path = self.path
        if path is None and isinstance(self.source, str | os.PathLike):
            path = PurePath(self.source).as_posix()
        return Photo(path, None, None, None, self.account, self.kind, self.posted_at)


class _Shared(NamedTuple):
    """What the threads of a process share."""

    free: _Detectors
    room: BoundedSemaphore
    process: int

    @classmethod
    def of(cls, sets: Sequence[tuple[Detector, ...]]) -> Self:
        # The last in is the first out, so that a set that nobody needs is never warmed up: its
        # networks take their memory when they first look at something.
        free: _Detectors = LifoQueue()
        for each in sets:
            free.put(each)
        # One more than are looked at: it is decoded meanwhile. Without a bound, each thread of a
        # web server could hold a photo of 360 MB.
        return cls(free, BoundedSemaphore(len(sets) + 1), os.getpid())


class Screener:
    """Looks at photos for what a watchlist names.

    Holds networks and an index of the watchlist's images, so build it once and close it, best
    with ``with``.

    Any number of threads may share it. As many of them as ``threads`` says look at photos at the
    same time, while one more photo is decoded; the others wait for their turn. So no more than
    ``threads + 1`` decoded photos are held, of at most 360 MB each.

    A copy, and what comes out of a pickle, is a screener of its own. A forked process goes on with
    it; fork while no thread is looking.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
        How much time a photo gets; the differences are measured in ``docs/``.
    observations : bool
        Fill ``Result.observations`` with everything seen.
    threads : int
        At least 1. Each has networks of its own, which take their memory when they are first
        needed. The index is shared.
    material_folder : str or path, optional
        Folder in which what is computed from the pictures of material is kept, 0.15 MB each. The
        next screener with the same material is ready at once, and processes with the same folder
        share the memory. By default nothing is kept.

    Attributes
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    threads : int
    material_folder : Path or None

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If there is no such profile, or the watchlist is a path instead of a
        :class:`~netravision.watchlist.Watchlist`.
    WatchlistError
        If a reference image of the watchlist cannot be used.
    AssetError, MissingRequirementError
        If the installation is damaged or incomplete; a DetectorError if a third party's detector
        cannot be loaded.
    """

    def __init__(
        self,
        watchlist: Watchlist,
        profile: Profile = "balanced",
        *,
        observations: bool = False,
        threads: int = 1,
        material_folder: str | os.PathLike[str] | None = None,
    ) -> None:
        if not isinstance(watchlist, Watchlist):
            raise ArgumentTypeError(
                "watchlist", watchlist, _("a Watchlist, such as Watchlist.load(file)")
            )
        check_choice("profile", profile, Profile)
        check_type("observations", observations, bool)
        check_type("threads", threads, int)
        check_number("threads", threads, 1)
        check_type("material_folder", material_folder, str, os.PathLike, None)
        self.watchlist = watchlist
        self.profile = profile
        self.observations = observations
        self.threads = threads
        self.material_folder = None if material_folder is None else Path(material_folder)
        self._shared: _Shared | None = _Shared.of(self._sets())

    def _sets(self) -> list[tuple[Detector, ...]]:
        """One set of detectors for each thread; the index is in all of them."""
        return build_detectors(
            self.watchlist,
            self.profile,
            observations=self.observations,
            threads=self.threads,
            material_folder=self.material_folder,
        )

    def screen(
        self,
        source: Source,
        *,
        bgr: bool = False,
        path: str | None = None,
        account: str | None = None,
        kind: Kind = "post",
        posted_at: str | None = None,
        detectors: Collection[str] | None = None,
    ) -> Result:
        """Look at one photo or video. What cannot be read gives a failed result, no exception.

        Parameters
        ----------
        source : path, bytes, binary file, PIL.Image or ndarray
            A path or the bytes (``bytes``, ``bytearray``, ``memoryview``) of an image or video
            file; a file opened as binary, which is read from its beginning and left open; an image
            of Pillow, of any mode; or gray, RGB or RGBA pixels as (H, W), (H, W, 3) or (H, W, 4)
            uint8 array. The same limits hold for all: 120 megapixels, 256 MB, 8 GB of a video.
        bgr : bool
            The array has its channels in the order of OpenCV, blue first.
        path : str, optional
            What ``result.photo.path`` says; by default the path as given.
        account, kind, posted_at
            Carried into ``result.photo``; an avatar is judged differently from a post. A video
            is of kind ``"frame"`` whatever is said; so may be an image taken out of one.
            ``posted_at`` is an ISO 8601 date or time.
        detectors : collection of str, optional
            Names of those that look; by default all.

        Returns
        -------
        Result

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If an argument is none of these; also for a web address, as nothing is downloaded.
        FolderError
            If the source is a folder.
        ScreenerClosedError
            If the screener has been closed.
        """
        return self._screen(Item(source, path, account, kind, posted_at, bgr), detectors)

    def _screen(self, item: Item, asked: Collection[str] | None = None) -> Result:
        shared = self._open()
        photo = item.photo()
        try:
            # What is recorded is English, wherever it is recorded.
            with shared.room, in_language("en"), open_media(item.source, bgr=item.bgr) as media:
                if isinstance(media, DecodedImage):
                    result = self._screen_image(media, photo, shared.free, asked)
                else:
                    photo = replace(photo, kind="frame", sha256=media.sha256)
                    result = self._screen_video(media, photo, shared.free, asked)
        except PhotoError as error:
            result = Result(photo, Failure(error.code, str(error)))
        if isinstance(item.source, str | os.PathLike):
            result = replace(result, file=Path(item.source).absolute())
        return result

    def _open(self) -> _Shared:
        shared = self._shared
        if shared is None:
            raise ScreenerClosedError(_("this screener is closed; make another one"))
        if shared.process != os.getpid():
            # Forked, and only the thread that forked goes on: what another had is lost with it.
            whole = list(shared.free.queue)  # past its lock, which may be closed for ever
            shared = _Shared.of(whole if len(whole) == self.threads else self._sets())
            self._shared = shared
        return shared

    def __reduce__(self) -> tuple[Any, ...]:
        # Networks and index cannot be copied; whoever gets a copy makes them again.
        self._open()
        make = partial(
            Screener,
            observations=self.observations,
            threads=self.threads,
            material_folder=self.material_folder,
        )
        return make, (self.watchlist, self.profile)

    def _screen_image(
        self,
        image: DecodedImage,
        photo: Photo,
        free: _Detectors,
        asked: Collection[str] | None,
    ) -> Result:
        height, width = image.rgb.shape[:2]
        photo = replace(
            photo,
            sha256=image.sha256,
            width=width,
            height=height,
            truncated=image.truncated,
        )
        pyramid = ImagePyramid(image.rgb)
        result = self._result(photo, *_look(pyramid, photo.kind, free, asked))
        return replace(result, hashes=hash_picture(pyramid))

    def _screen_video(
        self, video: Video, photo: Photo, free: _Detectors, asked: Collection[str] | None
    ) -> Result:
        findings: list[Look] = []
        observations: list[Look] = []
        hashes: PictureHashes | None = None
        for frame in video.chosen_frames():
            # A video is known by one frame: its first that is not blank.
            pyramid = ImagePyramid(frame.rgb)
            if hashes is None or hashes.quality < LEAST_QUALITY:
                hashes = hash_picture(pyramid)
            seen = _look(pyramid, "frame", free, asked)
            findings.append((frame.second, frame.until, seen.findings))
            observations.append((frame.second, frame.until, seen.observations))
            height, width = frame.rgb.shape[:2]
            photo = replace(photo, width=width, height=height)
        photo = replace(photo, truncated=video.truncated)
        result = self._result(photo, join_frames(findings), join_frames(observations))
        return replace(result, photo=frame_photo(photo, result.findings), hashes=hashes)

    def _result(self, photo: Photo, findings: list[Finding], observations: list[Finding]) -> Result:
        kept = self._unofficial(photo.account, findings)
        kept.sort(key=lambda finding: -finding.score)
        if photo.truncated:
            kept = [_marked_truncated(finding) for finding in kept]
            observations = [_marked_truncated(seen) for seen in observations]
        return Result(
            photo,
            findings=tuple(kept),
            observations=tuple(observations) if self.observations else (),
        )

    def screen_many(
        self,
        sources: Iterable[Source | Item],
        *,
        workers: int | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> Iterator[Result]:
        """Look at many photos, lazily, in input order.

        Parameters
        ----------
        sources : iterable of source or Item
            As :meth:`screen` takes them, or each with what is known about it.
        workers : int, optional
            At least 1: have as many other processes look, each with a screener of its own. They are
            spawned: a script that asks for them needs ``if __name__ == "__main__":`` around it.
            Then a photo that crashes a decoder, or takes longer than 120 s (a video 30 minutes),
            costs only itself; up to 4 sources for each process are read ahead; pixels and files
            that are open travel as pixels and bytes, the latter up to 256 MB, also of a video.
        progress : callable, optional
            Called with a :class:`~netravision.progress.Progress` before the first photo and after
            each.

        Returns
        -------
        iterator of Result
            Processes end with it: when it is at its end, or is closed or let go.

        Raises
        ------
        ArgumentError, ArgumentTypeError, FolderError
            As :meth:`screen` does, when the iteration comes to that source.
        ScreenerClosedError
            If the screener has been closed.
        """
        if isinstance(sources, str | os.PathLike | bytes | Item) or not isinstance(
            sources, Iterable
        ):
            raise ArgumentTypeError(
                "sources",
                sources,
                _("an iterable of sources; one goes to screen, a folder to screen_folder"),
            )
        check_type("workers", workers, int, None)
        if workers is not None:
            check_number("workers", workers, 1)
        self._open()
        items = (each if isinstance(each, Item) else Item(each) for each in sources)
        results: Iterator[Result] = (self._screen(item) for item in items)
        if workers is not None:
            results = self._screen_in_processes(items, workers)
        if progress is None:
            return results
        return _followed(results, len(sources) if isinstance(sources, Sized) else None, progress)

    def _screen_in_processes(self, items: Iterator[Item], workers: int) -> Iterator[Result]:
        # Only here: it loads what a single process does without.
        from netravision.workers import Workers

        with ExitStack() as stack:
            folder = self.material_folder
            if folder is None and self.watchlist.materials:
                # Removed when the processes have ended, which on Windows keep a file of it open.
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="netravision-")))
            make = partial(
                Screener,
                self.watchlist,
                self.profile,
                observations=self.observations,
                material_folder=folder,
            )
            processes = stack.enter_context(Workers(workers, make))
            yield from self._screen_by(processes, items, _AHEAD * workers)

    def _screen_by(self, processes: Workers, items: Iterator[Item], ahead: int) -> Iterator[Result]:
        refused: Exception | None = None
        pending: deque[tuple[Photo, Task | Failure]] = deque()
        while True:
            while refused is None and len(pending) < ahead:
                try:
                    item = next(items, None)
                    if item is None:
                        break
                    photo = item.photo()
                    pending.append((photo, _given(item, photo, processes)))
                except Exception as error:  # raised when its turn comes
                    refused = error
            if not pending:
                break
            photo, task = pending.popleft()
            if isinstance(task, Failure):
                yield Result(photo, task)
            else:
                yield self._of(photo, processes.result(task))
        if refused is not None:
            raise refused

    def _of(self, photo: Photo, seen: Result) -> Result:
        """What was seen by another process, said of the photo of an account."""
        photo = replace(
            seen.photo, path=photo.path, account=photo.account, posted_at=photo.posted_at
        )
        kept = tuple(self._unofficial(photo.account, seen.findings))
        return replace(seen, photo=frame_photo(photo, kept), findings=kept)

    def _unofficial(self, account: str | None, findings: Iterable[Finding]) -> list[Finding]:
        return [f for f in findings if not self.watchlist.is_official(account, f.rule)]

    def close(self) -> None:
        """Free the networks; the screener cannot be used afterwards.

        Other threads that are looking at a photo finish it. Closing twice does nothing.
        """
        self._shared = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _look(
    image: ImagePyramid, kind: Kind, free: _Detectors, asked: Collection[str] | None
) -> Detections:
    """What a free set of detectors sees; waits for one while other threads have them all."""
    seen = Detections([], [])
    detectors = free.get()
    try:
        for detector in detectors:
            if asked is not None and detector.name not in asked:
                continue
            detections = detector.detect(image, kind)
            seen.findings.extend(detections.findings)
            seen.observations.extend(detections.observations)
    finally:
        free.put(detectors)
    return seen


def _given(item: Item, photo: Photo, processes: Workers) -> Task | Failure:
    """Give an item to the processes, in a form that gets there."""
    try:
        with in_language("en"):
            return processes.submit(portable(item.source, bgr=item.bgr), photo.kind)
    except PhotoError as error:
        return Failure(error.code, str(error))


def _followed(
    results: Iterator[Result], total: int | None, progress: Callable[[Progress], object]
) -> Iterator[Result]:
    state = Progress(0, total or 0)
    progress(state)
    for result in results:
        state = state.after(result.status, counted=total is not None)
        progress(state)
        yield result


def _marked_truncated(finding: Finding) -> Finding:
    return replace(finding, evidence=replace(finding.evidence, truncated=True))
