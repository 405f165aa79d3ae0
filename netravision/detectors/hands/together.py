"""What the hands of one photo say together: how many show the same, and who uses two.

In a group photo people agree beforehand on what to show. And numbers above five take both hands
of one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core import hand_features
from netravision.detectors.hands.poses import Reading

# Two hands of one person who shows a number with both: about as large as each other, about level,
# and within reach. Chosen on rendered people; no photo of the evaluation data shows such a number.
_LARGER_AT_MOST = 1.6
_LEVEL, _APART = 1.2, 6.0
# Hands farther from a face than this many of its widths are somebody else's: nine in ten labelled
# hands are within 3.3.
_REACH = 3.5


def raised(landmarks: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of (N, 21, 3) hands have their fingertips, on average, above the wrist; y down."""
    tips = landmarks[:, hand_features.TIPS[1:], 1].mean(axis=1)
    return np.asarray(tips < landmarks[:, hand_features.WRIST, 1])


def showing_the_same(readings: Sequence[Reading], up: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many other raised hands show the same number, or pose if it is none, as each hand."""
    shown = np.array([str(reading.number or reading.pose) for reading in readings])
    same = (shown[:, None] == shown[None]) & up[None]
    np.fill_diagonal(same, False)
    return np.asarray(same.sum(axis=1), np.intp)


class Pair(NamedTuple):
    """Two hands, by their numbers from left to right, that show ``number`` together."""

    left: int
    right: int
    number: int


def pairs(
    landmarks: NDArray[np.floating],
    readings: Sequence[Reading],
    up: NDArray[np.bool_],
    faces: NDArray[np.floating],
) -> list[Pair]:
    """Numbers from 6 to 10 that people show with both hands: five fingers and some more.

    A pair is the only two raised hands near one face, side by side.

    Parameters
    ----------
    landmarks : (N, 21, 3) ndarray
        On the photo.
    readings : sequence of Reading
        Of the same hands.
    up : (N,) bool ndarray
        From :func:`raised`.
    faces : (F, 4) ndarray
        ``x0, y0, x1, y1`` on the photo.
    """
    if not len(faces) or not up.any():
        return []
    low, high = landmarks[:, :, :2].min(axis=1), landmarks[:, :, :2].max(axis=1)
    middles, sizes = (low + high) / 2, (high - low).max(axis=1)
    centers, widths = (faces[:, :2] + faces[:, 2:]) / 2, faces[:, 2] - faces[:, 0]
    away = np.linalg.norm(middles[:, None] - centers[None], axis=2) / widths[None]
    owner = np.where((away.min(axis=1) < _REACH) & up, away.argmin(axis=1), -1)
    found = []
    for face in range(len(faces)):
        hands = np.flatnonzero(owner == face)
        if len(hands) != 2:
            continue
        left, right = (int(hand) for hand in hands[np.argsort(middles[hands, 0])])
        size = max(sizes[left], sizes[right])
        across, along = np.abs(middles[left] - middles[right]) / size
        counts = [readings[hand].number or 0 for hand in (left, right)]
        side_by_side = along < _LEVEL and across < _APART
        alike = size < _LARGER_AT_MOST * min(sizes[left], sizes[right])
        if side_by_side and alike and min(counts) > 0 and max(counts) == 5:
            found.append(Pair(left, right, sum(counts)))
    return found
