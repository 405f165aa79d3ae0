"""``netravision evidence``: case files with checksums, and the letters about them."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.case_files.selection import SELECTIONS, Selection
from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option, warn
from netravision.cli.options import file_option
from netravision.cli.output import write_output
from netravision.errors import MissingRequirementError, RunError, cause
from netravision.languages import N_, count, ngettext
from netravision.languages import gettext as _
from netravision.run import Run

__all__ = ["evidence"]


@click.command(
    cls=Command,
    help=COMMANDS["evidence"]
    + "\n\n"
    + N_(
        "RUN is the folder that “screen” filled. Each photo of an account whose candidates need "
        "follow-up, as people said in “review”, is one case: the original, untouched, with its "
        "SHA-256, the marked picture, a copy with blurred faces, what was found and decided, "
        "Form A and a letter, both to be edited. Checksums follow BagIt, which other programs "
        "verify as well."
    )
    + "\n\n"
    + N_("With --verify, RUN is a folder or ZIP file that this command has written."),
)
@click.argument("path", metavar="RUN", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="DIR|ZIP",
    help=N_("A new folder, or a new file that ends in .zip."),
)
@click.option(
    "--decision",
    "decisions",
    cls=Option,
    type=click.Choice(SELECTIONS),
    multiple=True,
    default=("follow-up",),
    show_default=True,
    help=N_("Which candidates; may be given several times."),
)
@file_option(
    "--letter",
    metavar="FILE.docx",
    help=N_("The office's own letter, with words in braces that are filled."),
)
@file_option("--new-letter", metavar="FILE.docx", help=N_("Instead, write a letter to begin with."))
@click.option(
    "--verify",
    cls=Option,
    is_flag=True,
    help=N_("Instead, check that case files are as they were written."),
)
def evidence(
    path: Path | None,
    output: Path | None,
    decisions: tuple[Selection, ...],
    letter: Path | None,
    new_letter: Path | None,
    verify: bool,
) -> None:
    """Write case files, check them, or write a letter to begin with."""
    try:
        from netravision.case_files.bag import verify_case_files, write_case_files
        from netravision.case_files.documents import letter_template
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            _(
                "case files need the package {package}: "
                'python -m pip install "netravision[evidence]"'
            ).format(package=error.name)
        ) from error
    if new_letter is not None:
        _write(new_letter, letter_template())
        click.echo(new_letter)
        return
    if path is None:
        raise click.UsageError(_("name the run folder"))
    if verify:
        found = verify_case_files(path)
        click.echo(_("All files are as they were written."))
        click.echo(_("seal: {seal}").format(seal=found.seal))
        return
    if output is None:
        raise click.UsageError(_("say with --output where to write"))
    with Run.open(path) as run:
        written = write_case_files(
            run, output, decisions, letter=None if letter is None else _read(letter)
        )
    if written.without_original:
        warn(
            ngettext(
                "{n} case has no original: the photo is gone, or no longer as it was screened",
                "{n} cases have no original: the photos are gone, or no longer as they were "
                "screened",
                written.without_original,
            ).format(n=count(written.without_original))
        )
    click.echo(
        ngettext("{n} case: {output}", "{n} cases: {output}", written.cases).format(
            n=count(written.cases), output=output
        )
    )
    click.echo(_("seal: {seal}").format(seal=written.seal))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise RunError(
            _("{file}: cannot be read: {why}").format(file=file, why=cause(error))
        ) from error


def _write(file: Path, content: bytes) -> None:
    if file.exists():
        raise RunError(_("{file} exists already; name another").format(file=file))
    write_output(file, lambda stream: stream.write(content))
