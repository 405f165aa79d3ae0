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
from numpy.typing import NDArray

from netravision.matching.cells import CELL, CHANNELS, describe
from netravision.matching.geometry import overlap
from netravision.matching.pyramid import Pose, Pyramid
from netravision.matching.reference import Drawing
from netravision.matching.template import FLAT, GROUPS, WEIGHTS, Variant, centered, grid, templates

#: Cells of a template: about six a side.
AREA = 36

# Step between sizes of the pyramid; a template still matches 12 % off.
_STEP = 1.3

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
_SPREAD = np.array([0.70, 0.125, 0.095], np.float32)
_SCALES = np.repeat(np.sqrt(WEIGHTS) / _SPREAD, [len(range(CHANNELS)[each]) for each in GROUPS])


class Place(NamedTuple):
    """A place that resembles some drawing, at most 1 similar."""

    similarity: float
    pose: Pose


class _Bank(NamedTuple):
    """All templates of one grid, a column each, then the mask once for each channel."""

    columns: NDArray[np.float32]
    mask: NDArray[np.float32]
    flat: float


class SlidingTemplates:
    """Templates of all drawings, grouped by grid."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        by_grid: dict[tuple[int, int], list[Drawing]] = defaultdict(list)
        for drawing in drawings:
            by_grid[grid(drawing.aspect, AREA)].append(drawing)
        self._banks = {shape: _bank(shape, own) for shape, own in by_grid.items()}

    def search(self, pyramid: Pyramid, smallest: float, most: int) -> list[Place]:
        """The places most like any drawing, most similar first.

        Parameters
        ----------
        pyramid : Pyramid
        smallest : float
            Height of the smallest mark to look for, as a share of the picture's shorter side.
        most : int
            How many places.
        """
        found: list[Place] = []
        for cells, scale in _sizes(pyramid, smallest):
            for (rows, columns), bank in self._banks.items():
                if cells.shape[0] < rows or cells.shape[1] < columns:
                    continue
                similarity = _slide(cells, bank)
                across = cells.shape[1] - columns + 1
                best = similarity.argmax(axis=0)
                for place, value in set(
                    zip(best.tolist(), similarity[best, np.arange(len(best))].tolist(), strict=True)
                ):
                    top, left = divmod(place, across)
                    x = (left + columns / 2 - _MARGIN) * CELL / scale
                    y = (top + rows / 2 - _MARGIN) * CELL / scale
                    pose = Pose(x, y, rows * CELL / scale, columns * CELL / scale, 0.0)
                    found.append(Place(value, pose))
        found.sort(key=lambda each: (-each.similarity, each.pose))
        kept: list[Place] = []
        for each in found:
            if all(overlap(each.pose.box, other.pose.box) < _SAME_PLACE for other in kept):
                kept.append(each)
                if len(kept) == most:
                    break
        return kept


def _bank(shape: tuple[int, int], drawings: Sequence[Drawing]) -> _Bank:
    described = [templates(drawing, *shape, [Variant()]) for drawing in drawings]
    cells = np.concatenate([each for each, _ in described])
    masks = np.concatenate([mask for _, mask in described])
    # One mask for the grid keeps the norms independent of the number of templates.
    mask = np.asarray(masks.mean(axis=0) > 0, np.float32)
    unit = centered(cells, masks)
    for group, weight in zip(GROUPS, np.sqrt(WEIGHTS), strict=True):
        unit[..., group] *= weight
    means = np.eye(CHANNELS, dtype=np.float32)[:, None, None] * mask[..., None]
    columns = np.concatenate([unit, means]).reshape(-1, mask.size * CHANNELS).T
    flat = np.square(FLAT * np.sqrt(WEIGHTS) / _SPREAD).sum()
    return _Bank(np.ascontiguousarray(columns), mask, float(mask.sum() * flat))


def _sizes(pyramid: Pyramid, smallest: float) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Cells of the picture at falling mark sizes, each with its scale."""
    shorter = min(pyramid.height, pyramid.width)
    size = _LARGEST
    while size >= smallest * 0.99:
        scale = np.sqrt(AREA) * CELL / (size * shorter)
        if scale > _ENLARGED:
            return
        small = pyramid.scaled(scale)
        rim = _MARGIN * CELL
        height, width = small.shape[:2]
        padded = cv2.copyMakeBorder(
            small, rim, rim + -height % CELL, rim, rim + -width % CELL, cv2.BORDER_REPLICATE
        )
        cells = describe(np.asarray(padded, np.uint8))
        cells *= _SCALES
        yield cells, scale
        size /= _STEP


def _slide(cells: NDArray[np.float32], bank: _Bank) -> NDArray[np.float32]:
    """Cosine of every window with every template, (windows, templates)."""
    rows, columns = bank.mask.shape
    view = np.lib.stride_tricks.sliding_window_view(cells, (rows, columns), axis=(0, 1))
    windows = view.transpose(0, 1, 3, 4, 2).reshape(-1, len(bank.columns))
    products = windows @ bank.columns
    similarity, means = products[:, :-CHANNELS], products[:, -CHANNELS:]
    squares = np.einsum("ijc,ijc->ij", cells, cells)
    energy = cv2.filter2D(
        squares, cv2.CV_32F, bank.mask, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
    )[: view.shape[0], : view.shape[1]].reshape(-1)
    spread = energy - np.einsum("ij,ij->i", means, means) / bank.mask.sum()
    return np.asarray(similarity / np.sqrt(np.maximum(spread, 0) + bank.flat)[:, None])
