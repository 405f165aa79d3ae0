"""Processes that screen, each with a screener of its own, so that a photo can cost only itself.

A worker is told the path of a file and not its bytes: a process killed while it takes a large
message out of the pipe that all workers share would leave the rest of the message to the next
one. The second reading comes from the memory of the operating system.

Nothing heavy is imported here at the top: a worker must set the number of threads before NumPy
and OpenCV read it.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired, ProcessPool

from netravision.errors import MissingRequirementError, NetravisionError
from netravision.result import Failure, Kind, Photo, Profile, Result

if TYPE_CHECKING:
    from netravision.screener import Screener

#: A photo takes a second or two on a slow office PC, and a 100-megapixel one half a minute;
#: what takes longer hangs.
TIME_LIMIT_S = 120.0

#: How many times in a row the processes may die without finishing a photo.
_MAX_RESTARTS = 3

# Waiting without end cannot be interrupted by Ctrl-C on Windows.
_POLL_S = 0.5


def default_count() -> int:
    """Workers that leave an office PC usable: one core less than there are, at least one."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        cores = os.cpu_count() or 1
    return max(1, cores - 1)


class Task:
    """A photo given to the workers, until its result is there."""

    def __init__(self, file: Path, kind: Kind) -> None:
        self.file = file
        self.kind = kind
        self.future: Future[Result] = Future()
        self.crashed = False

    @property
    def is_finished(self) -> bool:
        """Whether the result is there without another try."""
        return self.future.done() and not isinstance(
            self.future.exception(), ProcessExpired | BrokenProcessPool
        )


class Workers:
    """A pool of processes that each hold one screener.

    Parameters
    ----------
    count : int
    watchlist_file : Path
        Read by every worker.
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    time_limit_s : float
        Seconds after which a photo is given up and its worker replaced.

    Attributes
    ----------
    under_way : dict of Task to None
        In the order they were given out.
    """

    def __init__(
        self,
        count: int,
        watchlist_file: Path,
        profile: Profile,
        *,
        observations: bool,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self.count = count
        self._time_limit_s = time_limit_s
        self._setup = (str(watchlist_file), profile, observations)
        self.under_way: dict[Task, None] = {}
        self._restarts = 0
        self._pool = self._make_pool()

    def _make_pool(self) -> ProcessPool:
        # Spawned on every system: a forked copy of the networks' threads hangs, and Windows
        # cannot fork.
        return ProcessPool(
            self.count,
            initializer=_prepare,
            initargs=self._setup,
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, file: Path, kind: Kind) -> Task:
        """Have a file screened."""
        task = Task(file, kind)
        self._schedule(task)
        return task

    def _schedule(self, task: Task) -> None:
        self.under_way[task] = None
        try:
            task.future = self._pool.schedule(
                _screen, (os.fspath(task.file), task.kind), timeout=self._time_limit_s
            )
        except RuntimeError:  # the pool is broken and takes nothing more
            self._restart()

    def result(self, task: Task) -> Result:
        """Wait for a task. Its photo has no account, and findings are as for a stranger.

        A photo whose process ended is tried once more while nothing else is under way: the
        memory that ran out may have been taken by the photos beside it.

        Raises
        ------
        NetravisionError
            If the workers cannot be set up: a reference picture is broken, a library is
            missing.
        """
        while True:
            _wait_for(task.future)
            try:
                result = task.future.result()
            except BrokenProcessPool:
                self._restart()
                continue
            except TimeoutError:
                failure = Failure(
                    "timed_out", f"screening took longer than {self._time_limit_s:g} s"
                )
                result = _failed(task.kind, failure)
            except ProcessExpired as error:
                if not task.crashed:
                    self._try_alone(task)
                    continue
                failure = Failure(
                    "crashed",
                    f"the process that screened it ended with code {error.exitcode}, "
                    "and so did one before that",
                )
                result = _failed(task.kind, failure)
            self._restarts = 0
            self.under_way.pop(task, None)
            return result

    def _try_alone(self, task: Task) -> None:
        _wait_for(*(other.future for other in self.under_way if other is not task))
        task.crashed = True
        task.future = Future()
        self._schedule(task)

    def _restart(self) -> None:
        """Replace a pool that lost a worker between two photos, and give out its tasks again."""
        self._restarts += 1
        if self._restarts > _MAX_RESTARTS:
            raise MissingRequirementError(
                "the processes that screen end before they look at a photo; "
                "run “netravision doctor”"
            )
        lost = [
            task
            for task in self.under_way
            if not task.future.done() or isinstance(task.future.exception(), BrokenProcessPool)
        ]
        self._end_pool()
        self._pool = self._make_pool()
        for task in lost:
            self._schedule(task)

    def _end_pool(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_pool()


def _wait_for(*futures: Future[Result]) -> None:
    while wait(futures, timeout=_POLL_S).not_done:
        pass


def _failed(kind: Kind, failure: Failure) -> Result:
    return Result(Photo(None, None, None, None, None, kind), failure)


# What a worker process holds. An error is kept and raised by the first photo, as a pool cannot
# report why its initializer failed.
_screener: Screener | None = None
_setup_error: NetravisionError | None = None


def _prepare(watchlist_file: str, profile: Profile, observations: bool) -> None:
    """Build the process's screener; one thread each, as there are as many workers as wanted."""
    global _screener, _setup_error
    # Decoders and networks written in C print what they dislike in a photo, line after line;
    # the record says it once.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    try:
        import cv2

        from netravision.screener import Screener
        from netravision.watchlist import Watchlist

        cv2.setNumThreads(1)
        watchlist = Watchlist.load(watchlist_file)
        _screener = Screener(watchlist, profile, observations=observations)
    except NetravisionError as error:
        _setup_error = error
    except (ImportError, OSError) as error:
        _setup_error = MissingRequirementError(f"{error}; run “netravision doctor”")


def _screen(file: str, kind: Kind) -> Result:
    if _screener is None:
        raise _setup_error or MissingRequirementError("run “netravision doctor”")
    # A fault in a detector is one photo's failure; the message is what a maintainer needs.
    try:
        return _screener.screen(file, kind=kind)
    except Exception as error:
        return _failed(kind, Failure("internal", f"{type(error).__name__}: {error}"))
