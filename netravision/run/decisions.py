"""What people decided about findings: kept beside the run, and never overwritten.

The file is apart from the run's own database, so that screening again, resuming or even making
``run.sqlite`` anew cannot touch what a person has done, and so that both can be written at the
same time. A decision belongs to the content of a photo, the rule, and the place in the picture.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, get_args

from netravision.arguments import Kind
from netravision.core.box import pair_iou
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.result import Result
from netravision.run.database import open_database

__all__ = ["CHOICES", "FILE", "SAME_PLACE", "SCHEMA_VERSION", "Choice", "Decision", "Decisions"]

FILE = "decisions.sqlite"

#: Stored as SQLite's user_version; a change of the table below raises it.
SCHEMA_VERSION = 2

Choice = Literal["confirmed", "rejected", "undecided"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

#: Another version may draw a box a few pixels beside the old one; it is the same place while the
#: boxes share this much of their union. Two hands side by side, as found in photos of crowds,
#: never do: overlapping boxes are thinned out before they become findings.
SAME_PLACE = 0.5

# Rows are only ever added: the last one of a finding counts, the others say how it came about.
_TABLES = (
    """
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        content TEXT NOT NULL,
        kind TEXT NOT NULL,
        rule TEXT NOT NULL,
        label TEXT NOT NULL,
        frame_s REAL,
        box TEXT,
        choice TEXT NOT NULL CHECK (choice IN ('confirmed', 'rejected', 'undecided')),
        note TEXT NOT NULL,
        decided_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX decisions_by_photo ON decisions (content, kind)",
)

_COLUMNS = "content, kind, rule, label, frame_s, box, choice, note, decided_at"
_INSERT = f"INSERT INTO decisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about one finding.

    Attributes
    ----------
    choice : {"confirmed", "rejected", "undecided"}
        Worth a look, not, or nothing said yet (or taken back).
    note : str
    decided_at : str or None
        ISO 8601, UTC; None where nobody ever decided.
    """

    choice: Choice = "undecided"
    note: str = ""
    decided_at: str | None = None


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
            tables=_TABLES,
            create=True,
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
        rows = self._connection.execute(
            "SELECT rule, label, frame_s, box, choice, note, decided_at FROM decisions"
            " WHERE id IN (SELECT max(id) FROM decisions WHERE content = ? AND kind = ?"
            " GROUP BY rule, label, frame_s, box)",
            (content, result.photo.kind),
        ).fetchall()
        decided = [Decision() for _ in result.findings]
        pairs = [
            (iou, i, j)
            for i, finding in enumerate(result.findings)
            for j, (rule, label, second, box, *_) in enumerate(rows)
            if (finding.rule, finding.label, _second(finding)) == (rule, label, second)
            and (iou := _overlap(_box(finding), box)) >= SAME_PLACE
        ]
        found, taken = set(), set()
        # Best first: a decision stays with its own place while a neighbor's box overlaps it.
        for iou, i, j in sorted(pairs, key=lambda pair: -pair[0]):
            if i not in found and (j not in taken or iou == 1):
                decided[i] = Decision(*rows[j][4:])
                found.add(i)
                taken.add(j)
        return decided

    def add(
        self, content: str | None, kind: Kind, said: Iterable[tuple[Finding, Choice, str]]
    ) -> None:
        """Keep what was said about findings of one photo: all or nothing.

        Parameters
        ----------
        content : str or None
            As :meth:`netravision.run.Run.content` has it.
        kind : {"avatar", "post", "frame"}
        said : iterable of (Finding, str, str)
            A finding, the choice and the note.
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
                        choice,
                        note,
                        now,
                    )
                    for finding, choice, note in said
                ],
            )

    def take_over(self, folders: Iterable[Path]) -> None:
        """Add what was decided in other runs, each decision once, in the order they were made.

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
            for folder in folders:
                with Decisions(folder) as other:
                    histories.append([row for row in other._rows() if row not in known])
                    known.update(histories[-1])
            history = heapq.merge(*histories, key=_decided_at)
            # Written anew, as the last row of a finding is the one that counts.
            self._connection.execute("DELETE FROM decisions")
            self._connection.executemany(_INSERT, history)

    def _rows(self) -> list[tuple[Any, ...]]:
        return self._connection.execute(f"SELECT {_COLUMNS} FROM decisions ORDER BY id").fetchall()

    def close(self) -> None:
        """Close the file; Windows cannot delete or move it before."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _decided_at(row: tuple[Any, ...]) -> str:
    return str(row[-1])


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
