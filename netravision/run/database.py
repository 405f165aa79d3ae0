"""SQLite files of a run folder: opened, checked for their version, and made where there is none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

from netravision.errors import RunError
from netravision.languages import gettext as _

__all__ = ["LOCK_WAIT_S", "can_write", "open_database"]

#: How long another program's lock is waited for, in seconds. Programs that make backups and look
#: for viruses lock a file for moments.
LOCK_WAIT_S = 30.0


def open_database(
    path: Path | None,
    *,
    what: str,
    version: int,
    pragmas: Sequence[str],
    tables: Sequence[str],
    create: bool,
    migrations: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> sqlite3.Connection:
    """Open a file of this version, or of a former one; the caller closes it.

    A file of a former version becomes one of this version only if tables may be made in it, as by
    whom it is written. Who only reads has a copy of his own, which ends with the connection: the
    file may be on a disk that cannot be written, or in use by the netravision that made it.

    A file that is made is the user's own: nobody else may read it. One in a folder that cannot be
    written to can be read.

    Parameters
    ----------
    path : Path or None
        None is a database in memory.
    what : str
        What the file is called in an error, as ``"a run's database"``.
    version : int
        Stored as SQLite's user_version.
    pragmas : sequence of str
        Settings of the connection, as ``"synchronous = FULL"``.
    tables : sequence of str
        Statements that make the tables.
    create : bool
        Make the tables in a file that has none.
    migrations : mapping of int to sequence of str
        By a former version, the statements that make a file of it one of the next.

    Returns
    -------
    sqlite3.Connection

    Raises
    ------
    RunError
        If the file is something else or of another version, or cannot be written to and was not
        closed by who wrote it.
    sqlite3.OperationalError
        If another program has locked it, or the disk is full.
    OSError
        If it is to be made where nothing can be.
    """
    if create and path is not None:
        _make_private(path)
    connection = sqlite3.connect(":memory:" if path is None else path, timeout=LOCK_WAIT_S)
    try:
        try:
            found = _prepare(connection, version, pragmas, tables if create else ())
        except sqlite3.OperationalError as error:
            if create or path is None or not _is_read_only(error):
                raise  # locked, a full disk: the file is not to blame
            connection.close()
            connection = _open_read_only(path, what)
            found = _version(connection)
        if found in migrations:
            if not create or not can_write(connection):
                connection = _copy(connection)
            found = _migrate(connection, migrations)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        raise RunError(
            _("{file} cannot be used as {what}: {why}; choose another folder").format(
                file=path, what=what, why=error
            )
        ) from error
    except BaseException:
        connection.close()
        raise
    if found == version:
        return connection
    connection.close()
    if found == 0:
        raise RunError(
            _("{file} is not {what}, or one just being made").format(file=path, what=what)
        )
    raise RunError(
        _(
            "{file} has format {found}, this netravision reads {expected}; "
            "use the version that made it, or choose another folder"
        ).format(file=path, found=found, expected=version)
    )


def _prepare(
    connection: sqlite3.Connection, version: int, pragmas: Sequence[str], tables: Sequence[str]
) -> int:
    """Set up a connection, make the tables where there are none, and say the file's version."""
    found = _version(connection)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    if tables and found == 0:
        # One transaction: a file has all tables or none, also where two processes make it at once.
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            if _is_empty(connection):
                for statement in tables:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
        found = _version(connection)
    return found


def _copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    # Without a name, SQLite keeps a large one on disk and deletes it at the end.
    copy = sqlite3.connect("")
    with closing(connection):
        connection.backup(copy)
    return copy


def _migrate(connection: sqlite3.Connection, migrations: Mapping[int, Sequence[str]]) -> int:
    """Change an older file, all or nothing, and once where two processes open it."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        while (found := _version(connection)) in migrations:
            for statement in migrations[found]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {found + 1}")
    return found


def can_write(connection: sqlite3.Connection) -> bool:
    """Whether a file can be written to: not if it or its folder is another's, or on a disc.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    bool

    Raises
    ------
    sqlite3.OperationalError
        If another program has locked the file, or the disk is full.
    """
    try:
        # Only to begin writes nothing yet, and would succeed.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version = {_version(connection)}")
    except sqlite3.OperationalError as error:
        if _is_read_only(error):
            return False
        raise
    finally:
        connection.rollback()
    return True


def _is_read_only(error: sqlite3.OperationalError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says what was tried
    return code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _open_read_only(path: Path, what: str) -> sqlite3.Connection:
    """A file whose log SQLite may not make, as where a run was copied to a disk of a reader.

    It is read as it is, so its log must not hold anything: what is there would be left out.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise RunError(
            _(
                "{file} cannot be used as {what}: its folder cannot be written to, and the program "
                "that wrote it has not ended in good order; copy the folder to where you may write"
            ).format(file=path, what=what)
        )
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _make_private(path: Path) -> None:
    """Make an empty file if there is none; what SQLite lays beside it is as private."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None
