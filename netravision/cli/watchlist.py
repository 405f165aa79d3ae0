"""``netravision watchlist``: begin a watchlist, and check it before a night's run."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from netravision.errors import WatchlistError
from netravision.run.watchlist_copy import check_pictures
from netravision.watchlist import Watchlist


@click.group()
def watchlist() -> None:
    """Write a new watchlist, or check one."""


@watchlist.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a commented watchlist to start from; FILE must not exist yet."""
    template = files("netravision.cli").joinpath("watchlist.toml").read_bytes()
    try:
        with file.open("xb") as stream:
            stream.write(template)
    except FileExistsError:
        raise WatchlistError(f"{file} exists already; name a new file") from None
    except OSError as error:
        raise WatchlistError(f"{file}: cannot be written: {error.strerror}") from error
    click.echo(f"{file} is written. Edit it, then: netravision watchlist check {file}")


@watchlist.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check FILE and its reference pictures, just as a run would use them."""
    rules = Watchlist.load(file)
    check_pictures(rules)
    # Only here: this loads OpenCV and the networks, which a typo need not wait for.
    from netravision.screener import Screener

    Screener(rules).close()
    click.echo(f"{file} is a valid watchlist: {rules.name}")
    tables = {
        "emblem": rules.emblems,
        "number": rules.numbers,
        "pose": rules.poses,
        "symbol": rules.symbols,
        "color": rules.colors,
        "material": rules.materials,
    }
    for name, table in tables.items():
        pictures = sum(len(getattr(rule, "images", ())) for rule in table)
        if table:
            click.echo(
                f"  {len(table):4} × {name}" + (f", {pictures} pictures" if pictures else "")
            )
