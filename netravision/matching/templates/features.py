"""A picture as a grid of small cells: which way edges run, how strong, and what color.

Two drawings of one emblem share hardly a pixel and few corners, but their parts lie in the
same places. Cells of a few pixels blur away how a star is drawn and keep that there is one.
Measured on provincial emblems, windows of such cells name another drawing of the emblem where
SIFT finds nothing in common (``docs/emblems.md``).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: Pixels a side of a cell.
CELL = 4

#: Edge directions, 30° apart; the sign of the contrast is ignored, as recoloring flips it.
DIRECTIONS = 6

#: Channels of a cell: the directions, then L, a and b of Oklab.
CHANNELS = DIRECTIONS + 3

# Edge energy, in steps of 255 of luma, below which a neighborhood counts as flat: JPEG noise at
# quality 15 stays under it.
_FLAT = 6.0


def _steering() -> NDArray[np.float32]:
    """Rows that turn (cos 2θ, sin 2θ, 1) into the responses of the directions.

    A direction answers within 30° of itself: cos 2(θ - θk) - 1/2, positive part.
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    return np.stack([np.cos(angle), np.sin(angle), np.full(DIRECTIONS, -0.5)], 1).astype(np.float32)


# Three directions at a time: OpenCV has fast paths for three channels, none for six.
_STEERING = np.split(_steering(), 2)

# Pixels described at once: their intermediate values, 12 bytes a pixel each, stay in the cache, and
# far below the size from which malloc asks the system for fresh pages each time.
_BAND = 60_000


def cell_features(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Describe a picture by cells of :data:`CELL` pixels.

    Edges are those of the structure tensor summed over luma and both color differences
    (Di Zenzo 1986), so that two colors of equal lightness still have an edge between them. Each
    cell is divided by the energy around it, which makes faint and strong prints alike.

    Its color is in Oklab (Ottosson 2020), where the blues of two drawings are as near as they
    look: pure blue and sky blue are 26° of hue apart and one twice as far from gray as the other,
    in CIELAB 49° and three times.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
        At least one cell large; a rest narrower than a cell is left out.

    Returns
    -------
    (H // CELL, W // CELL, CHANNELS) float32 ndarray
        Directions from 0 to 3 (an edge among flat neighbors), L in [0, 1], a and b
        in [-0.32, 0.28], 0 in gray.
    """
    height, width = rgb.shape[0] // CELL, rgb.shape[1] // CELL
    rgb = rgb[: height * CELL, : width * CELL]
    # Directions in two groups.
    pooled = np.empty((2, height, width, 3), np.float32)
    rows = max(1, _BAND // (width * CELL * CELL))
    for first in range(0, height, rows):
        last = min(first + rows, height)
        # One line more on each side, as gradients reach there.
        above, below = min(first, 1), min(height - last, 1)
        band = rgb[first * CELL - above : last * CELL + below]
        inner = slice(above, band.shape[0] - below)
        tensor = _tensor(np.asarray(cv2.cvtColor(band, cv2.COLOR_RGB2YCrCb), np.uint8))[inner]
        for number, steering in enumerate(_STEERING):
            answers = np.asarray(cv2.transform(tensor, steering), np.float32)
            cv2.threshold(answers, 0, 0, cv2.THRESH_TOZERO, dst=answers)
            pooled[number, first:last] = _pool(answers)
    # Oklab or L*a*b* for each pixel would take as long as all the rest.
    return _normalized(pooled[0], pooled[1], _oklab(_pool(rgb)))


# sRGB in 256 steps as light (IEC 61966-2-1), light as cone responses, and their cube roots as
# L, a and b (Ottosson, "A perceptual color space for image processing", 2020).
_STEPS = np.arange(256) / 255
_LIGHT = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
_LIGHT = np.asarray(_LIGHT, np.float32)
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_OPPONENTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


def _oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    cones = cv2.transform(cv2.LUT(rgb, _LIGHT), _CONES)
    return np.asarray(cv2.transform(np.cbrt(cones), _OPPONENTS), np.float32)


_ONES = np.ones((1, 3), np.float32)


def _tensor(channels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Strength s and direction of each pixel's edge: √s (cos 2θ, sin 2θ, 1)."""
    across, down = _gradient(channels, 1, 0), _gradient(channels, 0, 1)
    both = cv2.transform(across * down, 2 * _ONES)
    across *= across
    down *= down
    across -= down
    along = cv2.transform(across, _ONES)
    # cv2.magnitude answers otherwise in the last digit where memory is aligned otherwise.
    strength = np.sqrt(along * along + both * both)
    root = np.sqrt(strength)
    scale = 1 / (root + np.float32(1e-3))
    return np.asarray(cv2.merge([along * scale, both * scale, root]), np.float32)


def _gradient(channels: NDArray[np.uint8], across: int, down: int) -> NDArray[np.float32]:
    gradient = cv2.Sobel(
        channels, cv2.CV_32F, across, down, ksize=1, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(gradient, np.float32)


def _pool(image: NDArray[Any]) -> NDArray[Any]:
    """Mean of each cell."""
    size = (image.shape[1] // CELL, image.shape[0] // CELL)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _normalized(
    first: NDArray[np.float32], second: NDArray[np.float32], colors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Directions divided by the energy around them, then colors, side by side."""
    strength = cv2.transform(first * first + second * second, _ONES)
    energy = cv2.blur(np.sqrt(strength), (3, 3), borderType=cv2.BORDER_REPLICATE)
    scale = 1 / (np.asarray(energy, np.float32) + np.float32(_FLAT))
    # Three channels each, as NumPy repeats one number over so few channels slowly.
    scales = cv2.merge([scale, scale, scale])
    cells = cv2.merge([np.sqrt(first * scales), np.sqrt(second * scales), colors])
    return np.asarray(cells, np.float32)
