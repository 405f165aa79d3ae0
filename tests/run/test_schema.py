"""A run of the previous format: read as it is, and made one of this format when it goes on.

``format_3`` was made with that format's netravision from fixtures/photos: a hand and its copy, a
profile picture, the first 400 bytes of the hand, an empty ``.jpg``, and a caption.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from netravision.result import Result
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.schema import SCHEMA_VERSION
from netravision.run.sources import list_entries
from netravision.run.store import Store
from netravision.run.workers import Workers

RUN = Path(__file__).parent / "format_3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(RUN, tmp_path / "run")


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
    with (
        closing(Store(folder / "run.sqlite", create=True)) as store,
        Workers(1, folder / "watchlist" / "watchlist.toml", "fast", observations=False) as workers,
    ):
        steps = screen_entries(Run(folder, store), list_entries([tmp_path / "foto"]), workers)
        assert [step.how for step in steps] == ["skipped"]
    assert version(folder) == SCHEMA_VERSION
    after = results(folder)
    assert after["dinas_contoh/catatan.txt"].status == "skipped"
    for path in before.keys() - {"dinas_contoh/catatan.txt"}:
        assert after[path] == before[path]
