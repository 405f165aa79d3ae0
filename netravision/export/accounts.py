"""What each account has: the office's list of work, and what became of an older one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from netravision.result import Result
from netravision.run import Run
from netravision.run.decisions import Decisions

__all__ = ["AccountRow", "AccountStatus", "account_rows"]

#: What became of a rule's findings since an older run. ``"replaced"``: it was in profile pictures
#: only, and the newer run has one without it. ``"unknown"``: the newer run has no photo of the
#: account that could be looked at, or no profile picture where it was in these only.
AccountStatus = Literal["still", "new", "replaced", "gone", "unknown"]


@dataclass(slots=True)
class AccountRow:
    """The candidates of one account for one thing that is looked for.

    Attributes
    ----------
    account : str or None
    rule : str
    label : str
        What the watchlist calls the rule; the rule itself where it has no label.
    photos : int
        In which it was found.
    avatars : int
        Of these, profile pictures.
    findings : int
    score : float or None
        The highest.
    choices, follow_ups : Counter of str
        Findings by what people said.
    first_seen, last_seen : str or None
        The earliest and the latest date of the photos, ISO 8601.
    status : {"still", "new", "replaced", "gone", "unknown"} or None
        Since the older run; None without one.
    warned_on : str or None
        The day on which the account was warned, ``YYYY-MM-DD``, as somebody noted it.
    """

    account: str | None
    rule: str
    label: str
    photos: int = 0
    avatars: int = 0
    findings: int = 0
    score: float | None = None
    choices: Counter[str] = field(default_factory=Counter)
    follow_ups: Counter[str] = field(default_factory=Counter)
    first_seen: str | None = None
    last_seen: str | None = None
    status: AccountStatus | None = None
    warned_on: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The row in plain types."""
        return {
            "account": self.account,
            "rule": self.rule,
            "label": self.label,
            "status": self.status,
            "photos": self.photos,
            "findings": self.findings,
            "score": None if self.score is None else round(self.score, 4),
            "choices": dict(self.choices),
            "follow_ups": dict(self.follow_ups),
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "warned_on": self.warned_on,
        }


def account_rows(run: Run, older: Run | None = None) -> list[AccountRow]:
    """One row for each account and thing that was found of it.

    Parameters
    ----------
    run : Run
    older : Run, optional
        With it, rows say what became of what it had, and rows of what is gone are there, too.
        Findings that people called wrong do not count as had.

    Returns
    -------
    list of AccountRow
        Accounts with most to follow up first, then with most findings; of one account likewise.
    """
    rows = _rows(run)
    if older is not None:
        before = {key: row for key, row in _rows(older).items() if _counts(row)}
        looked_at = {
            (result.photo.account, result.photo.kind == "avatar")
            for result in run.results()
            if result.status == "screened"
        }
        for key, row in rows.items():
            row.status = "still" if key in before else "new"
        for key in sorted(before.keys() - rows.keys(), key=lambda key: (key[0] or "", key[1])):
            rows[key] = AccountRow(*key, before[key].label, status=_absent(before[key], looked_at))
    with Decisions(run.folder) as decisions:
        warned = {account: notes[-1].day or None for account, notes in decisions.warned().items()}
    for row in rows.values():
        row.warned_on = warned.get(row.account or "")
    of_account: dict[str | None, tuple[int, int]] = {}
    for row in rows.values():
        follow, found = of_account.get(row.account, (0, 0))
        of_account[row.account] = follow + row.follow_ups["yes"], found + row.findings
    return sorted(
        rows.values(),
        key=lambda row: (
            *(-count for count in of_account[row.account]),
            row.account or "",
            -row.follow_ups["yes"],
            -row.findings,
            row.rule,
        ),
    )


def _rows(run: Run) -> dict[tuple[str | None, str], AccountRow]:
    labels = run.watchlist.labels
    rows: dict[tuple[str | None, str], AccountRow] = {}
    with Decisions(run.folder) as decisions:
        for result, content in run.found():
            decided = decisions.of(content, result)
            for rule in dict.fromkeys(_rules(result)):
                key = (result.photo.account, rule)
                row = rows.setdefault(key, AccountRow(*key, labels.get(rule, rule)))
                row.photos += 1
                row.avatars += result.photo.kind == "avatar"
                _date(row, result.photo.posted_at)
            for finding, decision in zip(result.findings, decided, strict=True):
                row = rows[result.photo.account, finding.rule or finding.label]
                row.findings += 1
                row.score = max(finding.score, row.score or 0.0)
                row.choices[decision.choice] += 1
                row.follow_ups[decision.follow_up] += 1
    return rows


def _absent(row: AccountRow, looked_at: set[tuple[str | None, bool]]) -> AccountStatus:
    """What became of what the older run has, and the newer one has not."""
    if row.avatars == row.photos:
        return "replaced" if (row.account, True) in looked_at else "unknown"
    return "gone" if looked_at & {(row.account, True), (row.account, False)} else "unknown"


def _rules(result: Result) -> Iterator[str]:
    return (finding.rule or finding.label for finding in result.findings)


def _date(row: AccountRow, posted_at: str | None) -> None:
    if posted_at is not None:
        seen: Iterable[str] = filter(None, (row.first_seen, row.last_seen, posted_at))
        seen = sorted(seen)
        row.first_seen, row.last_seen = seen[0], seen[-1]


def _counts(row: AccountRow) -> bool:
    return row.choices["wrong"] < row.findings
