"""Square, rotated cut-outs of a photo at the size a network wants, and the way back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.pyramid import ImagePyramid

__all__ = ["apply", "cut", "to_picture"]

Floats = NDArray[np.float32]

_BORDERS = {"black": cv2.BORDER_CONSTANT, "replicate": cv2.BORDER_REPLICATE}


def cut(
    image: ImagePyramid,
    squares: Floats,
    pixels: int,
    border: Literal["black", "replicate"] = "black",
) -> Iterator[NDArray[np.uint8]]:
    """Cut squares out of a photo, one after the other, shrunk without skipping pixels.

    Parameters
    ----------
    image : ImagePyramid
        Of an (H, W, 3) RGB photo.
    squares : (N, 4) float32 ndarray
        Center x, center y, side in pixels of the photo, and rotation in radians clockwise.
    pixels : int
        Side of each cut-out.
    border : {"black", "replicate"}
        What lies outside the photo.

    Yields
    ------
    (pixels, pixels, 3) uint8 ndarray
        For each square; the next overwrites it.
    """
    square = np.empty((pixels, pixels, 3), np.uint8)
    warped = np.empty((pixels, pixels, 4), np.uint8)
    size, flags = (pixels, pixels), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix, last = np.empty((2, 3)), pixels - 1
    sides, rows = squares[:, 2].tolist(), to_picture(squares, pixels).tolist()
    for side, (x_row, y_row) in zip(sides, rows, strict=True):
        times = image.level_for(side / pixels)
        level = image.level(times)
        height, width = level.shape[:2]
        x_row, left, right = _placed(x_row, times, last, width)
        y_row, top, bottom = _placed(y_row, times, last, height)
        matrix[:] = x_row, y_row
        # Four channels: OpenCV warps them in less than half the time of three.
        part = cv2.cvtColor(level[top:bottom, left:right], cv2.COLOR_RGB2RGBA)
        cv2.warpAffine(part, matrix, size, warped, flags, _BORDERS[border], (0, 0, 0))
        cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB, square)
        yield square


def _placed(
    row: list[float], times: int, last: int, length: int
) -> tuple[tuple[float, float, float], int, int]:
    """Where pixels of a cut-out lie along one axis of a half, and the part of it that is seen.

    Parameters
    ----------
    row : (3,) list of float
        Of the matrix that takes corners of the cut-out to the photo.
    times : int
        How often the photo was halved.
    last : int
        Of the cut-out's pixels along a side.
    length : int
        Of the half along this axis.

    Returns
    -------
    row : (3,) tuple of float
        Takes centers of pixels to those of the part that is seen.
    start, stop : int
        That part, with a neighbor more for interpolation.
    """
    across, down, offset = (value / 2.0**times for value in row)
    # Pixel centers are at half coordinates.
    first = offset + (across + down) / 2 - 0.5
    lowest = first + last * (min(across, 0.0) + min(down, 0.0))
    highest = first + last * (max(across, 0.0) + max(down, 0.0))
    start = min(max(math.floor(lowest), 0), length - 1)
    stop = min(max(math.ceil(highest), start), length - 1) + 1
    return (across, down, first - start), start, stop


def to_picture(squares: Floats, pixels: int) -> NDArray[np.float64]:
    """Matrices that take points of a cut-out to the photo.

    Parameters
    ----------
    squares : (N, 4) float32 ndarray
        As for :func:`cut`.
    pixels : int
        Side of the cut-outs; 1 for points in [0, 1].

    Returns
    -------
    (N, 2, 3) float64 ndarray
    """
    step = squares[:, 2].astype(np.float64) / pixels
    cos, sin = step * np.cos(squares[:, 3]), step * np.sin(squares[:, 3])
    linear = np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)
    corner = squares[:, :2] - linear.sum(axis=2) * pixels / 2
    return np.concatenate([linear, corner[:, :, None]], axis=2)


def apply(matrices: NDArray[np.float64], points: Floats) -> Floats:
    """Take points through matrices.

    Parameters
    ----------
    matrices : (N, 2, 3) float64 ndarray
        From :func:`to_picture`.
    points : (N, K, 2) float32 ndarray

    Returns
    -------
    (N, K, 2) float32 ndarray
    """
    moved = np.einsum("nij,nkj->nki", matrices[:, :, :2], points) + matrices[:, None, :, 2]
    return np.asarray(moved, np.float32)
