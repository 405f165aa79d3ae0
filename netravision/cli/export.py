"""``netravision export``: a run's results for other programs."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from netravision.atomic_write import atomic_write
from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option, chosen_language
from netravision.cli.progress import warn
from netravision.errors import RunError, cause
from netravision.export.comparison import compare_runs
from netravision.export.formats import FORMATS, Format, write_comparisons, write_results
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.run import Run

__all__ = ["export"]


@click.command(
    cls=Command,
    help=COMMANDS["export"]
    + "\n\n"
    + N_("RUN is the folder that “screen” filled. Photos come in the order of their paths.")
    + "\n\n"
    + N_(
        "With --compare, one record or row for each account and emblem: still worn, new, "
        "replaced, not seen again, or unknown, with the day it was first seen."
    )
    + "\n\n"
    + N_("With --lang, a CSV is for people, in that language; programs expect it without."),
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(FORMATS),
    default="jsonl",
    show_default=True,
    help=N_(
        "jsonl: one record a line. csv: one row a finding, for spreadsheets. xlsx: the same rows "
        "as a workbook with links, for people. parquet: the same rows for data frames and "
        "databases. coco: boxes."
    ),
)
@click.option(
    "--compare",
    "older_folder",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="OLDER_RUN",
    help=N_("Instead, what became of the emblems that accounts wore in that run."),
)
@click.option(
    "--delimiter",
    cls=Option,
    type=click.Choice([",", ";", "tab"]),
    default=",",
    show_default=True,
    help=N_("Between the cells of a CSV; “;” with --lang id also gives decimal commas."),
)
@click.option(
    "--output",
    cls=Option,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Instead of standard output."),
)
@click.pass_context
def export(
    ctx: click.Context,
    folder: Path,
    form: Format,
    older_folder: Path | None,
    delimiter: str,
    output: Path | None,
) -> None:
    """Write the results of a run, or its comparison with an older one."""
    translated = chosen_language(ctx) is not None
    separator = "\t" if delimiter == "tab" else delimiter
    if form in ("parquet", "xlsx") and output is None and sys.stdout.isatty():
        raise click.UsageError(
            _("{format} is no text: name a file with --output").format(format=form)
        )
    with ExitStack() as stack:
        run = stack.enter_context(Run.open(folder))
        if older_folder is None:
            write = partial(write_results, run, form, translated=translated, delimiter=separator)
        elif form == "coco":
            raise click.UsageError(_("--compare says nothing of boxes: choose another --format"))
        else:
            older = stack.enter_context(Run.open(older_folder))
            comparisons, notes = compare_runs(older, run)
            for note in notes:
                warn(note)
            write = partial(
                write_comparisons, comparisons, form, translated=translated, delimiter=separator
            )
        if output is None:
            write(sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        try:
            with atomic_write(output) as stream:
                write(stream)
        except OSError as error:
            raise RunError(
                _("{file}: cannot be written: {why}").format(file=output, why=cause(error))
            ) from error
