"""A picture as a grid of small cells: which way edges run, how strong, and what color.

Two drawings of one emblem share hardly a pixel and few corners, but their parts lie in the
same places. Cells of a few pixels blur away how a star is drawn and keep that there is one.
Measured on provincial emblems, windows of such cells name another drawing of the emblem where
SIFT finds nothing in common (``docs/emblems.md``).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

#: Pixels a side of a cell.
CELL = 4

#: Edge directions, 30° apart; the sign of the contrast is ignored, as recoloring flips it.
DIRECTIONS = 6

#: Channels of a cell: the directions, then L*, a* and b*.
CHANNELS = DIRECTIONS + 3

# Edge energy, in 8-bit L* steps, below which a neighborhood counts as flat: JPEG noise at
# quality 15 stays under it.
_FLAT = 6.0


def _steering() -> NDArray[np.float32]:
    """Rows that turn (cos 2θ, sin 2θ, 1) into the responses of the directions.

    A direction answers within 30° of itself: cos 2(θ - θk) - 1/2, positive part.
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    return np.stack([np.cos(angle), np.sin(angle), np.full(DIRECTIONS, -0.5)], 1).astype(np.float32)


_STEERING = _steering()


def describe(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Describe a picture by cells of :data:`CELL` pixels.

    Edges are those of the structure tensor summed over L*, a* and b* (Di Zenzo 1986), so that
    two colors of equal lightness still have an edge between them. Each cell is divided by the
    energy around it, which makes faint and strong prints alike.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
        At least one cell large; a rest narrower than a cell is left out.

    Returns
    -------
    (H // CELL, W // CELL, CHANNELS) float32 ndarray
        Directions from 0 to 3 (an edge among flat neighbors), colors in [0, 1]
        with a* and b* around 0.5.
    """
    height, width = rgb.shape[0] // CELL, rgb.shape[1] // CELL
    lab = cv2.cvtColor(rgb[: height * CELL, : width * CELL], cv2.COLOR_RGB2LAB)
    across = cv2.Sobel(lab, cv2.CV_32F, 1, 0, ksize=1, borderType=cv2.BORDER_REPLICATE)
    down = cv2.Sobel(lab, cv2.CV_32F, 0, 1, ksize=1, borderType=cv2.BORDER_REPLICATE)
    tensor = np.empty((*lab.shape[:2], 3), np.float32)
    tensor[..., 0] = cv2.transform(across * across - down * down, _ONES)
    tensor[..., 1] = cv2.transform(across * down, 2 * _ONES)
    strength = cv2.magnitude(tensor[..., 0], tensor[..., 1])
    tensor[..., 2] = strength
    tensor /= np.sqrt(strength + 1e-6)[..., None]
    responses = np.maximum(cv2.transform(tensor, _STEERING), 0)
    pooled = _pool(responses)
    energy = cv2.blur(np.sqrt((pooled * pooled).sum(-1)), (3, 3), borderType=cv2.BORDER_REPLICATE)
    cells = np.empty((height, width, CHANNELS), np.float32)
    np.sqrt(pooled / (energy[..., None] + _FLAT), out=cells[..., :DIRECTIONS])
    cells[..., DIRECTIONS:] = _pool(lab.astype(np.float32)) / 255
    return cells


_ONES = np.ones((1, 3), np.float32)


def _pool(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of each cell."""
    size = (image.shape[1] // CELL, image.shape[0] // CELL)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
