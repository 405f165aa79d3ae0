"""What the detectors of a run have been asked for, and whose answers each content has."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping

from netravision.arguments import Kind

__all__ = ["Asked", "Searches"]

#: By detector, the fingerprint of what it is asked for; None where it is asked for nothing.
Asked = Mapping[str, str | None]


class Searches:
    """The searches in a run's database, numbered from 1.

    A run begins a new one where the watchlist asks for something else than before.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the :class:`netravision.run.store.Store`, which opens and closes it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> dict[int, Asked]:
        """What was asked for in each search, by number."""
        rows = self._connection.execute("SELECT number, asked FROM searches")
        return {number: json.loads(asked) for number, asked in rows}

    def begin(self, asked: Asked) -> int:
        """The number of a search, a new one where nothing of the kind has been asked yet.

        Parameters
        ----------
        asked : mapping of str to str or None
            By detector, the fingerprint of what it is asked for.

        Returns
        -------
        int
        """
        text = json.dumps(dict(asked), sort_keys=True)
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO searches (asked) VALUES (?)", (text,))
        row = self._connection.execute("SELECT number FROM searches WHERE asked = ?", (text,))
        return int(row.fetchone()[0])

    def of(self, content: str, kind: Kind) -> int | None:
        """The number of the search that a screened content has the answers of.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        int or None
            None where it has not been screened, or failed.
        """
        row = self._connection.execute(
            "SELECT search FROM content WHERE digest = ? AND kind = ? AND error_code IS NULL",
            (content, kind),
        ).fetchone()
        return None if row is None else int(row[0])

    def count_appearances(self) -> dict[int, int]:
        """How many appearances have the answers of each search, by number."""
        rows = self._connection.execute(
            "SELECT search, count(*) FROM appearances AS a JOIN content AS c"
            " ON c.digest = coalesce(a.picture, a.sha256) AND c.kind = a.kind"
            " WHERE a.error_code IS NULL AND c.error_code IS NULL GROUP BY search"
        )
        return dict(rows.fetchall())

    def keep_answers(self, asked: Asked, rules: Collection[str]) -> None:
        """Let go of what has been said about anything that is not asked for any more.

        Findings of rules that are still there stay, but count as answers only where their detector
        is asked for the same as then.

        Parameters
        ----------
        asked : mapping of str to str or None
            What is asked for now.
        rules : collection of str
            Names of all rules.
        """
        changed = []
        for digest, kind, findings in self._connection.execute(
            "SELECT digest, kind, findings FROM content WHERE findings != '[]'"
        ):
            found = json.loads(findings)
            kept = [finding for finding in found if finding["rule"] in rules]
            if len(kept) < len(found):
                changed.append((json.dumps(kept, separators=(",", ":")), digest, kind))
        valid = {
            number: self.begin(
                {name: value if value == asked.get(name) else None for name, value in then.items()}
            )
            for number, then in self.all().items()
        }
        with self._connection:
            self._connection.executemany(
                "UPDATE content SET findings = ? WHERE digest = ? AND kind = ?", changed
            )
            # All at once: a number may be both a former and a present one.
            whens = " ".join(f"WHEN {former} THEN {number}" for former, number in valid.items())
            self._connection.execute(f"UPDATE content SET search = CASE search {whens} END")
