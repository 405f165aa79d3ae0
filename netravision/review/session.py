"""What lies before the person who reviews: the queue, the pictures, and what can be undone."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from netravision.finding import Finding
from netravision.review.cards import Card, read_card
from netravision.review.queue import Queue, QueuedPhoto, by_candidate
from netravision.run import Run
from netravision.run.decisions import Choice, Decision, Decisions, FollowUp, View

__all__ = ["KEPT_CARDS", "LARGE_SIDE", "PICTURE_SIDE", "Session"]

#: Fills the picture's half of a 1366 px screen; with the crops a page is then some 200 kB.
PICTURE_SIDE = 900

#: Longest side of the large picture, about the size in which photos are posted.
LARGE_SIDE = 2000

#: Photos whose drawn pictures are kept in memory: the one shown, those around it, and the next,
#: which is drawn while the first is looked at.
KEPT_CARDS = 8


class Session:
    """The candidates of a run in the order they are gone through, and what is said about them.

    Not safe for several threads at once, except :meth:`card` and :meth:`large_picture`.

    Parameters
    ----------
    folder : Path
        The run folder.

    Raises
    ------
    RunError
        If the folder holds no run, or its decisions are of another version.

    Attributes
    ----------
    watchlist : Watchlist
    read_only : bool
        The folder cannot be written to, so nothing can be decided.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: list[tuple[QueuedPhoto, list[tuple[Finding, View]]]] = []
        self.card = lru_cache(KEPT_CARDS)(self._card)
        with Run.open(folder) as run:
            self.watchlist = run.watchlist
        # Tried now, so that a folder that cannot be written to is known before the first decision.
        self.read_only = not _can_decide(folder)
        self.read_queue()

    def read_queue(self) -> None:
        """Take in what has been screened since."""
        with Run.open(self._folder) as run, Decisions(self._folder) as decisions:
            self.queue = Queue(run, decisions)

    def _card(self, photo: QueuedPhoto) -> Card:
        with Run.open(self._folder) as run:
            return read_card(run, photo.result, side=PICTURE_SIDE)

    def large_picture(self, photo: QueuedPhoto) -> bytes | None:
        """The picture with its boxes, about as large as it was posted.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        bytes or None
            A JPEG file of at most :data:`LARGE_SIDE` pixels; None where it cannot be shown.
        """
        with Run.open(self._folder) as run:
            return read_card(run, photo.result, side=LARGE_SIDE).picture

    def said(self, photo: QueuedPhoto) -> list[list[Decision]]:
        """The decision about each finding of each candidate.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of list of Decision
        """
        result = photo.result
        with Decisions(self._folder) as decisions:
            return by_candidate(result, decisions.of(photo.content, result))

    def decide(
        self, photo: QueuedPhoto, chosen: Sequence[int], choice: Choice | None, note: str | None
    ) -> None:
        """Keep what a person says about some candidates of a photo.

        Parameters
        ----------
        photo : QueuedPhoto
        chosen : sequence of int
            Numbers of candidates, from 0.
        choice : {"right", "wrong", "undecided"} or None
            None leaves it as it was.
        note : str or None
            None leaves it as it was.
        """
        found, before = photo.result.candidates, self.said(photo)
        said = [
            pair
            for number in chosen
            for pair in zip(found[number].findings, before[number], strict=True)
        ]
        self._keep(
            photo,
            [
                (f, _said(choice or old.choice, old.note if note is None else note))
                for f, old in said
            ],
        )
        self._done.append((photo, [(f, _said(old.choice, old.note)) for f, old in said]))

    def undo(self) -> QueuedPhoto | None:
        """Say again what was said before the last decision; the photo it was about."""
        if not self._done:
            return None
        photo, before = self._done.pop()
        photo = self.queue.photo(photo.id) or photo
        self._keep(photo, before)
        return photo

    @property
    def can_undo(self) -> bool:
        """Whether anything has been decided since the beginning that is not undone yet."""
        return bool(self._done)

    def _keep(self, photo: QueuedPhoto, said: list[tuple[Finding, View]]) -> None:
        with Decisions(self._folder) as decisions:
            decisions.add(photo.content, photo.appearances[0].kind, said)
            self.queue.read_choices(photo.content, decisions)


_FOLLOW_UP: dict[Choice, FollowUp] = {"right": "yes", "wrong": "no"}


def _said(choice: Choice, note: str) -> View:
    return View(choice, _FOLLOW_UP.get(choice, "undecided"), note)


def _can_decide(folder: Path) -> bool:
    try:
        with Decisions(folder, create=True) as decisions:
            return decisions.can_add()
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return False
        raise
