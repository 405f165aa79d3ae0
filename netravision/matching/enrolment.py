"""The watchlist's pictures as references."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from netravision.errors import PhotoError, WatchlistError
from netravision.matching.reference import Reference
from netravision.photo import read_picture


class Illustrated(Protocol):
    """A watchlist rule with pictures: an emblem, a symbol, a material."""

    @property
    def id(self) -> str:
        """Its name in the watchlist."""
        ...

    @property
    def images(self) -> tuple[Path, ...]:
        """Files that show it."""
        ...


def read_references(rules: Sequence[Illustrated]) -> list[Reference]:
    """Read the pictures of rules.

    Raises
    ------
    WatchlistError
        If a picture cannot be read; the message names the rule and the file.
    """
    return [Reference(rule.id, [_read(rule.id, path) for path in rule.images]) for rule in rules]


def _read(name: str, path: Path) -> NDArray[np.uint8]:
    try:
        return read_picture(path).rgb
    except PhotoError as error:
        raise WatchlistError(f"{name}: {path}: {error}") from error
