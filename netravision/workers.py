"""Processes that screen, each with a screener of its own, so that a photo can cost only itself.

A worker is told the path of a file and not its bytes: the second reading comes from the memory
of the operating system. It hashes what it reads, so that a record names the bytes that were
screened, also where the file was replaced in between.

A worker has one thread, as there are as many workers as wanted, and gives memory back. Libraries
read both from the environment when they are loaded, which may be before any line of ours runs in
the process: so it is set here and inherited.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from pebble import ProcessExpired, ProcessPool

from netravision.arguments import Kind
from netravision.errors import MissingRequirementError, NetravisionError
from netravision.languages import gettext as _
from netravision.languages import in_language, language
from netravision.result import Failure, Photo, Result

if TYPE_CHECKING:
    from netravision.imaging.media import Portable

__all__ = [
    "TIME_LIMIT_S",
    "VIDEO_FACTOR",
    "Engine",
    "Screens",
    "Task",
    "Workers",
    "default_count",
    "failed",
    "time_limit",
]

#: A photo takes a second or two on a slow office PC, and a 100-megapixel one half a minute;
#: what takes longer hangs.
TIME_LIMIT_S = 120.0

#: A video of half an hour, the longest that is screened, takes ten minutes to decode on a slow
#: office PC, and has sixty frames.
VIDEO_FACTOR = 15

# One thread for the libraries that multiply matrices for NumPy. And of what a photo took, glibc
# keeps up to 64 MB for the next, and more in gaps, unless it is told from how many bytes on not to.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**20),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 2**20),
}

#: How many times in a row a process may die without beginning a photo.
_MAX_DEATHS = 3

#: One is looked at while the next lies ready: who fetches results may be busy for a while.
_GIVEN_AT_ONCE = 2

# How often time limits are looked at. Waiting without end cannot be interrupted by Ctrl-C on
# Windows.
_POLL_S = 0.1


def default_count() -> int:
    """Workers that leave an office PC usable: one core less than there are, at least one.

    Returns
    -------
    int
        At least 1.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        cores = os.cpu_count() or 1
    return max(1, cores - 1)


class Task:
    """A photo given to the workers, until its result is there.

    Attributes
    ----------
    source : Path, bytes or (H, W, 3) uint8 ndarray
    kind : {"avatar", "post", "frame"}
    sha256 : str or None
        Of the file's bytes when it was inspected; another machine may have another file there.
    future : Future or None
        None until a worker has the photo.
    crashed : bool
        A worker has ended with it once.
    detectors : collection of str or None
        Names of those that look; None is all.
    """

    def __init__(
        self,
        source: Portable,
        kind: Kind,
        sha256: str | None = None,
        detectors: Collection[str] | None = None,
    ) -> None:
        self.source = source
        self.kind = kind
        self.sha256 = sha256
        self.detectors = detectors
        self.future: Future[Result] | None = None
        self.crashed = False
        self.begun: float | None = None
        """On the monotonic clock, when a process was first seen to look at it."""

    @property
    def is_finished(self) -> bool:
        """Whether the result is there without another try."""
        if self.future is None or not self.future.done():
            return False
        error = self.future.exception()
        return not isinstance(error, BrokenProcessPool) and (
            self.crashed or not isinstance(error, ProcessExpired)
        )


class Screens(Protocol):
    """What a worker holds: a :class:`netravision.Screener`, as far as it is used here."""

    def screen(
        self, source: Portable, /, *, kind: Kind, detectors: Collection[str] | None
    ) -> Result:
        """Look at one photo or video.

        Parameters
        ----------
        source : Path, bytes or (H, W, 3) uint8 ndarray
        kind : {"avatar", "post", "frame"}
        detectors : collection of str or None
            Names of those that look; None is all.

        Returns
        -------
        Result
        """


class Engine(Protocol):
    """Screens files elsewhere: in processes of this PC, or of others."""

    @property
    def count(self) -> int:
        """How many files are looked at side by side."""

    def submit(
        self, file: Path, kind: Kind, sha256: str, detectors: Collection[str] | None = None
    ) -> Task:
        """Have a file screened.

        Parameters
        ----------
        file : Path
        kind : {"avatar", "post", "frame"}
        sha256 : str
            Of the file's bytes.
        detectors : collection of str, optional
            Names of those that look; by default all.

        Returns
        -------
        Task
        """

    def wait(self, tasks: Sequence[Task]) -> None:
        """Wait until one of the tasks is finished; at once if there are none.

        Parameters
        ----------
        tasks : sequence of Task
            From :meth:`submit`.

        Raises
        ------
        NetravisionError
            If nothing can be screened: a reference picture is broken, a library is missing, the
            processes or PCs are gone.
        """

    def result(self, task: Task) -> Result:
        """Wait for a task.

        Parameters
        ----------
        task : Task
            From :meth:`submit`.

        Returns
        -------
        Result
            Its photo has no account, and findings are as for a stranger.

        Raises
        ------
        NetravisionError
            As :meth:`wait` does.
        """


class Workers:
    """Processes that each hold one screener.

    Sets ``OMP_NUM_THREADS`` and its like for all that is started later, unless they are set.

    Parameters
    ----------
    count : int
    make : callable
        Called without arguments by every process, gives what screens there. It is pickled.
    time_limit_s : float
        Seconds after which a photo is given up and its worker replaced; a video has
        :data:`VIDEO_FACTOR` times as many.
    """

    def __init__(
        self,
        count: int,
        make: Callable[[], Screens],
        *,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self.count = count
        self._time_limit_s = time_limit_s
        for variable, value in _ENVIRONMENT.items():
            os.environ.setdefault(variable, value)
        self._processes = [_Process(make, time_limit_s) for _ in range(count)]
        self._waiting: deque[Task] = deque()
        self._to_try_alone: deque[Task] = deque()

    def submit(
        self,
        source: Portable,
        kind: Kind,
        sha256: str | None = None,
        detectors: Collection[str] | None = None,
    ) -> Task:
        """As :meth:`Engine.submit`, of a file, its bytes, or (H, W, 3) uint8 RGB pixels."""
        task = Task(source, kind, sha256, detectors)
        self._waiting.append(task)
        self._advance()
        return task

    def wait(self, tasks: Sequence[Task]) -> None:
        """As :meth:`Engine.wait`."""
        self._advance()
        while tasks and not any(task.is_finished for task in tasks):
            given_out = [other.future for process in self._processes for other in process.tasks]
            wait(
                [future for future in given_out if future is not None],
                timeout=_POLL_S,
                return_when=FIRST_COMPLETED,
            )
            self._advance()

    def result(self, task: Task) -> Result:
        """As :meth:`Engine.result`.

        A photo whose process ended is tried once more while nothing else is under way: the
        memory that ran out may have been taken by the photos beside it.
        """
        self.wait([task])
        assert task.future is not None
        try:
            return task.future.result()
        except TimeoutError:
            limit = time_limit(self._time_limit_s, task.kind)
            failure = Failure("timed_out", f"screening took longer than {limit:g} s")
        except ProcessExpired as error:
            failure = Failure(
                "crashed",
                f"the process that screened it ended with code {error.exitcode}, "
                "and so did one before that",
            )
        return failed(task.kind, failure)

    def _advance(self) -> None:
        """Take what is finished off the processes, and give them what is next."""
        for process in self._processes:
            crashed, unseen = process.collect()
            self._to_try_alone.extend(crashed)
            self._waiting.extendleft(reversed(unseen))
        if self._to_try_alone:
            if not any(process.tasks for process in self._processes):
                self._processes[0].give(self._to_try_alone.popleft())
            return
        if any(task.crashed for process in self._processes for task in process.tasks):
            return
        while self._waiting:
            process = min(self._processes, key=lambda process: len(process.tasks))
            if len(process.tasks) == _GIVEN_AT_ONCE:
                break
            process.give(self._waiting.popleft())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.stop()
        for process in self._processes:
            process.join()


class _Process:
    """One process, in a pool of its own.

    The workers of one pebble pool share two pipes, each with a lock. One that is killed while
    it takes a photo or hands in a result keeps the lock, and the others wait for 60 s before
    they give up. With a pool each there is nobody to wait, and a pool whose process has ended
    is replaced with its pipes.
    """

    def __init__(self, make: Callable[[], Screens], time_limit_s: float) -> None:
        self.tasks: list[Task] = []
        self._make = make
        self._language = language()
        self._time_limit_s = time_limit_s
        self._deaths = 0
        self._pool = self._make_pool()

    def _make_pool(self) -> ProcessPool:
        # Spawned on every system: a forked copy of the networks' threads hangs, and Windows
        # cannot fork.
        return ProcessPool(
            1,
            initializer=_prepare,
            initargs=(self._make, self._language),
            context=multiprocessing.get_context("spawn"),
        )

    def give(self, task: Task) -> None:
        self.tasks.append(task)
        try:
            what = task.source, task.kind, task.detectors
            task.future = self._pool.schedule(_screen, what)
            task.begun = None
        except RuntimeError as error:  # the pool has broken since it was looked at
            task.future = Future()
            task.future.set_exception(BrokenProcessPool(str(error)))

    def collect(self) -> tuple[list[Task], list[Task]]:
        """Let go of finished tasks; if the process has ended, replace it.

        Returns
        -------
        crashed : list of Task
            What the process ended with, for the first time.
        unseen : list of Task
            What it had not begun.
        """
        self._stop_overdue()
        crashed: list[Task] = []
        ended = False
        for task in list(self.tasks):
            if task.future is None or not task.future.done():
                continue
            error = task.future.exception()
            if isinstance(error, BrokenProcessPool):
                ended = True
                continue
            self._deaths = 0
            self.tasks.remove(task)
            if isinstance(error, ProcessExpired):
                ended = True
                if not task.crashed:
                    task.crashed = True
                    task.future = None
                    crashed.append(task)
        if not ended:
            return [], []
        self._replace_pool()
        unseen, self.tasks = self.tasks, []
        for task in unseen:
            task.future = None
        return crashed, unseen

    def _stop_overdue(self) -> None:
        """End the process with a photo over its time limit; the pool starts another.

        Pebble's own limit is kept by the clock on the wall, which may be set, and which goes on
        while a PC sleeps.
        """
        for task in self.tasks:
            if task.future is None or not task.future.running():
                continue
            now = time.monotonic()
            task.begun = task.begun or now
            is_overdue = now - task.begun > time_limit(self._time_limit_s, task.kind)
            if is_overdue and task.future.cancel():
                task.future = Future()
                task.future.set_exception(TimeoutError())

    def _replace_pool(self) -> None:
        self._deaths += 1
        if self._deaths > _MAX_DEATHS:
            raise MissingRequirementError(
                _(
                    "the processes that screen end before they look at a photo; "
                    "run “netravision doctor”"
                )
            )
        self.stop()
        self.join()
        self._pool = self._make_pool()

    def stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]

    def join(self) -> None:
        self._pool.join()


def time_limit(photo_s: float, kind: Kind) -> float:
    """Seconds that a file may take, of which a photo may take so many.

    Parameters
    ----------
    photo_s : float
        Seconds for a photo.
    kind : {"avatar", "post", "frame"}

    Returns
    -------
    float
    """
    return photo_s * VIDEO_FACTOR if kind == "frame" else photo_s


def failed(kind: Kind, failure: Failure) -> Result:
    """The result of a file about which there is nothing else to say.

    Parameters
    ----------
    kind : {"avatar", "post", "frame"}
    failure : Failure

    Returns
    -------
    Result
    """
    return Result(Photo(None, None, None, None, None, kind), failure)


# What a worker process holds. An error is kept and raised by the first photo, as a pool cannot
# report why its initializer failed.
_screener: Screens | None = None
_setup_error: NetravisionError | None = None


def _prepare(make: Callable[[], Screens], spoken: str) -> None:
    """Build the process's screener; what prevents it is said in the language of who waits."""
    global _screener, _setup_error
    # Decoders and networks written in C print what they dislike in a photo, line after line;
    # the record says it once.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with in_language(spoken):
        try:
            import cv2

            cv2.setNumThreads(1)
            _screener = make()
        except NetravisionError as error:
            _setup_error = error
        except (ImportError, OSError) as error:
            _setup_error = MissingRequirementError(
                _("{error}; run “netravision doctor”").format(error=error)
            )


def _screen(source: Portable, kind: Kind, detectors: Collection[str] | None) -> Result:
    if _screener is None:
        raise _setup_error or MissingRequirementError(_("run “netravision doctor”"))
    # A fault in a detector is one photo's failure; the message is what a maintainer needs.
    try:
        return _screener.screen(source, kind=kind, detectors=detectors)
    except Exception as error:
        return failed(kind, Failure("internal", f"{type(error).__name__}: {error}"))
