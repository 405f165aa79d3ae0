"""The rows of a run in SQLite.

Content is screened, appearances are reported: the same picture in ten accounts is one row of
``content`` and ten of ``appearances``. Findings are kept without their sentence, which follows
from the evidence, and without regard to the account, whose exemptions may change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Kind
from netravision.core.hashing import HASHING_VERSION, from_stored
from netravision.errors import HashVersionError, RunError
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.result import Failure, Known, Origin, Photo, PictureHashes, Result
from netravision.rules import DetectorName
from netravision.run.database import open_database

__all__ = [
    "PASSING",
    "SCHEMA_VERSION",
    "Appearance",
    "Asked",
    "HashedPicture",
    "Location",
    "Store",
    "printable",
]

#: Stored as SQLite's user_version; a change of the tables below raises it.
SCHEMA_VERSION = 4

#: Failures of screening that may pass with more memory, more time, or a new version; a resumed
#: run tries them again. All others follow from the bytes.
PASSING = ("crashed", "internal", "timed_out")

# What each detector was asked for, by its fingerprint.
_SEARCHES = "CREATE TABLE searches (number INTEGER PRIMARY KEY, asked TEXT NOT NULL UNIQUE)"

_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE content (
        digest TEXT NOT NULL,
        kind TEXT NOT NULL,
        width INTEGER,
        height INTEGER,
        truncated INTEGER NOT NULL,
        error_code TEXT,
        error_message TEXT,
        findings TEXT NOT NULL,
        observations TEXT NOT NULL,
        search INTEGER NOT NULL,
        PRIMARY KEY (digest, kind)
    ) WITHOUT ROWID
    """,
    _SEARCHES,
    """
    CREATE TABLE appearances (
        file BLOB PRIMARY KEY,
        path TEXT NOT NULL,
        account TEXT,
        kind TEXT NOT NULL,
        guessed INTEGER NOT NULL,
        posted_at TEXT,
        url TEXT,
        size INTEGER,
        mtime_ns INTEGER,
        sha256 TEXT,
        picture TEXT,
        error_code TEXT,
        error_message TEXT,
        known_from TEXT NOT NULL
    )
    """,
    "CREATE INDEX appearances_by_path ON appearances (path, file)",
)

# By what pictures are found again. A million rows take seconds to read, so the 256-bit hashes of
# every _BLOCK of them, in the order of their numbers, are kept in one piece, too.
_HASH_TABLES = (
    """
    CREATE TABLE hashes (
        number INTEGER PRIMARY KEY,
        content TEXT NOT NULL UNIQUE,
        phash TEXT NOT NULL,
        phash256 TEXT NOT NULL,
        quality INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE hash_blocks (
        block INTEGER PRIMARY KEY, algorithm TEXT NOT NULL, hashes BLOB NOT NULL
    )
    """,
    "CREATE INDEX appearances_by_content ON appearances (coalesce(picture, sha256))",
)

_BLOCK = 1024

#: What makes a database of a former version one of the next, by the former.
_MIGRATIONS = {
    3: (
        "ALTER TABLE appearances ADD COLUMN known_from TEXT NOT NULL DEFAULT '{}'",
        # Format 3 knows one search for all; whoever goes on with the run says which.
        _SEARCHES,
        "ALTER TABLE content ADD COLUMN search INTEGER NOT NULL DEFAULT 1",
        # Format 3 had no skipped files: without a time of change, they are looked at again.
        """
        UPDATE appearances SET mtime_ns = NULL WHERE (coalesce(picture, sha256), kind) IN
            (SELECT digest, kind FROM content WHERE error_code IN ('unsupported', 'empty'))
        """,
        *_HASH_TABLES,
        # Hands of format 3 say what they would be without their neighbours, which decide no more.
        *(
            f"""
            UPDATE content SET {column} = (
                SELECT json_group_array(json_remove(value, '$.evidence.pose_alone'))
                FROM json_each({column})
            ) WHERE {column} LIKE '%"pose_alone"%'
            """
            for column in ("findings", "observations")
        ),
    ),
}

_JOINED = """
SELECT a.path, a.sha256, c.width, c.height, a.account, a.kind, a.posted_at, c.truncated,
       a.known_from,
       coalesce(a.error_code, c.error_code) AS code,
       coalesce(a.error_message, c.error_message) AS message,
       c.findings, c.observations
FROM appearances AS a
LEFT JOIN content AS c ON c.digest = coalesce(a.picture, a.sha256) AND c.kind = a.kind
"""


#: By detector, the fingerprint of what it is asked for; None where it is asked for nothing.
Asked = Mapping[str, str | None]

_ORDER = get_args(DetectorName)


@dataclass(frozen=True, slots=True)
class Appearance:
    """One file: where it lies, who posted it, and what its bytes were when it was read.

    Attributes
    ----------
    file : Path
        Absolute; two files are two appearances, however much alike.
    path : str
        What the record says: relative to the source, forward slashes.
    account, posted_at, url : str or None
    kind : {"avatar", "post", "frame"}
    guessed : bool
        The kind was guessed from the picture.
    size, mtime_ns : int or None
        Of the file; as long as both stay, the file counts as unchanged.
    sha256 : str or None
        None if the bytes could not be read; `error` then says why.
    error : Failure or None
    image_digest : str or None
        As :class:`netravision.imaging.inspection.FileInfo` has it.
    known_from : mapping of str to str
        As :class:`netravision.result.Photo` has it.
    """

    file: Path
    path: str
    account: str | None
    kind: Kind
    guessed: bool
    posted_at: str | None
    url: str | None
    size: int | None
    mtime_ns: int | None
    sha256: str | None
    error: Failure | None = None
    image_digest: str | None = None
    known_from: Mapping[Known, Origin] = field(default_factory=dict, hash=False)

    @property
    def content(self) -> str | None:
        """What is said about the content is stored by this and by the kind."""
        return self.image_digest or self.sha256


class Location(NamedTuple):
    """Where the file of a record lies, its web address, and the digest of its content.

    Attributes
    ----------
    file : Path
    url : str or None
    content : str or None
        64 hexadecimal digits.
    """

    file: Path
    url: str | None
    content: str | None


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


class Store:
    """The SQLite file of a run.

    Parameters
    ----------
    path : Path
    create : bool
        Make the file where there is none.

    Raises
    ------
    RunError
        If it is not a run's database, or one of another version of netravision.
    sqlite3.OperationalError
        If another program has locked it, or the disk is full; also from every method.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.is_file():
            raise RunError(
                _(
                    "{folder} is not a run folder: it has no {file}; "
                    "name a folder that “netravision screen” has filled"
                ).format(folder=path.parent, file=path.name)
            )
        self._connection = open_database(
            path,
            what=_("a run's database"),
            version=SCHEMA_VERSION,
            # WAL lets an export read while a run writes. With it, NORMAL can lose the last
            # commits to a power cut but never damages the file; they are screened again.
            pragmas=("journal_mode = WAL", "synchronous = NORMAL"),
            tables=(*_TABLES, *_HASH_TABLES),
            migrations=_MIGRATIONS,
            create=create,
        )

    @property
    def meta(self) -> dict[str, Any]:
        """What is known about the whole run."""
        rows = self._connection.execute("SELECT key, value FROM meta")
        return {key: json.loads(value) for key, value in rows}

    def set_meta(self, **values: Any) -> None:
        """Set some of :attr:`meta` in one transaction.

        Parameters
        ----------
        **values
            By key, anything that JSON can hold.
        """
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [(key, json.dumps(value)) for key, value in values.items()],
            )

    def is_empty(self) -> bool:
        """Whether nothing has been screened yet."""
        return self._connection.execute("SELECT 1 FROM content LIMIT 1").fetchone() is None

    def appearance(self, file: Path) -> Appearance | None:
        """The file as it was last met, if it was.

        Parameters
        ----------
        file : Path

        Returns
        -------
        Appearance or None
        """
        row = self._connection.execute(
            "SELECT path, account, kind, guessed, posted_at, url, size, mtime_ns, sha256,"
            " picture, error_code, error_message, known_from FROM appearances WHERE file = ?",
            (os.fsencode(file),),
        ).fetchone()
        if row is None:
            return None
        path, account, kind, guessed, posted_at, url, size, mtime_ns, sha256, *rest = row
        image_digest, code, text, known_from = rest
        return Appearance(
            file,
            path,
            account,
            kind,
            bool(guessed),
            posted_at,
            url,
            size,
            mtime_ns,
            sha256,
            None if code is None else Failure(code, text),
            image_digest,
            json.loads(known_from),
        )

    def has_content(self, content: str, kind: Kind) -> bool:
        """Whether anything has been said about the content, be it that it failed.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        bool
        """
        row = self._connection.execute(
            "SELECT 1 FROM content WHERE digest = ? AND kind = ?", (content, kind)
        ).fetchone()
        return row is not None

    def is_settled(self, content: str, kind: Kind) -> bool:
        """Whether the content has been screened, or has failed in a way that will not pass.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        bool
        """
        row = self._connection.execute(
            "SELECT error_code FROM content WHERE digest = ? AND kind = ?", (content, kind)
        ).fetchone()
        return row is not None and row[0] not in PASSING

    @property
    def searches(self) -> dict[int, Asked]:
        """What the detectors have been asked for in this run, by number."""
        rows = self._connection.execute("SELECT number, asked FROM searches")
        return {number: json.loads(asked) for number, asked in rows}

    def begin_search(self, asked: Asked) -> int:
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

    def search_of(self, content: str, kind: Kind) -> int | None:
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

    def appearances_by_search(self) -> dict[int, int]:
        """How many appearances have the answers of each search."""
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
            number: self.begin_search(
                {name: value if value == asked.get(name) else None for name, value in then.items()}
            )
            for number, then in self.searches.items()
        }
        with self._connection:
            self._connection.executemany(
                "UPDATE content SET findings = ? WHERE digest = ? AND kind = ?", changed
            )
            # All at once: a number may be both a former and a present one.
            whens = " ".join(f"WHEN {former} THEN {number}" for former, number in valid.items())
            self._connection.execute(f"UPDATE content SET search = CASE search {whens} END")

    def add(
        self,
        appearance: Appearance,
        screened: Result | None = None,
        *,
        search: int = 1,
        detectors: frozenset[str] = frozenset(_ORDER),
    ) -> None:
        """Keep an appearance, and what was said about its content if that is new.

        Both or neither: what is in the store after a power cut is whole.

        Parameters
        ----------
        appearance : Appearance
        screened : Result, optional
            Of its content.
        search : int
            Number of the search that the result is of.
        detectors : frozenset of str
            Those that have looked; what the others have said before is kept.
        """
        with self._connection:
            if screened is not None:
                if not detectors.issuperset(_ORDER) and screened.error is None:
                    screened = self._joined(appearance, screened, detectors)
                self._connection.execute(
                    "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        appearance.content,
                        appearance.kind,
                        screened.photo.width,
                        screened.photo.height,
                        screened.photo.truncated,
                        *_error_columns(screened.error),
                        _dump(screened.findings),
                        _dump(screened.observations),
                        search,
                    ),
                )
            if screened is not None and screened.hashes is not None:
                self._add_hashes(appearance.content, screened.hashes)
            self._connection.execute(
                "INSERT OR REPLACE INTO appearances VALUES"
                " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    os.fsencode(appearance.file),
                    appearance.path,
                    appearance.account,
                    appearance.kind,
                    appearance.guessed,
                    appearance.posted_at,
                    appearance.url,
                    appearance.size,
                    appearance.mtime_ns,
                    appearance.sha256,
                    appearance.image_digest,
                    *_error_columns(appearance.error),
                    json.dumps(dict(appearance.known_from)),
                ),
            )

    def _joined(
        self, appearance: Appearance, screened: Result, detectors: Collection[str]
    ) -> Result:
        """A result with what the other detectors have said of its content before."""
        row = self._connection.execute(
            "SELECT findings, observations FROM content WHERE digest = ? AND kind = ?",
            (appearance.content, appearance.kind),
        ).fetchone()

        def joined(column: str, new: Sequence[Finding]) -> list[Finding]:
            kept = [each for each in _load(column) if each.detector not in detectors]
            # In the order that the detectors have in one look.
            return sorted([*kept, *new], key=lambda each: _ORDER.index(each.detector))

        findings = sorted(joined(row[0], screened.findings), key=lambda each: -each.score)
        observations = joined(row[1], screened.observations)
        if appearance.kind == "frame":
            observations.sort(key=lambda each: -each.score)
        return replace(screened, findings=tuple(findings), observations=tuple(observations))

    def below(self, folder: str, limit: int) -> Iterator[tuple[str, str]]:
        """The smallest files below a folder of any system, empty ones left out.

        Parameters
        ----------
        folder : str
            As it was called where it was screened.
        limit : int
            How many at most.

        Yields
        ------
        rest : str
            Its path below the folder, forward slashes.
        sha256 : str
        """
        prefix = _prefix(folder)
        for file, sha256 in self._connection.execute(
            "SELECT file, sha256 FROM appearances WHERE substr(file, 1, ?) = ?"
            " AND size > 0 AND sha256 IS NOT NULL ORDER BY size, file LIMIT ?",
            (len(prefix), prefix, limit),
        ):
            yield _rest(file, prefix), sha256

    def move(self, folder: str, to: Path) -> None:
        """Have all files below a folder below another one, in one transaction.

        Parameters
        ----------
        folder : str
            As it was called where it was screened.
        to : Path
        """
        prefix = _prefix(folder)
        rows = self._connection.execute(
            "SELECT file FROM appearances WHERE substr(file, 1, ?) = ?", (len(prefix), prefix)
        ).fetchall()
        with self._connection:
            self._connection.executemany(
                "UPDATE OR REPLACE appearances SET file = ? WHERE file = ?",
                [(os.fsencode(to / _rest(file, prefix)), file) for (file,) in rows],
            )

    def _add_hashes(self, content: str | None, hashes: PictureHashes) -> None:
        added = self._connection.execute(
            "INSERT OR IGNORE INTO hashes (content, phash, phash256, quality) VALUES (?, ?, ?, ?)",
            (content, hashes.phash, hashes.phash256, hashes.quality),
        )
        if added.rowcount == 1 and added.lastrowid is not None and added.lastrowid % _BLOCK == 0:
            self._keep_block(added.lastrowid // _BLOCK - 1)

    def _keep_block(self, block: int) -> None:
        texts = self._wide_hashes(block * _BLOCK, (block + 1) * _BLOCK)
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

    def hashes(self) -> NDArray[np.uint8]:
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
        whole = np.frombuffer(b"".join(block for _name, block in rows), np.uint8)
        rest = self._wide_hashes(len(rows) * _BLOCK, 2**62)
        return np.concatenate(
            [whole.reshape(-1, 32), from_stored("phash256", rest).reshape(-1, 32)]
        )

    def count_without_hashes(self) -> int:
        """Number of screened pictures that have no hash, as those of a former version."""
        return int(
            self._connection.execute(
                "SELECT count(DISTINCT digest) FROM content WHERE error_code IS NULL"
                " AND kind != 'frame' AND digest NOT IN (SELECT content FROM hashes)"
            ).fetchone()[0]
        )

    def hashed_picture(self, number: int) -> HashedPicture:
        """The picture of a number in :meth:`hashes`.

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

    def appearances_of(self, content: str) -> Iterator[tuple[Result, Location]]:
        """Every file of a content with what was said about it, ordered by path.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.

        Yields
        ------
        tuple of (Result, Location)
        """
        paths = self._connection.execute(
            "SELECT path, sha256, file, url FROM appearances"
            " WHERE coalesce(picture, sha256) = ? ORDER BY path, file",
            (content,),
        ).fetchall()
        for _path, _sha256, file, url in paths:
            for result in self._results("WHERE a.file = ?", (file,)):
                yield result, Location(Path(os.fsdecode(file)), url, content)

    def shared_with(self, other: Store) -> Iterator[str]:
        """Paths of photos that both have: the same path and bytes, or the same file.

        Parameters
        ----------
        other : Store

        Yields
        ------
        str
        """
        for path, sha256, file in self._connection.execute(
            "SELECT path, sha256, file FROM appearances ORDER BY path, file"
        ):
            found = other._connection.execute(
                "SELECT 1 FROM appearances WHERE path = ? AND sha256 IS ?"
                " UNION ALL SELECT 1 FROM appearances WHERE file = ? LIMIT 1",
                (path, sha256, file),
            ).fetchone()
            if found is not None:
                yield path

    def replace_by(self, others: Sequence[Store]) -> None:
        """Have the rows of other stores and no more, in one transaction.

        Of a content that several have, the first word counts that is not a failure which may
        pass.

        Parameters
        ----------
        others : sequence of Store
        """
        passing = ", ".join(f"'{code}'" for code in PASSING)
        settled = f"coalesce(error_code, '') NOT IN ({passing})"
        for other in others:
            for asked in other.searches.values():
                self.begin_search(asked)
        with self._connection:
            self._connection.execute("DELETE FROM content")
            self._connection.execute("DELETE FROM appearances")
            self._connection.execute("DELETE FROM hashes")
            self._connection.execute("DELETE FROM hash_blocks")
            for condition in (settled, f"NOT {settled}"):
                for other in others:
                    self._copy(other, "content", condition)
            for other in others:
                self._copy(other, "appearances", "TRUE")
            for other in others:
                self._copy_hashes(other)
            for block in range(self.count_hashes() // _BLOCK):
                self._keep_block(block)

    def count_hashes(self) -> int:
        """Number of pictures that have hashes."""
        return int(self._connection.execute("SELECT count(*) FROM hashes").fetchone()[0])

    def _copy_hashes(self, other: Store) -> None:
        rows = other._connection.execute(
            "SELECT content, phash, phash256, quality FROM hashes ORDER BY number"
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO hashes (content, phash, phash256, quality) VALUES (?, ?, ?, ?)",
            rows,
        )

    def _copy(self, other: Store, table: str, condition: str) -> None:
        rows: Iterable[Sequence[Any]]
        rows = other._connection.execute(f"SELECT * FROM {table} WHERE {condition}")
        if table == "content":
            own = {json.dumps(asked): number for number, asked in self.searches.items()}
            # A run of a former format has had one search.
            numbers = {1: 1} | {n: own[json.dumps(each)] for n, each in other.searches.items()}
            rows = ((*row, numbers[number]) for *row, number in rows)
        for row in rows:
            places = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)

    def results(self, *, with_findings: bool = False) -> Iterator[Result]:
        """Every appearance with what was said about its content, ordered by path, lazily.

        Parameters
        ----------
        with_findings : bool
            Only those whose content has any.

        Yields
        ------
        Result
        """
        return self._results("WHERE c.findings != '[]'" if with_findings else "")

    def _results(self, condition: str, values: Sequence[object] = ()) -> Iterator[Result]:
        rows = self._connection.execute(f"{_JOINED} {condition} ORDER BY a.path, a.file", values)
        for row in rows:
            path, sha256, width, height, account, kind, posted_at, truncated, *said = row
            known_from, code, message, findings, observations = said
            yield Result(
                Photo(
                    path,
                    sha256,
                    width,
                    height,
                    account,
                    kind,
                    posted_at,
                    truncated=bool(truncated),
                    known_from=json.loads(known_from),
                ),
                None if code is None else Failure(code, message),
                _load(findings),
                _load(observations),
            )

    def count(self) -> int:
        """Number of appearances."""
        return int(self._connection.execute("SELECT count(*) FROM appearances").fetchone()[0])

    def count_errors(self) -> dict[str, int]:
        """Number of failed and skipped appearances by code, most frequent first."""
        rows = self._connection.execute(
            f"SELECT code, count(*) FROM ({_JOINED}) WHERE code IS NOT NULL"
            " GROUP BY code ORDER BY count(*) DESC, code"
        )
        return dict(rows.fetchall())

    def locate(self, path: str, sha256: str | None) -> Location | None:
        """The appearance of a record, by the path and bytes that it names.

        Parameters
        ----------
        path : str
        sha256 : str or None

        Returns
        -------
        Location or None
            None where there is no such appearance.
        """
        row = self._connection.execute(
            "SELECT file, url, coalesce(picture, sha256) FROM appearances"
            " WHERE path = ? AND sha256 IS ? LIMIT 1",
            (path, sha256),
        ).fetchone()
        return None if row is None else Location(Path(os.fsdecode(row[0])), row[1], row[2])

    def close(self) -> None:
        """Close the file; Windows cannot delete or move it before."""
        self._connection.close()


def _prefix(folder: str) -> bytes:
    separator = b"\\" if _is_windows(folder) else b"/"
    return os.fsencode(folder).rstrip(separator) + separator


def _rest(file: bytes, prefix: bytes) -> str:
    rest = os.fsdecode(file[len(prefix) :])
    return rest.replace("\\", "/") if prefix.endswith(b"\\") else rest


def _is_windows(folder: str) -> bool:
    return folder[1:3] == ":\\" or folder.startswith("\\\\")


def _error_columns(error: Failure | None) -> tuple[str | None, str | None]:
    return (None, None) if error is None else (error.code, printable(error.message))


def _dump(findings: Sequence[Finding]) -> str:
    return json.dumps([*map(_columns, findings)], separators=(",", ":"))


def _columns(finding: Finding) -> dict[str, Any]:
    """A finding as it is, without the rounding and the sentence of its record."""
    return {
        "detector": finding.detector,
        "rule": finding.rule,
        "label": finding.label,
        "score": finding.score,
        "box": finding.box,
        "evidence": finding.evidence.to_dict(),
    }


def _load(column: str | None) -> tuple[Finding, ...]:
    return () if column is None else tuple(map(Finding.from_dict, json.loads(column)))


def printable(text: str) -> str:
    r"""Text that every encoder takes: what no encoding could name becomes an escape.

    File systems hold names that are no Unicode text; Python gives their bytes as surrogates.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> printable("caf\udce9.jpg")
    'caf\\udce9.jpg'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
