"""Two colors that belong together: stripes, halves, checks.

Each alone may be a wall and a shirt; side by side, in the same small place, they are a flag.
"""

from __future__ import annotations

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["pattern_area"]

Mask = NDArray[np.bool_]

# Windows in which both colors are looked for, in pixels of an image of 256: from stripes of
# three pixels to halves of a backdrop.
_WINDOWS = (8, 16, 32, 64, 128)

# Share of a window that each color fills at least, and both together. With 0.25 and 0.75 a fair
# part of ordinary photos has red and white beside each other: 7 % of half A, with these 2 %.
_MIN_EACH = 0.35
_MIN_BOTH = 0.9

# Changes from one color to the other along rows and along columns, against the area's side:
# halves change once along one of them, n × n checks n - 1 times along both.
_PAIR_CHANGES = 0.6
_CHECKS_CHANGES = 2.0


def pattern_area(first: Mask, second: Mask, pattern: Literal["pair", "checks"]) -> Mask:
    """Where two colors form a pattern.

    Parameters
    ----------
    first, second : (H, W) bool ndarray
        Pixels in each color.
    pattern : {"pair", "checks"}
        Side by side in any way, or changing along rows and columns alike.

    Returns
    -------
    (H, W) bool ndarray
        Pixels of both colors in the areas that are such a pattern.
    """
    # Between two colors a pixel or two are of neither; they go to the first.
    closed = _apply(cv2.MORPH_CLOSE, first | second, 3)
    one = first | (closed & ~second & _apply(cv2.MORPH_DILATE, first, 3))
    other = closed & ~one
    together = np.zeros(first.shape, bool)
    for side in _WINDOWS:
        if side > min(first.shape):
            break
        shares = [
            cv2.blur(mask.astype(np.float32), (side, side), borderType=cv2.BORDER_CONSTANT)
            for mask in (one, other)
        ]
        middles = (np.minimum(*shares) >= _MIN_EACH) & (np.add(*shares) >= _MIN_BOTH)
        together |= _apply(cv2.MORPH_DILATE, middles, side) & closed
    count, labels = cv2.connectedComponents(together.astype(np.uint8), connectivity=4)
    areas = np.asarray(labels, np.int32)
    # Nothing is left around a pattern that fills the image.
    sides = np.sqrt(np.maximum(1, np.bincount(areas.ravel(), minlength=count)))
    along = _changes(one, other, areas, count) / sides
    down = _changes(one.T, other.T, areas.T, count) / sides
    if pattern == "pair":
        fits = along + down >= _PAIR_CHANGES
    else:
        fits = np.minimum(along, down) >= _CHECKS_CHANGES
    fits[0] = False
    return np.asarray(fits[areas], bool)


def _apply(operation: int, mask: Mask, side: int) -> Mask:
    square = np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), operation, square), bool)


def _changes(
    one: Mask, other: Mask, areas: NDArray[np.integer[Any]], count: int
) -> NDArray[np.float64]:
    """Times that neighbors in a row are of different color, by area."""
    change = (one[:, :-1] & other[:, 1:]) | (other[:, :-1] & one[:, 1:])
    changes = np.bincount(areas[:, :-1].ravel(), change.ravel(), minlength=count)
    return np.asarray(changes, np.float64)
