"""One case: a photo of an account, the candidates chosen in it, and all that is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from netravision.candidates import Candidate
from netravision.case_files.second_reading import SecondReading, second_readings
from netravision.case_files.selection import Selection, fits
from netravision.core.box import Box
from netravision.finding import Finding
from netravision.html.blurred_faces import FaceFinder, blur_faces
from netravision.html.evidence_pictures import evidence_picture
from netravision.imaging.image import DecodedImage
from netravision.result import Photo, Result
from netravision.review.cards import read_picture
from netravision.review.queue import by_candidate
from netravision.run import Run
from netravision.run.decisions import Decision, Decisions, View

__all__ = ["MARKED_SIDE", "Case", "CaseCandidate", "cases"]

#: Longer side of the marked picture in pixels; fills a printed page at 200 dots an inch.
MARKED_SIDE = 1600


@dataclass(frozen=True, slots=True)
class CaseCandidate:
    """One candidate of a case.

    Attributes
    ----------
    number : int
        In the marked picture, from 1.
    candidate : Candidate
    decision : Decision
        What people said about all of its findings; none where they said different things.
    history : list of View
        All that was said about it, oldest first.
    readings : list of SecondReading
        Of each of its hands.
    """

    number: int
    candidate: Candidate
    decision: Decision
    history: list[View]
    readings: list[SecondReading]


@dataclass(frozen=True)
class Case:
    """A photo as one account has it, with the candidates that people chose.

    Attributes
    ----------
    number : int
        From 1, in the order of the photos' paths.
    result : Result
        With the findings of these candidates only.
    source_url : str or None
    posted : date, datetime or None
        On the clock of the office, which the watchlist names.
    candidates : list of CaseCandidate
        Strongest first.
    picture : DecodedImage or None
        None where it cannot be shown.
    without_picture : {"", "missing", "unreadable", "changed"}
        Why it cannot be shown.
    boxes : list of Box or None
        Of the candidates in the picture, in their order; None where all of it is meant.
    kept : list of Box
        What stays sharp where faces are blurred: the hands and marks that were found.
    """

    number: int
    result: Result
    source_url: str | None
    posted: date | datetime | None
    candidates: list[CaseCandidate]
    picture: DecodedImage | None
    without_picture: str
    boxes: list[Box | None]
    kept: list[Box]

    @property
    def photo(self) -> Photo:
        """The photo of the result."""
        return self.result.photo

    @property
    def folder(self) -> str:
        """Name of its folder in the case files."""
        return f"kasus-{self.number:04d}"

    @property
    def findings(self) -> list[Finding]:
        """All of them, candidate by candidate."""
        return [finding for each in self.candidates for finding in each.candidate.findings]

    @cached_property
    def blurred(self) -> DecodedImage | None:
        """The picture without a face that can be recognized, in its own size."""
        if self.picture is None:
            return None
        rgb = self.picture.rgb
        return replace(self.picture, rgb=blur_faces(rgb, FaceFinder()(rgb), keep=self.kept))

    def marked(self) -> bytes | None:
        """The blurred picture with a numbered box around each candidate, a JPEG file."""
        if self.blurred is None:
            return None
        whole = (0.0, 0.0, float(self.blurred.rgb.shape[1]), float(self.blurred.rgb.shape[0]))
        return evidence_picture(
            self.blurred.rgb, [box or whole for box in self.boxes], side=MARKED_SIDE
        )


def cases(run: Run, wanted: Collection[Selection]) -> Iterator[Case]:
    """The cases of a run, one after the other.

    Parameters
    ----------
    run : Run
    wanted : collection of str
        Some of :data:`netravision.case_files.selection.SELECTIONS`; a candidate that fits one of
        them makes a case.

    Yields
    ------
    Case
    """
    number = 0
    with Decisions(run.folder) as decisions:
        for result, content in run.found():
            said = by_candidate(result, decisions.of(content, result))
            kept = [
                (each, decision)
                for each, decision in zip(result.candidates, said, strict=True)
                if any(fits(decision, selection) for selection in wanted)
            ]
            if kept:
                number += 1
                findings = tuple(found for each, _ in kept for found in each.findings)
                own = replace(result, findings=findings, observations=())
                yield _case(number, run, own, kept, decisions)


def _case(
    number: int,
    run: Run,
    result: Result,
    chosen: list[tuple[Candidate, Decision]],
    decisions: Decisions,
) -> Case:
    picture, shown, reason = read_picture(run.picture_path(result), result)
    of_finding = dict(
        zip(
            map(id, result.findings),
            decisions.history(run.content(result), result),
            strict=True,
        )
    )
    boxes = [shown(replace(each.findings[0], box=each.box)) for each, _ in chosen]
    things = [finding for finding in result.findings if finding.evidence.kind != "color"]
    return Case(
        number=number,
        result=result,
        source_url=run.source_url(result),
        posted=run.watchlist.office_time(result.photo.posted_at),
        candidates=[
            CaseCandidate(
                number=i,
                candidate=each,
                decision=decision,
                history=_once(of_finding[id(found)] for found in each.findings),
                readings=second_readings(picture, shown, each.findings),
            )
            for i, (each, decision) in enumerate(chosen, start=1)
        ],
        picture=picture,
        without_picture=reason,
        boxes=boxes,
        kept=[box for box in map(shown, things) if box is not None],
    )


def _once(histories: Iterable[list[View]]) -> list[View]:
    """What was said about a candidate's findings, which is said about all at once, each once."""
    said = dict.fromkeys(view for history in histories for view in history)
    return sorted(said, key=lambda view: view.decided_at or "")
