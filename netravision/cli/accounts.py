"""``netravision accounts``: what each account has, as a list of work."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, chosen_language
from netravision.cli.options import choice_option, file_option, older_run_option, run_argument
from netravision.cli.output import refuse_terminal, write_output
from netravision.export.accounts import account_rows
from netravision.export.columns import ACCOUNT_COLUMNS
from netravision.export.formats import ACCOUNT_FORMATS, TableFormat, write_rows
from netravision.languages import N_
from netravision.run import Run

__all__ = ["accounts"]


@click.command(
    cls=Command,
    help=COMMANDS["accounts"]
    + "\n\n"
    + N_(
        "RUN is the folder that “screen” filled. One row for each account and thing that was "
        "found: photos, findings, what people decided, when it was first and last seen. Accounts "
        "with most to follow up come first."
    ),
)
@run_argument()
@older_run_option("--since", help=N_("Also say what is new since that run, still there, or gone."))
@choice_option(
    "--format",
    "form",
    choices=ACCOUNT_FORMATS,
    default="csv",
    help=N_("csv and xlsx: for spreadsheets. jsonl: one object a line. parquet: for data frames."),
)
@file_option("--output", help=N_("Instead of standard output."))
@click.pass_context
def accounts(
    ctx: click.Context,
    folder: Path,
    older_folder: Path | None,
    form: TableFormat,
    output: Path | None,
) -> None:
    """Write the list of accounts of a run."""
    refuse_terminal(form, output)
    with ExitStack() as stack:
        run = stack.enter_context(Run.open(folder))
        older = None if older_folder is None else stack.enter_context(Run.open(older_folder))
        rows = account_rows(run, older)
    translated = chosen_language(ctx) is not None
    write_output(output, partial(write_rows, ACCOUNT_COLUMNS, rows, form, translated=translated))
