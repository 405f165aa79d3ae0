"""The photos that a person goes through: strongest first, by what was decided about them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from netravision.finding import Finding
from netravision.result import Photo, Result
from netravision.run import Run
from netravision.run.decisions import Choice, Decision, Decisions
from netravision.visible_text import visible

__all__ = [
    "Filter",
    "Neighbors",
    "Queue",
    "QueuedCandidate",
    "QueuedPhoto",
    "by_candidate",
    "choices",
]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person wants to see; an empty text means all.

    A photo fits if its account does and one of its candidates has the detector, the rule and the
    choice that are asked for.

    Attributes
    ----------
    detector, rule : str
    account : str
        As the page shows it.
    choice : {"", "right", "wrong", "undecided"}
    """

    detector: str = ""
    rule: str = ""
    account: str = ""
    choice: str = "undecided"

    def fits(self, photo: QueuedPhoto) -> bool:
        """Whether the photo is to be shown.

        Parameters
        ----------
        photo : QueuedPhoto

        Returns
        -------
        bool
        """
        accounts = (visible(shown.account or "") for shown in photo.appearances)
        if self.account and self.account not in accounts:
            return False
        return any(self.fits_candidate(candidate) for candidate in photo.candidates)

    def fits_candidate(self, candidate: QueuedCandidate) -> bool:
        """Whether the candidate is one of those asked for.

        Parameters
        ----------
        candidate : QueuedCandidate

        Returns
        -------
        bool
        """
        return self.choice in ("", candidate.choice) and any(
            self.detector in ("", detector) and self.rule in ("", rule)
            for detector, rule in candidate.found
        )


@dataclass(slots=True)
class QueuedCandidate:
    """One candidate of a photo: detector and rule of what was found, and what a person said.

    Attributes
    ----------
    found : frozenset of (str, str)
        Detector and rule of each of its findings.
    choice : {"right", "wrong", "undecided"}
    """

    found: frozenset[tuple[str, str]]
    choice: Choice


class QueuedPhoto:
    """One photo with its candidates, and everywhere it appears.

    Attributes
    ----------
    id : str
        Follows from the picture and the findings; the same in every session.
    content : str or None
        What the picture is known by; see :meth:`netravision.run.Run.content`.
    appearances : list of Photo
        The same picture with the same findings, in the order of their paths.
    candidates : list of QueuedCandidate
        As :attr:`netravision.result.Result.candidates` orders them.
    score : float
        Of its strongest finding.
    """

    __slots__ = ("_record", "appearances", "candidates", "content", "id", "score")

    def __init__(self, content: str | None, result: Result, said: Sequence[Decision]) -> None:
        self.id = _id(content, result)
        self.content = content
        self.appearances: list[Photo] = []
        self.score = max(finding.score for finding in result.findings)
        # As text it takes a tenth of the memory, and a run may have many.
        self._record = json.dumps(result.to_dict()).encode("ascii")
        self.candidates = [
            QueuedCandidate(frozenset((f.detector, f.rule or "") for f in each.findings), choice)
            for each, choice in zip(result.candidates, choices(result, said), strict=True)
        ]

    def candidate_after(self, chosen: Sequence[int], wanted: Filter) -> int | None:
        """The next candidate to decide about, after those just chosen; None if there is none.

        Who goes through the undecided comes back to what was skipped in the same photo; who goes
        through other choices looks at each candidate once.

        Parameters
        ----------
        chosen : sequence of int
            Numbers of candidates, from 0.
        wanted : Filter

        Returns
        -------
        int or None
            Number of a candidate, from 0.
        """
        goal = replace(wanted, choice=wanted.choice or "undecided")
        left = [
            i for i, p in enumerate(self.candidates) if i not in chosen and goal.fits_candidate(p)
        ]
        later = [i for i in left if i > max(chosen, default=-1)]
        if later:
            return later[0]
        return left[0] if left and goal.choice == "undecided" else None

    @property
    def result(self) -> Result:
        """What was said about it, of its first appearance, without observations."""
        return Result.from_dict(json.loads(self._record))


class Neighbors(NamedTuple):
    """The photos before and after one, how many come up to it, and how many there are.

    Attributes
    ----------
    previous, following : QueuedPhoto or None
    position : int
        How many fit up to the photo, itself included.
    total : int
        How many fit.
    """

    previous: QueuedPhoto | None
    following: QueuedPhoto | None
    position: int
    total: int


class Queue:
    """The candidates of a run, strongest first.

    Parameters
    ----------
    run : Run
        Read once, from beginning to end.
    decisions : Decisions
    """

    def __init__(self, run: Run, decisions: Decisions) -> None:
        by_id: dict[str, QueuedPhoto] = {}
        for result in run.results(with_findings=True):
            shown = Result(result.photo, None, result.findings)
            content = run.content(shown)
            id_ = _id(content, shown)
            if id_ not in by_id:
                by_id[id_] = QueuedPhoto(content, shown, decisions.of(content, shown))
            by_id[id_].appearances.append(result.photo)
        self.photos = sorted(by_id.values(), key=lambda photo: -photo.score)
        self._order = {photo.id: number for number, photo in enumerate(self.photos)}

    def read_choices(self, content: str | None, decisions: Decisions) -> None:
        """Take in what was decided about a picture, which several photos can show.

        Parameters
        ----------
        content : str or None
            What the picture is known by; see :meth:`netravision.run.Run.content`.
        decisions : Decisions
        """
        for photo in self.photos:
            if photo.content == content:
                result = photo.result
                said = decisions.of(content, result)
                for candidate, choice in zip(photo.candidates, choices(result, said), strict=True):
                    candidate.choice = choice

    def photo(self, id_: str) -> QueuedPhoto | None:
        """The photo of an address, if it is still among the candidates.

        Parameters
        ----------
        id_ : str

        Returns
        -------
        QueuedPhoto or None
        """
        number = self._order.get(id_)
        return None if number is None else self.photos[number]

    def fitting(self, wanted: Filter) -> list[QueuedPhoto]:
        """The photos a person wants to see.

        Parameters
        ----------
        wanted : Filter

        Returns
        -------
        list of QueuedPhoto
            Strongest first.
        """
        return [photo for photo in self.photos if wanted.fits(photo)]

    def neighbors(self, photo: QueuedPhoto, wanted: Filter) -> Neighbors:
        """Where a photo stands among the fitting ones; itself may have stopped fitting.

        Parameters
        ----------
        photo : QueuedPhoto
            Of this queue.
        wanted : Filter

        Returns
        -------
        Neighbors
        """
        here = self._order[photo.id]
        before = [other for other in self.photos[:here] if wanted.fits(other)]
        after = [other for other in self.photos[here + 1 :] if wanted.fits(other)]
        own = int(wanted.fits(photo))
        return Neighbors(
            before[-1] if before else None,
            after[0] if after else None,
            len(before) + own,
            len(before) + own + len(after),
        )

    def counts(self) -> Counter[Choice]:
        """Places by what was decided about them."""
        return Counter(candidate.choice for candidate in self._candidates())

    def found(self) -> set[tuple[str, str]]:
        """Detector and rule of all candidates."""
        return {pair for candidate in self._candidates() for pair in candidate.found}

    def accounts(self) -> list[str]:
        """Accounts with candidates as the page shows them, in alphabetical order."""
        found = {shown.account for photo in self.photos for shown in photo.appearances}
        return sorted((visible(account) for account in found if account), key=str.casefold)

    def _candidates(self) -> Iterator[QueuedCandidate]:
        return (candidate for photo in self.photos for candidate in photo.candidates)


def by_candidate(result: Result, said: Sequence[Decision]) -> list[list[Decision]]:
    """The decision about each finding, in order, sorted by candidate.

    Parameters
    ----------
    result : Result
    said : sequence of Decision
        One for each finding of the result, in their order.

    Returns
    -------
    list of list of Decision
        One list for each candidate, in the order of :attr:`netravision.result.Result.candidates`.
    """
    of_finding = dict(zip(map(id, result.findings), said, strict=True))
    return [[of_finding[id(finding)] for finding in each.findings] for each in result.candidates]


def choices(result: Result, said: Sequence[Decision]) -> list[Choice]:
    """What was decided about each candidate, from the decision about each finding.

    These differ where a decision was made before a finding came to the candidate: then nobody has
    decided about the candidate as it is.

    Parameters
    ----------
    result : Result
    said : sequence of Decision
        One for each finding of the result, in their order.

    Returns
    -------
    list of {"right", "wrong", "undecided"}
        One for each candidate.
    """
    said_of = [{decision.choice for decision in each} for each in by_candidate(result, said)]
    return [said_of_one.pop() if len(said_of_one) == 1 else "undecided" for said_of_one in said_of]


def _id(content: str | None, result: Result) -> str:
    """The same for the same picture with the same findings.

    Official accounts have fewer findings than others with the same photo.
    """
    shown = (content, result.photo.kind, [*map(_identity, result.findings)])
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _identity(finding: Finding) -> tuple[str | None, Sequence[float] | None, float | None]:
    return finding.rule, finding.box, finding.frame_s
