"""Photos screened by the workers of a dask cluster: spare PCs that share the work.

Everything that has to do with the network, with who does what and with workers that are lost is
dask's. A photo travels by its path where the worker finds the same bytes there, otherwise by its
bytes. Results are stored where the command was given, by that process alone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Self
from uuid import uuid4

import dask
import distributed
from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker, wait

from netravision import assets
from netravision.arguments import Kind, Profile
from netravision.errors import MissingRequirementError, NetravisionError, PhotoError
from netravision.imaging.file import read_bytes
from netravision.languages import count, in_language, language
from netravision.languages import gettext as _
from netravision.result import Failure, Result
from netravision.screener import Screener
from netravision.version import VERSION
from netravision.watchlist import Watchlist
from netravision.workers import TIME_LIMIT_S, Task, failed, time_limit

__all__ = ["PATIENCE_S", "Cluster"]

#: Workers that were lost are started again by their nanny, or by a person.
PATIENCE_S = 60.0

#: Given to each thread of the cluster at once. The others wait here, where they are paths, and
#: not at the scheduler, where they may be bytes.
_GIVEN_AT_ONCE = 2

_POLL_S = 0.5


class Cluster:
    """The workers of a dask cluster, used as :class:`netravision.workers.Workers` are.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://192.168.1.5:8786`` or, with the certificates named in dask's
        configuration, ``tls://…``.
    watchlist_file : Path
        Sent to every worker with the pictures beside it.
    profile : {"fast", "balanced", "thorough"}
    observations : bool

    Raises
    ------
    MissingRequirementError
        If there is no scheduler at the address, or it has no workers.
    """

    def __init__(
        self, address: str, watchlist_file: Path, profile: Profile, *, observations: bool
    ) -> None:
        self._address = address
        # What matters of it is said once, by the error.
        for logger in ("distributed", "distributed.client"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        # A photo may well have more than the 10 MB from which dask calls a task large.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        self._name = f"netravision-{uuid4()}"
        self._waiting: deque[Task] = deque()
        self._given: dict[distributed.Future[Result | None], Task] = {}
        self._numbers = 0
        folder = watchlist_file.parent
        files = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        try:
            self._client = Client(address)
        except (OSError, ValueError, TypeError) as error:  # the last without certificates for TLS
            raise MissingRequirementError(
                _("no dask scheduler answers at {address}: {why}").format(
                    address=address, why=error
                )
            ) from error
        try:
            with self._named_faults():
                self._client.wait_for_workers(1, timeout=PATIENCE_S)
                setup = _Setup(self._name, files, watchlist_file.name, profile, observations)
                self._client.register_plugin(setup)
        except BaseException:
            self._client.close()
            raise

    @property
    def count(self) -> int:
        """Threads of all workers, at least one; workers may come and go."""
        with self._named_faults():
            threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(
        self, file: Path, kind: Kind, sha256: str, detectors: Collection[str] | None = None
    ) -> Task:
        """As :meth:`netravision.workers.Engine.submit`; the file as the workers see it."""
        task = Task(file, kind, sha256, detectors)
        self._waiting.append(task)
        with self._named_faults():
            self._advance()
        return task

    def wait(self, tasks: Sequence[Task]) -> None:
        """As :meth:`netravision.workers.Engine.wait`."""
        with self._named_faults():
            alone_since = None
            self._advance()
            while tasks and not any(task.is_finished for task in tasks):
                if self._client.nthreads():
                    alone_since = None
                elif alone_since is None:
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > PATIENCE_S:
                    raise TimeoutError(
                        _("it has had no worker for {seconds} s").format(
                            seconds=count(round(PATIENCE_S))
                        )
                    )
                with contextlib.suppress(TimeoutError):
                    wait(list(self._given), timeout=_POLL_S, return_when="FIRST_COMPLETED")
                self._advance()

    def result(self, task: Task) -> Result:
        """As :meth:`netravision.workers.Engine.result`.

        Dask gives the photo of a worker that was lost to another, three times by default
        (``distributed.scheduler.allowed-failures``).
        """
        self.wait([task])
        with self._named_faults():
            assert task.future is not None
            return task.future.result()

    def _advance(self) -> None:
        """Take what is finished from the cluster, and give it what is next."""
        for future, task in list(self._given.items()):
            if not future.done():
                continue
            del self._given[future]
            try:
                result = future.result()
            except KilledWorker as error:
                limit_s = time_limit(TIME_LIMIT_S, task.kind)
                message = (
                    f"{error.allowed_failures + 1} workers of the cluster ended while they "
                    f"screened it, or took longer than {limit_s:g} s"
                )
                result = failed(task.kind, Failure("crashed", message))
            if result is None:  # the worker has no such file
                self._give(task, by_bytes=True)
            else:
                task.future = _settled(result)
        room = _GIVEN_AT_ONCE * self.count if self._waiting else 0
        while self._waiting and len(self._given) < room:
            self._give(self._waiting.popleft())

    def _give(self, task: Task, *, by_bytes: bool = False) -> None:
        assert isinstance(task.source, Path)
        assert task.sha256 is not None
        try:
            with in_language("en"):  # as everything that is stored
                photo: bytes | tuple[str, str] = (
                    read_bytes(task.source) if by_bytes else (os.fspath(task.source), task.sha256)
                )
        except PhotoError as error:
            task.future = _settled(failed(task.kind, Failure(error.code, str(error))))
            return
        self._numbers += 1
        future = self._client.submit(
            _screen,
            self._name,
            photo,
            task.kind,
            task.detectors,
            time_limit(TIME_LIMIT_S, task.kind),
            key=f"{self._name}-{self._numbers}",
        )
        self._given[future] = task

    @contextlib.contextmanager
    def _named_faults(self) -> Iterator[None]:
        try:
            yield
        except NetravisionError:
            raise
        except (CancelledError, OSError, TimeoutError, ImportError, RuntimeError) as error:
            raise MissingRequirementError(
                _("the dask cluster at {address} cannot go on: {why}").format(
                    address=self._address, why=error or type(error).__name__
                )
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # it may be the cluster that is gone
            self._client.unregister_worker_plugin(self._name)
        self._client.close()


def _settled(result: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(result)
    return future


# One photo at a time, as the process has one time limit; a worker with more threads gains nothing.
_one_at_a_time = threading.Lock()


class _Setup(WorkerPlugin):
    """What every worker is told once, also those that join later."""

    def __init__(
        self,
        name: str,
        files: dict[str, bytes],
        watchlist_name: str,
        profile: Profile,
        observations: bool,
    ) -> None:
        self.name = name
        self._files = files
        self._watchlist_name = watchlist_name
        self._profile = profile
        self._observations = observations
        self._language = language()
        self._versions = (VERSION, assets.checksums())
        self._screener: Screener | None = None

    def screener(self) -> Screener:
        """Made for the first photo, as the worker cannot answer its scheduler meanwhile."""
        if self._screener is None:
            with in_language(self._language):
                self._screener = self._make_screener()
        return self._screener

    def _make_screener(self) -> Screener:
        if self._versions != (VERSION, assets.checksums()):
            raise MissingRequirementError(
                _(
                    "the worker {worker} has another netravision ({own}, not {other}) or "
                    "other model files"
                ).format(worker=get_worker().address, own=VERSION, other=self._versions[0])
            )
        with tempfile.TemporaryDirectory() as folder:
            for name, data in self._files.items():
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            watchlist = Watchlist.load(Path(folder, self._watchlist_name))
            return Screener(watchlist, self._profile, observations=self._observations)

    def teardown(self, worker: Worker) -> None:
        if self._screener is not None:
            self._screener.close()


def _screen(
    setup_name: str,
    photo: tuple[str, str] | bytes,
    kind: Kind,
    detectors: Collection[str] | None,
    limit_s: float,
) -> Result | None:
    """Run by a worker. None if the file is not there, or another one is."""
    setup = get_worker().plugins[setup_name]
    assert isinstance(setup, _Setup)
    with _one_at_a_time:
        screener = setup.screener()
        # From C, as code that hangs may never let Python run again. The nanny starts a new
        # worker, and dask gives the photo to another.
        faulthandler.dump_traceback_later(limit_s, exit=True)
        try:
            if isinstance(photo, bytes):
                return screener.screen(photo, kind=kind, detectors=detectors)
            file, sha256 = photo
            result = screener.screen(file, kind=kind, detectors=detectors)
            # A failure does not say which bytes it is about.
            return result if result.photo.sha256 == sha256 else None
        except Exception as error:
            failure = Failure("internal", f"{type(error).__name__}: {error}")
            return failed(kind, failure)
        finally:
            faulthandler.cancel_dump_traceback_later()
