"""The report: one HTML file that a person opens to look at the candidates of a run.

Its size is bounded whatever the run holds: see the constants.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from netravision.html.page import write_page
from netravision.html.rule_labels import RuleLabels
from netravision.result import Result
from netravision.review.cards import Card, read_card
from netravision.run import Run

__all__ = ["MAX_CARDS", "MAX_LINES", "MAX_PICTURE_BYTES", "write_report"]

#: Photos shown with their picture. A person looks at a photo for some 10 seconds, so these are
#: half an hour's work; the others follow as lines without pictures.
MAX_CARDS = 200

#: Encoded pictures in one file, which every browser on an 8 GB PC still opens at once.
MAX_PICTURE_BYTES = 24 * 2**20

#: Candidate photos listed below the cards, and failed photos listed.
MAX_LINES = 2000


def write_report(run: Run, output: Path) -> None:
    """Write the candidates of a run as one self-contained HTML file.

    Parameters
    ----------
    run : Run
        Its results are read once, in order; what is kept in memory does not grow with them.
    output : Path
        Replaced when the report is complete, not before. In the run folder only the user may read
        it.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    summary = _Summary()
    for result in run.results():
        summary.add(result)
    strongest = summary.strongest()
    write_page(
        "report.html.j2",
        output,
        private=output == run.report_path,
        summary=summary,
        gallery=_Gallery(run, strongest),
        left_out=summary.candidate_photos - len(strongest),
        labels=RuleLabels(run.watchlist),
        watchlist=run.watchlist,
    )


@dataclass
class _Summary:
    """Counts of a run, and its strongest candidates."""

    photos: int = 0
    skipped: int = 0
    candidates: int = 0
    candidate_photos: int = 0
    accounts: set[str | None] = field(default_factory=set)
    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_account: Counter[str | None] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    failures: list[Result] = field(default_factory=list)
    _heap: list[tuple[float, int, Result]] = field(default_factory=list)

    def add(self, result: Result) -> None:
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
        self.by_account[result.photo.account] += 1
        self.by_rule.update({(f.detector, f.rule or f.label) for f in result.findings})
        # The running number keeps the order of equals and keeps results from being compared.
        entry = (
            max(finding.score for finding in result.findings),
            -self.photos,
            replace(result, observations=()),
        )
        if len(self._heap) < MAX_CARDS + MAX_LINES:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def strongest(self) -> list[Result]:
        return [entry[2] for entry in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    @property
    def failed(self) -> int:
        return self.by_code.total()


class _Gallery:
    """Cards made one at a time while the template writes them, until the file is full."""

    def __init__(self, run: Run, results: list[Result]) -> None:
        self.run = run
        self.rest = results
        self._bytes = 0

    def cards(self) -> Iterator[Card]:
        results = iter(self.rest[:MAX_CARDS])
        while self._bytes < MAX_PICTURE_BYTES and (result := next(results, None)):
            self.rest = self.rest[1:]
            card = read_card(self.run, result)
            self._bytes += card.picture_bytes
            yield card
