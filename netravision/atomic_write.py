"""Files that are there whole, or as they were before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_write"]


@contextmanager
def atomic_write(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Write a file beside its place, and move it there when it is complete.

    No other program ever reads half of it, and a write that was interrupted leaves what was
    there before.

    Parameters
    ----------
    path : Path
        Replaced when the ``with`` block has ended without an error.
    private : bool
        Only the user may read it, whatever others may do by default.

    Yields
    ------
    binary file

    Raises
    ------
    OSError
        If the file cannot be written or moved; Windows refuses to replace one that is open.
    """
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(_open(unfinished, private), "wb") as stream:
            yield stream
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what the caller is told
            unfinished.unlink()
        raise


def _open(path: Path, private: bool) -> int:
    if private:
        path.unlink(missing_ok=True)  # what a write before has left may be open to others
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600 if private else 0o666)
