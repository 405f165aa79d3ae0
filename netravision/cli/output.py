"""Where a command writes: a file, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from netravision.atomic_write import atomic_write
from netravision.errors import RunError, cause
from netravision.languages import gettext as _

__all__ = ["refuse_terminal", "write_output", "writing"]

_BINARY = ("parquet", "xlsx")


def refuse_terminal(form: str, output: Path | None) -> None:
    """Refuse to write a format that is no text to a terminal.

    Parameters
    ----------
    form : str
    output : Path or None
        As :func:`write_output` takes it.

    Raises
    ------
    click.UsageError
    """
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(
            _("{format} is no text: name a file with --output").format(format=form)
        )


def write_output(output: Path | None, write: Callable[[BinaryIO], object]) -> None:
    """Write to a file, whole or not at all, or to standard output.

    Parameters
    ----------
    output : Path or None
        None is standard output.
    write : callable
        Gets a binary stream.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    if output is None:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with writing(output), atomic_write(output) as stream:
        write(stream)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Tell whoever asked for a file why it cannot be written.

    Parameters
    ----------
    file : Path

    Raises
    ------
    RunError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise RunError(
            _("{file}: cannot be written: {why}").format(file=file, why=cause(error))
        ) from error
