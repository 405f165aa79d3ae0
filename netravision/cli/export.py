"""``netravision export``: a run's results for other programs."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, chosen_language, warn
from netravision.cli.options import choice_option, file_option, older_run_option, run_argument
from netravision.cli.output import refuse_terminal, write_output
from netravision.export.columns import COMPARISON_COLUMNS
from netravision.export.comparison import compare_runs
from netravision.export.formats import FORMATS, Format, write_results, write_rows
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
@run_argument()
@choice_option(
    "--format",
    "form",
    choices=FORMATS,
    default="jsonl",
    help=N_(
        "jsonl: one record a line. csv: one row a finding, for spreadsheets. xlsx: the same rows "
        "as a workbook with links, for people. parquet: the same rows for data frames and "
        "databases. coco: boxes."
    ),
)
@older_run_option(
    "--compare",
    help=N_("Instead, what became of the emblems that accounts wore in that run."),
)
@choice_option(
    "--delimiter",
    choices=[",", ";", "tab"],
    default=",",
    help=N_("Between the cells of a CSV; “;” with --lang id also gives decimal commas."),
)
@file_option("--output", help=N_("Instead of standard output."))
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
    refuse_terminal(form, output)
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
                write_rows,
                COMPARISON_COLUMNS,
                comparisons,
                form,
                translated=translated,
                delimiter=separator,
            )
        write_output(output, write)
