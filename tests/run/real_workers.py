"""A run with worker processes, and what it holds afterwards."""

import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from netravision.arguments import Kind
from netravision.imaging.media import Portable
from netravision.result import Result
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.sources import list_entries
from netravision.watchlist import Watchlist
from netravision.worker_screener import load_screener
from netravision.workers import TIME_LIMIT_S, Screens, Workers


@contextmanager
def running(
    folder: Path,
    *,
    count: int = 1,
    time_limit_s: float = TIME_LIMIT_S,
    load: Callable[[Path], Screens] | None = None,
) -> Iterator[tuple[Run, Workers]]:
    with Run.start(folder, Watchlist.default(), "fast") as run:
        load = load or partial(load_screener, profile="fast", observations=False)
        make = partial(load, run.watchlist_file)
        with Workers(count, make, time_limit_s=time_limit_s) as workers:
            yield run, workers


class SignalsItself:
    """A worker's screener that sends its process a signal in the middle of a photo.

    Parameters
    ----------
    watchlist : Path
    signals : list of int
        For each time that 1.png is looked at, beginning with the first; none after the last.
    notes : Path
        A folder where the processes tell what they look at.
    """

    def __init__(self, watchlist: Path, *, signals: list[int], notes: Path) -> None:
        self._screener = load_screener(watchlist, "fast", observations=False)
        self._signals = signals
        self._notes = notes

    def screen(
        self, source: Portable, /, *, kind: Kind, detectors: Collection[str] | None
    ) -> Result:
        assert isinstance(source, Path)
        note = self._notes / f"{os.getpid()}.now"
        note.write_text(source.name)
        sent = len(beside(self._notes))
        if source.name == "1.png" and sent < len(self._signals):
            others = [other.read_text() for other in self._notes.glob("*.now") if other != note]
            (self._notes / f"{sent}.sent").write_text(" ".join(others))
            note.unlink()
            os.kill(os.getpid(), self._signals[sent])
        result = self._screener.screen(source, kind=kind, detectors=detectors)
        note.unlink(missing_ok=True)
        return result


def beside(notes: Path) -> list[list[str]]:
    """What the other processes looked at, for each signal that one has sent itself."""
    return [sent.read_text().split() for sent in sorted(notes.glob("*.sent"))]


def screen(run: Run, workers: Workers, *sources: Path) -> list[tuple[str, str]]:
    """Path and outcome of each file, by path: they come as they are finished."""
    steps = screen_entries(run, list_entries(sources), workers)
    return sorted((step.path, step.how) for step in steps)


def records(folder: Path) -> list[str]:
    with Run.open(folder) as run:
        return [json.dumps(result.to_dict()) for result in run.results()]


def by_path(folder: Path) -> dict[str | None, Result]:
    with Run.open(folder) as run:
        return {result.photo.path: result for result in run.results()}
