"""``netravision demo``: the whole way once, on pictures that belong to nobody."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import netravision
from netravision.cli import INTERRUPTED
from netravision.cli.progress import warn
from netravision.cli.screen import screen_into
from netravision.errors import AssetError
from netravision.run import Run
from netravision.watchlist import Watchlist

_FOLDER = Path("netravision-demo")
_ROWS = 12


@click.command()
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Screen the rendered pictures that come with netravision.

    Prints the strongest candidates and where the report is.
    """
    fixtures = _fixtures()
    watchlist = Watchlist.load(fixtures / "watchlist.toml")
    with Run.start(_FOLDER, watchlist) as run:
        try:
            screen_into(run, (fixtures / "photos",))
        except KeyboardInterrupt:
            warn("Interrupted; “netravision demo” goes on where it stopped.")
            ctx.exit(INTERRUPTED)
        Console().print(_table(run))
        click.echo(f"Open {run.report_path} in a browser.")


def _fixtures() -> Path:
    package = Path(netravision.__file__).resolve().parent
    # Wheels carry the fixtures inside the package; a checkout has them beside it.
    for folder in (package / "fixtures", package.parent / "fixtures"):
        if (folder / "watchlist.toml").is_file():
            return folder
    raise AssetError("the pictures for the demo are missing; install netravision again")


def _table(run: Run) -> Table:
    found = [
        (finding, result.photo)
        for result in run.results(with_findings=True)
        for finding in result.findings
    ]
    found.sort(key=lambda pair: -pair[0].score)
    table = Table(title=f"The strongest {min(_ROWS, len(found))} of {len(found)} candidates")
    for column in ("score", "rule", "photo", "why"):
        table.add_column(column, overflow="fold")
    for finding, photo in found[:_ROWS]:
        table.add_row(f"{finding.score:.2f}", finding.rule, photo.path, finding.reason)
    return table
