"""Reference pictures cut to their marks; unusable ones are refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.resizing import resize_longest_side
from netravision.errors import WatchlistError
from netravision.languages import gettext as _
from netravision.matching.references import WHITE, Reference, composite
from netravision.matching.templates.cache import ArrayCache
from netravision.matching.templates.foreground import bounds, fill_holes, foreground_mask

__all__ = ["MAX_SIDE", "MIN_SIDE", "Drawing", "cut_drawings"]

#: Shorter marks have too few cells to tell them from similar ones.
MIN_SIDE = 32

#: Long side in pixels that a mark is scaled down to; more adds time and no recall.
MAX_SIDE = 512

# Part of the mark's bounding box that must be transparent for transparency to say what the mark is.
# Of 258 shared pictures with transparency 21 have less: specks around an opaque picture, whose own
# background is then told by its color.
_MIN_TRANSPARENT = 0.05

# A mark of which less can be seen on white is rendered on gray.
_MIN_SEEN_ON_WHITE = 0.5
_GRAY = (128, 128, 128)

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
    ground : tuple of int
        RGB to render the mark on: white, or gray for a white mark.
    cache : ArrayCache
        What was computed from it before.
    """

    id: str
    rgb: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    ground: tuple[int, int, int] = WHITE
    cache: ArrayCache = field(default_factory=lambda: ArrayCache(None), repr=False)

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return float(self.rgb.shape[1] / self.rgb.shape[0])


def cut_drawings(reference: Reference) -> list[Drawing]:
    """Cut each picture of a reference to its mark.

    Parameters
    ----------
    reference : Reference

    Returns
    -------
    list of Drawing
        One for each picture.

    Raises
    ------
    WatchlistError
        If there is no picture, or one is too small, blank, or mostly background.
    """
    if not reference.pictures:
        raise WatchlistError(_("{name}: expected at least one picture").format(name=reference.id))
    keys: Sequence[str | None] = reference.keys or [None] * len(reference.pictures)
    return [_drawing(reference, number, key) for number, key in enumerate(keys)]


def _drawing(reference: Reference, number: int, key: str | None) -> Drawing:
    kept, cut = ArrayCache(key), cache(partial(_cut, reference, number))
    pixels = kept.get_or_compute("drawing", lambda: cut()[0])
    red, green, blue = kept.get_or_compute("ground", lambda: np.array(cut()[1])).tolist()
    rgb, mask = np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    return Drawing(reference.id, rgb, mask, (red, green, blue), kept)


def _cut(reference: Reference, number: int) -> tuple[NDArray[np.uint8], tuple[int, int, int]]:
    """One picture cut to its mark, the mask as its fourth channel, and the ground it is on."""
    where = _("{name}, picture {number}").format(name=reference.id, number=number + 1)
    blank = _("{where} is blank; give a picture that shows the mark").format(where=where)
    rgb, mask, ground = _separate(reference.pictures[number])
    if not mask.any():
        raise WatchlistError(blank)
    x0, y0, x1, y1 = bounds(mask)
    rgb, mask = rgb[y0:y1, x0:x1], mask[y0:y1, x0:x1]
    if min(rgb.shape[:2]) < MIN_SIDE:
        raise WatchlistError(
            _(
                "{where}: the mark is {width} × {height} pixels; give a picture of it with at "
                "least {least} a side"
            ).format(where=where, width=rgb.shape[1], height=rgb.shape[0], least=MIN_SIDE)
        )
    if mask.mean() < _MIN_COVERAGE:
        raise WatchlistError(
            _(
                "{where} is mostly background; crop it to the mark, or make the rest one color"
            ).format(where=where)
        )
    if cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 0].std() < _MIN_CONTRAST:
        raise WatchlistError(blank)
    if max(rgb.shape[:2]) > MAX_SIDE:
        rgb = resize_longest_side(rgb, MAX_SIDE)
        size = (rgb.shape[1], rgb.shape[0])
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.dstack([rgb, mask]), ground


def _separate(
    picture: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[int, int, int]]:
    """Pixels on a ground, the mask of the mark, and the ground."""
    on_white = composite(picture, WHITE)
    outlined = _outlined(picture)
    if outlined is None:
        return on_white, foreground_mask(on_white), WHITE
    seen = _seen(on_white, WHITE)
    if (seen & outlined).sum() >= _MIN_SEEN_ON_WHITE * outlined.sum():
        return on_white, seen | outlined, WHITE
    on_gray = composite(picture, _GRAY)
    return on_gray, _seen(on_gray, _GRAY) | outlined, _GRAY


def _seen(rgb: NDArray[np.uint8], ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    """What differs from the ground of a picture; the mark may reach to the picture's edges."""
    framed = cv2.copyMakeBorder(rgb, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=ground)
    return foreground_mask(np.asarray(framed, np.uint8))[1:-1, 1:-1]


def _outlined(picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The mark as its transparent surroundings outline it; None if they do not."""
    if picture.shape[2] == 3:
        return None
    # Holes show the ground, and are part of how the mark looks.
    mask = fill_holes((picture[..., 3] >= 128).astype(np.uint8))
    x0, y0, x1, y1 = bounds(mask)
    return mask if mask[y0:y1, x0:x1].mean() <= 1 - _MIN_TRANSPARENT else None
