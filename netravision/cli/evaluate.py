"""``netravision evaluate``: how good a run is, by what people say is in its photos."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from netravision import installed_detectors
from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option
from netravision.cli.options import DEFAULT_RUN, run_option
from netravision.cli.output import writing
from netravision.cli.progress import print_facts, warn_about
from netravision.errors import MissingRequirementError, RunError
from netravision.evaluation.evaluate import evaluate_run
from netravision.evaluation.ground_truth import decided_ground_truth, read_ground_truth
from netravision.evaluation.page import write_evaluation
from netravision.evaluation.results import (
    WANTED_PRECISION,
    Evaluation,
    PrecisionRecall,
    Rate,
)
from netravision.languages import N_, count, decimal, score_text
from netravision.languages import gettext as _
from netravision.rules import DETECTORS_OF
from netravision.run import Run

__all__ = ["evaluate"]


@click.command(
    cls=Command,
    help=COMMANDS["evaluate"]
    + "\n\n"
    + N_(
        "LABELS.csv has the columns path and rule, one row for each thing that is in a photo; an "
        "empty rule says that nothing of the watchlist is. An export with decisions will do, too. "
        "With a run folder in its place, what people decided in “review” is taken. Prints "
        "precision, recall and calibration, and writes them as a page with plots and as JSON."
    ),
)
@click.argument("file", metavar="LABELS.csv|RUN", type=click.Path(path_type=Path))
@run_option(
    default=DEFAULT_RUN,
    show_default=True,
    help=N_("The run that is measured, as “screen” filled it."),
)
@click.option(
    "--only",
    cls=Option,
    type=click.Choice([*DETECTORS_OF, *installed_detectors.installed()]),
    multiple=True,
    help=N_("What was labelled, if not everything; may be given several times."),
)
@click.option(
    "--output",
    cls=Option,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_(
        "Where page, plots and JSON go; by default LABELS-evaluation, beside LABELS.csv, or "
        "RUN-evaluation, beside RUN."
    ),
)
@click.option(
    "--precision",
    cls=Option,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=WANTED_PRECISION,
    show_default=True,
    help=N_("The precision that thresholds are proposed for."),
)
def evaluate(
    file: Path, folder: Path, only: tuple[str, ...], output: Path | None, precision: float
) -> None:
    """Measure a run, write the page and print the figures."""
    by_decisions = file.is_dir()
    if output is None:
        named = file.resolve() if file.name in ("", "..") else file
        output = named.with_name(f"{named.stem}-evaluation")
    with Run.open(file if by_decisions else folder) as run:
        if by_decisions:
            labels = decided_ground_truth(run)
        else:
            labels = read_ground_truth(file, run.watchlist)
        evaluation = evaluate_run(run, labels, only, wanted=precision)
        warn_about(file.name, evaluation.problems)
        if by_decisions and not evaluation.photos:
            raise RunError(
                _("{run}: nobody has called a finding right or wrong; see “review”").format(
                    run=file
                )
            )
        if not evaluation.photos:
            raise RunError(
                _("{file}: none of its photos is in {run}; paths are as in its export").format(
                    file=file, run=folder
                )
            )
        plots, missing = _draw(evaluation)
        with writing(output):
            page = write_evaluation(run, evaluation, plots, output)
    _print(evaluation)
    where = _("Page and plots in {page}") if any(plots.values()) else _("Page in {page}")
    click.echo(where.format(page=page))
    if missing is not None:
        raise MissingRequirementError(
            _(
                "the plots need the package {package}, all else is written: "
                'python -m pip install "netravision[evaluate]"'
            ).format(package=missing)
        )


def _draw(evaluation: Evaluation) -> tuple[dict[str, dict[str, bytes]], str | None]:
    """The plots, or the name of the package that they lack."""
    try:
        from netravision.evaluation.plots import draw_plots
    except ModuleNotFoundError as error:
        return {}, error.name
    return draw_plots(evaluation), None


def _print(evaluation: Evaluation) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    print_facts(_facts(evaluation))
    numbers = _("there"), _("found"), _("right")
    table = _table(_("rule or detector"), numbers, (_("precision"), _("recall")))
    for rule, line in evaluation.rules.items():
        table.add_row(rule, *_cells(line))
    for measure in evaluation.detectors:
        table.add_row("")
        table.add_row(_("{detector}, all").format(detector=measure.name), *_cells(measure.line))
        for threshold, line in measure.telling_thresholds.items():
            digits = len(f"{threshold:g}".partition(".")[2])
            name = _("{detector} from {score}").format(
                detector=measure.name, score=decimal(threshold, digits)
            )
            table.add_row(name, *_cells(line))
    console.print()
    console.print(table)
    table = _table(_("score near"), numbers[1:], (_("share that is right"),))
    for measure in evaluation.detectors:
        for number in measure.filled_bins:
            score = score_text(float(measure.calibration.mean_score[number]))
            share = measure.share_right(number)
            table.add_row(
                f"{measure.name} {score}", count(share.trials), count(share.hits), _rate(share)
            )
    console.print()
    console.print(table)
    if evaluation.proposals:
        console.print()
        console.print(_proposed(evaluation))
    console.print()


def _proposed(evaluation: Evaluation) -> Table:
    wanted = decimal(evaluation.wanted, 2)
    table = _table(
        _("proposed for a precision of {wanted}, not applied").format(wanted=wanted),
        (_("score from"), _("found"), _("right"), _("right, but lower")),
        (_("precision"),),
    )
    for each in evaluation.proposals:
        name = each.rule or _("{detector}, all").format(detector=each.detector)
        if each.score is None:
            table.add_row(name, _("unknown"), "", "", "", _("too few decided, or too many wrong"))
        else:
            counts = map(count, (each.kept.trials, each.kept.hits, each.lost))
            table.add_row(name, decimal(each.score, 2), *counts, _rate(each.kept))
    return table


def _facts(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    photos = count(evaluation.photos)
    if evaluation.failed:
        photos = _("{photos}, {failed} of them failed").format(
            photos=photos, failed=count(evaluation.failed)
        )
    yield _("Photos"), photos
    if evaluation.clean:
        yield (
            _("Nothing in"),
            _("{clean} of them, {flagged} of these have a finding: {rate}").format(
                clean=count(evaluation.clean),
                flagged=count(evaluation.flagged),
                rate=_rate(evaluation.false_alarms),
            ),
        )
    if not evaluation.complete:
        yield _("Recall"), _("unknown: decisions say nothing of what was not found")


def _table(first: str, numbers: Sequence[str], shares: Sequence[str]) -> Table:
    """A plain table whose columns of counts are flush right."""
    table = Table(first, box=None, pad_edge=False)
    for name in numbers:
        table.add_column(name, justify="right")
    for name in shares:
        table.add_column(name)
    return table


def _cells(line: PrecisionRecall) -> tuple[str, ...]:
    counts = map(count, (line.there, line.found, line.right))
    return *counts, _rate(line.precision), _rate(line.recall)


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "-"
    low, high = rate.interval
    return _("{value} ({low} to {high})").format(
        value=decimal(rate.value, 2), low=decimal(low, 2), high=decimal(high, 2)
    )
