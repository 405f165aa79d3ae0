"""What people decided about findings: kept beside the run, and never overwritten.

The file is apart from the run's own database, so that screening again, resuming or even deleting
``run.sqlite`` cannot touch what a person has done, and so that both can be written at the
same time. A decision belongs to the content of a photo, the rule, and the place in the picture.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, get_args

from netravision.arguments import Kind
from netravision.core.box import pair_iou
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.result import Result
from netravision.run.database import can_write, open_database

__all__ = [
    "CHOICES",
    "FILE",
    "FOLLOW_UPS",
    "SAME_PLACE",
    "SCHEMA_VERSION",
    "Choice",
    "Decision",
    "Decisions",
    "FollowUp",
    "View",
    "Warned",
]

FILE = "decisions.sqlite"

#: Stored as SQLite's user_version; a change of the table below raises it.
SCHEMA_VERSION = 4

#: Is the finding right? ``"undecided"`` where nobody has said; ``"conflict"`` where people differ.
Choice = Literal["right", "wrong", "unsure", "undecided", "conflict"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

#: Does it need follow-up? As for :data:`Choice`.
FollowUp = Literal["yes", "no", "later", "undecided", "conflict"]
FOLLOW_UPS: tuple[FollowUp, ...] = get_args(FollowUp)

#: Another version may draw a box a few pixels beside the old one; it is the same place while the
#: boxes share this much of their union. Two hands side by side, as found in photos of crowds,
#: never do: overlapping boxes are thinned out before they become findings.
SAME_PLACE = 0.5

# Rows are only ever added: the last one of a person counts, the others say how it came about.
_TABLE = """
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        content TEXT NOT NULL,
        kind TEXT NOT NULL,
        rule TEXT NOT NULL,
        label TEXT NOT NULL,
        frame_s REAL,
        box TEXT,
        reviewer TEXT NOT NULL,
        choice TEXT NOT NULL CHECK (choice IN ('right', 'wrong', 'unsure', 'undecided')),
        follow_up TEXT NOT NULL CHECK (follow_up IN ('yes', 'no', 'later', 'undecided')),
        note TEXT NOT NULL,
        settles INTEGER NOT NULL CHECK (settles IN (0, 1)),
        decided_at TEXT NOT NULL
    )
    """
_INDEX = "CREATE INDEX decisions_by_photo ON decisions (content, kind)"

# Rows are only ever added here, too. An empty day takes the one before it back.
_WARNED_TABLE = """
    CREATE TABLE warned (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        day TEXT NOT NULL,
        reviewer TEXT NOT NULL,
        noted_at TEXT NOT NULL
    )
    """

# Version 2 asked one question, whether a candidate is worth a look, and nobody's name.
_FROM_2 = (
    "DROP INDEX decisions_by_photo",
    "ALTER TABLE decisions RENAME TO of_version_2",
    _TABLE,
    """
    INSERT INTO decisions
    SELECT id, content, kind, rule, label, frame_s, box, '',
           CASE choice WHEN 'confirmed' THEN 'right' WHEN 'rejected' THEN 'wrong'
                       ELSE 'undecided' END,
           CASE choice WHEN 'confirmed' THEN 'yes' WHEN 'rejected' THEN 'no'
                       ELSE 'undecided' END,
           note, 0, decided_at
    FROM of_version_2
    """,
    "DROP TABLE of_version_2",
    _INDEX,
)

# When a row was written is its last column.
_TIME = itemgetter(-1)

_COLUMNS = (
    "content, kind, rule, label, frame_s, box,"
    " reviewer, choice, follow_up, note, settles, decided_at"
)
_WARNED_COLUMNS = "account, day, reviewer, noted_at"
_INSERT_WARNED = f"INSERT INTO warned ({_WARNED_COLUMNS}) VALUES (?, ?, ?, ?)"
_INSERT = f"INSERT INTO decisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class View:
    """What one person said about a finding.

    Attributes
    ----------
    choice : {"right", "wrong", "unsure", "undecided"}
        Whether the finding is right. The last is nothing said, or taken back.
    follow_up : {"yes", "no", "later", "undecided"}
        Whether it needs follow-up.
    note : str
    reviewer : str
        Their name; empty where it was not asked for.
    settles : bool
        It ends a disagreement: what others said before it no longer counts.
    decided_at : str or None
        ISO 8601, UTC; None until it is kept.
    """

    choice: Choice = "undecided"
    follow_up: FollowUp = "undecided"
    note: str = ""
    reviewer: str = ""
    settles: bool = False
    decided_at: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said, or all of it is taken back."""
        return (self.choice, self.follow_up, self.note) == ("undecided", "undecided", "")


@dataclass(frozen=True, slots=True)
class Decision:
    """What people said about one finding.

    Attributes
    ----------
    views : tuple of View
        The last of each person, the latest last. Without what was taken back, and what others
        said before a disagreement was settled.
    """

    views: tuple[View, ...] = ()

    @property
    def choice(self) -> Choice:
        """Whether the finding is right, by all who said; ``"conflict"`` where they differ."""
        said = {view.choice for view in self.views} - {"undecided"}
        return "conflict" if len(said) > 1 else next(iter(said), "undecided")

    @property
    def follow_up(self) -> FollowUp:
        """Whether it needs follow-up, by all who said; ``"conflict"`` where they differ."""
        said = {view.follow_up for view in self.views} - {"undecided"}
        return "conflict" if len(said) > 1 else next(iter(said), "undecided")

    @property
    def in_conflict(self) -> bool:
        """Whether people differ in either question."""
        return "conflict" in (self.choice, self.follow_up)

    @property
    def reviewer(self) -> str:
        """The names of all who said something, in the order of their last word."""
        return ", ".join(view.reviewer for view in self.views if view.reviewer)

    @property
    def note(self) -> str:
        """The latest that is not empty."""
        return next((view.note for view in reversed(self.views) if view.note), "")

    @property
    def decided_at(self) -> str | None:
        """When the last word was said, ISO 8601, UTC; None where nobody has said anything."""
        return self.views[-1].decided_at if self.views else None

    def of(self, reviewer: str) -> View:
        """What one person said; an empty view where that is nothing.

        Parameters
        ----------
        reviewer : str

        Returns
        -------
        View
        """
        return next(
            (view for view in self.views if view.reviewer == reviewer), View(reviewer=reviewer)
        )


class Warned(NamedTuple):
    """On which day an account was warned, as somebody noted it.

    Attributes
    ----------
    account : str
    day : str
        ``YYYY-MM-DD``; empty where what was noted before is taken back.
    reviewer : str
        Who noted it.
    noted_at : str
        ISO 8601, UTC.
    """

    account: str
    day: str
    reviewer: str
    noted_at: str


class _Row(NamedTuple):
    """One row of a photo's decisions: its place in the picture, and what was said."""

    rule: str
    label: str
    frame_s: float | None
    box: str | None
    view: View


class Decisions:
    """The decisions about a run's findings.

    Parameters
    ----------
    folder : Path
        The run folder.
    create : bool
        Make the file where there is none; otherwise nobody has decided anything.

    Raises
    ------
    RunError
        If the file is of another version of netravision, or no such file at all.
    sqlite3.OperationalError
        If another program has locked it, or the disk is full; also from every method.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        path = folder / FILE
        # One file without a journal beside it, as it is copied by hand; a reader waits for the
        # few milliseconds that a decision takes to reach the disk. Screening can be repeated, a
        # person's work cannot: it is on the disk before it is shown.
        self._connection = open_database(
            path if create or path.is_file() else None,
            what=_("a file of decisions"),
            version=SCHEMA_VERSION,
            pragmas=("synchronous = FULL",),
            tables=(_TABLE, _INDEX, _WARNED_TABLE),
            create=True,
            migrations={2: _FROM_2, 3: (_WARNED_TABLE,)},
        )

    def of(self, content: str | None, result: Result) -> list[Decision]:
        """The decision about each finding of a photo, in their order.

        Parameters
        ----------
        content : str or None
            As :meth:`netravision.run.Run.content` has it: who decides about a picture has decided
            about every copy of it.
        result : Result

        Returns
        -------
        list of Decision
        """
        return [_decision(said) for said in self.history(content, result)]

    def contents(self) -> set[str]:
        """What the pictures are known by that anything was ever said about."""
        rows = self._connection.execute("SELECT DISTINCT content FROM decisions")
        return {content for (content,) in rows}

    def history(self, content: str | None, result: Result) -> list[list[View]]:
        """All that was ever said about each finding of a photo, in their order, the oldest first.

        Parameters
        ----------
        content : str or None
            As for :meth:`of`.
        result : Result

        Returns
        -------
        list of list of View
        """
        rows = []
        for rule, label, frame_s, box, *said, settles, decided_at in self._connection.execute(
            "SELECT rule, label, frame_s, box, choice, follow_up, note, reviewer, settles,"
            " decided_at FROM decisions WHERE content = ? AND kind = ? ORDER BY id",
            (content, result.photo.kind),
        ):
            choice, follow_up, note, reviewer = said
            view = View(choice, follow_up, note, reviewer, bool(settles), decided_at)
            rows.append(_Row(rule, label, frame_s, box, view))
        # Each person's words find their findings by themselves: another's, about a box that was
        # drawn differently, do not stand in their way.
        matched: list[list[int]] = [[] for _ in result.findings]
        for reviewer in {row.view.reviewer for row in rows}:
            own = {i: row for i, row in enumerate(rows) if row.view.reviewer == reviewer}
            for finding, numbers in zip(matched, _matches(result, own), strict=True):
                finding += numbers
        return [[rows[i].view for i in sorted(numbers)] for numbers in matched]

    def can_add(self) -> bool:
        """Whether a decision could be kept: not where the folder cannot be written to.

        Returns
        -------
        bool

        Raises
        ------
        sqlite3.OperationalError
            If another program has locked the file, or the disk is full.
        """
        return can_write(self._connection)

    def add(self, content: str | None, kind: Kind, said: Iterable[tuple[Finding, View]]) -> None:
        """Keep what was said about findings of one photo: all or nothing.

        Parameters
        ----------
        content : str or None
            As :meth:`netravision.run.Run.content` has it.
        kind : {"avatar", "post", "frame"}
        said : iterable of (Finding, View)
            Their time is now where they have none.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection:
            self._connection.executemany(
                _INSERT,
                [
                    (
                        content,
                        kind,
                        finding.rule,
                        finding.label,
                        _second(finding),
                        _box(finding),
                        view.reviewer,
                        view.choice,
                        view.follow_up,
                        view.note,
                        view.settles,
                        view.decided_at or now,
                    )
                    for finding, view in said
                ],
            )

    def warn(self, account: str, day: date | None, reviewer: str) -> None:
        """Note on which day an account was warned.

        Parameters
        ----------
        account : str
        day : date or None
            None takes back what was noted.
        reviewer : str
            Who notes it.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection:
            self._connection.execute(
                _INSERT_WARNED, (account, "" if day is None else day.isoformat(), reviewer, now)
            )

    def warned(self) -> dict[str, list[Warned]]:
        """All that was noted of each account's warnings, the oldest first.

        Returns
        -------
        dict of str to list of Warned
            By account.
        """
        history: dict[str, list[Warned]] = {}
        for warned in map(Warned._make, self._warned_rows()):
            history.setdefault(warned.account, []).append(warned)
        return history

    def _warned_rows(self) -> list[tuple[Any, ...]]:
        query = f"SELECT {_WARNED_COLUMNS} FROM warned ORDER BY id"
        return self._connection.execute(query).fetchall()

    def take_over(self, folders: Iterable[Path]) -> None:
        """Add what was decided and noted in other runs, each row once, in the order of their times.

        Parameters
        ----------
        folders : iterable of Path
            Of other runs.
        """
        with self._connection:
            # From here on nobody else can add one, which would be lost below.
            self._connection.execute("BEGIN IMMEDIATE")
            own = self._rows()
            known = set(own)
            histories: list[list[tuple[Any, ...]]] = [own]
            warned = self._warned_rows()
            for folder in folders:
                with Decisions(folder) as other:
                    histories.append([row for row in other._rows() if row not in known])
                    known.update(histories[-1])
                    warned += other._warned_rows()
            history = heapq.merge(*histories, key=_TIME)
            # Written again, as the last row of a finding, or of an account, is the one that counts.
            self._connection.execute("DELETE FROM decisions")
            self._connection.executemany(_INSERT, history)
            self._connection.execute("DELETE FROM warned")
            self._connection.executemany(_INSERT_WARNED, sorted(dict.fromkeys(warned), key=_TIME))

    def _rows(self) -> list[tuple[Any, ...]]:
        return self._connection.execute(f"SELECT {_COLUMNS} FROM decisions ORDER BY id").fetchall()

    def close(self) -> None:
        """Close the file; Windows cannot delete or move it before."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _matches(result: Result, rows: dict[int, _Row]) -> list[list[int]]:
    """Numbers of one person's rows about each finding."""
    places: dict[tuple[str, str, float | None, str | None], list[int]] = {}
    for number, row in rows.items():
        places.setdefault(row[:4], []).append(number)
    pairs = [
        (iou, i, place)
        for i, finding in enumerate(result.findings)
        for place in places
        if (finding.rule, finding.label, _second(finding)) == place[:3]
        and (iou := _overlap(_box(finding), place[3])) >= SAME_PLACE
    ]
    matched: list[list[int]] = [[] for _ in result.findings]
    taken = set()
    # Best first: a decision stays with its own place while a neighbor's box overlaps it.
    for iou, i, place in sorted(pairs, key=lambda pair: -pair[0]):
        if not matched[i] and (place not in taken or iou == 1):
            matched[i] = places[place]
            taken.add(place)
    return matched


def _decision(history: Iterable[View]) -> Decision:
    last: dict[str, View] = {}
    for view in history:
        # Said again, it goes to the end.
        last.pop(view.reviewer, None)
        last[view.reviewer] = view
    views = list(last.values())
    # Taken back by who settled, a disagreement is open again.
    settled = max((i for i, view in enumerate(views) if view.settles), default=0)
    return Decision(tuple(view for view in views[settled:] if not view.is_empty))


def _second(finding: Finding) -> float | None:
    """The frame of a video that the box is in."""
    return finding.frame_s


def _box(finding: Finding) -> str | None:
    """The box rounded as in the record, so that a decision can be joined to an export."""
    return None if finding.box is None else json.dumps([round(side, 1) for side in finding.box])


def _overlap(first: str | None, second: str | None) -> float:
    if first == second:
        return 1.0
    if first is None or second is None:
        return 0.0
    return pair_iou(json.loads(first), json.loads(second))
