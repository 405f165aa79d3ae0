"""References: the pictures of a watchlist that are searched for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netravision.errors import PhotoError, WatchlistError, cause
from netravision.imaging.image import read_image
from netravision.languages import gettext as _

__all__ = ["WHITE", "Illustrated", "Reference", "composite", "read_references"]

#: The ground on which pictures with transparency are usually shown.
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One thing to look for, by one or more pictures of it.

    Attributes
    ----------
    id : str
    pictures : sequence of (H, W, 3) or (H, W, 4) uint8 ndarray
        RGB, or RGBA where transparency says what belongs to the mark.
    keys : sequence of str, optional
        SHA-256 of each picture's file. With it, what is computed from a picture is kept between
        runs, and the picture is decoded only if nothing is.
    """

    id: str
    pictures: Sequence[NDArray[np.uint8]]
    keys: Sequence[str] = ()


class Illustrated(Protocol):
    """A rule of the watchlist that has pictures: an emblem, a symbol, a material."""

    @property
    def id(self) -> str:
        """Its id in the watchlist."""
        ...

    @property
    def images(self) -> tuple[Path, ...]:
        """Files that show it."""
        ...


def read_references(rules: Sequence[Illustrated]) -> list[Reference]:
    """Make references of rules; each picture is decoded when it is first needed.

    Parameters
    ----------
    rules : sequence of Emblem, Symbol or Material

    Returns
    -------
    list of Reference

    Raises
    ------
    WatchlistError
        If a picture cannot be read, here or when it is decoded; the message names the rule and
        the file.
    """
    references = []
    for rule in rules:
        keys = [_sha256(rule.id, path) for path in rule.images]
        references.append(Reference(rule.id, _Files(rule.id, rule.images, keys), keys))
    return references


def composite(picture: NDArray[np.uint8], ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A picture as it looks on a ground.

    Parameters
    ----------
    picture : (H, W, 3) or (H, W, 4) uint8 ndarray
        RGB, returned as it is, or RGBA.
    ground : tuple of int
        RGB, 0 to 255.

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.float32) / 255
    mixed = picture[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)
    return np.rint(mixed).astype(np.uint8)


class _Files(Sequence[NDArray[np.uint8]]):
    """Files as pictures, decoded at each access.

    None is held: while they were enrolled, thirty posters of 6 megapixels took 700 MB, and take
    240 this way.
    """

    def __init__(self, name: str, paths: Sequence[Path], keys: Sequence[str]) -> None:
        self._name, self._paths, self._keys = name, paths, keys

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, number: Any) -> Any:
        path = self._paths[number]
        try:
            image = read_image(path, keep_alpha=True)
        except PhotoError as error:
            raise WatchlistError(f"{self._name}: {path}: {error}") from error
        if image.sha256 != self._keys[number]:
            # What is computed from it would be kept under the key of the file before it.
            changed = _("{name}: {file}: was changed just now; try again")
            raise WatchlistError(changed.format(name=self._name, file=path))
        return image.rgb if image.alpha is None else np.dstack([image.rgb, image.alpha])


def _sha256(name: str, path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WatchlistError(
            _("{name}: {file}: cannot be read: {why}").format(
                name=name, file=path, why=cause(error)
            )
        ) from error
