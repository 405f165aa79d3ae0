"""The candidates that people decide about, with where they are and what was said about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from netravision.candidates import Candidate
from netravision.errors import HashVersionError
from netravision.finding import Finding
from netravision.result import Photo, Result
from netravision.run import Run
from netravision.run.decisions import Decision, Decisions, View
from netravision.visible_text import visible

__all__ = ["Queue", "QueuedCandidate", "QueuedPhoto", "by_candidate", "view_to_dict"]


@dataclass(slots=True)
class QueuedCandidate:
    """One candidate of a photo, and what people said about it.

    Attributes
    ----------
    candidate : Candidate
    decision : Decision
    """

    candidate: Candidate
    decision: Decision

    def to_dict(self, photo: Photo) -> dict[str, Any]:
        """What the page knows of it.

        Parameters
        ----------
        photo : Photo
            The one that it is in.

        Returns
        -------
        dict
        """
        box = self.candidate.box
        place = None
        if box is not None and photo.width and photo.height:
            place = [
                round((box[0] + box[2]) / 2 / photo.width, 3),
                round((box[1] + box[3]) / 2 / photo.height, 3),
            ]
        return {
            "found": sorted({(f.detector, f.rule or "") for f in self.candidate.findings}),
            "score": round(self.candidate.findings[0].score, 3),
            "place": place,
            "views": [view_to_dict(view) for view in self.decision.views],
        }


@dataclass(slots=True)
class QueuedPhoto:
    """One picture with its candidates, and everywhere it appears.

    Attributes
    ----------
    id : str
        Follows from the picture and the findings; the same in every session.
    content : str or None
        What the picture is known by; see :meth:`netravision.run.Run.content`.
    result : Result
        Of its first appearance, without observations.
    candidates : list of QueuedCandidate
        As :attr:`netravision.result.Result.candidates` orders them.
    appearances : list of Photo
        The same picture with the same findings, in the order of their paths.
    group : str or None
        Equal for photos that show the same picture: saved again, or with other findings, as
        official accounts have; None where there is no other.
    """

    id: str
    content: str | None
    result: Result
    candidates: list[QueuedCandidate]
    appearances: list[Photo] = field(default_factory=list)
    group: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """What the page knows of it, as JSON can hold it."""
        return {
            "id": self.id,
            "kind": self.result.photo.kind,
            "posted_at": self.result.photo.posted_at,
            "accounts": list(
                dict.fromkeys(visible(s.account) for s in self.appearances if s.account)
            ),
            "group": self.group,
            "paths": [visible(shown.path or "") for shown in self.appearances],
            "candidates": [each.to_dict(self.result.photo) for each in self.candidates],
        }


class Queue:
    """The candidates of a run, in photos, strongest first.

    Parameters
    ----------
    run : Run
        Read once, from beginning to end.
    decisions : Decisions
    contents : collection of str, optional
        Only candidates in these pictures.
    """

    def __init__(
        self, run: Run, decisions: Decisions, contents: Collection[str] | None = None
    ) -> None:
        by_id: dict[str, QueuedPhoto] = {}
        for result, content in run.found(contents):
            id_ = _id(content, result)
            if id_ not in by_id:
                shown = Result(result.photo, None, result.findings)
                waiting = [QueuedCandidate(each, Decision()) for each in shown.candidates]
                by_id[id_] = QueuedPhoto(id_, content, shown, waiting)
            by_id[id_].appearances.append(result.photo)
        self.photos = sorted(
            by_id.values(), key=lambda photo: -max(f.score for f in photo.result.findings)
        )
        self._by_id = by_id
        self._by_content: dict[str | None, list[QueuedPhoto]] = {}
        for photo in self.photos:
            self._by_content.setdefault(photo.content, []).append(photo)
        self._by_group: dict[str, list[QueuedPhoto]] = {}
        if contents is None:
            self._group(run)
        self.read_all_decisions(decisions)

    def _group(self, run: Run) -> None:
        from netravision.run.duplicates import same_pictures  # loads SciPy

        # Videos with one opening are not yet the same.
        contents = {
            photo.content
            for photo in self.photos
            if photo.content and photo.result.photo.kind != "frame"
        }
        groups: list[list[str]] = []
        # Without hashes of this version, copies are cards of their own.
        with suppress(HashVersionError):
            groups = same_pictures(run.store, contents)
        first = {content: group[0] for group in groups for content in group}
        for photo in self.photos:
            name = first.get(photo.content or "", photo.content)
            if name is not None:
                self._by_group.setdefault(name, []).append(photo)
        for name, photos in self._by_group.items():
            if len(photos) > 1:
                for photo in photos:
                    photo.group = name

    def copies_of(self, photo: QueuedPhoto) -> list[QueuedPhoto]:
        """The other photos that show the same picture, strongest first.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        list of QueuedPhoto
        """
        if photo.group is None:
            return []
        return [each for each in self._by_group[photo.group] if each.id != photo.id]

    def photos_of(self, content: str | None) -> list[QueuedPhoto]:
        """The photos that show a picture: official accounts have fewer findings in it.

        Parameters
        ----------
        content : str or None
            What the picture is known by; see :meth:`netravision.run.Run.content`.

        Returns
        -------
        list of QueuedPhoto
        """
        return self._by_content.get(content, [])

    def read_decisions(self, content: str | None, decisions: Decisions) -> None:
        """Take in what was decided about a picture.

        Parameters
        ----------
        content : str or None
        decisions : Decisions
        """
        for photo in self.photos_of(content):
            _read_decisions(photo, decisions)

    def read_all_decisions(self, decisions: Decisions) -> None:
        """Take in what was decided by others.

        Parameters
        ----------
        decisions : Decisions
        """
        for content in decisions.contents():
            self.read_decisions(content, decisions)

    def photo(self, id_: str) -> QueuedPhoto | None:
        """The photo of an address, if it is among the candidates.

        Parameters
        ----------
        id_ : str

        Returns
        -------
        QueuedPhoto or None
        """
        return self._by_id.get(id_)

    def found(self) -> set[tuple[str, str]]:
        """Detector and rule of all candidates."""
        return {
            (finding.detector, finding.rule or "")
            for photo in self.photos
            for finding in photo.result.findings
        }

    def candidates(self) -> Iterator[QueuedCandidate]:
        """All of them, photo by photo."""
        return (candidate for photo in self.photos for candidate in photo.candidates)


def by_candidate(result: Result, said: Sequence[Decision]) -> list[Decision]:
    """What people decided about each candidate, from the decision about each finding.

    A person's views differ within a candidate where they decided before a finding came to it: then
    they have said nothing about the candidate as it is.

    Parameters
    ----------
    result : Result
    said : sequence of Decision
        One for each finding of the result, in their order.

    Returns
    -------
    list of Decision
        One for each candidate, in the order of :attr:`netravision.result.Result.candidates`.
    """
    of_finding = dict(zip(map(id, result.findings), said, strict=True))
    return [
        _common([of_finding[id(finding)] for finding in each.findings])
        for each in result.candidates
    ]


def view_to_dict(view: View) -> dict[str, Any]:
    """One person's view as JSON can hold it.

    Parameters
    ----------
    view : View

    Returns
    -------
    dict
    """
    return {
        "reviewer": view.reviewer,
        "choice": view.choice,
        "follow_up": view.follow_up,
        "note": view.note,
        "settles": view.settles,
        "decided_at": view.decided_at,
    }


def _common(decisions: Sequence[Decision]) -> Decision:
    first, *others = decisions
    return Decision(
        tuple(
            view
            for view in first.views
            if all(_answers(view) == _answers(other.of(view.reviewer)) for other in others)
        )
    )


def _answers(view: View) -> tuple[str, str]:
    return view.choice, view.follow_up


def _read_decisions(photo: QueuedPhoto, decisions: Decisions) -> None:
    said = by_candidate(photo.result, decisions.of(photo.content, photo.result))
    for candidate, decision in zip(photo.candidates, said, strict=True):
        candidate.decision = decision


def _id(content: str | None, result: Result) -> str:
    """The same for the same picture with the same findings.

    Official accounts have fewer findings than others with the same photo.
    """
    shown = (content, result.photo.kind, [*map(_identity, result.findings)])
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _identity(finding: Finding) -> tuple[str | None, Sequence[float] | None, float | None]:
    return finding.rule, finding.box, finding.frame_s
