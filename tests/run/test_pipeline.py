"""Entries to rows of the store: each content once, kept at once, resumed and stopped."""

import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.arguments import Kind
from netravision.result import Failure, Result
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.sources import KindOption, list_entries
from netravision.watchlist import Watchlist
from netravision.worker_screener import load_screener
from netravision.workers import Task, Workers, failed
from tests.reels import write_reel
from tests.run.real_workers import by_path, records, running, screen

Draw = Callable[..., None]


def test_every_file_once_each_content_once_and_again_for_nothing(
    photos: Path, tmp_path: Path, draw: Draw
) -> None:
    with running(tmp_path / "one") as (run, workers):
        assert screen(run, workers, photos) == [
            ("akun_a/1.png", "screened"),
            ("akun_a/2.png", "screened"),
            ("akun_b/1.png", "screened"),
            ("akun_b/2.png", "screened"),
            ("akun_b/copy.png", "repeated"),
            ("akun_b/empty.jpg", "failed"),
            ("catatan.txt", "skipped"),
        ]
        draw(photos / "akun_c" / "new.png", 77)
        again = screen(run, workers, photos)
        kept = [how for path, how in again if path != "akun_c/new.png"]
        assert kept == ["kept"] * 6 + ["skipped"]
        assert ("akun_c/new.png", "screened") in again
    results = by_path(tmp_path / "one")
    assert len(results) == 8
    copy = results["akun_b/copy.png"]
    assert (copy.photo.account, copy.photo.width, copy.photo.height) == ("akun_b", 120, 80)
    codes = {path: result.error.code for path, result in results.items() if result.error}
    assert codes == {"akun_b/empty.jpg": "empty", "catatan.txt": "not_a_picture"}
    # However many workers there are, the same is said.
    with running(tmp_path / "two", count=2) as (run, workers):
        screen(run, workers, photos)
    assert records(tmp_path / "two") == records(tmp_path / "one")


def test_a_file_changed_or_told_about_is_looked_at_anew(
    photos: Path, tmp_path: Path, draw: Draw
) -> None:
    only = photos / "akun_a"
    with running(tmp_path / "run") as (run, workers):
        screen(run, workers, only)
        draw(only / "2.png", 99, (130, 90))
        assert screen(run, workers, only) == [("1.png", "kept"), ("2.png", "screened")]
        told = list_entries([only], kind="avatar")
        assert [step.how for step in screen_entries(run, told, workers)] == ["screened"] * 2
    assert {result.photo.kind for result in by_path(tmp_path / "run").values()} == {"avatar"}


def test_a_picture_about_which_something_is_written_is_not_looked_at_again(
    tmp_path: Path, draw: Draw
) -> None:
    first = tmp_path / "foto" / "akun_a" / "1.jpg"
    draw(first, 1)
    for account, text in (("akun_b", b"diunduh dua kali"), ("akun_c", b"dan lagi")):
        file = first.parents[1] / account / "1.jpg"
        with Image.open(first) as image:
            file.parent.mkdir()
            image.save(file, "JPEG", quality="keep", comment=text)
    other = first.parents[1] / "akun_d" / "1.jpg"
    other.parent.mkdir()
    with Image.open(first) as image:
        image.save(other, "JPEG", quality=80)
    with running(tmp_path / "run", count=2) as (run, workers):
        hows = [how for _, how in screen(run, workers, tmp_path / "foto")]
        assert hows == ["screened", "repeated", "repeated", "screened"]
        assert {how for _, how in screen(run, workers, tmp_path / "foto")} == {"kept"}
    results = by_path(tmp_path / "run").values()
    assert len({result.photo.sha256 for result in results}) == 4
    assert {result.photo.account for result in results} == {
        *("akun_a", "akun_b", "akun_c", "akun_d")
    }
    assert {result.status for result in results} == {"screened"}


def test_a_file_that_vanishes_meanwhile_does_not_take_its_copy_along(
    photos: Path, tmp_path: Path
) -> None:
    def entries_while_files_go() -> Iterator[object]:
        for entry in list_entries([photos / "akun_a", photos / "akun_b"]):
            if entry.path == "2.png" and entry.file.exists():
                entry.file.unlink()
            yield entry

    with running(tmp_path / "run") as (run, workers):
        steps = list(screen_entries(run, entries_while_files_go(), workers))  # type: ignore[arg-type]
    assert sorted(step.how for step in steps) == [
        *("failed", "failed", "failed", "repeated", "screened", "screened")
    ]
    with Run.open(tmp_path / "run") as run:
        failures = [result.error.code for result in run.results() if result.error]
    assert sorted(failures) == ["empty", "vanished", "vanished"]


@pytest.mark.parametrize("kind", ["auto", "post"])
def test_a_video_is_one_record_and_done_once(tmp_path: Path, kind: KindOption) -> None:
    folder = tmp_path / "foto"
    (folder / "akun").mkdir(parents=True)
    scenes = [np.full((96, 128, 3), shade, np.uint8) for shade in (40, 200) for _ in range(15)]
    reel = write_reel(folder / "akun" / "reel.mp4", scenes)
    (folder / "akun" / "foto_profil.jpg").write_bytes(reel.read_bytes())
    (folder / "akun" / "broken.mp4").write_bytes(reel.read_bytes()[:400])
    with running(tmp_path / "run") as (run, workers):
        for expected in (("failed", "repeated", "screened"), ("kept", "kept", "kept")):
            entries = list_entries([folder], kind=kind)
            steps = screen_entries(run, entries, workers)
            assert tuple(sorted(step.how for step in steps)) == expected
    found = by_path(tmp_path / "run")
    assert [(r.photo.kind, r.photo.frame_s) for r in found.values()] == [
        ("frame", None),
        ("frame", 0.0),
        ("frame", 0.0),
    ]
    broken = found["akun/broken.mp4"].error
    assert broken is not None
    assert broken.code == "truncated"


def test_a_heic_is_tried_again_once_its_package_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pillow_heif").register_heif_opener()
    photo = tmp_path / "foto" / "1.heic"
    photo.parent.mkdir()
    Image.new("RGB", (64, 48), "gray").save(photo, "HEIF")
    with running(tmp_path / "run") as (run, workers):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
            assert screen(run, workers, photo) == [("1.heic", "failed")]
            assert run.store.count_errors() == {"unsupported": 1}
        assert screen(run, workers, photo) == [("1.heic", "screened")]


def test_stopping_early_keeps_what_is_finished(photos: Path, tmp_path: Path) -> None:
    with running(tmp_path / "run") as (run, workers):
        steps = screen_entries(run, list_entries([photos]), workers)
        done = 1
        while next(steps).how != "screened":
            done += 1
        time.sleep(4)  # the worker goes on with what it was given
        steps.close()
        kept = run.store.count()
    assert kept > done


def test_what_is_finished_is_kept_while_the_first_is_looked_at(
    photos: Path, tmp_path: Path
) -> None:
    with running(tmp_path / "run", count=2) as (run, workers):
        steps = screen_entries(run, list_entries([photos]), HoldingBack(workers, "1.png"))
        assert [next(steps).path for _ in range(4)]
        names = {result.photo.path for result in run.results()}
        assert names >= {"akun_a/2.png", "akun_b/2.png"}
        assert "akun_a/1.png" not in names
        assert len(list(steps)) == 3
    assert len(by_path(tmp_path / "run")) == 7


class HoldingBack:
    """Workers to which some photos take until all others are finished."""

    def __init__(self, workers: Workers, name: str) -> None:
        self._workers, self._name = workers, name
        self._held: list[Task] = []
        self.count = workers.count

    def submit(
        self, file: Path, kind: Kind, sha256: str, detectors: Collection[str] | None = None
    ) -> Task:
        if file.name != self._name:
            return self._workers.submit(file, kind, sha256, detectors)
        self._held.append(Task(file, kind, sha256))
        return self._held[-1]

    def wait(self, tasks: Sequence[Task]) -> None:
        if set(tasks) <= set(self._held):
            for task in self._held:
                task.future = Future()
                task.future.set_result(failed(task.kind, Failure("internal", "held back")))
        self._workers.wait([task for task in tasks if task not in self._held])

    def result(self, task: Task) -> Result:
        return self._workers.result(task)


class _Noting(Workers):
    """Workers that note which detectors they are asked for."""

    def submit(
        self, file: Path, kind: Kind, sha256: str, detectors: Collection[str] | None = None
    ) -> Task:
        self.asked.append(sorted(detectors or ()))
        return super().submit(file, kind, sha256, detectors)

    asked: list[list[str]]


def test_a_changed_watchlist_leaves_what_it_does_not_touch(
    tmp_path: Path, fixtures_dir: Path
) -> None:
    photos = tmp_path / "foto" / "akun"
    photos.mkdir(parents=True)
    for name in ("akun_jari/two_130px_brown_right.jpg", "relawan_fajar/nomor_2_circle_stroke.jpg"):
        shutil.copy(fixtures_dir / "photos" / name, photos)
        shutil.copy(photos / Path(name).name, photos / f"salinan_{Path(name).name}")
    number = {"value": 2, "label": "Paslon 2"}
    color = {"id": "biru", "label": "Biru", "srgb": "#8fd3f4"}
    before = {"schema": 1, "name": "Uji", "number": [number]}
    after = {**before, "color": [color]}

    def screened(folder: str, tables: dict[str, object]) -> list[list[str]]:
        watchlist = Watchlist.model_validate(tables)
        with (
            Run.start(tmp_path / folder, watchlist, "fast", observations=True) as run,
            _Noting(
                1, partial(load_screener, run.watchlist_file, "fast", observations=True)
            ) as workers,
        ):
            workers.asked = []
            list(screen_entries(run, list_entries([tmp_path / "foto"]), workers))
            assert run.summary().outdated == 0
            return workers.asked

    every = ["emblem", "hands", "insignia"]
    assert screened("run", before) == [every] * 2
    assert screened("run", before) == []
    assert screened("run", after) == [["insignia"]] * 2
    assert screened("run", after) == []
    assert screened("baru", after) == [every] * 2
    assert records(tmp_path / "run") == records(tmp_path / "baru")
