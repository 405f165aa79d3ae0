"""Resizing an image so that its longest side has a given length, proportions kept."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["longest_side_size", "resize_longest_side"]


def longest_side_size(
    size_wh: tuple[int, int], longest: float, *, enlarge: bool = True
) -> tuple[int, int]:
    """Width and height in pixels of an image resized to a longest side.

    Parameters
    ----------
    size_wh : (int, int)
        Width and height of the image in pixels, at least 1.
    longest : float
        Pixels that the longer of the two shall have.
    enlarge : bool
        Otherwise a smaller image keeps its size.

    Returns
    -------
    (int, int)
        Each rounded on its own, at least 1.

    Examples
    --------
    >>> longest_side_size((1280, 853), 256)
    (256, 171)
    >>> longest_side_size((100, 50), 256, enlarge=False)
    (100, 50)
    """
    scale = longest / max(size_wh)
    if not enlarge:
        scale = min(1.0, scale)
    width, height = size_wh
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize_longest_side(
    image: NDArray[Any],
    longest: float,
    *,
    enlarge: bool = True,
    upsampling: int = cv2.INTER_CUBIC,
) -> NDArray[Any]:
    """Resize an image to a longest side.

    Parameters
    ----------
    image : (H, W[, C]) uint8 or float32 ndarray
    longest : float
        Pixels that the longer side shall have.
    enlarge : bool
        Otherwise a smaller image is returned as it is.
    upsampling : int
        OpenCV's interpolation where the image grows. It shrinks by the mean of what each new
        pixel covers (``cv2.INTER_AREA``), which leaves no moiré.

    Returns
    -------
    (h, w[, C]) ndarray
        Of the same type, sized as by :func:`longest_side_size`.

    Examples
    --------
    >>> resize_longest_side(np.zeros((853, 1280, 3), np.uint8), 256).shape
    (171, 256, 3)
    """
    height, width = image.shape[:2]
    size = longest_side_size((width, height), longest, enlarge=enlarge)
    if not enlarge and size == (width, height):
        return image
    shrinks = longest < max(height, width)
    return np.asarray(
        cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else upsampling),
        image.dtype,
    )
