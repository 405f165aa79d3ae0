"""The arrays of an index in a file: one process makes it, all read it.

They are mapped and not loaded. So the memory of thousands of references is taken once on a
machine and not in each process, and what no search asks for stays on the disk.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from netravision.atomic_write import atomic_write
from netravision.matching.code_version import code_version
from netravision.matching.references import Reference

__all__ = ["IndexFile"]

# Arrays begin at multiples of this, as NumPy's own files have them.
_ALIGNMENT = 64

# Ends a file: after a power failure one may be there without all that was written.
_END = b"end of arrays"

_Array = NDArray[Any]


class IndexFile:
    """A file for what is computed from references, in a folder that may hold that of others.

    Parameters
    ----------
    folder : Path
        Made if it is not there; only the user may look into it.
    references : sequence of Reference
        With the keys of their pictures.

    Raises
    ------
    OSError
        If the folder cannot be made.
    """

    def __init__(self, folder: Path, references: Sequence[Reference]) -> None:
        digest = hashlib.sha256((_version() or "").encode())
        for each in references:
            digest.update("\0".join((each.id, *each.keys, "")).encode())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._file = folder / f"{_version()}-{digest.hexdigest()[:16]}.arrays"

    @staticmethod
    def is_possible() -> bool:
        """Whether anything would tell files of this version from those of the next."""
        return _version() is not None

    def arrays(self, compute: Callable[[Sequence[_Array]], Iterable[_Array]]) -> list[_Array]:
        """The arrays in the file; while one process computes them, the others wait.

        Parameters
        ----------
        compute : callable
            Takes the arrays that the same version computed from other references, or none of
            them, and returns those of these.

        Returns
        -------
        list of (...) ndarray
            Mapped, to be read only.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        from filelock import FileLock  # here: who keeps no index need not wait for it

        with FileLock(self._folder / "lock", mode=0o600):
            with suppress(OSError, ValueError):  # not there yet, or not whole
                return list(_mapped(self._file))
            former: list[_Array] = []
            for file in self._folder.glob(f"{_version()}-*.arrays"):
                with suppress(OSError, ValueError):
                    former = list(_mapped(file))
            with atomic_write(self._file, private=True) as stream:
                for array in compute(former):
                    _write(stream, np.ascontiguousarray(array))
                stream.write(_END)
            del former
            for file in self._folder.glob("*.arrays"):
                if file != self._file:
                    with suppress(OSError):  # on Windows, one that another process reads
                        file.unlink()
        return list(_mapped(self._file))


@cache
def _version() -> str | None:
    return code_version(Path(__file__).parent)


def _write(stream: BinaryIO, array: _Array) -> None:
    stream.write(bytes(-stream.tell() % _ALIGNMENT))
    np.lib.format.write_array(stream, array, allow_pickle=False)


def _mapped(file: Path) -> Iterator[_Array]:
    with file.open("rb") as stream:
        end = stream.seek(-len(_END), os.SEEK_END)
        if stream.read() != _END:
            raise ValueError(f"{file} is not whole")
        stream.seek(0)
        while stream.tell() < end:
            stream.seek(-stream.tell() % _ALIGNMENT, 1)
            np.lib.format.read_magic(stream)
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
            start = stream.tell()
            array = np.memmap(file, dtype, "r", start, shape)
            yield np.asarray(array)
            stream.seek(start + math.prod(shape) * dtype.itemsize)
