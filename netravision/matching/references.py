"""The watchlist's pictures as references."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netravision.errors import PhotoError, WatchlistError
from netravision.imaging.image import read_image


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One thing to look for, by one or more pictures of it.

    Attributes
    ----------
    id : str
    pictures : sequence of (H, W, 3) or (H, W, 4) uint8 ndarray
        RGB, or RGBA where transparency says what belongs to the mark.
    keys : sequence of str, optional
        SHA-256 of each picture's file: what is made of it is kept between runs, and it is only
        decoded if nothing is kept.
    """

    id: str
    pictures: Sequence[NDArray[np.uint8]]
    keys: Sequence[str] = ()


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
    """The pictures of rules, each decoded when it is asked for.

    Raises
    ------
    WatchlistError
        If a picture cannot be read, here or when it is decoded; the message names the rule and
        the file.
    """
    references = []
    for rule in rules:
        keys = [_key(rule.id, path) for path in rule.images]
        references.append(Reference(rule.id, _Pictures(rule.id, rule.images, keys), keys))
    return references


class _Pictures(Sequence[NDArray[np.uint8]]):
    """Files as pictures: one of which everything is kept is never decoded.

    None is held: thirty posters of 6 megapixels took 700 MB while they were enrolled, 240 without.
    """

    def __init__(self, name: str, paths: Sequence[Path], keys: Sequence[str]) -> None:
        self._name, self._paths, self._keys = name, paths, keys

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, number: Any) -> Any:
        path = self._paths[number]
        try:
            picture = read_image(path)
        except PhotoError as error:
            raise WatchlistError(f"{self._name}: {path}: {error}") from error
        if picture.sha256 != self._keys[number]:
            # What is made of it would be kept as that of the file that was there before.
            raise WatchlistError(f"{self._name}: {path}: was changed just now; try again")
        return picture.rgb


def _key(name: str, path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WatchlistError(f"{name}: {path}: cannot be read: {error.strerror}") from error
