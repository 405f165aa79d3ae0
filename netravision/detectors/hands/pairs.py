"""Numbers above five take both hands of one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pair", "pairs"]

# Two hands of one person who shows a number with both: about as large as each other, about level,
# and within reach. Chosen on rendered people; no photo of the evaluation data shows such a number.
_LARGEST_RATIO = 1.6
_LEVEL, _APART = 1.2, 6.0
# Hands farther from a head than this many of its widths are somebody else's: nine in ten labelled
# hands are within 3.3.
_REACH = 3.5


class Pair(NamedTuple):
    """Two hands that show a number together.

    Attributes
    ----------
    left, right : int
        Numbers of the hands, as they lie in the image.
    number : int
        6 to 10.
    """

    left: int
    right: int
    number: int


def pairs(
    boxes: NDArray[np.floating],
    numbers: Sequence[int | None],
    heads: NDArray[np.floating],
) -> list[Pair]:
    """Numbers from 6 to 10 that people show with both hands: five fingers and some more.

    A pair is the only two hands near one head that show a number, side by side.

    Parameters
    ----------
    boxes : (N, 4) ndarray
        ``x0, y0, x1, y1`` of hands in pixels.
    numbers : sequence of int or None
        What each hand shows alone; None where it shows no number.
    heads : (M, 4) ndarray
        ``x0, y0, x1, y1`` in pixels.

    Returns
    -------
    list of Pair
    """
    counts = np.array([number or 0 for number in numbers], np.intp)
    if not len(heads) or not counts.any():
        return []
    middles, sizes = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    centers, widths = (heads[:, :2] + heads[:, 2:]) / 2, heads[:, 2] - heads[:, 0]
    distances = np.linalg.norm(middles[:, None] - centers, axis=2) / widths
    near = (distances.min(axis=1) < _REACH) & (counts > 0)
    owner = np.where(near, distances.argmin(axis=1), -1)
    found = []
    for head in range(len(heads)):
        hands = np.flatnonzero(owner == head)
        if len(hands) != 2:
            continue
        left, right = (int(hand) for hand in hands[np.argsort(middles[hands, 0])])
        size = max(sizes[left], sizes[right])
        across, along = np.abs(middles[left] - middles[right]) / size
        side_by_side = along < _LEVEL and across < _APART
        alike = size < _LARGEST_RATIO * min(sizes[left], sizes[right])
        if side_by_side and alike and max(counts[left], counts[right]) == 5:
            found.append(Pair(left, right, int(counts[left] + counts[right])))
    return found
