"""What was computed from a reference picture, kept in a file between runs.

Cutting a picture to its mark and rendering all its templates takes some 40 ms; without the cache
every worker of every run would repeat it. Decision 13 says why the files lie where they do.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from netravision.matching.code_version import code_version

__all__ = ["FOLDER_VARIABLE", "ArrayCache"]

#: Environment variable: the folder to keep files in instead of the user's cache; ``off`` keeps
#: none.
FOLDER_VARIABLE = "NETRAVISION_CACHE"

_OFF = "off"

_Array = NDArray[Any]


class ArrayCache:
    """Arrays computed from one picture, by name.

    A file that is missing, damaged or not writable only means that arrays are computed again.

    Parameters
    ----------
    key : str or None
        SHA-256 of the picture's file; None keeps nothing.
    """

    def __init__(self, key: str | None) -> None:
        folder = _folder() if key else None
        self._file = folder / f"{key}.npz" if folder else None
        self._arrays = _read(self._file) if self._file else {}
        self._new = False

    def get_or_compute(self, name: str, compute: Callable[[], _Array]) -> _Array:
        """The array of this name, computed if it is not there.

        Parameters
        ----------
        name : str
        compute : callable
            Takes nothing, returns the array.

        Returns
        -------
        (...) ndarray
        """
        if self._file is None:
            return compute()
        if name not in self._arrays:
            self._arrays[name] = compute()
            self._new = True
        return self._arrays[name]

    def save(self) -> None:
        """Write what is new, and free the memory."""
        if self._file and self._new:
            _write(self._file, self._arrays)
        self._arrays, self._new = {}, False


def _folder() -> Path | None:
    named = os.environ.get(FOLDER_VARIABLE, "")
    version = _version()
    if named == _OFF or version is None:
        return None
    base = Path(named) if named else platformdirs.user_cache_path("netravision", appauthor=False)
    return base / "enrolled" / version


@cache
def _version() -> str | None:
    return code_version(Path(__file__).parent)


def _read(file: Path) -> dict[str, _Array]:
    try:
        # Opened here, as NumPy leaves a file open that it then cannot read.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except Exception:  # A damaged archive raises nearly anything, and costs only time.
        return {}


def _write(file: Path, arrays: dict[str, _Array]) -> None:
    """In one step, so that another process reads the whole file or none."""
    unfinished = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as stream:
            unfinished = Path(stream.name)
            # Without `allow_pickle`: to NumPy 2.0 that is one more array to keep.
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        unfinished.replace(file)
    except OSError:
        # A folder that is read-only or full, or on Windows a file that another process reads.
        if unfinished:
            with suppress(OSError):
                unfinished.unlink()
