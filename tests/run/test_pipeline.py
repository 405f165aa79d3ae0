"""Entries to rows through real worker processes."""

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from netravision.errors import WatchlistError
from netravision.result import Result
from netravision.run import Run
from netravision.run.pipeline import Step, screen_entries
from netravision.run.sources import KindOption, list_entries
from netravision.run.workers import TIME_LIMIT_S, Task, Workers, default_count
from netravision.watchlist import Watchlist
from tests.reels import write_reel

Draw = Callable[..., None]


@contextmanager
def running(
    folder: Path, *, count: int = 1, time_limit_s: float = TIME_LIMIT_S
) -> Iterator[tuple[Run, Workers]]:
    with (
        Run.start(folder, Watchlist.default(), "fast") as run,
        Workers(
            count,
            folder / "watchlist" / "watchlist.toml",
            "fast",
            observations=False,
            time_limit_s=time_limit_s,
        ) as workers,
    ):
        yield run, workers


def screen(run: Run, workers: Workers, *sources: Path) -> list[tuple[str, str]]:
    return [(step.path, step.how) for step in screen_entries(run, list_entries(sources), workers)]


def records(folder: Path) -> list[str]:
    with Run.open(folder) as run:
        return [json.dumps(result.to_dict()) for result in run.results()]


def by_path(folder: Path) -> dict[str | None, Result]:
    with Run.open(folder) as run:
        return {result.photo.path: result for result in run.results()}


def test_every_file_once_in_order_each_content_once_and_again_for_nothing(
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
            ("catatan.txt", "failed"),
        ]
        draw(photos / "akun_c" / "new.png", 77)
        again = screen(run, workers, photos)
        assert [how for path, how in again if path != "akun_c/new.png"] == ["kept"] * 7
        assert ("akun_c/new.png", "screened") in again
    results = by_path(tmp_path / "one")
    assert len(results) == 8
    copy = results["akun_b/copy.png"]
    assert (copy.photo.account, copy.photo.width, copy.photo.height) == ("akun_b", 120, 80)
    codes = {path: result.error.code for path, result in results.items() if result.error}
    assert codes == {"akun_b/empty.jpg": "empty", "catatan.txt": "unsupported"}
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_photo_whose_worker_is_killed_is_tried_once_more_alone(
    tmp_path: Path, draw: Draw
) -> None:
    folder = tmp_path / "foto"
    for seed in range(5):
        draw(folder / f"{seed}.png", seed, (2400, 1800))
    with running(tmp_path / "run", count=2) as (run, workers), _killing(workers, 1) as beside:
        assert screen(run, workers, folder) == [(f"{n}.png", "screened") for n in range(5)]
    assert len(beside) == 1

    draw(folder / "1.png", 99, (2400, 1800))
    draw(folder / "2.png", 98, (2400, 1800))
    with running(tmp_path / "run", count=2) as (run, workers), _killing(workers, 2) as beside:
        hows = dict(screen(run, workers, folder))
    assert hows == {
        "0.png": "kept",
        "1.png": "failed",
        "2.png": "screened",
        "3.png": "kept",
        "4.png": "kept",
    }
    assert beside[1] == []
    (failed,) = [result for result in by_path(tmp_path / "run").values() if result.error]
    assert failed.error is not None
    assert failed.error.code == "crashed"
    assert failed.photo.sha256 is not None
    # The next call has new workers, perhaps more memory.
    with running(tmp_path / "run") as (run, workers):
        assert dict(screen(run, workers, folder))["1.png"] == "screened"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.timeout(50)  # pebble waits for a lock for 60 s
def test_a_worker_killed_while_it_holds_its_pipe_keeps_nobody_waiting(
    tmp_path: Path, draw: Draw
) -> None:
    for seed in range(4):
        draw(tmp_path / "foto" / f"{seed}.png", seed, (2400, 1800))
    with running(tmp_path / "run") as (run, workers):
        steps = screen_entries(run, list_entries([tmp_path / "foto"]), workers)
        assert next(steps).how == "screened"
        while not (looking := _looking_at(workers)):
            time.sleep(0.001)
        (process,) = workers._processes
        # What a process that is killed in the middle of taking a photo leaves behind.
        process._pool._pool_manager.worker_manager.workers_channel.mutex.acquire()
        os.kill(looking[0][2], signal.SIGKILL)
        assert [step.how for step in steps] == ["screened"] * 3


def test_workers_are_born_with_one_thread_each(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    draw(tmp_path / "foto" / "1.png", 1)
    with running(tmp_path / "run") as (run, workers):
        screen(run, workers, tmp_path / "foto")
        born_with = [process.environ() for process in psutil.Process().children(recursive=True)]
    assert "1" in [environment.get("OMP_NUM_THREADS") for environment in born_with]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_worker_that_dies_between_two_photos_costs_none(tmp_path: Path, draw: Draw) -> None:
    for seed in range(2):
        draw(tmp_path / "foto" / f"{seed}.png", seed)
    with running(tmp_path / "run") as (run, workers):
        assert screen(run, workers, tmp_path / "foto" / "0.png") == [("0.png", "screened")]
        _kill_the_worker()
        assert screen(run, workers, tmp_path / "foto" / "1.png") == [("1.png", "screened")]


def test_workers_that_cannot_begin_say_why(photos: Path, tmp_path: Path) -> None:
    with running(tmp_path / "run") as (run, workers):
        (tmp_path / "run" / "watchlist" / "watchlist.toml").write_text("schema = 2")
        with pytest.raises(WatchlistError, match="schema"):
            screen(run, workers, photos)
        assert run.store.is_empty()


@contextmanager
def _killing(workers: Workers, times: int) -> Iterator[list[list[str]]]:
    """Kill the worker that looks at 1.png, that many times; lists what the others look at.

    As soon as it has taken the photo, when it may still hold the locks of its pipes.
    """
    beside: list[list[str]] = []
    over = threading.Event()

    def kill() -> None:
        killed: set[int] = set()
        while len(beside) < times and not over.wait(0.001):
            for process, task, pid in _looking_at(workers):
                if task.file.name == "1.png" and pid not in killed:
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)
                    others = [other for other in _looking_at(workers) if other[0] is not process]
                    beside.append([other.file.name for _, other, _ in others])

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield beside
    finally:
        over.set()
        thread.join()


def _looking_at(workers: Workers) -> list[tuple[object, Task, int]]:
    """Every photo under way with its process, which pebble knows and does not tell."""
    found: list[tuple[object, Task, int]] = []
    for process in workers._processes:
        given_out = list(process._pool._pool_manager.task_manager.tasks.values())
        for task in list(process.tasks):
            pids = [given.worker_id for given in given_out if given.future is task.future]
            if pids and pids[0]:
                found.append((process, task, pids[0]))
    return found


def _kill_the_worker() -> None:
    for process in multiprocessing.active_children():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)


def test_a_photo_over_its_time_ends_alone(tmp_path: Path, draw: Draw) -> None:
    draw(tmp_path / "foto" / "1.png", 1, (3000, 3000))
    (tmp_path / "foto" / "copy.png").write_bytes((tmp_path / "foto" / "1.png").read_bytes())
    with running(tmp_path / "run", time_limit_s=0.001) as (run, workers):
        # The copy hangs as well and is not waited for.
        assert screen(run, workers, tmp_path / "foto") == [
            ("1.png", "failed"),
            ("copy.png", "repeated"),
        ]
    for result in by_path(tmp_path / "run").values():
        assert result.error is not None
        assert result.error.code == "timed_out"
    with running(tmp_path / "run") as (run, workers):
        assert screen(run, workers, tmp_path / "foto") == [
            ("1.png", "screened"),
            ("copy.png", "repeated"),
        ]


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
    assert [step.how for step in steps] == [
        *("screened", "failed", "screened", "failed", "repeated", "failed")
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
        for expected in (("failed", "screened", "repeated"), ("kept", "kept", "kept")):
            entries = list_entries([folder], kind=kind)
            steps = screen_entries(run, entries, workers)
            assert tuple(step.how for step in steps) == expected
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
            assert run.store.count_failures() == {"unsupported": 1}
        assert screen(run, workers, photo) == [("1.heic", "screened")]


def test_stopping_early_keeps_what_is_finished(photos: Path, tmp_path: Path) -> None:
    with running(tmp_path / "run") as (run, workers):
        steps = screen_entries(run, list_entries([photos]), workers)
        assert next(steps) == Step("akun_a/1.png", "screened")
        time.sleep(2)  # the worker goes on with what it was given
        steps.close()
        kept = run.store.count()
    assert kept > 1


def test_no_worker_is_asked_too_much() -> None:
    assert 1 <= default_count() <= max(1, (os.cpu_count() or 1) - 1)
