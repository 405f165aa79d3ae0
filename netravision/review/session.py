"""What lies before the people who review: the queue, the pictures, and what they say."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from netravision.errors import PhotoError
from netravision.export.accounts import AccountRow, account_rows
from netravision.html.blurred_faces import FaceFinder
from netravision.html.evidence_pictures import CROP_SIDE, evidence_picture
from netravision.imaging.image import read_image
from netravision.review.cards import (
    FACE_SIDES,
    DrawnPhoto,
    ShownCandidate,
    distinct_boxes,
    draw_candidate,
    draw_photo,
    draw_small,
)
from netravision.review.joints import HandJoints
from netravision.review.queue import Queue, QueuedPhoto
from netravision.review.thumbnails import Thumbnails
from netravision.run import Run
from netravision.run.decisions import Decisions, View, Warned
from netravision.run.run import DATABASE

__all__ = [
    "FIRST_PHOTOS",
    "KEPT_PHOTOS",
    "LARGE_SIDE",
    "MAX_OTHERS",
    "PICTURE_SIDE",
    "Saying",
    "Session",
]

#: Photos that the page has before all others are read: those of the first seconds.
FIRST_PHOTOS = 40

#: Fills the picture's half of a 1366 px screen.
PICTURE_SIDE = 900

#: Longest side of the large picture, about the size in which photos are posted.
LARGE_SIDE = 2000

#: Other photos of an account that can be looked at beside a candidate.
MAX_OTHERS = 24

#: Photos kept in memory as pixels: the one shown, and those that are fetched ahead.
KEPT_PHOTOS = 4


@dataclass(frozen=True, slots=True)
class Saying:
    """One person's view of some candidates of a photo.

    Attributes
    ----------
    photo : QueuedPhoto
    candidates : sequence of int
        Numbers, from 0.
    view : View
    """

    photo: QueuedPhoto
    candidates: Sequence[int]
    view: View


class Session:
    """The candidates of a run, their pictures, and what is said about them.

    Safe for several threads.

    Parameters
    ----------
    folder : Path
        The run folder.
    older : Path, optional
        Of an older run, which accounts are compared with.

    Raises
    ------
    RunError
        If a folder holds no run, or the decisions are of another version.

    Attributes
    ----------
    watchlist : Watchlist
    read_only : bool
        The folder cannot be written to, so nothing can be decided.
    """

    def __init__(self, folder: Path, older: Path | None = None) -> None:
        self._folder, self._older = folder, older
        self._find_faces = FaceFinder(FACE_SIDES)
        self._lock = RLock()
        self._drawing = RLock()
        self._drawn = lru_cache(KEPT_PHOTOS)(self._draw)
        with Run.open(folder) as run:
            self.watchlist = run.watchlist
        self.references: dict[str, tuple[Path, ...]] = {
            entry.rule.name: getattr(entry, "images", ())
            for entries in self.watchlist.tables.values()
            for entry in entries
        }
        if older is not None:
            Run.open(older).close()
        # Tried now, so that a folder that cannot be written to is known before the first decision.
        self.read_only = not _can_decide(folder)
        self._thumbnails = None if self.read_only else Thumbnails(folder)
        self._queue: Queue | None = None
        self._first: Queue | None = None
        self._screened: list[tuple[int, int]] = []

    def read_queue(self) -> Queue:
        """Take in what has been screened and decided since.

        Returns
        -------
        Queue
        """
        with self._lock, Decisions(self._folder) as decisions:
            screened = _stamp(self._folder)
            if self._queue is None or screened != self._screened:
                with Run.open(self._folder) as run:
                    self._queue = Queue(run, decisions)
                self._screened = screened
            else:
                self._queue.read_all_decisions(decisions)
            return self._queue

    def read_first(self) -> Queue | None:
        """The strongest candidates of photos that nobody has said anything about.

        Read from the database at once, while :meth:`read_queue` may be busy with all of them.

        Returns
        -------
        Queue or None
            None where all have been read already.
        """
        if self._queue is not None:
            return None
        with Run.open(self._folder) as run, Decisions(self._folder) as decisions:
            said = decisions.contents()
            open_ = (content for content in run.store.strongest() if content not in said)
            self._first = Queue(run, decisions, list(islice(open_, FIRST_PHOTOS)))
        return self._first

    def photo(self, id_: str) -> QueuedPhoto | None:
        """The photo of an address, if it is among the candidates.

        Parameters
        ----------
        id_ : str

        Returns
        -------
        QueuedPhoto or None
        """
        known = None if self._first is None else self._first.photo(id_)
        return known or self._whole_queue().photo(id_)

    def _whole_queue(self) -> Queue:
        return self._queue or self.read_queue()

    def _draw(self, id_: str) -> DrawnPhoto:
        photo = self.photo(id_)
        assert photo is not None
        with Run.open(self._folder) as run:
            return DrawnPhoto(run.picture_path(photo.result), photo.result, self._find_faces)

    def _pixels(self, photo: QueuedPhoto) -> DrawnPhoto:
        # One at a time: of several who want the same photo, one reads it.
        with self._drawing:
            return self._drawn(photo.id)

    def picture(
        self,
        photo: QueuedPhoto,
        *,
        side: int = PICTURE_SIDE,
        looked_at: int | None = None,
        joints: bool = False,
    ) -> bytes | None:
        """The photo with its boxes, faces hidden.

        Parameters
        ----------
        photo : QueuedPhoto
        side : int
            Longest side in pixels.
        looked_at : int, optional
            Number of a candidate, from 0, whose person's face is shown.
        joints : bool
            Draw the joints of the hands.

        Returns
        -------
        bytes or None
            A JPEG file; None where the photo cannot be shown.
        """
        pixels = self._pixels(photo)
        lines: list[NDArray[np.floating]] = []
        if joints and pixels.picture is not None:
            hands = [
                box
                for each, box in zip(photo.candidates, pixels.boxes, strict=True)
                if box and any(f.detector == "hands" for f in each.candidate.findings)
            ]
            # One at a time: the networks are not safe for several threads.
            with self._drawing:
                lines = self._find_joints(pixels.picture.rgb, hands)
        return draw_photo(pixels, side=side, looked_at=looked_at, lines=lines)

    @cached_property
    def _find_joints(self) -> HandJoints:
        with Run.open(self._folder) as run:
            return HandJoints(run.profile)

    def others(self, photo: QueuedPhoto) -> list[tuple[str, Path]]:
        """Other photos of the account, the latest first, with and without candidates.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of (str, Path)
            Path in the record, and where the file lies; at most :data:`MAX_OTHERS`.
        """
        account = photo.result.photo.account
        if account is None:
            return []
        own = {shown.path for shown in photo.appearances}
        with Run.open(self._folder) as run:
            files = run.store.files_of(account, MAX_OTHERS + len(own))
        return [(path, file) for path, file in files if path not in own][:MAX_OTHERS]

    def other_picture(self, photo: QueuedPhoto, number: int) -> bytes | None:
        """One of :meth:`others`, small, faces hidden.

        Parameters
        ----------
        photo : QueuedPhoto
        number : int
            From 0.

        Returns
        -------
        bytes or None
            A JPEG file; None where it cannot be shown.
        """
        files = self.others(photo)
        if number >= len(files):
            return None
        try:
            rgb = read_image(files[number][1]).rgb
        except PhotoError:
            return None
        with self._drawing:
            return draw_small(rgb, self._find_faces, side=CROP_SIDE)

    def thumbnail(self, photo: QueuedPhoto, candidate: int) -> bytes | None:
        """A candidate enlarged, made when it is first asked for.

        Parameters
        ----------
        photo : QueuedPhoto
        candidate : int
            From 0.

        Returns
        -------
        bytes or None
            A JPEG file; None where the photo cannot be shown.
        """
        if self._thumbnails is not None:
            jpeg = self._thumbnails.get(photo.id, candidate)
            if jpeg is not None:
                return jpeg
        pixels = self._pixels(photo)
        drawn = {i: draw_candidate(pixels, i) for i in range(len(photo.candidates))}
        jpegs = {i: each for i, each in drawn.items() if each is not None}
        if self._thumbnails is not None:
            self._thumbnails.add(photo.id, jpegs)
        return jpegs.get(candidate)

    def without_picture(self, photo: QueuedPhoto) -> str:
        """Why a photo cannot be shown; empty where it can.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        {"", "missing", "unreadable", "changed"}
        """
        return self._pixels(photo).without_picture

    def shown_candidates(self, photo: QueuedPhoto) -> list[ShownCandidate]:
        """The candidates with their numbers in the picture, without crops.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of ShownCandidate
        """
        boxes = [each.candidate.box for each in photo.candidates]
        if photo.result.photo.kind == "frame":
            # Where a box is depends on the frames that are shown.
            boxes = self._pixels(photo).boxes
        drawn = distinct_boxes(boxes)
        return [
            ShownCandidate(
                None if box is None else drawn.index(box) + 1, None, list(each.candidate.findings)
            )
            for each, box in zip(photo.candidates, boxes, strict=True)
        ]

    def reference(self, rule: str, number: int) -> bytes | None:
        """A picture of the watchlist, to be compared with what was found.

        Parameters
        ----------
        rule : str
            As ``"emblem-<id>"``.
        number : int
            From 0.

        Returns
        -------
        bytes or None
            A JPEG file; None where the rule has no such picture.
        """
        images = self.references.get(rule, ())
        if number >= len(images):
            return None
        return evidence_picture(read_image(images[number]).rgb, (), side=CROP_SIDE)

    def copies(self, photo: QueuedPhoto) -> list[QueuedPhoto]:
        """Other photos with candidates that show the same picture, as far as all have been read.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of QueuedPhoto
            Strongest first.
        """
        queue = self._queue
        if queue is None or (known := queue.photo(photo.id)) is None:
            return []
        return queue.copies_of(known)

    def source_url(self, photo: QueuedPhoto) -> str | None:
        """The web address of a photo's first appearance, where it is known.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        str or None
        """
        with Run.open(self._folder) as run:
            return run.source_url(photo.result)

    def history(self, photo: QueuedPhoto) -> list[list[View]]:
        """All that was ever said about each candidate, by its strongest finding, oldest first.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of list of View
        """
        result = photo.result
        with Decisions(self._folder) as decisions:
            history = decisions.history(photo.content, result)
        of_finding = dict(zip(map(id, result.findings), history, strict=True))
        return [of_finding[id(each.findings[0])] for each in result.candidates]

    def account_rows(self) -> list[AccountRow]:
        """What each account has, and what became of it since the older run."""
        with ExitStack() as stack:
            run = stack.enter_context(Run.open(self._folder))
            older = None if self._older is None else stack.enter_context(Run.open(self._older))
            return account_rows(run, older)

    def warned(self) -> dict[str, list[Warned]]:
        """As :meth:`netravision.run.decisions.Decisions.warned`."""
        with Decisions(self._folder) as decisions:
            return decisions.warned()

    def warn(self, account: str, day: date | None, reviewer: str) -> None:
        """As :meth:`netravision.run.decisions.Decisions.warn`."""
        with self._lock, Decisions(self._folder) as decisions:
            decisions.warn(account, day, reviewer)

    def say(self, sayings: Iterable[Saying]) -> list[QueuedPhoto]:
        """Keep what people say, in order.

        Parameters
        ----------
        sayings : iterable of Saying

        Returns
        -------
        list of QueuedPhoto
            All whose decisions changed: copies share them.
        """
        queue = self._whole_queue()
        changed: dict[str, QueuedPhoto] = {}
        with self._lock, Decisions(self._folder) as decisions:
            for saying in sayings:
                photo = saying.photo
                said = [
                    (finding, saying.view)
                    for number in saying.candidates
                    for finding in photo.candidates[number].candidate.findings
                ]
                decisions.add(photo.content, photo.result.photo.kind, said)
                changed |= {each.id: each for each in queue.photos_of(photo.content)}
            for content in {photo.content for photo in changed.values()}:
                queue.read_decisions(content, decisions)
        return list(changed.values())


def _can_decide(folder: Path) -> bool:
    try:
        with Decisions(folder, create=True) as decisions:
            return decisions.can_add()
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return False
        raise


def _stamp(folder: Path) -> list[tuple[int, int]]:
    """Changes whenever something is screened into the run."""
    files = (folder / (DATABASE + end) for end in ("", "-wal"))
    return [(stat.st_size, stat.st_mtime_ns) for stat in (f.stat() for f in files if f.exists())]
