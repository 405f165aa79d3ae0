"""Reference pictures cut to their marks; unusable ones are refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.resizing import resize_longest_side
from netravision.errors import WatchlistError
from netravision.matching.references import Reference
from netravision.matching.templates.cache import ArrayCache
from netravision.matching.templates.foreground import bounds, foreground_mask

__all__ = ["MAX_SIDE", "MIN_SIDE", "Drawing", "cut_drawings"]

#: Shorter marks have too few cells to tell them from similar ones.
MIN_SIDE = 32

#: Long side in pixels that a mark is scaled down to; more adds time and no recall.
MAX_SIDE = 512

# A mark that covers less of its own bounding box is a scatter of specks.
_MIN_COVERAGE = 0.05

# Standard deviation of L* below which a picture is blank (0 to 255).
_MIN_CONTRAST = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A reference picture cut to its mark.

    Attributes
    ----------
    id : str
        Of its reference.
    rgb : (H, W, 3) uint8 ndarray
    mask : (H, W) uint8 ndarray
        1 on the mark, 0 on the background around it.
    cache : ArrayCache
        What was computed from it before.
    """

    id: str
    rgb: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    cache: ArrayCache = field(default_factory=lambda: ArrayCache(None), repr=False)

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return float(self.rgb.shape[1] / self.rgb.shape[0])


def cut_drawings(reference: Reference) -> list[Drawing]:
    """Cut each picture of a reference to its mark.

    Raises
    ------
    WatchlistError
        If there is no picture, or one is too small, blank, or mostly background.
    """
    if not reference.pictures:
        raise WatchlistError(f"{reference.id}: expected at least one picture")
    keys: Sequence[str | None] = reference.keys or [None] * len(reference.pictures)
    found = []
    for number, key in enumerate(keys):
        cache = ArrayCache(key)
        cut = cache.get_or_compute("drawing", partial(_cut, reference, number))
        rgb, mask = np.ascontiguousarray(cut[..., :3]), np.ascontiguousarray(cut[..., 3])
        found.append(Drawing(reference.id, rgb, mask, cache))
    return found


def _cut(reference: Reference, number: int) -> NDArray[np.uint8]:
    """One picture cut to its mark, the mask as its fourth channel."""
    picture, where = reference.pictures[number], f"{reference.id}, picture {number + 1}"
    rgb, mask = _flatten(picture)
    if not mask.any():
        raise WatchlistError(f"{where} is blank; give a picture that shows the mark")
    x0, y0, x1, y1 = bounds(mask)
    rgb, mask = rgb[y0:y1, x0:x1], mask[y0:y1, x0:x1]
    if min(rgb.shape[:2]) < MIN_SIDE:
        raise WatchlistError(
            f"{where}: the mark is {rgb.shape[1]} × {rgb.shape[0]} pixels; give a picture of it "
            f"with at least {MIN_SIDE} a side"
        )
    if mask.mean() < _MIN_COVERAGE:
        raise WatchlistError(
            f"{where} is mostly background; crop it to the mark, or make the rest one color"
        )
    if cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 0].std() < _MIN_CONTRAST:
        raise WatchlistError(f"{where} is blank; give a picture that shows the mark")
    if max(rgb.shape[:2]) > MAX_SIDE:
        rgb = resize_longest_side(rgb, MAX_SIDE)
        size = (rgb.shape[1], rgb.shape[0])
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.dstack([rgb, mask])


def _flatten(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels over white, and the mask: where opaque, else what differs from the border."""
    rgb = picture[..., :3]
    if picture.shape[2] == 4 and picture[..., 3].min() < 128:
        alpha = picture[..., 3:].astype(np.float32) / 255
        rgb = np.rint(rgb * alpha + 255 * (1 - alpha)).astype(np.uint8)
        return rgb, (picture[..., 3] >= 128).astype(np.uint8)
    return rgb, foreground_mask(rgb)
