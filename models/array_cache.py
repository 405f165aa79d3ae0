"""Arrays that take long to compute, each set in a file of its own, so that a stop loses little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netravision.atomic_write import atomic_write

__all__ = ["cached_arrays"]

Arrays = dict[str, NDArray[Any]]


def cached_arrays(file: Path, compute: Callable[[], Arrays]) -> Arrays:
    """Read arrays from a file; where there is none, compute and write them first.

    Parameters
    ----------
    file : Path
        An ``.npz`` file. Its name stands for all that the arrays depend on: nothing else tells
        whether they still fit.
    compute : callable
        Returns the arrays by name.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as stream:
            np.savez(stream, **compute())
    with np.load(file) as stored:
        return dict(stored)
