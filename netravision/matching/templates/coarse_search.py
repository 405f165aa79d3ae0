"""Where in a picture could a mark be: small upright templates slid over it at every size.

One pass over a pyramid of cells serves all references: the cells of the picture do not depend
on what is enrolled, and all templates of one grid are compared by one matrix product a size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from netravision.core.geometry import pair_iou
from netravision.matching.templates.bank import (
    FLAT,
    GROUPS,
    WEIGHTS,
    Variant,
    grid_shape,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import CELL, CHANNELS, DIRECTIONS, cell_features
from netravision.matching.templates.placement import Placement, SearchPyramid

#: Cells of a template: about six a side.
AREA = 36

# Step between sizes of the pyramid, as a template still matches what is 12 % smaller or larger.
_STEP = 1.3
SCALE_TOLERANCE = 0.88

# The largest mark, in heights of the picture: one cropped to 80 % reaches beyond it.
_LARGEST = 1.3

# Beyond so many times the pixels there is nothing more to see.
_ENLARGED = 2.2

# Cells added around the picture, so that a mark may reach beyond its border.
_MARGIN = 1

# Boxes that overlap more are the same place (intersection over union): those of neighboring sizes
# do by 0.59.
_SAME_PLACE = 0.5

# What edges, lightness and color of a window are multiplied by, so that each has its weight in
# one common norm: by their mean deviation within the shared provinces.
_SPREAD = np.array([0.70, 0.11, 0.063], np.float32)
_SCALES = np.repeat(np.sqrt(WEIGHTS) / _SPREAD, [len(range(CHANNELS)[each]) for each in GROUPS])


def _harmonics() -> NDArray[np.float32]:
    """Of the six directions their sum and their main axis, (CHANNELS, 6): what tells places apart.

    Three numbers instead of six lost no place and took a third off the products.
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    waves = [np.full(DIRECTIONS, np.sqrt(0.5)), np.cos(angle), np.sin(angle)]
    kept = np.eye(CHANNELS)[:, DIRECTIONS - len(waves) :]
    kept[:DIRECTIONS, : len(waves)] = np.transpose(waves) / np.sqrt(DIRECTIONS / 2)
    return np.asarray(kept, np.float32)


_HARMONICS = _harmonics()
_COMPONENTS = np.asarray(_SCALES[:, None] * _HARMONICS, np.float32)


class Place(NamedTuple):
    """A place that resembles some drawing, at most 1 similar."""

    similarity: float
    placement: Placement


class _Bank(NamedTuple):
    """All templates of one grid, a column each."""

    columns: NDArray[np.float32]
    shape: tuple[int, int]
    flat: float


class CoarseSearch:
    """Templates of all drawings, grouped by grid."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        by_grid: dict[tuple[int, int], list[Drawing]] = defaultdict(list)
        for drawing in drawings:
            by_grid[grid_shape(drawing.aspect, AREA)].append(drawing)
        self._banks = {shape: _bank(shape, own) for shape, own in by_grid.items()}

    def search(self, pyramid: SearchPyramid, smallest: float, most: int) -> list[Place]:
        """The places most like any drawing, most similar first.

        Parameters
        ----------
        pyramid : SearchPyramid
        smallest : float
            Height of the smallest mark to look for, as a share of the picture's shorter side.
        most : int
            How many places.
        """
        found: list[tuple[float, float, float, float, float]] = []
        for cells, scale in _sizes(pyramid, smallest):
            energy = _sum(np.square(cells))
            for (rows, columns), bank in self._banks.items():
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
        kept: list[Place] = []
        for value, x, y, height, width in found:
            placement = Placement(x, y, height, width, 0.0)
            if all(pair_iou(placement.box, other.placement.box) < _SAME_PLACE for other in kept):
                kept.append(Place(-value, placement))
                if len(kept) == most:
                    break
        return kept


def _bank(shape: tuple[int, int], drawings: Sequence[Drawing]) -> _Bank:
    described = [render_templates(drawing, *shape, [Variant()]) for drawing in drawings]
    cells = np.concatenate([each for each, _ in described])
    masks = np.concatenate([mask for _, mask in described])
    unit = normalize_templates(cells, masks)
    for group, weight in zip(GROUPS, np.sqrt(WEIGHTS), strict=True):
        unit[..., group] *= weight
    flat = np.square(FLAT * np.sqrt(WEIGHTS) / _SPREAD).sum()
    columns = np.ascontiguousarray((unit @ _HARMONICS).reshape(len(unit), -1).T)
    return _Bank(columns, shape, float(shape[0] * shape[1] * flat))


def _sizes(pyramid: SearchPyramid, smallest: float) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Cells of the picture at growing mark sizes, each with its scale."""
    shorter = min(pyramid.height, pyramid.width)
    steps = int(np.log(_LARGEST / (smallest * 0.99)) / np.log(_STEP))
    scales = np.sqrt(AREA) * CELL / (_LARGEST * shorter) * _STEP ** np.arange(steps, -1, -1)
    small = None
    for scale in scales[scales <= _ENLARGED].tolist():
        # Each from the last, bilinearly: from the picture itself area scaling took seven times
        # as long and found no more.
        small = pyramid.scaled(scale) if small is None else pyramid.reduced(small, scale)
        rim = _MARGIN * CELL
        height, width = small.shape[:2]
        padded = cv2.copyMakeBorder(
            small, rim, rim + -height % CELL, rim, rim + -width % CELL, cv2.BORDER_REPLICATE
        )
        yield cell_features(np.asarray(padded, np.uint8)) @ _COMPONENTS, scale


def _slide(
    cells: NDArray[np.float32], energy: NDArray[np.float32], bank: _Bank
) -> NDArray[np.float32]:
    """Cosine of every window with every template, (windows down, windows across, templates).

    ``energy`` is the sum of squares of each cell, the same for all banks.
    """
    rows, columns = bank.shape
    down, across = cells.shape[0] - rows + 1, cells.shape[1] - columns + 1
    # Each column of windows as one strip, in which a window is a run of numbers: they need not
    # be copied one by one, which took a third of the search.
    high, row, cell, value = cells.shape[0], *cells.strides
    strips = np.ascontiguousarray(
        as_strided(cells, (across, high, columns * cells.shape[2]), (cell, row, value))
    )
    strip, line, value = strips.strides
    runs = as_strided(strips, (down, across, len(bank.columns)), (line, strip, value))
    products = runs @ bank.columns
    sums = _boxes(cells, bank.shape)
    spread = _boxes(energy, bank.shape) - _sum(np.square(sums)) / (rows * columns)
    products /= np.sqrt(np.maximum(spread, 0) + bank.flat)[..., None]
    return products


def _sum(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum over the channels of each cell, as a product: NumPy is slow over so short an axis."""
    return cells @ np.ones(cells.shape[2], np.float32)


def _boxes(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
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
