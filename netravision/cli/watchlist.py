"""``netravision watchlist``: begin a watchlist, and check it before a night's run."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import click

from netravision.errors import WatchlistError
from netravision.run.watchlist_copy import check_pictures
from netravision.watchlist import Watchlist

__all__ = ["check", "new", "watchlist"]


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
    """Check FILE and its reference pictures, just as a run would use them.

    If it has emblems or symbols, transformed copies of each are searched for all of them, and a
    page with the pictures is written beside FILE.
    """
    rules = Watchlist.load(file)
    check_pictures(rules)
    # Only here: this loads OpenCV and the networks, which a typo need not wait for.
    from netravision.screener import Screener

    Screener(rules).close()
    click.echo(f"{file} is a valid watchlist: {rules.name}")
    for name, table in rules.tables.items():
        pictures = sum(len(getattr(rule, "images", ())) for rule in table)
        if table:
            click.echo(
                f"  {len(table):4} × {name}" + (f", {pictures} pictures" if pictures else "")
            )
    if rules.emblems or rules.symbols:
        _check_marks(rules, file.with_name(f"{file.stem}-check.html"))


def _check_marks(rules: Watchlist, page: Path) -> None:
    """Say how well each emblem and symbol is recognised, and write the page that shows it."""
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    from netravision.html.page import score_text
    from netravision.watchlist_check import report

    searched = report.families(rules)
    followed = track(
        report.marks(rules, searched),
        "Searching copies",
        total=len(rules.emblems) + len(rules.symbols),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    marks = report.with_second_pictures(list(followed), searched)
    table = Table("mark", "found", "weakest copy", "most alike", box=None, pad_edge=False)
    for mark in marks:
        weakest, other = mark.weakest, mark.confusion
        table.add_row(
            mark.rule,
            f"{mark.found} of {len(mark.copies)}",
            f"{weakest.augmentation} {score_text(weakest.score)}",
            f"{other.rule} {score_text(other.score)}" if other else "-",
        )
    click.echo("\nFound in transformed copies of their own pictures:")
    # Wide enough for two long ids where nobody sees a terminal's width.
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
    for mark in marks:
        for advice in mark.advice:
            click.echo(f"{mark.rule}: {advice}")
    try:
        report.write_report(rules, marks, page)
    except OSError as error:
        click.echo(f"{page} cannot be written: {error.strerror}", err=True)
    else:
        click.echo(f"Pictures: {page}")
