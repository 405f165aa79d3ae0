"""``netravision demo``: the whole way once, on pictures that belong to nobody."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from netravision import assets
from netravision.cli import COMMANDS, INTERRUPTED
from netravision.cli.commands import Command, warn
from netravision.cli.progress import print_summary, progress_display, rule_name
from netravision.folder_screening import screen_folder
from netravision.languages import N_, count, score_text
from netravision.languages import gettext as _
from netravision.run import Run
from netravision.visible_text import visible

__all__ = ["demo"]

_FOLDER = Path("netravision-demo")


@click.command(
    cls=Command,
    help=COMMANDS["demo"]
    + "\n\n"
    + N_("Prints the strongest candidate of each rule and where the report is."),
)
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Screen the rendered pictures, and print what was found in them."""
    fixtures = assets.fixtures()
    try:
        with (
            progress_display() as display,
            screen_folder(
                fixtures / "photos",
                _FOLDER,
                watchlist=fixtures / "watchlist.toml",
                progress=display,
            ) as run,
        ):
            print_summary(run)
            Console().print(_table(run))
            click.echo(_("Open {file} in a browser.").format(file=run.report_path))
    except KeyboardInterrupt:
        warn(_("Interrupted; “netravision demo” goes on where it stopped."))
        ctx.exit(INTERRUPTED)


def _table(run: Run) -> Table:
    """Of every rule the strongest candidate, and how many photos it was found in."""
    strongest: dict[str, tuple[float, str]] = {}
    photos: Counter[str] = Counter()
    for result in run.results(with_findings=True):
        photos.update({finding.rule or "" for finding in result.findings})
        for finding in result.findings:
            rule, path = finding.rule or "", result.photo.path or ""
            strongest[rule] = max(strongest.get(rule, (0.0, "")), (finding.score, path))
    table = Table(title=_("Candidates, the strongest of each rule"))
    table.add_column(_("rule"), no_wrap=True)
    table.add_column(_("photos"), justify="right")
    table.add_column(_("score"), justify="right")
    table.add_column(_("strongest in"), overflow="fold")
    for rule, (score, path) in sorted(strongest.items()):
        name = rule_name(rule, run.watchlist.labels)
        shown = map(escape, map(visible, (name, path)))
        table.add_row(next(shown), count(photos[rule]), score_text(score), next(shown))
    return table
