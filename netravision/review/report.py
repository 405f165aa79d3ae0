"""The report: one HTML file about the candidates of a run and what people decided about them.

Its size is bounded whatever the run holds: see the constants.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from netravision.html.blurred_faces import FaceFinder
from netravision.html.page import write_page
from netravision.html.rule_labels import RuleLabels
from netravision.result import Result
from netravision.review.cards import FACE_SIDES, Card, read_card
from netravision.review.queue import by_candidate
from netravision.run import Run
from netravision.run.decisions import Choice, Decision, Decisions, FollowUp

__all__ = ["MAX_CARDS", "MAX_LINES", "MAX_PICTURE_BYTES", "write_report"]

#: Photos shown with their picture. A person looks at a photo for some 10 seconds, so these are
#: half an hour's work; the others follow as lines without pictures.
MAX_CARDS = 200

#: Encoded pictures in one file, which every browser on an 8 GB PC still opens at once.
MAX_PICTURE_BYTES = 24 * 2**20

#: Candidate photos listed below the cards, and failed photos listed; with the cards they are 5,000.
MAX_LINES = 4800


def write_report(run: Run, output: Path, *, everything: bool = False) -> None:
    """Write the candidates of a run as one self-contained HTML file.

    Those that need follow-up, unless nobody has decided anything yet: then all of them.

    Parameters
    ----------
    run : Run
        Its results are read once, in order; what is kept in memory does not grow with them.
    output : Path
        Replaced when the report is complete, not before. In the run folder only the user may read
        it.
    everything : bool
        All candidates, whatever was decided about them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with Decisions(run.folder) as decisions:
        decided = decisions.contents()
        summary = _Summary(everything or not decided)
        for result in run.results():
            content = run.content(result) if result.findings and decided else None
            said = [Decision()] * len(result.findings)
            if content in decided:
                said = decisions.of(content, result)
            summary.add(result, by_candidate(result, said))
    strongest = summary.strongest()
    write_page(
        "report.html.j2",
        output,
        private=output == run.report_path,
        summary=summary,
        gallery=_Gallery(run, strongest),
        left_out=summary.shown_photos - len(strongest),
        labels=RuleLabels(run.watchlist),
        watchlist=run.watchlist,
    )


@dataclass(frozen=True)
class _Case:
    """A photo with those of its candidates that are shown, and what was decided about them."""

    result: Result
    decisions: list[Decision]


@dataclass
class _Summary:
    """Counts of a run, and the strongest of the candidates that are shown."""

    everything: bool
    photos: int = 0
    skipped: int = 0
    candidates: int = 0
    candidate_photos: int = 0
    accounts: set[str | None] = field(default_factory=set)
    candidate_accounts: set[str | None] = field(default_factory=set)
    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_account: Counter[str | None] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    failures: list[Result] = field(default_factory=list)
    choices: Counter[Choice] = field(default_factory=Counter)
    follow_ups: Counter[FollowUp] = field(default_factory=Counter)
    reviewers: Counter[str] = field(default_factory=Counter)
    shown_photos: int = 0
    shown_candidates: int = 0
    _heap: list[tuple[float, int, _Case]] = field(default_factory=list)

    def add(self, result: Result, decisions: Sequence[Decision]) -> None:
        if result.status == "skipped":
            self.skipped += 1
            return
        self.photos += 1
        self.accounts.add(result.photo.account)
        if result.error is not None:
            self.by_code[result.error.code] += 1
            if len(self.failures) < MAX_LINES:
                self.failures.append(result)
        if not result.findings:
            return
        self.candidates += len(result.candidates)
        self.candidate_photos += 1
        self.candidate_accounts.add(result.photo.account)
        for decision in decisions:
            self.choices[decision.choice] += 1
            self.follow_ups[decision.follow_up] += 1
            self.reviewers.update({view.reviewer for view in decision.views if view.reviewer})
        shown = [
            (candidate, decision)
            for candidate, decision in zip(result.candidates, decisions, strict=True)
            if self.everything or decision.follow_up == "yes"
        ]
        if not shown:
            return
        self.shown_photos += 1
        self.shown_candidates += len(shown)
        findings = tuple(finding for candidate, _ in shown for finding in candidate.findings)
        # Whoever was found to be no case is named nowhere.
        self.by_account[result.photo.account] += 1
        self.by_rule.update({(f.detector, f.rule or f.label) for f in findings})
        case = _Case(
            replace(result, findings=findings, observations=()), [said for _, said in shown]
        )
        # The running number keeps the order of equals and keeps cases from being compared.
        entry = (max(finding.score for finding in findings), -self.photos, case)
        if len(self._heap) < MAX_CARDS + MAX_LINES:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def strongest(self) -> list[_Case]:
        return [entry[2] for entry in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    @property
    def decided(self) -> int:
        """Candidates about which anything was said."""
        return self.choices.total() - self.choices["undecided"]

    @property
    def precision(self) -> float | None:
        """Share of right findings among those that people found right or wrong."""
        judged = self.choices["right"] + self.choices["wrong"]
        return self.choices["right"] / judged if judged else None

    @property
    def failed(self) -> int:
        return self.by_code.total()


class _Gallery:
    """Cards made one at a time while the template writes them, until the file is full."""

    def __init__(self, run: Run, cases: list[_Case]) -> None:
        self.run = run
        self.rest = cases
        self._bytes = 0
        self._find_faces = FaceFinder(FACE_SIDES)

    def cards(self) -> Iterator[Card]:
        cases = iter(self.rest[:MAX_CARDS])
        while self._bytes < MAX_PICTURE_BYTES and (case := next(cases, None)):
            self.rest = self.rest[1:]
            card = read_card(self.run, case.result, self._find_faces, decisions=case.decisions)
            self._bytes += card.picture_bytes
            yield card
