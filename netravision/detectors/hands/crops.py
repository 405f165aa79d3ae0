"""Square, rotated cut-outs of a photo at the size a network wants, and the way back."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BORDERS = {"black": cv2.BORDER_CONSTANT, "replicate": cv2.BORDER_REPLICATE}


class Pyramid:
    """A photo and its halves, so that shrinking a cut-out never skips pixels.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    """

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self._levels = [rgb]

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the photo in pixels."""
        height, width = self._levels[0].shape[:2]
        return width, height

    def at_least(self, longer_side: int) -> NDArray[np.uint8]:
        """The smallest level whose longer side has at least so many pixels, else the photo."""
        return self._level(max(self.size_wh) / longer_side)[0]

    def cut(
        self,
        squares: Floats,
        pixels: int,
        border: Literal["black", "replicate"] = "black",
    ) -> NDArray[np.uint8]:
        """Cut squares out.

        Parameters
        ----------
        squares : (N, 4) float32 ndarray
            Center x, center y, side in pixels of the photo, and rotation in radians clockwise.
        pixels : int
            Side of each cut-out.
        border : {"black", "replicate"}
            What lies outside the photo.

        Returns
        -------
        (N, pixels, pixels, 3) uint8 ndarray
        """
        cuts = np.empty((len(squares), pixels, pixels, 3), np.uint8)
        # Pixel centers are at half coordinates: matrices of cut-out -> level.
        matrices = to_picture(squares, pixels)
        matrices[:, :, 2] += matrices[:, :, :2].sum(axis=2) / 2
        for cut, matrix, side in zip(cuts, matrices, squares[:, 2].tolist(), strict=True):
            level, shrink = self._level(side / pixels)
            matrix /= shrink
            matrix[:, 2] -= 0.5
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            cv2.warpAffine(level, matrix, (pixels, pixels), cut, flags, _BORDERS[border], (0, 0, 0))
        return cuts

    def _level(self, reduction: float) -> tuple[NDArray[np.uint8], float]:
        """The smallest level not smaller than the photo reduced so, and its true reduction."""
        number = max(0, int(np.log2(max(reduction, 1.0))))
        while len(self._levels) <= number:
            height, width = self._levels[-1].shape[:2]
            half = (max(1, width // 2), max(1, height // 2))
            smaller = cv2.resize(self._levels[-1], half, interpolation=cv2.INTER_AREA)
            self._levels.append(np.asarray(smaller, np.uint8))
        level = self._levels[number]
        return level, max(self.size_wh) / max(level.shape[:2])


def to_picture(squares: Floats, pixels: int) -> NDArray[np.float64]:
    """Matrices that take points of a cut-out to the photo.

    Parameters
    ----------
    squares : (N, 4) float32 ndarray
        As for :meth:`Pyramid.cut`.
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
