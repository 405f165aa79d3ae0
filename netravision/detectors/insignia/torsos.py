"""Where people's clothes are: below their heads, as far as no other head is before them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.pyramid import ImagePyramid
from netravision.people import PeopleNetwork, find_people

__all__ = ["LOOKS", "Torso", "find_heads", "find_torsos"]

#: Pixels to which an image is resized for each look. Heads of 10 pixels are found in them, whose
#: torsos are 6 pixels wide on the mask. The search for hands begins with the same looks, so that
#: a photo with both is looked at once.
LOOKS = (80e3, 310e3)

# Posters and statues score less, and half-hidden heads above nothing that is worn.
_THRESHOLD = 0.4

# A torso against the head above it, in sides of a square of the head's area: from the collar to
# the belly, arms left out.
_HALF_WIDTH = 0.8
_TOP = 0.15
_BOTTOM = 1.5

# Of it this much is in the image and behind no other head, and so many pixels of the mask.
_VISIBLE = 0.4
_MIN_PIXELS = 12


class Torso(NamedTuple):
    """A part of a mask that somebody's clothes fill.

    Attributes
    ----------
    rows, columns : slice
    visible : (h, w) bool ndarray
        Of these rows and columns, what no head covers.
    """

    rows: slice
    columns: slice
    visible: NDArray[np.bool_]

    def share(self, mask: NDArray[np.bool_]) -> float:
        """Part of the torso that is in a mask, in [0, 1].

        Parameters
        ----------
        mask : (H, W) bool ndarray

        Returns
        -------
        float
        """
        return float(mask[self.rows, self.columns][self.visible].mean())


def find_heads(network: PeopleNetwork, image: ImagePyramid) -> NDArray[np.float32]:
    """The heads of an image, from any side; of posters, too.

    Parameters
    ----------
    network : PeopleNetwork
    image : ImagePyramid
        Of an upright (H, W, 3) RGB image.

    Returns
    -------
    (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in pixels of the image.
    """
    return find_people(network, image, LOOKS, _THRESHOLD).heads[:, :4]


def find_torsos(network: PeopleNetwork, image: ImagePyramid, shape: tuple[int, int]) -> list[Torso]:
    """The people of an image whose clothes can be seen.

    Parameters
    ----------
    network : PeopleNetwork
    image : ImagePyramid
        Of an upright (H, W, 3) RGB image.
    shape : (h, w) tuple of int
        Of the mask.

    Returns
    -------
    list of Torso
        One for each head below which enough is left.
    """
    heads = np.multiply(
        find_heads(network, image), max(shape) / max(image.size_wh), dtype=np.float64
    )
    free = np.ones(shape, bool)
    for x0, y0, x1, y1 in heads.tolist():
        free[_within(y0, y1, shape[0]), _within(x0, x1, shape[1])] = False
    found = []
    for x0, y0, x1, y1 in heads.tolist():
        side, middle = ((x1 - x0) * (y1 - y0)) ** 0.5, (x0 + x1) / 2
        rows = _within(y1 + _TOP * side, y1 + _BOTTOM * side, shape[0])
        columns = _within(middle - _HALF_WIDTH * side, middle + _HALF_WIDTH * side, shape[1])
        visible = free[rows, columns]
        whole = (_BOTTOM - _TOP) * 2 * _HALF_WIDTH * side**2
        if visible.sum() >= max(_MIN_PIXELS, _VISIBLE * whole):
            found.append(Torso(rows, columns, visible))
    return found


def _within(low: float, high: float, length: int) -> slice:
    start, stop = (min(length, max(0, round(value))) for value in (low, high))
    return slice(start, stop)
