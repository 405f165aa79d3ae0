"""How a run is followed: a bar on a terminal, plain lines elsewhere, and the summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
import rich.progress
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from netravision.folder_screening import Progress
from netravision.run import Run

__all__ = ["Callback", "print_summary", "progress_display", "warn", "warn_about"]

#: Often enough to see that it moves, seldom enough for a log file of a night's run.
_LINE_EVERY_S = 10.0

# Problems of a table printed one by one; the rest is counted.
_SHOWN_PROBLEMS = 20


Callback = Callable[[Progress], None]


@contextmanager
def progress_display(*, quiet: bool = False) -> Iterator[Callback | None]:
    """Show on standard error how far a run is: a bar on a terminal, plain lines elsewhere.

    Yields
    ------
    callable or None
        To be called with each :class:`netravision.folder_screening.Progress`; None if nothing is
        to be shown.
    """
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as callback:
            yield callback
    else:
        lines = _Lines()
        yield lines.show
        lines.end()


def print_summary(run: Run) -> None:
    """The run in numbers, and where its report is."""
    summary = run.summary()
    failed = sum(summary.failures.values())
    click.echo(f"Photos      {summary.photos:,}, {summary.photos - failed:,} of them screened")
    if failed:
        codes = ", ".join(f"{code} {count:,}" for code, count in summary.failures.items())
        click.echo(f"Failed      {failed:,} ({codes}); the report and the export name them")
    click.echo(f"Candidates  {summary.candidates:,} in {summary.candidate_photos:,} photos")
    if summary.findings:
        rules = ", ".join(f"{rule} {count:,}" for rule, count in summary.findings.items())
        click.echo(f"Findings    {rules}")
    click.echo(f"Report      {run.report_path}")


def warn(message: str) -> None:
    """One line on standard error."""
    click.echo(message, err=True)


def warn_about(what: str, problems: Sequence[str]) -> None:
    """Problems of a file that people made: the first one by one, the rest counted."""
    for problem in problems[:_SHOWN_PROBLEMS]:
        warn(f"{what}: {problem}")
    if len(problems) > _SHOWN_PROBLEMS:
        warn(f"{what}: {len(problems) - _SHOWN_PROBLEMS:,} more rows with a problem")


@contextmanager
def _bar() -> Iterator[Callback]:
    with rich.progress.Progress(
        BarColumn(),
        MofNCompleteColumn(),
        _PhotosPerSecond(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("", total=None, failed=0)

        def show(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, failed=progress.failed)

        yield show


class _PhotosPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text("– photos/s" if task.speed is None else f"{task.speed:.1f} photos/s")


class _Lines:
    """A line now and then, and one at the end."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._progress: Progress | None = None

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.done == 0:
            self._started = self._last = now
        self._progress = progress
        if progress.done == 0 or now - self._last < _LINE_EVERY_S:
            return
        self._last = now
        rate = (progress.done - progress.kept) / (now - self._started)
        remaining = progress.total - progress.done
        left = f"{remaining / rate / 60:.0f} min left" if rate else "time left unknown"
        warn(
            f"{progress.done:,} of {progress.total:,} photos, {rate:.1f} photos/s, {left}, "
            f"{progress.failed:,} failed"
        )

    def end(self) -> None:
        if self._progress is None:
            return
        done, kept = self._progress.done, self._progress.kept
        seconds = time.monotonic() - self._started
        warn(f"{done:,} photos in {seconds:.0f} s: {done - kept:,} now, {kept:,} before")
