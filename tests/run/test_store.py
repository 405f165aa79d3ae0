"""Rows: what goes in comes out, once for each content and once for each appearance."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netravision.arguments import Kind
from netravision.errors import RunError
from netravision.finding import Finding
from netravision.result import ERROR_CODES, Failure, Photo, Result
from netravision.run.appearance import Appearance
from netravision.run.store import PASSING, Answer, Store
from tests import made_evidence
from tests.made_evidence import HAND

SHA = "ab" * 32
TWO = Finding("hands", "number-2", "two", 0.97, (1.0, 2.0, 3.0, 4.0), HAND)


def appearance(
    path: str = "akun_a/1.jpg",
    *,
    sha256: str | None = SHA,
    kind: Kind = "post",
    error: Failure | None = None,
) -> Appearance:
    return Appearance(
        Path("/foto", path), path, "akun_a", kind, False, None, None, 10, 20, sha256, error
    )


def screened(*findings: Finding, error: Failure | None = None) -> Result:
    return Result(Photo(None, SHA, 120, 80), error, findings)


any_findings = made_evidence.findings()


@settings(max_examples=25)
@given(st.lists(any_findings, max_size=3), st.lists(any_findings, max_size=2))
def test_what_goes_in_comes_out(found: list[Finding], seen: list[Finding]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Store(Path(folder, "run.sqlite"), create=True)) as store,
    ):
        photo = Photo("akun_a/1.jpg", SHA, 120, 80, "akun_a")
        store.add(appearance(), Result(photo, None, tuple(found), tuple(seen)))
        assert list(store.results()) == [Result(photo, None, tuple(found), tuple(seen))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "run.sqlite", create=True)) as store:
        yield store


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.is_empty()
    assert list(store.results()) == []
    assert store.count() == 0
    assert store.count_errors() == {}
    assert store.appearance(Path("/foto/1.jpg")) is None


def test_one_content_may_appear_often(store: Store) -> None:
    store.add(appearance("b/1.jpg"), screened(TWO))
    store.add(appearance("a/1.jpg"))
    results = list(store.results())
    assert [result.photo.path for result in results] == ["a/1.jpg", "b/1.jpg"]
    assert [result.findings for result in results] == [(TWO,), (TWO,)]


def test_a_picture_under_other_bytes_is_one_content_with_its_own_bytes(store: Store) -> None:
    store.add(appearance("a.jpg"), screened(TWO))
    about = replace(appearance("b.jpg", sha256="cd" * 32), image_digest=SHA)
    store.add(about)
    assert [(r.photo.sha256, r.findings) for r in store.results()] == [
        (SHA, (TWO,)),
        ("cd" * 32, (TWO,)),
    ]
    assert store.appearance(about.file) == about
    assert store.locate("b.jpg", "cd" * 32) == (about.file, None, SHA)


def test_the_same_bytes_as_avatar_and_as_post_are_two_contents(store: Store) -> None:
    store.add(appearance("a.jpg", kind="avatar"), screened(TWO))
    store.add(appearance("b.jpg", kind="post"), screened())
    assert [len(result.findings) for result in store.results()] == [1, 0]
    assert [(r.photo.path, content) for r, content in store.found()] == [("a.jpg", SHA)]


def test_a_file_met_again_replaces_its_appearance(store: Store) -> None:
    store.add(appearance(), screened(TWO))
    store.add(appearance(sha256="cd" * 32), screened())
    assert [result.findings for result in store.results()] == [()]


def test_an_appearance_is_read_back(store: Store) -> None:
    failed = appearance(sha256=None, error=Failure("vanished", "1.jpg is no longer there"))
    store.add(failed)
    assert store.appearance(failed.file) == failed
    assert store.locate("akun_a/1.jpg", None) == (failed.file, None, None)
    assert store.locate("akun_a/1.jpg", SHA) is None
    told = replace(appearance(), known_from={"account": "folder", "posted_at": "sidecar"})
    store.add(told)
    assert store.appearance(told.file) == told
    (result,) = store.results()
    assert result.photo.known_from == told.known_from


@pytest.mark.parametrize("code", ERROR_CODES)
def test_a_failure_is_settled_unless_it_may_pass(store: Store, code: str) -> None:
    store.add(appearance(), screened(error=Failure(code, "so it was")))
    answer = store.answer(SHA, "post")
    assert answer == Answer(1, code)
    assert answer.is_settled == (code not in PASSING)
    assert store.answer(SHA, "avatar") is None
    assert store.count_errors() == {code: 1}
    (result,) = store.results()
    assert result.error == Failure(code, "so it was")


def test_passing_failures_are_of_the_closed_list() -> None:
    assert set(PASSING) <= set(ERROR_CODES)


def test_a_message_with_an_impossible_name_is_kept_printable(store: Store) -> None:
    store.add(appearance(sha256=None, error=Failure("vanished", "caf\udce9.jpg is gone")))
    (result,) = store.results()
    assert result.error == Failure("vanished", r"caf\udce9.jpg is gone")


def test_results_are_read_lazily_while_another_writes(store: Store, tmp_path: Path) -> None:
    store.add(appearance("a.jpg"), screened())
    with closing(Store(tmp_path / "run.sqlite")) as reader:
        results = reader.results()
        next(results)
        store.add(appearance("b.jpg"), screened())
        assert reader.count() in (1, 2)
        assert len(list(reader.results())) == 2


def test_no_store_is_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        Store(tmp_path / "run.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_leaves_a_database_without_tables_to_its_maker(tmp_path: Path) -> None:
    file = tmp_path / "run.sqlite"
    file.touch()  # what a reader sees between the two steps of the maker
    with pytest.raises(RunError, match="just being made"):
        Store(file)
    with closing(Store(file, create=True)) as store:
        assert store.is_empty()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "run.sqlite"
    file.write_bytes(b"this is no database, it only has the name of one" * 100)
    with pytest.raises(RunError, match=r"run\.sqlite cannot be used"):
        Store(file)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(("version", "message"), [(0, "not a run's database"), (99, "format 99")])
def test_a_store_of_another_format_is_refused(
    tmp_path: Path, version: int, message: str, create: bool
) -> None:
    file = tmp_path / "run.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE other (x)")
        connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(RunError, match=message):
        Store(file, create=create)


@pytest.mark.parametrize("former", ["/foto", "D:\\foto", "\\\\server\\foto"])
def test_files_of_a_folder_of_any_system_are_moved(store: Store, former: str) -> None:
    separator = "/" if former.startswith("/") else "\\"
    for path in ("akun/1.jpg", "akun/2.jpg"):
        file = f"{former}{separator}{path.replace('/', separator)}"
        row = replace(appearance(path), file=file)  # a Path would be one of this system
        store.add(row)
    store.add(replace(appearance("3.jpg"), file=f"{former}2{separator}3.jpg"))
    assert list(store.below(former, 1)) == [("akun/1.jpg", SHA)]
    store.move(former, Path("/baru"))
    located = [store.locate(path, SHA) for path in ("akun/1.jpg", "akun/2.jpg", "3.jpg")]
    assert [each and each.file for each in located] == [
        Path("/baru/akun/1.jpg"),
        Path("/baru/akun/2.jpg"),
        Path(f"{former}2{separator}3.jpg"),
    ]
