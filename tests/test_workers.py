"""Worker processes that are killed, hang or cannot begin cost one photo at most."""

import itertools
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from netravision.errors import WatchlistError
from netravision.run.pipeline import screen_entries
from netravision.run.sources import list_entries
from netravision.workers import TIME_LIMIT_S, Screens, Workers, default_count
from tests.run.real_workers import SignalsItself, beside, by_path, running, screen

Draw = Callable[..., None]

# Windows has neither.
SIGKILL, SIGSTOP = getattr(signal, "SIGKILL", 0), getattr(signal, "SIGSTOP", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_photo_whose_worker_is_killed_is_tried_once_more_alone(
    tmp_path: Path, draw: Draw
) -> None:
    folder = tmp_path / "foto"
    for seed in range(5):
        draw(folder / f"{seed}.png", seed, (1200, 900))
    once, twice = signalling(tmp_path / "1", SIGKILL), signalling(tmp_path / "2", SIGKILL, SIGKILL)
    with running(tmp_path / "run", count=2, load=once) as (run, workers):
        assert screen(run, workers, folder) == [(f"{n}.png", "screened") for n in range(5)]
    assert len(beside(tmp_path / "1")) == 1

    draw(folder / "1.png", 99, (1200, 900))
    draw(folder / "2.png", 98, (1200, 900))
    with running(tmp_path / "run", count=2, load=twice) as (run, workers):
        hows = dict(screen(run, workers, folder))
    assert hows == {
        "0.png": "kept",
        "1.png": "failed",
        "2.png": "screened",
        "3.png": "kept",
        "4.png": "kept",
    }
    assert beside(tmp_path / "2")[1] == []
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
        draw(tmp_path / "foto" / f"{seed}.png", seed)
    stops = signalling(tmp_path / "notes", SIGSTOP)
    with running(tmp_path / "run", load=stops) as (run, workers):
        steps = screen_entries(run, list_entries([tmp_path / "foto"]), workers)
        assert next(steps).how == "screened"
        while not beside(tmp_path / "notes") or not (worker := looks_at_a_photo(workers)):
            time.sleep(0.001)
        (process,) = workers._processes
        # What a process that is killed in the middle of taking a photo leaves behind.
        process._pool._pool_manager.worker_manager.workers_channel.mutex.acquire()
        os.kill(worker, SIGKILL)
        assert [step.how for step in steps] == ["screened"] * 3


def test_workers_are_born_with_one_thread_each(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    draw(tmp_path / "foto" / "1.png", 1)
    with running(tmp_path / "run") as (run, workers):
        screen(run, workers, tmp_path / "foto")
        born_with = [
            psutil.Process(each.pid).environ() for each in multiprocessing.active_children()
        ]
    assert {environment.get("OMP_NUM_THREADS") for environment in born_with} == {"1"}


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


def signalling(notes: Path, *signals: int) -> Callable[[Path], Screens]:
    notes.mkdir()
    return partial(SignalsItself, signals=list(signals), notes=notes)


def looks_at_a_photo(workers: Workers) -> int | None:
    """The process that has begun a photo, which pebble knows and does not tell."""
    (process,) = workers._processes
    given_out = process._pool._pool_manager.task_manager.tasks.values()
    return next((given.worker_id for given in list(given_out) if given.worker_id), None)


def _kill_the_worker() -> None:
    for process in multiprocessing.active_children():
        assert process.pid is not None
        os.kill(process.pid, SIGKILL)


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
        draw(tmp_path / "foto" / f"{seed}.png", seed)
    stops = signalling(tmp_path / "notes", SIGSTOP)
    with running(tmp_path / "run", time_limit_s=2, load=stops) as (run, workers):
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
