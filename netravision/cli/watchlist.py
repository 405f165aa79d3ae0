"""``netravision watchlist``: begin a watchlist, and check it before a night's run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Group
from netravision.errors import WatchlistError, cause
from netravision.languages import N_, ngettext, score_text
from netravision.languages import gettext as _
from netravision.run.watchlist_copy import check_pictures
from netravision.watchlist import Watchlist

__all__ = ["check", "new", "watchlist", "watchlist_template"]


@click.group(cls=Group, help=COMMANDS["watchlist"])
def watchlist() -> None:
    """The commands about watchlists."""


@watchlist.command(help=N_("Write a commented watchlist to start from; FILE must not exist yet."))
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write the template in the language in force."""
    template = watchlist_template().encode("utf-8")
    try:
        with file.open("xb") as stream:
            stream.write(template)
    except FileExistsError:
        raise WatchlistError(
            _("{file} exists already; name a new file").format(file=file)
        ) from None
    except OSError as error:
        raise WatchlistError(
            _("{file}: cannot be written: {why}").format(file=file, why=cause(error))
        ) from error
    click.echo(
        _("{file} is written. Edit it, then: netravision watchlist check {file}").format(file=file)
    )


def watchlist_template() -> str:
    """The text of a new watchlist, its comments in the language in force.

    Returns
    -------
    str
        TOML.
    """
    from jinja2 import Environment, PackageLoader

    templates = Environment(
        loader=PackageLoader("netravision.cli"),
        keep_trailing_newline=True,
        autoescape=False,
    )
    templates.globals["_"] = _
    return templates.get_template("watchlist.toml.j2").render()


@watchlist.command(
    help=N_("Check FILE and its reference pictures, just as a run would use them.")
    + "\n\n"
    + N_(
        "If it has emblems or symbols, transformed copies of each are searched for all of them, "
        "and a page with the pictures is written beside FILE."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Load a watchlist as a run does, and try how well its marks are recognized."""
    rules = Watchlist.load(file)
    check_pictures(rules)
    # Only here: this loads OpenCV and the networks, which a typo need not wait for.
    from netravision.screener import Screener

    Screener(rules).close()
    click.echo(_("{file} is a valid watchlist: {name}").format(file=file, name=rules.name))
    for name, table in rules.tables.items():
        pictures = sum(len(getattr(rule, "images", ())) for rule in table)
        if table:
            shown = ngettext(", {n} picture", ", {n} pictures", pictures).format(n=pictures)
            click.echo(f"  {len(table):4} × {name}{shown if pictures else ''}")
    if rules.emblems or rules.symbols:
        _check_marks(rules, file.with_name(f"{file.stem}-check.html"))


def _check_marks(rules: Watchlist, page: Path) -> None:
    """Say how well each emblem and symbol is recognised, and write the page that shows it."""
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    from netravision.watchlist_check import report

    searched = report.families(rules)
    followed = track(
        report.marks(rules, searched),
        _("Searching copies"),
        total=len(rules.emblems) + len(rules.symbols),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    marks = report.with_second_pictures(list(followed), searched)
    table = Table(
        _("mark"), _("found"), _("weakest copy"), _("most alike"), box=None, pad_edge=False
    )
    for mark in marks:
        weakest, other = mark.weakest, mark.confusion
        table.add_row(
            mark.rule,
            _("{found} of {all}").format(found=mark.found, all=len(mark.copies)),
            f"{_(report.AUGMENTATION_NAMES[weakest.augmentation])} {score_text(weakest.score)}",
            f"{other.rule} {score_text(other.score)}" if other else "-",
        )
    click.echo("\n" + _("Found in transformed copies of their own pictures:"))
    # Wide enough for two long ids where nobody sees a terminal's width.
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
    for mark in marks:
        for advice in mark.advice:
            click.echo(f"{mark.rule}: {advice}")
    try:
        report.write_report(rules, marks, page)
    except OSError as error:
        warned = _("{file}: cannot be written: {why}").format(file=page, why=cause(error))
        click.echo(warned, err=True)
    else:
        click.echo(_("Pictures: {page}").format(page=page))
