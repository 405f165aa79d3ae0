"""A run of each past format: read as it is, and made one of this format when it goes on.

Each was made with that format's netravision from fixtures/photos. ``format_3``, with decisions of
format 2: a hand and its copy, a profile picture, the first 400 bytes of the hand, an empty
``.jpg``, and a caption. ``format_4``, with decisions of format 3 and with observations: a hand and
its copy, a poster and the first 20,000 bytes of it, an avatar with an emblem, an empty ``.jpg``,
and a caption.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import jsonschema
import pytest

from netravision import schemas
from netravision.result import Result
from netravision.run import Run, decisions
from netravision.run.decisions import Decisions
from netravision.run.pipeline import screen_entries
from netravision.run.schema import MIGRATIONS, SCHEMA_VERSION
from netravision.run.sources import list_entries
from netravision.run.store import Store
from netravision.worker_screener import load_screener
from netravision.workers import Workers

RUNS = Path(__file__).parent
FORMATS = (3, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(RUNS / "format_3", tmp_path / "run")


def test_there_is_a_run_of_each_past_format() -> None:
    # Formats 1 and 2 were never published. One of the present format is made before it changes.
    assert set(range(3, SCHEMA_VERSION)) <= set(FORMATS)
    assert {path.name for path in RUNS.glob("format_*")} == {f"format_{n}" for n in FORMATS}


def test_the_docs_say_which_formats_open() -> None:
    told = (RUNS.parent.parent / "docs" / "schemas.md").read_text(encoding="utf-8")
    assert f"| `run.sqlite` | {SCHEMA_VERSION} | {min(MIGRATIONS)} to {SCHEMA_VERSION} |" in told
    assert f"| `decisions.sqlite` | {decisions.SCHEMA_VERSION} |" in told


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "run.sqlite")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def results(folder: Path) -> dict[str | None, Result]:
    with Run.open(folder) as run:
        return {result.photo.path: result for result in run.results()}


def test_it_is_read_and_stays_as_it_is(folder: Path) -> None:
    before = (folder / "run.sqlite").read_bytes()
    found = results(folder)
    assert [finding.rule for finding in found["warga_1/salinan.jpg"].findings] == ["number-2"]
    assert found["dinas_contoh/rusak.jpg"].photo.truncated
    caption = found["dinas_contoh/catatan.txt"]
    assert (caption.status, caption.error and caption.error.code) == ("failed", "unsupported")
    for result in found.values():
        assert Result.from_dict(json.loads(json.dumps(result.to_dict()))).photo == result.photo
    assert (folder / "run.sqlite").read_bytes() == before
    assert version(folder) == 3


def test_it_goes_on_and_keeps_what_was_screened(folder: Path, tmp_path: Path) -> None:
    before = results(folder)
    photos = tmp_path / "foto" / "dinas_contoh"
    photos.mkdir(parents=True)
    (photos / "catatan.txt").write_text("rapat hari Senin")
    copy = folder / "watchlist" / "watchlist.toml"
    with (
        closing(Store(folder / "run.sqlite", create=True)) as store,
        Workers(1, partial(load_screener, copy, "fast", observations=False)) as workers,
    ):
        steps = screen_entries(Run(folder, store), list_entries([tmp_path / "foto"]), workers)
        assert [step.how for step in steps] == ["skipped"]
    assert version(folder) == SCHEMA_VERSION
    after = results(folder)
    assert after["dinas_contoh/catatan.txt"].status == "skipped"
    for path in before.keys() - {"dinas_contoh/catatan.txt"}:
        assert after[path] == before[path]


@pytest.mark.parametrize("number", FORMATS)
def test_its_records_are_of_the_schema(number: int, tmp_path: Path) -> None:
    folder = shutil.copytree(RUNS / f"format_{number}", tmp_path / "run")
    assert version(folder) == number
    validator = jsonschema.Draft202012Validator(schemas.load("result/2"))
    for result in results(folder).values():
        record = json.loads(json.dumps(result.to_dict()))
        # Format 3 had no skipped files: its captions have failed as what was no picture had then.
        validator.validate(record)
        assert Result.from_dict(record).to_dict() == record


@pytest.mark.parametrize(
    ("number", "path", "rules"),
    [
        (3, "akun_jari/two_130px_brown_right.jpg", ["number-2"]),
        (4, "akun_jari/dua.jpg", ["number-2"]),
        (4, "relawan_fajar/poster.jpg", ["symbol-fajar", "number-2"]),
        (4, "warga_arunika/avatar_polos.jpg", ["emblem-arunika"]),
    ],
)
def test_its_findings_are_explained(
    number: int, path: str, rules: list[str], tmp_path: Path
) -> None:
    found = results(shutil.copytree(RUNS / f"format_{number}", tmp_path / "run"))[path]
    assert [finding.rule for finding in found.findings] == rules
    assert all(finding.explain("id").endswith(".") for finding in found.findings)


@pytest.mark.parametrize(
    ("number", "path", "said"),
    [
        (3, "akun_jari/two_130px_brown_right.jpg", ("right", "yes")),
        (4, "akun_jari/dua.jpg", ("conflict", "conflict")),
        (4, "relawan_fajar/poster.jpg", ("unsure", "later")),
    ],
)
def test_its_decisions_count(number: int, path: str, said: tuple[str, str], tmp_path: Path) -> None:
    folder = shutil.copytree(RUNS / f"format_{number}", tmp_path / "run")
    with Run.open(folder) as run, Decisions(folder) as decisions:
        (result,) = (each for each in run.results() if each.photo.path == path)
        decision = decisions.of(run.content(result), result)[0]
    assert (decision.choice, decision.follow_up) == said


def test_a_measure_that_nothing_makes_any_more_is_taken_out(tmp_path: Path) -> None:
    folder = shutil.copytree(RUNS / "format_4", tmp_path / "run")
    path = "warga_arunika/avatar_polos.jpg"
    before = results(folder)[path]
    with closing(sqlite3.connect(folder / "run.sqlite")) as connection, connection:
        measured = ('"wear"', '"hash_distance":9,"wear"')
        connection.execute("UPDATE content SET findings = replace(findings, ?, ?)", measured)
    assert results(folder)[path] == before
