"""``netravision report``: one HTML file about a run."""

from __future__ import annotations

import errno
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option
from netravision.errors import RunError, cause
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.review.report import write_report
from netravision.run import Run

__all__ = ["report"]


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
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--all",
    "everything",
    cls=Option,
    is_flag=True,
    help=N_("All candidates, whatever was decided about them."),
)
@click.option(
    "--output",
    cls=Option,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Instead of report.html in the run folder."),
)
def report(folder: Path, everything: bool, output: Path | None) -> None:
    """Write the report of a run and print its path."""
    with Run.open(folder) as run:
        file = output or run.report_path
        try:
            write_report(run, file, everything=everything)
        except OSError as error:
            if output is not None or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise RunError(
                    _("{file}: cannot be written: {why}").format(file=file, why=cause(error))
                ) from error
            file = Path(f"{run.folder.name}-report.html").absolute()
            write_report(run, file, everything=everything)
        click.echo(file)
