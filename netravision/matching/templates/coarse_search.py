"""Coarse search: small upright templates slid over the image at every size.

The features of the image are computed once for all references, and the templates of one grid
are compared by one matrix product a size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import as_strided

from netravision.core.geometry import non_max_suppression
from netravision.matching.templates.bank import (
    UPRIGHT,
    group_by_grid,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import (
    CELL,
    CHANNELS,
    DIRECTIONS,
    FLAT,
    GROUPS,
    WEIGHTS,
    Features,
    cell_features,
)
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid

__all__ = ["SCALE_TOLERANCE", "CoarseSearch"]

# Cells of a template: about six a side.
_AREA = 36

#: A template still matches a mark that is smaller by this factor.
SCALE_TOLERANCE = 0.88

# Step between the sizes searched: 12 % smaller to 12 % larger.
_STEP = 1.3

# The largest mark, in heights of the image: one cropped to 80 % reaches beyond it.
_LARGEST = 1.3

# Larger scales than this show nothing more.
_MAX_SCALE = 2.2

# Cells added around the image, so that a mark may reach beyond its border.
_MARGIN = 1

# Boxes whose intersection over union is larger are one place; those of neighboring sizes have
# 0.59. So are those of exactly a half, which templates on one grid often have.
_SAME_PLACE = math.nextafter(0.5, 0.0)

# Factors of edges, lightness and color of a window, so that each has its weight in one common
# norm: divided by their mean deviation within the shared provinces.
_SPREAD = np.array([0.70, 0.11, 0.063], np.float32)
_SCALES = np.repeat(np.sqrt(WEIGHTS) / _SPREAD, [len(range(CHANNELS)[each]) for each in GROUPS])


def _harmonics() -> Features:
    """Projection of the six directions on their sum and main axis, (CHANNELS, 6).

    These three numbers tell places apart as well as all six, and take a third off the products.
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    waves = [np.full(DIRECTIONS, np.sqrt(0.5)), np.cos(angle), np.sin(angle)]
    projection = np.eye(CHANNELS)[:, DIRECTIONS - len(waves) :]
    projection[:DIRECTIONS, : len(waves)] = np.transpose(waves) / np.sqrt(DIRECTIONS / 2)
    return np.asarray(projection, np.float32)


_HARMONICS = _harmonics()
_COMPONENTS = np.asarray(_SCALES[:, None] * _HARMONICS, np.float32)


class _Bank(NamedTuple):
    """All templates of one grid, a column each; ``flat`` is the energy of a flat window."""

    columns: Features
    shape: tuple[int, int]
    flat: float


class CoarseSearch:
    """Small upright templates of all drawings.

    Parameters
    ----------
    drawings : sequence of Drawing
    """

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        self._banks = [
            _bank(shape, [drawings[index] for index in own])
            for shape, own in group_by_grid(drawings, _AREA).items()
        ]

    def search(self, pyramid: SearchPyramid, min_height: float, limit: int) -> list[Placement]:
        """The places most similar to any drawing, most similar first.

        Parameters
        ----------
        pyramid : SearchPyramid
        min_height : float
            Height of the smallest mark to look for, as a share of the image's shorter side.
        limit : int
            Places at most.

        Returns
        -------
        list of Placement
        """
        # Negative similarity, then x, y, height and width.
        found: list[tuple[float, float, float, float, float]] = []
        for cells, scale in _scales(pyramid, min_height):
            energy = _sum(np.square(cells))
            for bank in self._banks:
                rows, columns = bank.shape
                if cells.shape[0] < rows or cells.shape[1] < columns:
                    continue
                similarity = _slide(cells, energy, bank)
                across = similarity.shape[1]
                similarity = similarity.reshape(-1, similarity.shape[2])
                best = similarity.argmax(axis=0)
                values = similarity[best, np.arange(len(best))]
                size = CELL / scale
                for place, value in set(zip(best.tolist(), values.tolist(), strict=True)):
                    top, left = divmod(place, across)
                    x, y = (left + columns / 2 - _MARGIN) * size, (top + rows / 2 - _MARGIN) * size
                    found.append((-value, x, y, rows * size, columns * size))
        found.sort()
        placements = [Placement(x, y, height, width, 0.0) for _, x, y, height, width in found]
        boxes = np.array([placement.box for placement in placements]).reshape(-1, 4)
        similarities = [-value for value, *_ in found]
        kept = non_max_suppression(boxes, similarities, _SAME_PLACE, most=limit)
        return [placements[number] for number in kept]


def _bank(shape: tuple[int, int], drawings: Sequence[Drawing]) -> _Bank:
    rendered = [render_templates(drawing, *shape, [UPRIGHT]) for drawing in drawings]
    cells = np.concatenate([each for each, _ in rendered])
    masks = np.concatenate([mask for _, mask in rendered])
    unit = normalize_templates(cells, masks)
    for group, weight in zip(GROUPS, np.sqrt(WEIGHTS), strict=True):
        unit[..., group] *= weight
    flat = np.square(FLAT * np.sqrt(WEIGHTS) / _SPREAD).sum()
    columns = np.ascontiguousarray((unit @ _HARMONICS).reshape(len(unit), -1).T)
    return _Bank(columns, shape, float(shape[0] * shape[1] * flat))


def _scales(pyramid: SearchPyramid, min_height: float) -> Iterator[tuple[Features, float]]:
    """Features of the image at growing scales, each with its scale."""
    shorter = min(pyramid.height, pyramid.width)
    steps = int(np.log(_LARGEST / (min_height * 0.99)) / np.log(_STEP))
    scales = np.sqrt(_AREA) * CELL / (_LARGEST * shorter) * _STEP ** np.arange(steps, -1, -1)
    small = None
    for scale in scales[scales <= _MAX_SCALE].tolist():
        # Each from the last, bilinearly: area scaling from the image itself took seven times
        # as long and found no more.
        small = pyramid.resized(scale, small)
        rim = _MARGIN * CELL
        height, width = small.shape[:2]
        padded = cv2.copyMakeBorder(
            small, rim, rim + -height % CELL, rim, rim + -width % CELL, cv2.BORDER_REPLICATE
        )
        yield cell_features(np.asarray(padded, np.uint8)) @ _COMPONENTS, scale


def _slide(cells: Features, energy: Features, bank: _Bank) -> Features:
    """Cosine of every window with every template, (windows down, windows across, templates).

    ``energy`` is the sum of squares of each cell, the same for all banks.
    """
    rows, columns = bank.shape
    down, across = cells.shape[0] - rows + 1, cells.shape[1] - columns + 1
    # Each column of windows as one strip, in which a window is a run of numbers: copying them one
    # by one took a third of the search.
    high, row, cell, value = cells.shape[0], *cells.strides
    strips = np.ascontiguousarray(
        as_strided(cells, (across, high, columns * cells.shape[2]), (cell, row, value))
    )
    strip, line, value = strips.strides
    runs = as_strided(strips, (down, across, len(bank.columns)), (line, strip, value))
    products = runs @ bank.columns
    sums = _window_sums(cells, bank.shape)
    spread = _window_sums(energy, bank.shape) - _sum(np.square(sums)) / (rows * columns)
    products /= np.sqrt(np.maximum(spread, 0) + bank.flat)[..., None]
    return products


def _sum(cells: Features) -> Features:
    """Sum over the channels of each cell, as a product: NumPy is slow over so short an axis."""
    return cells @ np.ones(cells.shape[2], np.float32)


def _window_sums(values: Features, shape: tuple[int, int]) -> Features:
    """Sums over all windows of a shape."""
    rows, columns = shape
    sums = cv2.boxFilter(
        values,
        cv2.CV_32F,
        (columns, rows),
        anchor=(0, 0),
        normalize=False,
        borderType=cv2.BORDER_CONSTANT,
    )
    return np.asarray(sums, np.float32)[
        : values.shape[0] - rows + 1, : values.shape[1] - columns + 1
    ]
