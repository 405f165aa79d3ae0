"""``netravision report``: one HTML file about a run."""

from __future__ import annotations

import errno
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option
from netravision.cli.options import file_option, run_argument
from netravision.cli.output import writing
from netravision.languages import N_
from netravision.review.report import write_report
from netravision.run import Run

__all__ = ["report"]

# The folder is another user's, or on a disc.
_NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS)


@click.command(
    cls=Command,
    help=COMMANDS["report"]
    + "\n\n"
    + N_(
        "RUN is the folder that “screen” filled; the report is put into it as report.html, or into "
        "the current folder if nothing can be written there. It has the cases that were marked for "
        "follow-up in the review, or, while nobody has decided anything, all candidates."
    ),
)
@run_argument()
@click.option(
    "--all",
    "everything",
    cls=Option,
    is_flag=True,
    help=N_("All candidates, whatever was decided about them."),
)
@file_option("--output", help=N_("Instead of report.html in the run folder."))
def report(folder: Path, everything: bool, output: Path | None) -> None:
    """Write the report of a run and print its path."""
    with Run.open(folder) as run:
        file = output or run.report_path
        with writing(file):
            try:
                write_report(run, file, everything=everything)
            except OSError as error:
                if output is not None or error.errno not in _NOT_OURS:
                    raise
                file = Path(f"{run.folder.name}-report.html").absolute()
                write_report(run, file, everything=everything)
        click.echo(file)
