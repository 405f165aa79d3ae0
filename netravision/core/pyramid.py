"""An image pyramid that several readers of one image share."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.hashing import luma, phash256

__all__ = ["ImagePyramid"]

Pixels = NDArray[np.uint8]


class ImagePyramid:
    """An image and its halvings, each computed once, when it is first asked for.

    Level 0 is the image; each level has half the width and height of the one before. Every pixel
    is the mean of exactly four, so a last row or column without a partner is left out: 0.3 ms a
    megapixel, against 6 with means of parts of pixels.

    Parameters
    ----------
    pixels : (H, W[, C]) uint8 ndarray
        H and W at least 1. Kept, not copied.

    Examples
    --------
    >>> pyramid = ImagePyramid(np.zeros((853, 1280, 3), np.uint8))
    >>> [pyramid.level(number).shape[:2] for number in range(3)]
    [(853, 1280), (426, 640), (213, 320)]
    >>> pyramid.level_for(1280 / 300)
    2
    """

    def __init__(self, pixels: Pixels) -> None:
        self._levels = [pixels]

    @property
    def pixels(self) -> Pixels:
        """The image itself, (H, W[, C]) uint8."""
        return self._levels[0]

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the image in pixels."""
        height, width = self._levels[0].shape[:2]
        return width, height

    @cached_property
    def gray(self) -> Pixels:
        """Its brightness, (H, W) uint8, as :func:`netravision.core.hashing.luma` has it."""
        return luma(self.pixels)

    @cached_property
    def phash256(self) -> tuple[Pixels, Pixels]:
        """Its hash, (1, 32) uint8, and the hash's quality, (1,) uint8.

        See :func:`netravision.core.hashing.phash256`.
        """
        return phash256(self.gray[None])

    def level_for(self, reduction: float) -> int:
        """Number of the smallest level that is reduced by at most a factor.

        Parameters
        ----------
        reduction : float
            Largest factor by which width and height may shrink; below 1 counts as 1.

        Returns
        -------
        int
            Never a level without pixels.
        """
        return int(np.log2(max(1.0, min(reduction, *self.size_wh))))

    def level(self, number: int) -> Pixels:
        """The image halved `number` times.

        Parameters
        ----------
        number : int
            0 for the image itself, at most ``level_for(inf)``.

        Returns
        -------
        (H >> number, W >> number[, C]) uint8 ndarray
            Its pixel (0, 0) is the mean of the first ``2 ** number`` rows and columns.
        """
        while len(self._levels) <= number:
            finer = self._levels[-1]
            height, width = (length // 2 for length in finer.shape[:2])
            half = cv2.resize(
                finer[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
            )
            self._levels.append(np.asarray(half, np.uint8))
        return self._levels[number]
