"""Small pictures of candidates, made once and kept in the run folder, with faces hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from netravision.languages import gettext as _
from netravision.run.database import open_database

__all__ = ["FILE", "SCHEMA_VERSION", "Thumbnails"]

#: May be deleted at any time; it is filled again when the pictures are looked at.
FILE = "thumbnails.sqlite"

SCHEMA_VERSION = 1

_TABLE = """
    CREATE TABLE thumbnails (
        photo TEXT NOT NULL,
        candidate INTEGER NOT NULL,
        jpeg BLOB NOT NULL,
        PRIMARY KEY (photo, candidate)
    ) WITHOUT ROWID
    """


class Thumbnails:
    """One file of small pictures; safe for several threads and processes.

    Parameters
    ----------
    folder : Path
        The run folder.

    Raises
    ------
    RunError
        If the file is of another version of netravision, or no such file at all.
    sqlite3.OperationalError
        If another program has locked it, or the disk is full; also from every method.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._open().close()

    def get(self, photo: str, candidate: int) -> bytes | None:
        """The picture of a candidate, if it was made.

        Parameters
        ----------
        photo : str
            Its id, which follows from the picture and what was found in it.
        candidate : int

        Returns
        -------
        bytes or None
            A JPEG file.
        """
        with closing(self._open()) as connection:
            row = connection.execute(
                "SELECT jpeg FROM thumbnails WHERE photo = ? AND candidate = ?", (photo, candidate)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def add(self, photo: str, jpegs: Mapping[int, bytes]) -> None:
        """Keep the pictures of a photo's candidates.

        Parameters
        ----------
        photo : str
        jpegs : mapping of int to bytes
            By the number of the candidate.
        """
        with closing(self._open()) as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)",
                [(photo, candidate, jpeg) for candidate, jpeg in jpegs.items()],
            )

    def _open(self) -> sqlite3.Connection:
        return open_database(
            self._path,
            what=_("a file of thumbnails"),
            version=SCHEMA_VERSION,
            # It can be made again, so nothing waits for the disk.
            pragmas=("journal_mode = WAL", "synchronous = OFF"),
            tables=(_TABLE,),
            create=True,
        )
