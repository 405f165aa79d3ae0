"""Files that are there whole, or as they were before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_write"]


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside its place, and move it there when it is complete.

    No other program ever reads half of it, and a write that was interrupted leaves what was
    there before.

    Parameters
    ----------
    path : Path
        Replaced when the ``with`` block has ended without an error.

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
        with unfinished.open("wb") as stream:
            yield stream
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what the caller is told
            unfinished.unlink()
        raise
