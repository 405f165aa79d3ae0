"""SQLite files that are made once, by one of several makers, and refused if they are another's."""

import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

import pytest

from netravision.errors import RunError
from netravision.run.database import open_database

TABLES = ("CREATE TABLE fruit (name TEXT)", "INSERT INTO fruit VALUES ('salak')")


def opened(
    path: Path | None,
    *,
    create: bool = True,
    version: int = 4,
    migrations: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> sqlite3.Connection:
    return open_database(
        path,
        what="a basket",
        version=version,
        pragmas=("synchronous = FULL",),
        tables=TABLES,
        create=create,
        migrations=migrations,
    )


@pytest.mark.parametrize("in_memory", [False, True])
def test_tables_and_settings_are_there(tmp_path: Path, in_memory: bool) -> None:
    with closing(opened(None if in_memory else tmp_path / "a.sqlite")) as connection:
        assert connection.execute("SELECT name FROM fruit").fetchall() == [("salak",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert not connection.in_transaction


def test_tables_are_made_once(tmp_path: Path) -> None:
    def rows(_: int) -> int:
        with closing(opened(tmp_path / "a.sqlite")) as connection:
            return len(connection.execute("SELECT name FROM fruit").fetchall())

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(rows, range(32))) == {1}


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").touch()
    with pytest.raises(RunError, match=r"a\.sqlite is not a basket, or one just being made"):
        opened(tmp_path / "a.sqlite", create=False)
    assert (tmp_path / "a.sqlite").read_bytes() == b""


@pytest.mark.parametrize("create", [False, True])
def test_what_is_something_else_is_refused_and_left_as_it_is(tmp_path: Path, create: bool) -> None:
    file = tmp_path / "a.sqlite"
    file.write_bytes(b"this is no database, it only has the name of one" * 100)
    with pytest.raises(RunError, match="cannot be used as a basket"):
        opened(file, create=create)
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE other (x)")
    with pytest.raises(RunError, match="is not a basket"):
        opened(file, create=create)
    for version in (3, 5):
        file.unlink()
        opened(file, version=version).close()
        before = file.read_bytes()
        with pytest.raises(RunError, match=f"has format {version}, this netravision reads 4"):
            opened(file, create=create)
        assert file.read_bytes() == before


def test_an_older_file_is_brought_up_to_date_once(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    opened(file, version=3).close()

    def rows(_: int) -> list[tuple[str]]:
        made = open_database(
            file,
            what="a basket",
            version=4,
            pragmas=(),
            tables=TABLES,
            create=True,
            migrations={3: ("INSERT INTO fruit VALUES ('duku')",)},
        )
        with closing(made) as connection:
            return connection.execute("SELECT name FROM fruit").fetchall()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(rows, range(16))) == [[("salak",), ("duku",)]] * 16
    opened(file, version=4).close()


def test_a_lock_is_told_as_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netravision.run.database.LOCK_WAIT_S", 0.0)
    opened(tmp_path / "a.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            opened(tmp_path / "a.sqlite")


def test_a_former_version_is_brought_up_step_by_step_where_it_may_be_written(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.sqlite"
    opened(file, version=2).close()
    before = file.read_bytes()
    steps = {
        2: ("ALTER TABLE fruit ADD COLUMN color TEXT",),
        3: ("UPDATE fruit SET color = 'brown'",),
    }
    for create, version in ((False, 2), (True, 4)):
        with closing(opened(file, create=create, migrations=steps)) as connection:
            assert connection.execute("SELECT * FROM fruit").fetchall() == [("salak", "brown")]
            assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert create or file.read_bytes() == before
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (version,)


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    opened(file, version=3).close()
    before = file.read_bytes()
    steps = {3: ("UPDATE fruit SET name = 'duku'", "UPDATE basket SET name = 'duku'")}
    with pytest.raises(sqlite3.OperationalError, match="basket"):
        opened(file, migrations=steps)
    assert file.read_bytes() == before
