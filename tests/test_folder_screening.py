"""A folder screened by the library call: records, resume, progress, log, parts, interrupts."""

import gc
import inspect
import logging
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import netravision
from netravision.errors import ArgumentError, ArgumentTypeError, NetravisionError, RunError
from netravision.folder_screening import screen_folder
from netravision.imaging.image import read_image
from netravision.progress import Progress
from netravision.run import Run
from netravision.run.decisions import Decisions, View
from netravision.run.merge import merge_runs
from netravision.watchlist import Watchlist
from tests.made_run import TWO


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two accounts with a photo each, and a file that is none."""
    folder = tmp_path / "foto"
    for shade, name in enumerate(("akun_a/1.png", "akun_b/1.png")):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((80, 120, 3), 100 + shade, np.uint8)).save(file)
    (folder / "akun_b" / "catatan.txt").write_text("rapat hari Senin")
    return folder


def statuses(run: Run) -> dict[str | None, str | None]:
    return {
        result.photo.path: result.error.code if result.error else None for result in run.results()
    }


EVERY_FILE = {"akun_a/1.png": None, "akun_b/1.png": None, "akun_b/catatan.txt": "not_a_picture"}


def test_a_folder_becomes_a_run_with_its_report_and_goes_on_where_it_stopped(
    photos: Path, tmp_path: Path
) -> None:
    told: list[Progress] = []
    with netravision.screen_folder(
        photos, tmp_path / "run", profile="fast", workers=1, progress=told.append
    ) as run:
        assert isinstance(run, netravision.Run)
        assert statuses(run) == EVERY_FILE
        assert (run.shards, run.unfinished) == (["1/1"], [])
        assert run.report_path.stat().st_size > 0
        # Locked as long as it is open.
        with pytest.raises(RunError, match="another netravision is screening"):
            screen_folder(photos, tmp_path / "run", profile="fast")
    # Whatever is finished first is told first.
    done = [progress.done for progress in told]
    assert (done[0], done[-1], done) == (0, 2, sorted(done))
    assert told[-1] == Progress(done=2, total=2, kept=0, failed=0, skipped=1)
    told.clear()
    again = [photos / "akun_a", str(photos / "akun_b")]
    with screen_folder(
        str(photos), str(tmp_path / "run"), profile="fast", workers=1, progress=told.append
    ) as run:
        assert statuses(run) == EVERY_FILE
    assert told[-1] == Progress(done=2, total=2, kept=2, failed=0, skipped=1)
    with screen_folder(again, tmp_path / "two", profile="fast", workers=1) as run:
        assert set(statuses(run)) == {"1.png", "catatan.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few users make links")
def test_one_folder_is_one_run_however_it_is_named(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tautan").symlink_to(photos, target_is_directory=True)
    told: list[Progress] = []
    call = {"profile": "fast", "workers": 1, "progress": told.append}
    for source in ("foto", "./foto/../foto", tmp_path / "tautan", "foto/akun_a/1.png"):
        with screen_folder(source, tmp_path / "run", **call) as run:  # type: ignore[arg-type]
            assert statuses(run) == EVERY_FILE
            assert run.store.count() == 3
    assert told[-1].kept == 1
    (tmp_path / "lain").mkdir()
    (photos / "akun_a" / "1.png").rename(tmp_path / "lain" / "1.png")
    with pytest.raises(RunError, match="lain is another folder"):
        screen_folder("lain", tmp_path / "run", **call)  # type: ignore[arg-type]
    (tmp_path / "lain" / "1.png").rename(photos / "akun_a" / "1.png")
    photos.rename(tmp_path / "pindah")
    with screen_folder("pindah", tmp_path / "run", **call) as run:  # type: ignore[arg-type]
        assert statuses(run) == EVERY_FILE
        assert run.store.count() == 3
    assert told[-1].kept == 2


def test_a_run_keeps_its_watchlist_where_none_is_named(photos: Path, tmp_path: Path) -> None:
    color = {"id": "biru", "label": "Biru", "srgb": "#8fd3f4"}
    own = Watchlist.model_validate({"schema": 1, "name": "Uji", "color": [color]})
    call = {"profile": "fast", "workers": 1}
    with screen_folder(photos, tmp_path / "run", watchlist=own, **call) as run:  # type: ignore[arg-type]
        assert run.summary().outdated == 0
    with screen_folder(photos, tmp_path / "run", **call) as run:  # type: ignore[arg-type]
        assert run.watchlist.name == "Uji"
        assert run.search == 1


def test_nothing_is_printed(
    photos: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    screen_folder(photos, tmp_path / "run", profile="fast", workers=1).close()
    assert capfd.readouterr() == ("", "")


def test_parts_come_together_with_their_decisions(photos: Path, tmp_path: Path) -> None:
    parts = [tmp_path / "satu", tmp_path / "dua"]
    for index, folder in enumerate(parts, start=1):
        with screen_folder(photos, folder, profile="fast", workers=1, shard=f"{index}/2") as run:
            assert run.shards == [f"{index}/2"]
        with Decisions(folder, create=True) as decisions:
            decisions.add(f"{index}" * 64, "post", [(TWO, View("right", note=f"note {index}"))])
    for _ in range(2):  # merging again adds nothing
        with merge_runs(parts, tmp_path / "semua") as whole:
            assert statuses(whole) == EVERY_FILE
            photo = netravision.Photo("x", None, None, None, None, "post")
            with Decisions(whole.folder) as decisions:
                notes = [
                    decisions.of(content * 64, netravision.Result(photo, None, (TWO,)))[0].note
                    for content in "12"
                ]
    assert notes == ["note 1", "note 2"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sources": []}, ArgumentError, "sources: expected at least one"),
        ({"sources": "nowhere"}, RunError, "nowhere: no such file or folder"),
        ({"sources": "kosong"}, RunError, "kosong: no files in this folder"),
        ({"sources": ["foto", "kosong"]}, RunError, "kosong: no files in this folder"),
        ({"kind": "story"}, ArgumentError, "kind: expected one of auto, avatar, post, got 'story'"),
        ({"profile": "quick"}, ArgumentError, "profile: expected one of fast"),
        ({"workers": "2"}, ArgumentTypeError, r"workers: expected int \| None"),
        ({"workers": 0}, ArgumentError, "workers: expected at least 1, got 0"),
        ({"workers": 1, "scheduler": "tcp://x"}, ArgumentError, "workers: expected None"),
        ({"shard": "4/3"}, ArgumentError, "shard: expected I/N"),
        ({"shard": "one"}, ArgumentError, "shard: expected I/N"),
        ({"manifest": "nowhere.csv"}, RunError, "nowhere.csv: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_before_there_is_a_run(
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: dict[str, object],
    error: type,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kosong" / ".tersembunyi").mkdir(parents=True)
    with pytest.raises(error, match=message) as raised:
        screen_folder(**{"sources": photos, "run": tmp_path / "run", **arguments})
    assert isinstance(raised.value, NetravisionError)
    assert not (tmp_path / "run").exists()


def test_an_interrupt_in_the_callback_keeps_what_is_done_and_leaves_nothing_open(
    photos: Path, tmp_path: Path
) -> None:
    def interrupted(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as raised:
        screen_folder(photos, tmp_path / "run", profile="fast", workers=1, progress=interrupted)
    under_way = [
        steps
        for steps in gc.get_objects()
        if inspect.isgenerator(steps) and steps.__name__ == "screen_entries" and steps.gi_frame
    ]
    assert raised.tb is not None  # what it holds has not been collected
    assert under_way == []
    with Run.open(tmp_path / "run") as run:
        assert run.store.count() >= 1
        assert (run.shards, run.unfinished) == ([], ["1/1"])
    with screen_folder(photos, tmp_path / "run", profile="fast", workers=1) as run:
        assert statuses(run) == EVERY_FILE


def test_an_archive_and_broken_sidecars_fail_no_photo(
    photos: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stem = "2024-09-24_17-30-00_UTC"
    with zipfile.ZipFile(tmp_path / "kiriman.zip", "w") as archive:
        archive.write(photos / "akun_a" / "1.png", f"{stem}.png")
        archive.writestr(f"{stem}.json", "{")
        archive.writestr(f"{stem}.txt", "Rapat kerja")
    (photos / "kiriman.zip").write_bytes((tmp_path / "kiriman.zip").read_bytes())
    for how in ("screened", "kept"):
        with screen_folder(photos, tmp_path / "run", profile="fast", workers=1) as run:
            found = {result.photo.path: result for result in run.results()}
            archived = found[f"kiriman.zip/{stem}.png"]
            assert archived.status == "screened", how
            assert archived.photo.account == "kiriman"
            assert archived.photo.posted_at == "2024-09-24T17:30:00+00:00"
            assert archived.photo.known_from == {"account": "folder", "posted_at": "name"}
            assert {result.status for path, result in found.items() if path != stem} == {
                "screened",
                "skipped",
            }
            path = run.picture_path(archived)
            assert path is not None
            assert read_image(path).sha256 == archived.photo.sha256
    warnings = {r.getMessage() for r in caplog.records if r.levelno == logging.WARNING}
    assert warnings == {f"Sidecar: {stem}.json: is not valid JSON"}
