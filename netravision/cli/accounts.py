"""``netravision accounts``: what each account has, as a list of work."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from netravision.atomic_write import atomic_write
from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option, chosen_language
from netravision.errors import RunError, cause
from netravision.export.accounts import account_rows
from netravision.export.formats import ACCOUNT_FORMATS, TableFormat, write_accounts
from netravision.languages import N_
from netravision.languages import gettext as _
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
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--since",
    "older_folder",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="OLDER_RUN",
    help=N_("Also say what is new since that run, still there, or gone."),
)
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(ACCOUNT_FORMATS),
    default="csv",
    show_default=True,
    help=N_("csv and xlsx: for spreadsheets. jsonl: one object a line. parquet: for data frames."),
)
@click.option(
    "--output",
    cls=Option,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Instead of standard output."),
)
@click.pass_context
def accounts(
    ctx: click.Context,
    folder: Path,
    older_folder: Path | None,
    form: TableFormat,
    output: Path | None,
) -> None:
    """Write the list of accounts of a run."""
    if form in ("parquet", "xlsx") and output is None and sys.stdout.isatty():
        raise click.UsageError(
            _("{format} is no text: name a file with --output").format(format=form)
        )
    with ExitStack() as stack:
        run = stack.enter_context(Run.open(folder))
        older = None if older_folder is None else stack.enter_context(Run.open(older_folder))
        rows = account_rows(run, older)
    translated = chosen_language(ctx) is not None
    if output is None:
        write_accounts(rows, form, sys.stdout.buffer, translated=translated)
        sys.stdout.buffer.flush()
        return
    try:
        with atomic_write(output) as stream:
            write_accounts(rows, form, stream, translated=translated)
    except OSError as error:
        raise RunError(
            _("{file}: cannot be written: {why}").format(file=output, why=cause(error))
        ) from error
