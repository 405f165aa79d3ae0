"""``netravision duplicates``: copies of pictures, grouped."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command
from netravision.cli.find import copy_line, warn_of_missing_hashes
from netravision.cli.options import run_argument
from netravision.languages import N_
from netravision.run import Run
from netravision.run.duplicates import duplicates as groups_of

__all__ = ["duplicates"]


@click.command(
    cls=Command,
    help=COMMANDS["duplicates"]
    + "\n\n"
    + N_(
        "RUN is the folder that “screen” filled. One line a photo: number of its group, largest "
        "first, how far it is from the first of the group, path, account, date and web address."
    ),
)
@run_argument()
def duplicates(folder: Path) -> None:
    """Print the groups of copies of a run."""
    with Run.open(folder) as run:
        warn_of_missing_hashes(run)
        for number, group in enumerate(groups_of(run.store), start=1):
            for copy in group:
                click.echo(f"{number}\t{copy_line(copy)}")
