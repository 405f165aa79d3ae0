"""The columns of the tables: a new one is one line here.

CSV and Parquet write them in this order; ``evaluate`` reads the names, in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from netravision.explanations import failure_text, rule_label
from netravision.export.accounts import AccountRow
from netravision.export.comparison import Comparison
from netravision.finding import Finding
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.result import Photo, Result
from netravision.run import Run
from netravision.run.decisions import Decision, Decisions

__all__ = [
    "ACCOUNT_COLUMNS",
    "CHOICES",
    "COMPARISON_COLUMNS",
    "RESULT_COLUMNS",
    "Column",
    "ResultRow",
    "result_rows",
    "rows_of",
]

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column of a table.

    Attributes
    ----------
    name : str
        What programs call it. A table for people may head it by its translation.
    type : type
        Of its cells: ``str``, ``int``, ``float``, ``bool``, ``datetime`` (given as ISO 8601 text
        with a time zone) or ``dict`` (JSON text in Parquet, left out in CSV).
    cell : callable
        The cell of a row; it may always be None.
    told : callable, optional
        The cell in a table for people, in the language in force, where it is another.
    link : callable, optional
        An address to open from the cell, where the table can hold one.
    """

    name: str
    type: type
    cell: Callable[[RowT], Any]
    told: Callable[[RowT], Any] | None = None
    link: Callable[[RowT], str | None] | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One finding of a photo, or a photo without findings.

    Attributes
    ----------
    result : Result
    outside_period : bool or None
        Whether the photo is dated outside the watchlist's period; None where nobody can tell.
    url : str or None
        Where the photo was found, as the manifest says.
    finding : Finding or None
        None, like the following, in the row of a photo without findings.
    candidate : int or None
        Number of the candidate that the finding belongs to, the strongest is 1.
    decision : Decision or None
    labels : mapping of str to str
        What the watchlist calls its rules.
    phash : str or None
        The picture's hash as ``imagehash`` writes it.
    file : Path or None
        The photo on this machine.
    """

    result: Result
    outside_period: bool | None
    url: str | None
    finding: Finding | None = None
    candidate: int | None = None
    decision: Decision | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    phash: str | None = None
    file: Path | None = None

    @property
    def photo(self) -> Photo:
        """The photo of the result."""
        return self.result.photo


def result_rows(run: Run) -> Iterator[ResultRow]:
    """One row a finding, and one for a photo without, so that no photo is missing.

    Photos come in the order of their paths, findings strongest first.

    Parameters
    ----------
    run : Run

    Yields
    ------
    ResultRow
    """
    labels = run.watchlist.labels
    with Decisions(run.folder) as decisions:
        for result in run.results():
            outside = run.watchlist.is_outside_period(result.photo.posted_at)
            url = run.source_url(result)
            content = run.content(result)
            phash, file = run.store.hashes.phash(content), run.picture_path(result)
            row = ResultRow(result, outside, url, labels=labels, phash=phash, file=file)
            yield from rows_of(row, decisions.of(content, result))


def rows_of(row: ResultRow, decided: Sequence[Decision] = ()) -> Iterator[ResultRow]:
    """One row a finding of a photo, or its own where it has none.

    Parameters
    ----------
    row : ResultRow
        What all of them say.
    decided : sequence of Decision
        About each finding; by default nothing.

    Yields
    ------
    ResultRow
    """
    if not row.result.findings:
        yield row
        return
    numbers = {
        id(finding): number
        for number, candidate in enumerate(row.result.candidates, 1)
        for finding in candidate.findings
    }
    for place, finding in enumerate(row.result.findings):
        decision = decided[place] if decided else None
        yield replace(row, finding=finding, candidate=numbers[id(finding)], decision=decision)


def _of_finding(name: str) -> Callable[[ResultRow], Any]:
    return lambda row: None if row.finding is None else getattr(row.finding, name)


def _looked_for(row: ResultRow) -> str | None:
    rule = None if row.finding is None else row.finding.rule
    return None if rule is None else row.labels.get(rule, rule)


def _told_looked_for(row: ResultRow) -> str | None:
    rule = None if row.finding is None else row.finding.rule
    return None if rule is None else rule_label(rule, row.labels.get(rule))


def _file_link(row: ResultRow) -> str | None:
    return None if row.file is None else row.file.as_uri()


def _told_reason(row: ResultRow) -> str | None:
    return None if row.finding is None else row.finding.explain(labels=row.labels)


def _told_error(row: ResultRow) -> str | None:
    return None if row.result.error is None else failure_text(row.result.error.code)


def _of_box(side: int) -> Callable[[ResultRow], float | None]:
    return lambda row: None if row.finding is None or not row.finding.box else row.finding.box[side]


def _of_decision(name: str) -> Callable[[ResultRow], Any]:
    return lambda row: None if row.decision is None else getattr(row.decision, name) or None


def _told(words: Mapping[str, str], cell: Callable[[ResultRow], Any]) -> Callable[[ResultRow], Any]:
    """What the codes of a cell say to people."""

    def told(row: ResultRow) -> Any:
        code = cell(row)
        return None if code is None else _(words[code])

    return told


def _second(name: str) -> Callable[[ResultRow], float | None]:
    """A second of a video, from the evidence of its finding."""

    def cell(row: ResultRow) -> float | None:
        video = None if row.finding is None else row.finding.evidence.video
        return None if video is None else getattr(video, name)

    return cell


def _frame_second(row: ResultRow) -> float | None:
    return row.photo.frame_s if row.finding is None else _second("frame_s")(row)


_KINDS = {"avatar": N_("profile picture"), "post": N_("post"), "frame": N_("video frame")}
_STATUSES = {"screened": N_("screened"), "skipped": N_("skipped"), "failed": N_("failed")}
_FOLLOW_UPS = {
    "yes": N_("yes"),
    "no": N_("no"),
    "later": N_("later"),
    "undecided": N_("undecided"),
    "conflict": N_("views differ"),
}

#: The answers to whether a finding is right, as a table for people has them, in English.
CHOICES = {
    "right": N_("right"),
    "wrong": N_("wrong"),
    "unsure": N_("unsure"),
    "undecided": N_("undecided"),
    "conflict": N_("views differ"),
}


_CHOICE, _FOLLOW_UP = _of_decision("choice"), _of_decision("follow_up")


def _kind(row: ResultRow) -> str:
    return row.photo.kind


def _status(row: ResultRow) -> str:
    return row.result.status


RESULT_COLUMNS: tuple[Column[ResultRow], ...] = (
    Column(N_("path"), str, lambda row: row.photo.path, link=_file_link),
    Column(N_("account"), str, lambda row: row.photo.account),
    Column(N_("kind"), str, _kind, _told(_KINDS, _kind)),
    Column(N_("posted_at"), str, lambda row: row.photo.posted_at),
    Column(N_("outside_period"), bool, lambda row: row.outside_period),
    Column(N_("url"), str, lambda row: row.url, link=lambda row: row.url),
    Column(N_("status"), str, _status, _told(_STATUSES, _status)),
    Column(N_("error_code"), str, lambda row: row.result.error and row.result.error.code),
    Column(
        N_("error_message"),
        str,
        lambda row: row.result.error and row.result.error.message,
        _told_error,
    ),
    Column(N_("detector"), str, _of_finding("detector")),
    Column(N_("rule"), str, _of_finding("rule")),
    Column(N_("looked_for"), str, _looked_for, _told_looked_for),
    Column(N_("label"), str, _of_finding("label")),
    Column(N_("score"), float, lambda row: row.finding and round(row.finding.score, 4)),
    Column(N_("reason"), str, _of_finding("reason"), _told_reason),
    Column(N_("x0"), float, _of_box(0)),
    Column(N_("y0"), float, _of_box(1)),
    Column(N_("x1"), float, _of_box(2)),
    Column(N_("y1"), float, _of_box(3)),
    Column(N_("width"), int, lambda row: row.photo.width),
    Column(N_("height"), int, lambda row: row.photo.height),
    Column(N_("sha256"), str, lambda row: row.photo.sha256),
    Column(N_("truncated"), bool, lambda row: None if row.result.error else row.photo.truncated),
    Column(N_("frame_s"), float, _frame_second),
    Column(N_("first_s"), float, _second("first_s")),
    Column(N_("last_s"), float, _second("last_s")),
    Column(N_("decision"), str, _CHOICE, _told(CHOICES, _CHOICE)),
    Column(N_("follow_up"), str, _FOLLOW_UP, _told(_FOLLOW_UPS, _FOLLOW_UP)),
    Column(N_("reviewer"), str, _of_decision("reviewer")),
    Column(N_("note"), str, _of_decision("note")),
    Column(N_("decided_at"), datetime, _of_decision("decided_at")),
    Column(N_("phash"), str, lambda row: row.phash),
    Column(N_("candidate"), int, lambda row: row.candidate),
    Column(N_("evidence"), dict, lambda row: row.finding and row.finding.evidence.to_dict()),
)


#: What became of an account's findings, in English.
STATUSES = {
    "still": N_("still there"),
    "new": N_("new"),
    "replaced": N_("replaced"),
    "gone": N_("gone"),
    "unknown": N_("unknown: no photo of the account"),
}


def _told_status(row: AccountRow) -> str | None:
    return None if row.status is None else _(STATUSES[row.status])


COMPARISON_COLUMNS: tuple[Column[Comparison], ...] = (
    Column(N_("account"), str, lambda row: row.account),
    Column(N_("status"), str, lambda row: row.status),
    Column(N_("emblem"), str, lambda row: row.emblem),
    Column(N_("label"), str, lambda row: row.label),
    Column(N_("first_seen"), str, lambda row: row.first_seen),
    Column(N_("older"), str, lambda row: row.older.sight),
    Column(N_("older_path"), str, lambda row: row.older.path),
    Column(N_("older_date"), str, lambda row: row.older.date),
    Column(N_("older_score"), float, lambda row: row.older.rounded_score),
    Column(N_("newer"), str, lambda row: row.newer.sight),
    Column(N_("newer_path"), str, lambda row: row.newer.path),
    Column(N_("newer_date"), str, lambda row: row.newer.date),
    Column(N_("newer_score"), float, lambda row: row.newer.rounded_score),
)

ACCOUNT_COLUMNS: tuple[Column[AccountRow], ...] = (
    Column(N_("account"), str, lambda row: row.account),
    Column(N_("rule"), str, lambda row: row.rule),
    Column(N_("label"), str, lambda row: row.label, lambda row: rule_label(row.rule, row.label)),
    Column(N_("status"), str, lambda row: row.status, _told_status),
    Column(N_("photos"), int, lambda row: row.photos),
    Column(N_("findings"), int, lambda row: row.findings),
    Column(N_("score"), float, lambda row: row.score and round(row.score, 4)),
    Column(N_("follow-up"), int, lambda row: row.follow_ups["yes"]),
    Column(N_("follow-up later"), int, lambda row: row.follow_ups["later"]),
    Column(N_("right"), int, lambda row: row.choices["right"]),
    Column(N_("wrong"), int, lambda row: row.choices["wrong"]),
    Column(N_("unsure"), int, lambda row: row.choices["unsure"]),
    Column(N_("undecided"), int, lambda row: row.choices["undecided"]),
    Column(N_("views differ"), int, lambda row: row.choices["conflict"]),
    Column(N_("first_seen"), str, lambda row: row.first_seen),
    Column(N_("last_seen"), str, lambda row: row.last_seen),
    Column(N_("warned_on"), str, lambda row: row.warned_on),
)
