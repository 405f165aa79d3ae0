"""``netravision start``: a page to choose a folder on, for who uses no command line."""

from __future__ import annotations

import webbrowser

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.start.server import StartServer

__all__ = ["start"]


@click.command(
    cls=Command,
    help=COMMANDS["start"]
    + "\n\n"
    + N_(
        "Only this computer reaches the page, and only with the address that is printed. Results "
        "are kept beside the chosen folder, in one whose name ends with “-netravision”."
    ),
)
@click.option("--no-browser", cls=Option, is_flag=True, help=N_("Only print the address."))
def start(no_browser: bool) -> None:
    """Serve the page until Ctrl-C."""
    server = StartServer()
    click.echo(_("Page: {address}").format(address=server.address))
    click.echo(_("Leave this window open; closing it ends netravision. What is done is kept."))
    if not no_browser:
        webbrowser.open(server.address)
    server.serve()
