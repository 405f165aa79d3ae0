"""Foreground of a picture: what is not connected to its uniform border."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["bounds", "fill_holes", "foreground_mask"]

_Colors = NDArray[np.int16]

# Steps of 255 by which a background may vary: JPEG at quality 15 stays within them.
_TOLERANCE = 14

# Share of the border that must have one color for it to be a background.
_UNIFORM = 0.5

# Some pictures have the checkerboard that stands for "transparent" baked in (two of the 90 shared
# files of provinces): two grays at most so far apart that make up nearly all of the border, neither
# of them alone more than so much. As part of the mark it makes round crests alike: three drawings
# enrolled find 0.928 of others with it, 0.938 without.
_CHECKER_STEP = 90
_CHECKERED = 0.9
_CHECKER_ALONE = 0.75


def foreground_mask(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Tell the foreground of a picture from the uniform background around it.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray

    Returns
    -------
    (H, W) uint8 ndarray
        1 on the foreground; all 1 where the border has no color of its own.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]).astype(np.int16)
    background = _background(border)
    if background is None:
        return np.ones(rgb.shape[:2], np.uint8)
    darkest, lightest = background
    alike = cv2.inRange(rgb, darkest - (_TOLERANCE - 1), lightest + (_TOLERANCE - 1))
    return _unconnected(np.asarray(alike, np.uint8))


def fill_holes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Add the parts of the background that do not reach the border.

    Parameters
    ----------
    mask : (H, W) uint8 ndarray
        1 on the foreground, 0 elsewhere.

    Returns
    -------
    (H, W) uint8 ndarray
    """
    return _unconnected(1 - mask)


def _unconnected(background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """1 where no background is, or only some that is not connected to the border."""
    # A frame of background joins all that touches the border into one component.
    framed = cv2.copyMakeBorder(background, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0], np.uint8)


def bounds(mask: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Smallest box around a foreground, specks ignored.

    Parameters
    ----------
    mask : (H, W) uint8 ndarray

    Returns
    -------
    tuple of int
        ``(x0, y0, x1, y1)``; the whole picture where the mask is empty.
    """
    if min(mask.shape) > 60:
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        mask = np.asarray(opened, np.uint8)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return 0, 0, mask.shape[1], mask.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _background(border: _Colors) -> tuple[_Colors, _Colors] | None:
    """Darkest and lightest color of a border's background, if it has one."""
    color, same = _usual(border)
    if same.mean() < _CHECKER_ALONE:
        other, alike = _usual(border[~same])
        darkest, lightest = np.minimum(color, other), np.maximum(color, other)
        grays = max(np.ptp(color), np.ptp(other)) < _TOLERANCE
        covered = same.sum() + alike.sum() >= _CHECKERED * len(border)
        if grays and covered and (lightest - darkest).max() < _CHECKER_STEP:
            return darkest, lightest
    return (color, color) if same.mean() >= _UNIFORM else None


def _usual(colors: _Colors) -> tuple[_Colors, NDArray[np.bool_]]:
    """The median of some colors, and which of them are like it.

    Of an even number the larger middle one: the mean of two squares' colors is neither.
    """
    usual = np.sort(colors, axis=0)[len(colors) // 2]
    return usual, np.abs(colors - usual).max(axis=1) < _TOLERANCE
