"""Hashes of the pictures of a run, by which they are found again.

Rows are numbered from 1 in the order in which pictures come. A million rows take seconds to read,
so the 256-bit hashes of every :data:`BLOCK` of them are kept in one piece, too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.hashing import HASHING_VERSION, from_stored
from netravision.errors import HashVersionError
from netravision.languages import gettext as _
from netravision.result import PictureHashes

__all__ = ["BLOCK", "HashedPicture", "StoredHashes"]

#: Hashes that are kept in one piece.
BLOCK = 1024


class HashedPicture(NamedTuple):
    """One picture that has hashes.

    Attributes
    ----------
    content : str
        64 hexadecimal digits.
    phash : str
    quality : int
        See :class:`netravision.result.PictureHashes`.
    """

    content: str
    phash: str
    quality: int


class StoredHashes:
    """The hashes in a run's database.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the :class:`netravision.run.store.Store`, which opens and closes it, and in whose
        transactions rows are added.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, content: str, hashes: PictureHashes) -> None:
        """Keep the hashes of a picture that has none yet.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        hashes : PictureHashes
        """
        added = self._connection.execute(
            "INSERT OR IGNORE INTO hashes (content, phash, phash256, quality) VALUES (?, ?, ?, ?)",
            (content, hashes.phash, hashes.phash256, hashes.quality),
        )
        if added.rowcount == 1 and added.lastrowid is not None and added.lastrowid % BLOCK == 0:
            self._keep_block(added.lastrowid // BLOCK - 1)

    def wide(self) -> NDArray[np.uint8]:
        """The 256-bit hashes of all pictures, in the order of their numbers, from 1.

        Returns
        -------
        (N, 32) uint8 ndarray

        Raises
        ------
        HashVersionError
            If they were made in another way than this version makes them.
        """
        expected = f"phash256-{HASHING_VERSION}"
        rows = self._connection.execute(
            "SELECT algorithm, hashes FROM hash_blocks ORDER BY block"
        ).fetchall()
        for algorithm, _block in rows:
            if algorithm != expected:
                raise HashVersionError(
                    _("expected hashes of {expected}, got {found}; screen the photos again").format(
                        expected=expected, found=algorithm
                    )
                )
        rest = from_stored("phash256", self._wide_hashes(len(rows) * BLOCK, 2**62))
        whole = b"".join([*(block for _name, block in rows), rest.tobytes()])
        return np.frombuffer(whole, np.uint8).reshape(-1, 32)

    def picture(self, number: int) -> HashedPicture:
        """The picture of a number in :meth:`wide`.

        Parameters
        ----------
        number : int
            From 1.

        Returns
        -------
        HashedPicture
        """
        row = self._connection.execute(
            "SELECT content, phash, quality FROM hashes WHERE number = ?", (number,)
        ).fetchone()
        return HashedPicture(*row)

    def sure(self, contents: Collection[str], least_quality: int) -> dict[str, str]:
        """The 256-bit hashes of pictures that have enough in them to be told apart.

        Parameters
        ----------
        contents : collection of str
            Each of 64 hexadecimal digits.
        least_quality : int

        Returns
        -------
        dict of str to str
            By content, as stored.
        """
        rows = self._connection.execute(
            "SELECT content, phash256 FROM hashes"
            " WHERE content IN (SELECT value FROM json_each(?)) AND quality >= ? ORDER BY number",
            (json.dumps(list(contents)), least_quality),
        )
        return dict(rows.fetchall())

    def phash(self, content: str | None) -> str | None:
        """The 64-bit hash of a content as ``imagehash`` writes it; None if it has none.

        Parameters
        ----------
        content : str or None

        Returns
        -------
        str or None
        """
        row = self._connection.execute(
            "SELECT phash FROM hashes WHERE content = ?", (content,)
        ).fetchone()
        return None if row is None else str(row[0]).partition(":")[2]

    def count(self) -> int:
        """Number of pictures that have hashes."""
        return int(self._connection.execute("SELECT count(*) FROM hashes").fetchone()[0])

    def count_missing(self) -> int:
        """Number of screened pictures that have no hash, as those of a former version."""
        return int(
            self._connection.execute(
                "SELECT count(DISTINCT digest) FROM content WHERE error_code IS NULL"
                " AND digest NOT IN (SELECT content FROM hashes)"
            ).fetchone()[0]
        )

    def replace_by(self, others: Sequence[StoredHashes]) -> None:
        """Have the hashes of other runs and no more; of a picture that several have, the first.

        Parameters
        ----------
        others : sequence of StoredHashes
        """
        self._connection.execute("DELETE FROM hashes")
        self._connection.execute("DELETE FROM hash_blocks")
        for other in others:
            rows = other._connection.execute(
                "SELECT content, phash, phash256, quality FROM hashes ORDER BY number"
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO hashes (content, phash, phash256, quality)"
                " VALUES (?, ?, ?, ?)",
                rows,
            )
        for block in range(self.count() // BLOCK):
            self._keep_block(block)

    def _keep_block(self, block: int) -> None:
        texts = self._wide_hashes(block * BLOCK, (block + 1) * BLOCK)
        algorithm = texts[0].partition(":")[0]
        self._connection.execute(
            "INSERT OR REPLACE INTO hash_blocks VALUES (?, ?, ?)",
            (block, algorithm, from_stored("phash256", texts).tobytes()),
        )

    def _wide_hashes(self, after: int, last: int) -> list[str]:
        rows = self._connection.execute(
            "SELECT phash256 FROM hashes WHERE number > ? AND number <= ? ORDER BY number",
            (after, last),
        )
        return [row[0] for row in rows]
