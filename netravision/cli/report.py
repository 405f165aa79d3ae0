"""``netravision report``: one HTML file about a run."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command
from netravision.languages import N_
from netravision.review.report import write_report
from netravision.run import Run

__all__ = ["report"]


@click.command(
    cls=Command,
    help=COMMANDS["report"]
    + "\n\n"
    + N_("RUN is the folder that “screen” filled; the report is put into it as report.html."),
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
def report(folder: Path) -> None:
    """Write the report of a run and print its path."""
    with Run.open(folder) as run:
        write_report(run, run.report_path)
        click.echo(run.report_path)
