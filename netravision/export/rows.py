"""A run as a table: one row a finding, with what a person said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from netravision.export.comparison import Comparison
from netravision.finding import Finding
from netravision.result import Result
from netravision.run import Run
from netravision.run.decisions import Decisions

Row = tuple[Any, ...]

# OWASP, "CSV Injection": cells that begin so are run by spreadsheets. The full-width forms
# are taken for the same signs by Excel with an East Asian locale.
_RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n＝＋－＠")

#: What a row about a finding holds; ``datetime`` is ISO 8601 text, ``dict`` what was measured.
RESULT_CELLS: dict[str, type] = {
    "path": str,
    "account": str,
    "kind": str,
    "posted_at": str,
    "outside_period": bool,
    "url": str,
    "status": str,
    "error_code": str,
    "error_message": str,
    "detector": str,
    "rule": str,
    "label": str,
    "score": float,
    "reason": str,
    "x0": float,
    "y0": float,
    "x1": float,
    "y1": float,
    "width": int,
    "height": int,
    "sha256": str,
    "truncated": bool,
    "frame_s": float,
    "first_s": float,
    "last_s": float,
    "decision": str,
    "note": str,
    "decided_at": datetime,
    "candidate": int,
    "evidence": dict,
}

COMPARISON_CELLS: dict[str, type] = {
    "account": str,
    "status": str,
    "emblem": str,
    "label": str,
    "first_seen": str,
    "older": str,
    "older_path": str,
    "older_date": str,
    "older_score": float,
    "newer": str,
    "newer_path": str,
    "newer_date": str,
    "newer_score": float,
}


def defused(text: str) -> str:
    """A text as a cell that no spreadsheet runs.

    >>> defused("=1+1.png")
    "'=1+1.png"
    """
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def undefused(cell: str) -> str:
    """Inverse of :func:`defused`."""
    text = cell.removeprefix("'")
    return text if text.startswith(_RUN_BY_SPREADSHEETS) else cell


def result_rows(run: Run) -> Iterator[Row]:
    """One row a finding, and one for a photo without, so that no photo is missing."""
    with Decisions(run.folder) as decisions:
        for result in run.results():
            outside = run.watchlist.is_outside_period(result.photo.posted_at)
            url = run.source_url(result)
            if not result.findings:
                yield *_cells(result, outside, url, None), None, None, None, None, None
                continue
            gathered = {
                id(finding): number
                for number, candidate in enumerate(result.candidates, 1)
                for finding in candidate.findings
            }
            decided = decisions.of(run.content(result), result)
            for finding, decision in zip(result.findings, decided, strict=True):
                said = (decision.choice, decision.note or None, decision.decided_at)
                cells = _cells(result, outside, url, finding)
                yield *cells, *said, gathered[id(finding)], finding.evidence


def comparison_row(comparison: Comparison) -> Row:
    """One row an account and emblem."""
    record = comparison.to_dict()
    return (
        *(record[name] for name in ("account", "status", "emblem", "label", "first_seen")),
        *record["older"].values(),
        *record["newer"].values(),
    )


def _cells(
    result: Result, outside_period: bool | None, url: str | None, finding: Finding | None
) -> Row:
    photo, error = result.photo, result.error
    about_finding: Row = (None,) * 9
    when: Row = (photo.frame_s, None, None)
    if finding is not None:
        about_finding = (
            finding.detector,
            finding.rule,
            finding.label,
            round(finding.score, 4),
            finding.reason,
            *(finding.box or (None,) * 4),
        )
        if photo.kind == "frame":
            when = tuple(finding.evidence.get(key) for key in ("frame_s", "first_s", "last_s"))
    return (
        photo.path,
        photo.account,
        photo.kind,
        photo.posted_at,
        outside_period,
        url,
        result.status,
        None if error is None else error.code,
        None if error is None else error.message,
        *about_finding,
        photo.width,
        photo.height,
        photo.sha256,
        photo.truncated if result.error is None else None,
        *when,
    )
