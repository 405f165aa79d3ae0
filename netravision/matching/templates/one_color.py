"""Images in one color, white on blue or green on black: their brightness, and its negative.

A mark in one color shows its lines and none of its colors, and as often light on dark as dark on
light. In gray it is compared by its lines.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.pyramid import ImagePyramid

__all__ = ["brightness_and_negative"]

# Long side at which an image is looked at: a mark in one color is looked for in profile pictures,
# which it fills.
_SIDE = 512

# Share of the pixels that lie within so many steps of 255 of the line from one color to the other.
_SHARE = 0.98
_DISTANCE = 20.0

# Steps between the channels of a pixel, on average, below which an image is gray.
_GRAY = 6.0

# Steps between the two colors below which there is nothing to see.
_MIN_CONTRAST = 40.0


def brightness_and_negative(image: ImagePyramid) -> list[ImagePyramid]:
    """The image in gray, dark where its one color is and light elsewhere, and the other way round.

    Parameters
    ----------
    image : ImagePyramid
        Of (H, W, 3) RGB pixels.

    Returns
    -------
    list of ImagePyramid
        Empty for an image in several colors.
    """
    pixels = image.level(image.level_for(max(image.size_wh) / _SIDE))
    sample = pixels.reshape(-1, 3)[:: max(1, pixels.shape[0] * pixels.shape[1] // 4096)]
    sample = sample.astype(np.float64)
    mean = sample.mean(axis=0)
    line = np.linalg.eigh(np.cov(sample - mean, rowvar=False, bias=True))[1][:, -1]
    line *= np.sign(line.sum()) or 1.0
    along = (sample - mean) @ line
    beside = np.linalg.norm(sample - mean - along[:, None] * line, axis=1)
    low, high = np.percentile(along, (1, 99))
    if (beside < _DISTANCE).mean() < _SHARE or high - low < _MIN_CONTRAST:
        return []
    # As one product for all pixels, rounded in whole steps.
    matrix = np.append(line, -(mean @ line) - low)[None] * (255 / (high - low))
    gray = np.clip(np.rint(cv2.transform(pixels.astype(np.float64), matrix)), 0, 255)
    both = [_gray(gray.astype(np.uint8)), _gray((255 - gray).astype(np.uint8))]
    # In an image that is gray itself, brightness is what was looked at before.
    return both[1:] if np.ptp(sample, axis=1).mean() < _GRAY else both


def _gray(values: NDArray[np.uint8]) -> ImagePyramid:
    return ImagePyramid(np.ascontiguousarray(np.repeat(values[..., None], 3, axis=2)))
