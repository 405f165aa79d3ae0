"""How a run is followed: a bar on a terminal, plain lines elsewhere, and the summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from netravision.cli.commands import warn
from netravision.explanations import failure_text, pose_name
from netravision.languages import count, decimal, ngettext
from netravision.languages import gettext as _
from netravision.progress import Progress
from netravision.run import Run
from netravision.visible_text import visible

__all__ = [
    "Callback",
    "print_facts",
    "print_summary",
    "progress_display",
    "rule_name",
    "warn_about",
]

#: Often enough to see that it moves, seldom enough for a log file of a night's run.
_LINE_EVERY_S = 10.0

# So many pictures of material take ten seconds and more on one core, in which nothing moves.
_MANY_MATERIALS = 150

# Of a list of facts: one table below another stays in line.
_NAME_WIDTH = 10

# Problems of a table printed one by one; the rest is counted.
_SHOWN_PROBLEMS = 20


Callback = Callable[[Progress], None]


@contextmanager
def progress_display(*, quiet: bool = False) -> Iterator[Callback | None]:
    """Show on standard error how far a run is: a bar on a terminal, plain lines elsewhere.

    Parameters
    ----------
    quiet : bool
        Show nothing.

    Yields
    ------
    callable or None
        To be called with each :class:`netravision.progress.Progress`; None if nothing is
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
    """The run in numbers, and where its report is.

    Parameters
    ----------
    run : Run
    """
    print_facts(_facts(run))


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """What each is called, and what it is, on a line; the second words begin below each other.

    Parameters
    ----------
    facts : iterable of (str, str)
        Name and value.
    """
    facts = list(facts)
    width = max(_NAME_WIDTH, *(len(name) for name, _value in facts))
    for name, value in facts:
        click.echo(f"{name:{width}}  {visible(value)}")


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    summary = run.summary()
    failed = sum(summary.failures.values())
    yield (
        _("Photos"),
        _("{photos}, {screened} of them screened").format(
            photos=count(summary.photos), screened=count(summary.photos - failed)
        ),
    )
    if failed:
        told = _("{n}; the report and the export name them")
        yield _("Failed"), told.format(n=count(failed))
        for code, photos in summary.failures.items():
            yield "", f"{count(photos)} × {failure_text(code)} ({code})"
    yield (
        _("Candidates"),
        ngettext(
            "{candidates} in {photos} photo",
            "{candidates} in {photos} photos",
            summary.candidate_photos,
        ).format(candidates=count(summary.candidates), photos=count(summary.candidate_photos)),
    )
    if summary.outdated:
        told = ngettext(
            "{n} photo was looked at with an earlier watchlist",
            "{n} photos were looked at with an earlier watchlist",
            summary.outdated,
        )
        yield _("Outdated"), told.format(n=count(summary.outdated))
    if summary.skipped:
        n = summary.skipped
        told = ngettext("{n} file that is no photo", "{n} files that are no photos", n)
        yield _("Skipped"), told.format(n=count(n))
    if summary.findings:
        labels = run.watchlist.labels
        found = (f"{rule_name(rule, labels)} ({count(n)})" for rule, n in summary.findings.items())
        yield _("Findings"), ", ".join(found)
    yield _("Report"), str(run.report_path)


def rule_name(rule: str, labels: Mapping[str, str]) -> str:
    """What a person calls a rule.

    Parameters
    ----------
    rule : str
        As records name it: ``"number-2"``.
    labels : mapping of str to str
        Those of the watchlist.

    Returns
    -------
    str
        The label of the watchlist, for a pose its name in the language in force; a rule of a
        detector that others have made as it is.
    """
    kind, _dash, key = rule.partition("-")
    return labels.get(rule) or (pose_name(key) if kind == "pose" else rule)


def warn_about(what: str, problems: Sequence[str]) -> None:
    """Problems of a file that people made: the first one by one, the rest counted.

    Parameters
    ----------
    what : str
        The file.
    problems : sequence of str
    """
    for problem in problems[:_SHOWN_PROBLEMS]:
        warn(f"{what}: {problem}")
    if len(problems) > _SHOWN_PROBLEMS:
        more = len(problems) - _SHOWN_PROBLEMS
        told = ngettext("{n} more row with a problem", "{n} more rows with a problem", more)
        warn(f"{what}: {told.format(n=count(more))}")


@contextmanager
def _bar() -> Iterator[Callback]:
    import rich.progress
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    with rich.progress.Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
        console=Console(stderr=True),
    ) as bar:
        # Said here: the bar is drawn by a thread, in which no language has been chosen.
        task = bar.add_task("", total=None, rate=_rate(None), failed=_failed(0))

        def show(progress: Progress) -> None:
            if progress.enrolling >= _MANY_MATERIALS:
                bar.console.print(_enrolling(progress.enrolling))
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                rate=_rate(bar.tasks[0].speed),
                failed=_failed(progress.failed),
            )

        yield show


def _enrolling(pictures: int) -> str:
    told = _("Enrolling {n} pictures of campaign material before the first photo")
    return told.format(n=count(pictures))


def _failed(photos: int) -> str:
    return _("{n} failed").format(n=count(photos))


def _rate(photos_per_second: float | None) -> str:
    rate = "–" if photos_per_second is None else decimal(photos_per_second, 1)
    return _("{rate} photos/s").format(rate=rate)


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
        if progress.enrolling >= _MANY_MATERIALS:
            warn(_enrolling(progress.enrolling))
        if progress.done == 0 or now - self._last < _LINE_EVERY_S:
            return
        self._last = now
        rate = (progress.done - progress.kept) / (now - self._started)
        remaining = progress.total - progress.done
        left = _("time left unknown")
        if rate:
            left = _("{n} min left").format(n=count(round(remaining / rate / 60)))
        photos = _("{done} of {total} photos").format(
            done=count(progress.done), total=count(progress.total)
        )
        warn(", ".join((photos, _rate(rate), left, _failed(progress.failed))))

    def end(self) -> None:
        if self._progress is None:
            return
        done, kept = self._progress.done, self._progress.kept
        seconds = time.monotonic() - self._started
        warn(
            ngettext(
                "{done} photo in {seconds} s: {screened} screened now, {kept} already done",
                "{done} photos in {seconds} s: {screened} screened now, {kept} already done",
                done,
            ).format(
                done=count(done),
                seconds=count(round(seconds)),
                screened=count(done - kept),
                kept=count(kept),
            )
        )
