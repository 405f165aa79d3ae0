"""Worker processes that are killed, hang or cannot begin cost one photo at most."""

import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from netravision.errors import WatchlistError
from netravision.run.pipeline import screen_entries
from netravision.run.sources import list_entries
from netravision.run.workers import TIME_LIMIT_S, Task, Workers, default_count
from tests.run.real_workers import by_path, running, screen

Draw = Callable[..., None]

pytestmark = pytest.mark.alone


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_photo_whose_worker_is_killed_is_tried_once_more_alone(
    tmp_path: Path, draw: Draw
) -> None:
    folder = tmp_path / "foto"
    for seed in range(5):
        draw(folder / f"{seed}.png", seed, (2400, 1800))
    with running(tmp_path / "run", count=2) as (run, workers), _signalling(workers, 1) as beside:
        assert screen(run, workers, folder) == [(f"{n}.png", "screened") for n in range(5)]
    assert len(beside) == 1

    draw(folder / "1.png", 99, (2400, 1800))
    draw(folder / "2.png", 98, (2400, 1800))
    with running(tmp_path / "run", count=2) as (run, workers), _signalling(workers, 2) as beside:
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
def _signalling(
    workers: Workers, times: int, number: int = getattr(signal, "SIGKILL", 0)
) -> Iterator[list[list[str]]]:
    """Signal the worker that looks at 1.png, that many times; lists what the others look at.

    As soon as it has taken the photo, when it may still hold the locks of its pipes.
    """
    beside: list[list[str]] = []
    over = threading.Event()

    def kill() -> None:
        killed: set[int] = set()
        while len(beside) < times and not over.wait(0.001):
            for process, task, pid in _looking_at(workers):
                if task.source.name == "1.png" and pid not in killed:
                    os.kill(pid, number)
                    killed.add(pid)
                    others = [other for other in _looking_at(workers) if other[0] is not process]
                    beside.append([other.source.name for _, other, _ in others])

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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_worker_that_is_stopped_costs_one_photo(tmp_path: Path, draw: Draw) -> None:
    for seed in range(2):
        draw(tmp_path / "foto" / f"{seed}.png", seed, (2400, 1800))
    with running(tmp_path / "run", time_limit_s=2) as (run, workers):
        with _signalling(workers, 1, signal.SIGSTOP):
            assert screen(run, workers, tmp_path / "foto" / "1.png") == [("1.png", "failed")]
        (failed,) = by_path(tmp_path / "run").values()
        assert failed.error is not None
        assert failed.error.code == "timed_out"
        workers._processes[0]._time_limit_s = TIME_LIMIT_S
        hows = screen(run, workers, tmp_path / "foto")
    assert hows == [("0.png", "screened"), ("1.png", "screened")]


def test_a_clock_that_is_set_costs_no_photo(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PC that wakes up, or whose time is corrected, is hours ahead from one look to the next."""
    for number in range(3):
        draw(tmp_path / "foto" / f"{number}.png", number, (800, 600))
    hours = itertools.count(step=7200)
    with running(tmp_path / "run") as (run, workers):
        monkeypatch.setattr(time, "time", lambda: float(next(hours)))
        steps = screen(run, workers, tmp_path / "foto")
    assert [how for _, how in steps] == ["screened"] * 3


def test_no_worker_is_asked_too_much() -> None:
    assert 1 <= default_count() <= max(1, (os.cpu_count() or 1) - 1)
