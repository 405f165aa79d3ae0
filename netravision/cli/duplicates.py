"""``netravision duplicates``: copies of pictures, grouped."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command
from netravision.cli.find import copy_line, warn_of_missing_hashes
from netravision.cli.options import file_option, run_argument
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
@file_option(
    "--page", metavar="FILE.html", help=N_("Also write a page with the groups, faces blurred.")
)
def duplicates(folder: Path, page: Path | None) -> None:
    """Print the groups of copies of a run."""
    with Run.open(folder) as run:
        warn_of_missing_hashes(run)
        groups = list(groups_of(run.store))
    for number, group in enumerate(groups, start=1):
        for copy in group:
            click.echo(f"{number}\t{copy_line(copy)}")
    if page is not None:
        # Only here, as it loads templates and the search for faces, a tenth of a second.
        from netravision.review.copies_page import write_duplicates_page

        write_duplicates_page(page, run.folder.name, groups)
        click.echo(page)
