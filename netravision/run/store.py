"""The rows of a run in SQLite.

Content is screened, appearances are reported: the same picture in ten accounts is one row of
``content`` and ten of ``appearances``. Findings are kept without their sentence, which follows
from the evidence, and without regard to the account, whose exemptions may change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from netravision import installed_detectors
from netravision.arguments import Kind
from netravision.errors import RunError
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.result import Failure, Photo, Result
from netravision.run.appearance import Appearance, Location
from netravision.run.database import open_database
from netravision.run.schema import MIGRATIONS, SCHEMA_VERSION, TABLES
from netravision.run.searches import Searches
from netravision.run.stored_hashes import StoredHashes
from netravision.visible_text import encodable

__all__ = ["PASSING", "Answer", "Store"]

#: Failures of screening that may pass with more memory, more time, or a new version; a resumed
#: run tries them again. All others follow from the bytes.
PASSING = ("crashed", "internal", "timed_out")

_COLUMNS = """
SELECT a.path, a.sha256, c.width, c.height, a.account, a.kind, a.posted_at, c.truncated,
       a.known_from,
       coalesce(a.error_code, c.error_code) AS code,
       coalesce(a.error_message, c.error_message) AS message,
       c.findings, c.observations, coalesce(a.picture, a.sha256), a.file
"""
_JOINED = f"""{_COLUMNS}
FROM appearances AS a
LEFT JOIN content AS c ON c.digest = coalesce(a.picture, a.sha256) AND c.kind = a.kind
"""

# From the few contents with findings to their files: five times as fast as past all files. The plus
# takes the column's type from the comparison, with which SQLite would not use the index.
_FOUND = f"""{_COLUMNS}
FROM content AS c
CROSS JOIN appearances AS a ON coalesce(a.picture, a.sha256) = +c.digest AND a.kind = c.kind
WHERE c.findings != '[]'
"""


class Answer(NamedTuple):
    """What has come of screening a content.

    Attributes
    ----------
    search : int
        The number of the search that it answers; see :class:`netravision.run.searches.Searches`.
    error_code : str or None
        Why it failed, or was skipped.
    """

    search: int
    error_code: str | None

    @property
    def is_settled(self) -> bool:
        """Whether it will stay: not a failure that may pass."""
        return self.error_code not in PASSING


class Store:
    """The SQLite file of a run.

    Attributes
    ----------
    searches : Searches
        What the detectors were asked for.
    hashes : StoredHashes
        Of the pictures.

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
            tables=TABLES,
            migrations=MIGRATIONS,
            create=create,
        )
        self.searches = Searches(self._connection)
        self.hashes = StoredHashes(self._connection)

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

    def answer(self, content: str, kind: Kind) -> Answer | None:
        """What has come of screening a content, if it has been.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        Answer or None
        """
        row = self._connection.execute(
            "SELECT search, error_code FROM content WHERE digest = ? AND kind = ?", (content, kind)
        ).fetchone()
        return None if row is None else Answer(*row)

    def add(
        self,
        appearance: Appearance,
        screened: Result | None = None,
        *,
        search: int = 1,
        detectors: Collection[str] | None = None,
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
        detectors : collection of str, optional
            Those that have looked, if not all; what the others have said before is kept.
        """
        with self._connection:
            if screened is not None:
                if detectors is not None and screened.error is None:
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
                if screened.hashes is not None and appearance.content is not None:
                    self.hashes.add(appearance.content, screened.hashes)
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
            return sorted([*kept, *new], key=lambda each: _order(each.detector))

        findings = sorted(joined(row[0], screened.findings), key=lambda each: -each.score)
        observations = joined(row[1], screened.observations)
        if appearance.kind == "frame":
            observations.sort(key=lambda each: -each.score)
        return replace(screened, findings=tuple(findings), observations=tuple(observations))

    def below(self, folder: str, limit: int) -> Iterator[tuple[str, str | None]]:
        """The smallest files below a folder of any system; last those that say little.

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
        sha256 : str or None
            None where the bytes could not be read, or there were none.
        """
        prefix = _prefix(folder)
        for file, sha256 in self._connection.execute(
            "SELECT file, sha256 FROM appearances WHERE substr(file, 1, ?) = ?"
            " ORDER BY sha256 IS NULL, size, file LIMIT ?",
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
            for result, _content in self._results(f"{_JOINED} WHERE a.file = ?", (file,)):
                yield result, Location(Path(os.fsdecode(file)), url, content)

    def files_of(self, account: str, limit: int) -> list[tuple[str, Path]]:
        """Photos of an account, the latest first.

        Parameters
        ----------
        account : str
        limit : int
            How many at most.

        Returns
        -------
        list of (str, Path)
            Path in the record, and where the file lies.
        """
        rows = self._connection.execute(
            "SELECT path, file FROM appearances WHERE account = ?"
            " ORDER BY posted_at DESC, path LIMIT ?",
            (account, limit),
        )
        return [(path, Path(os.fsdecode(file))) for path, file in rows]

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
            for asked in other.searches.all().values():
                self.searches.begin(asked)
        with self._connection:
            self._connection.execute("DELETE FROM content")
            self._connection.execute("DELETE FROM appearances")
            for condition in (settled, f"NOT {settled}"):
                for other in others:
                    self._copy(other, "content", condition)
            for other in others:
                self._copy(other, "appearances", "TRUE")
            self.hashes.replace_by([other.hashes for other in others])

    def _copy(self, other: Store, table: str, condition: str) -> None:
        rows: Iterable[Sequence[Any]]
        rows = other._connection.execute(f"SELECT * FROM {table} WHERE {condition}")
        if table == "content":
            ours = {json.dumps(asked): number for number, asked in self.searches.all().items()}
            theirs = other.searches.all().items()
            # A run of a former format has had one search.
            numbers = {1: 1} | {number: ours[json.dumps(asked)] for number, asked in theirs}
            rows = ((*row, numbers[number]) for *row, number in rows)
        for row in rows:
            places = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)

    def results(self) -> Iterator[Result]:
        """Every appearance with what was said about its content, ordered by path, lazily.

        Yields
        ------
        Result
        """
        return (result for result, _content in self._results(_JOINED))

    def found(self, contents: Collection[str] | None = None) -> Iterator[tuple[Result, str]]:
        """Every appearance whose content has findings, with that content, ordered by path, lazily.

        Parameters
        ----------
        contents : collection of str, optional
            Only of these, each of 64 hexadecimal digits.

        Yields
        ------
        tuple of (Result, str)
        """
        if contents is None:
            return self._results(_FOUND)
        wanted = "AND c.digest IN (SELECT value FROM json_each(?))"
        return self._results(f"{_FOUND} {wanted}", (json.dumps(list(contents)),))

    def strongest(self) -> Iterator[str]:
        """The contents that have findings, by the score of their strongest.

        Yields
        ------
        str
            64 hexadecimal digits.
        """
        rows = self._connection.execute(
            "SELECT digest FROM content WHERE findings != '[]' ORDER BY"
            " (SELECT max(json_extract(value, '$.score')) FROM json_each(findings)) DESC, digest"
        )
        return (digest for (digest,) in rows)

    def _results(self, joined: str, values: Sequence[object] = ()) -> Iterator[tuple[Result, str]]:
        rows = self._connection.execute(f"{joined} ORDER BY a.path, a.file", values)
        for row in rows:
            path, sha256, width, height, account, kind, posted_at, truncated, *said = row
            known_from, code, message, findings, observations, content, file = said
            result = Result(
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
                file=Path(os.fsdecode(file)),
            )
            yield result, content

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
    return (None, None) if error is None else (error.code, encodable(error.message))


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


def _order(detector: str) -> tuple[int, str]:
    """As in :attr:`netravision.Watchlist.detectors`."""
    own = installed_detectors.SHIPPED
    return (own.index(detector), "") if detector in own else (len(own), detector)


def _load(column: str | None) -> tuple[Finding, ...]:
    return () if column is None else tuple(map(Finding.from_dict, json.loads(column)))
