"""Square, rotated cut-outs of a photo at the size a network wants, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.halves import Halves

Floats = NDArray[np.float32]

_BORDERS = {"black": cv2.BORDER_CONSTANT, "replicate": cv2.BORDER_REPLICATE}


def cut(
    halves: Halves,
    squares: Floats,
    pixels: int,
    border: Literal["black", "replicate"] = "black",
) -> Iterator[NDArray[np.uint8]]:
    """Cut squares out of a photo, one after the other, shrunk without skipping pixels.

    Parameters
    ----------
    halves : Halves
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
    halvings = [halves.times(side / pixels) for side in squares[:, 2].tolist()]
    levels = [halves.halved(times) for times in halvings]
    # Pixel centers are at half coordinates: matrices of cut-out -> level.
    matrices = to_picture(squares, pixels)
    matrices[:, :, 2] += matrices[:, :, :2].sum(axis=2) / 2
    matrices /= 2.0 ** np.reshape(halvings, (-1, 1, 1))
    matrices[:, :, 2] -= 0.5
    # The part of the level that is seen, with a neighbor more for interpolation.
    last = np.reshape([(level.shape[1] - 1, level.shape[0] - 1) for level in levels], (-1, 2))
    spans = matrices[:, :, :2] * (pixels - 1)
    low = np.floor(matrices[:, :, 2] + np.minimum(spans, 0).sum(axis=2)).astype(int)
    high = np.ceil(matrices[:, :, 2] + np.maximum(spans, 0).sum(axis=2)).astype(int)
    low = low.clip(0, last)
    high = high.clip(low, last) + 1
    matrices[:, :, 2] -= low
    size, flags = (pixels, pixels), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    corners = np.concatenate([low, high], axis=1).tolist()
    for level, matrix, (x0, y0, x1, y1) in zip(levels, matrices, corners, strict=True):
        # Four channels: OpenCV warps them in less than half the time of three.
        part = cv2.cvtColor(level[y0:y1, x0:x1], cv2.COLOR_RGB2RGBA)
        cv2.warpAffine(part, matrix, size, warped, flags, _BORDERS[border], (0, 0, 0))
        cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB, square)
        yield square


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
    """Take (N, K, 2) points through (N, 2, 3) matrices."""
    moved = np.einsum("nij,nkj->nki", matrices[:, :, :2], points) + matrices[:, None, :, 2]
    return np.asarray(moved, np.float32)
