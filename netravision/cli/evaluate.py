"""``netravision evaluate``: how good a run is, by what people say is in its photos."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from netravision.cli.progress import warn_about
from netravision.errors import MissingRequirementError, RunError
from netravision.evaluation.evaluate import evaluate_run
from netravision.evaluation.ground_truth import read_ground_truth
from netravision.evaluation.page import write_evaluation
from netravision.evaluation.results import Evaluation, PrecisionRecall, Rate
from netravision.html.page import score_text
from netravision.rules import DETECTORS_OF
from netravision.run import Run

__all__ = ["evaluate"]


@click.command()
@click.argument("file", metavar="LABELS.csv", type=click.Path(path_type=Path))
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("netravision-run"),
    show_default=True,
    metavar="DIR",
    help="The run that is measured, as “screen” filled it.",
)
@click.option(
    "--only",
    type=click.Choice(list(DETECTORS_OF)),
    multiple=True,
    help="What was labelled, if not everything; may be given several times.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where page, plots and JSON go.  [default: LABELS-evaluation, beside LABELS.csv]",
)
def evaluate(file: Path, folder: Path, only: tuple[str, ...], output: Path | None) -> None:
    """Measure a run by what people say is in its photos.

    LABELS.csv has the columns path and rule, one row for each thing that is in a photo; an empty
    rule says that nothing of the watchlist is. An export with decisions will do, too. Prints
    precision, recall and calibration, and writes them as a page with plots and as JSON.
    """
    output = output or file.with_name(f"{file.stem}-evaluation")
    with Run.open(folder) as run:
        labels = read_ground_truth(file, run.watchlist)
        evaluation = evaluate_run(run, labels, only)
        warn_about(file.name, evaluation.problems)
        if not evaluation.photos:
            raise RunError(f"{file}: none of its photos is in {folder}; paths are as in its export")
        plots, missing = _draw(evaluation)
        try:
            page = write_evaluation(run, evaluation, plots, output)
        except OSError as error:
            raise RunError(f"{output}: cannot be written: {error.strerror}") from error
    _print(evaluation)
    click.echo(f"Page {'and plots ' if any(plots.values()) else ''}in {page}")
    if missing is not None:
        raise MissingRequirementError(
            f"the plots need the package {missing}, all else is written: "
            'python -m pip install "netravision[evaluate]"'
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
    click.echo(f"Photos      {evaluation.photos:,}", nl=False)
    click.echo(f", {evaluation.failed:,} of them failed" if evaluation.failed else "")
    if evaluation.clean:
        click.echo(
            f"Nothing in  {evaluation.clean:,} of them, {evaluation.flagged:,} of these have a "
            f"finding: {_rate(evaluation.false_alarms)}"
        )
    if not evaluation.complete:
        click.echo("Recall      unknown: decisions say nothing of what was not found")
    table = _table("rule or detector", "there", "found", "right", "precision", "recall")
    for rule, line in evaluation.rules.items():
        table.add_row(rule, *_cells(line))
    for measure in evaluation.detectors:
        table.add_row("")
        table.add_row(f"{measure.name}, all", *_cells(measure.line))
        for threshold, line in measure.telling_thresholds.items():
            table.add_row(f"{measure.name} from {threshold:g}", *_cells(line))
    console.print()
    console.print(table)
    table = _table("score near", "found", "right", "share that is right")
    for measure in evaluation.detectors:
        for number in measure.filled_bins:
            score = score_text(float(measure.calibration.mean_score[number]))
            share = measure.share_right(number)
            table.add_row(
                f"{measure.name} {score}", f"{share.trials:,}", f"{share.hits:,}", _rate(share)
            )
    console.print()
    console.print(table)
    console.print()


def _table(first: str, *others: str) -> Table:
    """A plain table whose columns of counts are flush right."""
    table = Table(first, box=None, pad_edge=False)
    for name in others:
        table.add_column(name, justify="right" if name in ("there", "found", "right") else "left")
    return table


def _cells(line: PrecisionRecall) -> tuple[str, ...]:
    counts = (f"{count:,}" for count in (line.there, line.found, line.right))
    return *counts, _rate(line.precision), _rate(line.recall)


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "-"
    low, high = rate.interval
    return f"{rate.value:.2f} ({low:.2f} to {high:.2f})"
