"""A run with worker processes, and what it holds afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netravision.result import Result
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.sources import list_entries
from netravision.run.workers import TIME_LIMIT_S, Workers
from netravision.watchlist import Watchlist


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
    """Path and outcome of each file, by path: they come as they are finished."""
    steps = screen_entries(run, list_entries(sources), workers)
    return sorted((step.path, step.how) for step in steps)


def records(folder: Path) -> list[str]:
    with Run.open(folder) as run:
        return [json.dumps(result.to_dict()) for result in run.results()]


def by_path(folder: Path) -> dict[str | None, Result]:
    with Run.open(folder) as run:
        return {result.photo.path: result for result in run.results()}
