"""``netravision merge``: run folders of several PCs to one."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command
from netravision.cli.options import run_option, runs_argument
from netravision.cli.progress import print_summary
from netravision.languages import N_
from netravision.review.report import write_report
from netravision.run.merge import merge_runs

__all__ = ["merge"]


@click.command(
    cls=Command,
    help=COMMANDS["merge"]
    + "\n\n"
    + N_(
        "RUN are the folders that “screen --shard” filled, all parts of the whole, or whole runs "
        "over different photos. Export and report then are those of one PC that screened "
        "everything; what was decided in their reviews goes along."
    ),
)
@runs_argument()
@run_option(required=True, help=N_("A new folder for the whole."))
def merge(folders: tuple[Path, ...], folder: Path) -> None:
    """Merge runs, write the report of the whole and print its summary."""
    with merge_runs(folders, folder) as run:
        write_report(run, run.report_path)
        print_summary(run)
