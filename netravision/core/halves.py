"""A picture and its halves, for whoever looks at it at several sizes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class Halves:
    """A picture, halved as often as is asked for, each half made once.

    Every pixel of a half is the mean of exactly four, so a last row or column that has no partner
    is left out: 0.3 ms a megapixel, and 6 with means of parts of pixels.

    Parameters
    ----------
    pixels : (H, W[, C]) uint8 ndarray
        H and W at least 1.

    Examples
    --------
    >>> halves = Halves(np.zeros((853, 1280, 3), np.uint8))
    >>> [(halves.halved(times).shape[:2]) for times in range(3)]
    [(853, 1280), (426, 640), (213, 320)]
    >>> halves.times(1280 / 300)
    2
    """

    def __init__(self, pixels: Pixels) -> None:
        self._levels = [pixels]

    @property
    def pixels(self) -> Pixels:
        """The picture itself."""
        return self._levels[0]

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        height, width = self._levels[0].shape[:2]
        return width, height

    def times(self, reduction: float) -> int:
        """How often it may be halved without being reduced further than by a factor, or away."""
        return int(np.log2(max(1.0, min(reduction, *self.size_wh))))

    def halved(self, times: int) -> Pixels:
        """The picture, halved so often: its pixel (0, 0) is the mean of the first 4 ** times."""
        while len(self._levels) <= times:
            finer = self._levels[-1]
            height, width = (length // 2 for length in finer.shape[:2])
            half = cv2.resize(
                finer[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
            )
            self._levels.append(np.asarray(half, np.uint8))
        return self._levels[times]
