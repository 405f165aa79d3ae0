"""How a run is followed: a bar on a terminal, plain lines elsewhere, and the summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from netravision.run import Run
from netravision.run.pipeline import Step

#: Often enough to see that it moves, seldom enough for a log file of a night's run.
_LINE_EVERY_S = 10.0

# Problems of a table printed one by one; the rest is counted.
_SHOWN_PROBLEMS = 20


def follow(steps: Iterator[Step], total: int, *, quiet: bool) -> None:
    """Take every step and show on standard error how far the run is.

    Parameters
    ----------
    steps : iterator of Step
    total : int
        Number of steps to come, as counted before; files may come and go meanwhile.
    quiet : bool
        Show nothing.
    """
    if quiet:
        for _ in steps:
            pass
    elif sys.stderr.isatty():
        _follow_with_bar(steps, total)
    else:
        _follow_with_lines(steps, total)


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


def _follow_with_bar(steps: Iterator[Step], total: int) -> None:
    with Progress(
        BarColumn(),
        MofNCompleteColumn(),
        _PhotosPerSecond(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        console=Console(stderr=True),
    ) as progress:
        bar = progress.add_task("", total=total, failed=0)
        failed = 0
        for step in steps:
            failed += step.how == "failed"
            progress.update(bar, advance=1, failed=failed)


class _PhotosPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text("– photos/s" if task.speed is None else f"{task.speed:.1f} photos/s")


def _follow_with_lines(steps: Iterator[Step], total: int) -> None:
    started = last = time.monotonic()
    done = failed = looked_at = 0
    for step in steps:
        done += 1
        failed += step.how == "failed"
        looked_at += step.how != "kept"
        now = time.monotonic()
        if now - last < _LINE_EVERY_S:
            continue
        last = now
        rate = looked_at / (now - started)
        left = f"{(total - done) / rate / 60:.0f} min left" if rate else "time left unknown"
        warn(f"{done:,} of {total:,} photos, {rate:.1f} photos/s, {left}, {failed:,} failed")
    seconds = time.monotonic() - started
    warn(f"{done:,} photos in {seconds:.0f} s: {looked_at:,} now, {done - looked_at:,} before")
