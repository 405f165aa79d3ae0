"""``netravision review``: a local page where a person confirms or rejects candidates."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option
from netravision.cli.options import older_run_option, run_argument
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.review.server import ReviewServer
from netravision.run.decisions import FILE

__all__ = ["review"]


@click.command(
    cls=Command,
    help=COMMANDS["review"]
    + "\n\n"
    + N_(
        "RUN is the folder that “screen” filled. Only this computer reaches the page, and only "
        "with the address that is printed. Ctrl-C ends it; what was decided is kept in the folder."
    ),
)
@run_argument()
@older_run_option(
    "--since",
    help=N_("The page of accounts also says what became of what they had in that run."),
)
@click.option("--no-browser", cls=Option, is_flag=True, help=N_("Only print the address."))
def review(folder: Path, older_folder: Path | None, no_browser: bool) -> None:
    """Serve the page of a run until Ctrl-C."""
    server = ReviewServer(folder, older_folder)
    click.echo(_("Review: {address}").format(address=server.address))
    if server.read_only:
        click.echo(_("The run folder cannot be written to, so nothing can be decided."))
        click.echo(_("Ctrl-C ends the review."))
    else:
        kept = _("Decisions are kept in {file}. Ctrl-C ends the review.")
        click.echo(kept.format(file=folder / FILE))
    if not no_browser:
        webbrowser.open(server.address)
    server.serve()
