"""``netravision review``: a local page where a person confirms or rejects candidates."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from netravision.review.server import ReviewServer
from netravision.run.decisions import FILE

__all__ = ["review"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def review(folder: Path, no_browser: bool) -> None:
    """Open a local page where a person confirms or rejects candidates.

    RUN is the folder that “screen” filled. Only this computer reaches the page, and only with
    the address that is printed. Ctrl-C ends it; what was decided is kept in the folder.
    """
    server = ReviewServer(folder)
    click.echo(f"Review: {server.address}")
    click.echo(f"Decisions are kept in {folder / FILE}. Ctrl-C ends the review.")
    if not no_browser:
        webbrowser.open(server.address)
    server.serve()
