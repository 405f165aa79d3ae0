"""Features of an image on a grid of small cells: edge directions, edge strength and color.

Two drawings of one emblem share few pixels and corners, but their parts lie in the same places.
Cells of a few pixels blur how a star is drawn and keep that there is one. Decision 8 has the
comparison with local features.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CELL",
    "CHANNELS",
    "DIRECTIONS",
    "FLAT",
    "GRAY_WEIGHTS",
    "GROUPS",
    "WEIGHTS",
    "Features",
    "Values",
    "by_channel",
    "cell_features",
    "subtract_mean",
]

#: Features of cells, the channels last, or of whatever shape a docstring says.
Features = NDArray[np.float32]

#: The same in double precision, so that no reported digit depends on the order of sums.
Values = NDArray[np.float64]

#: Pixels a side of a cell.
CELL = 4

#: Edge directions, 30° apart; the sign of the contrast is ignored, as recoloring flips it.
DIRECTIONS = 6

#: Channels of a cell: the directions, then L, a and b of Oklab.
CHANNELS = DIRECTIONS + 3

#: The channels of edges, lightness and color.
GROUPS = (
    slice(DIRECTIONS),
    slice(DIRECTIONS, DIRECTIONS + 1),
    slice(DIRECTIONS + 1, CHANNELS),
)

#: Weights of the three groups in a similarity, (3,); without color where the image has none.
WEIGHTS = np.array([0.60, 0.15, 0.25], np.float32)
GRAY_WEIGHTS = np.array([0.80, 0.20, 0.0], np.float32)

#: Standard deviation per cell below which each group counts as flat, (3,).
FLAT = np.array([0.1, 0.0175, 0.008], np.float32)

# Edge energy, in steps of 255 of luma, below which a neighborhood has no edges: JPEG noise at
# quality 15 stays below it.
_NOISE = 6.0


def _steering() -> NDArray[np.float32]:
    """Rows that map (cos 2θ, sin 2θ, 1) to the responses of the directions.

    A direction responds within 30° of itself: the positive part of cos 2(θ - θk) - 1/2.
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    return np.stack([np.cos(angle), np.sin(angle), np.full(DIRECTIONS, -0.5)], 1).astype(np.float32)


# Three directions at a time: OpenCV has fast paths for three channels, none for six.
_STEERING = np.split(_steering(), 2)

# Pixels per band: the intermediate arrays, 12 bytes a pixel each, stay in the cache and far below
# the size at which malloc asks the system for fresh pages each time.
_BAND = 60_000


def cell_features(rgb: NDArray[np.uint8]) -> Features:
    """Compute the features of an image on cells of :data:`CELL` pixels.

    Edges come from the structure tensor, summed over luma and both color differences
    (Di Zenzo 1986): two colors of equal lightness still have an edge between them. Each cell is
    divided by the energy around it, which makes faint and strong prints alike.

    Colors are in Oklab (Ottosson 2020), where the blues of two drawings are as near as they look:
    pure blue and sky blue are 26° of hue apart, in CIELAB 49°.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
        At least one cell large; a remainder narrower than a cell is left out.

    Returns
    -------
    (H // CELL, W // CELL, CHANNELS) float32 ndarray
        Directions from 0 to 3 (an edge between flat neighbors), L in [0, 1], a and b
        in [-0.32, 0.28], 0 in gray.

    References
    ----------
    Di Zenzo, "A note on the gradient of a multi-image", 1986.
    Ottosson, "A perceptual color space for image processing", 2020.
    """
    height, width = rgb.shape[0] // CELL, rgb.shape[1] // CELL
    rgb = rgb[: height * CELL, : width * CELL]
    # Six directions as two images of three channels.
    pooled = np.empty((2, height, width, 3), np.float32)
    rows = max(1, _BAND // (width * CELL * CELL))
    for first in range(0, height, rows):
        last = min(first + rows, height)
        # With one line more on each side, which the gradients need.
        above, below = min(first, 1), min(height - last, 1)
        band = rgb[first * CELL - above : last * CELL + below]
        inner = slice(above, band.shape[0] - below)
        tensor = _tensor(np.asarray(cv2.cvtColor(band, cv2.COLOR_RGB2YCrCb), np.uint8))[inner]
        for number, steering in enumerate(_STEERING):
            responses = np.asarray(cv2.transform(tensor, steering), np.float32)
            cv2.threshold(responses, 0, 0, cv2.THRESH_TOZERO, dst=responses)
            pooled[number, first:last] = _pool(responses)
    # Oklab per pixel instead of per cell would take as long as all the rest.
    return _normalized(pooled[0], pooled[1], _oklab(_pool(rgb)))


def by_channel(cells: Features) -> Values:
    """Cells with their channels first, as NumPy is slow over a last axis as short as theirs.

    Parameters
    ----------
    cells : ([N,] rows, columns, C) float32 ndarray

    Returns
    -------
    (C, [N,] rows * columns) float64 ndarray
    """
    flat = cells.reshape(*cells.shape[:-3], -1, cells.shape[-1])
    return np.asarray(np.moveaxis(flat, -1, 0), np.float64, order="C")


def subtract_mean(values: Values, weights: Values) -> Values:
    """Subtract the weighted mean over cells, and weight the rest.

    Parameters
    ----------
    values : (..., cells) float64 ndarray
    weights : (cells,) float64 ndarray

    Returns
    -------
    (..., cells) float64 ndarray
    """
    means = (values @ weights) / (weights.sum() + 1e-6)
    return np.asarray((values - means[..., None]) * weights, np.float64)


# sRGB in 256 steps to linear light (IEC 61966-2-1), light to cone responses, and the cube roots of
# these to L, a and b (Ottosson 2020).
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
    """Strength s and direction θ of each pixel's edge, as √s (cos 2θ, sin 2θ, 1)."""
    across, down = _gradient(channels, 1, 0), _gradient(channels, 0, 1)
    both = cv2.transform(across * down, 2 * _ONES)
    across *= across
    down *= down
    across -= down
    along = cv2.transform(across, _ONES)
    # The last digit of cv2.magnitude depends on the alignment of memory.
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
    """Directions divided by the energy around them, followed by the colors."""
    strength = cv2.transform(first * first + second * second, _ONES)
    energy = cv2.blur(np.sqrt(strength), (3, 3), borderType=cv2.BORDER_REPLICATE)
    scale = 1 / (np.asarray(energy, np.float32) + np.float32(_NOISE))
    # As three channels: NumPy broadcasts one number over so few channels slowly.
    scales = cv2.merge([scale, scale, scale])
    cells = cv2.merge([np.sqrt(first * scales), np.sqrt(second * scales), colors])
    return np.asarray(cells, np.float32)
