"""Where in a picture could a mark be: templates slid over it at every size.

One pass over a pyramid of cells serves all references: the cells of the picture do not depend
on what is enrolled, and all templates of one grid are compared by the same matrix products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.cells import CELL, DIRECTIONS, describe
from netravision.matching.reference import Drawing
from netravision.matching.template import Template, centered, grid, template

#: Cells of a template: about eight a side.
AREA = 64

#: Turns enrolled, in degrees; a template still matches some 8° off.
TURNS = (0.0, -14.0, 14.0)

# Step between sizes of the pyramid; a template still matches 12 % off.
_STEP = 1.2

# The largest mark, in heights of the picture: one cropped to 80 % reaches beyond it.
_LARGEST = 1.3

# Cells added around the picture, so that a mark may reach beyond its border.
_MARGIN = 2

#: Weights of edges, lightness and color in the similarity of a window; without color, where
# the picture has none, the others make up for it.
WEIGHTS = (0.60, 0.15, 0.25)
GRAY_WEIGHTS = (0.80, 0.20, 0.0)

#: Standard deviations (per cell, of 1) below which edges, lightness and color count as flat.
FLAT_EDGES = 0.1
FLAT_LIGHT = 0.02
FLAT_COLOR = 0.012

# Chroma (0 to 128) that 99 % of a gray picture's pixels stay below, JPEG noise included.
_GRAY_CHROMA = 8.0


#: Less similar places are left out. In the exam no emblem lay below 0.40.
MIN_SIMILARITY = 0.37

# A cell is compared if this share of the templates of its grid, averaged, covers it.
_COMMON = 0.3


class Hypothesis(NamedTuple):
    """A place that resembles a drawing.

    Attributes
    ----------
    similarity : float
        At most 1.
    drawing : int
        Index of the drawing.
    degrees : float
    box : tuple of float
        ``(x0, y0, x1, y1)`` in pixels, of the drawing before its turn; may reach beyond the
        picture.
    """

    similarity: float
    drawing: int
    degrees: float
    box: tuple[float, float, float, float]


class _Bank(NamedTuple):
    """All templates of one grid, rows first for the products."""

    owners: NDArray[np.intp]
    degrees: NDArray[np.float64]
    edges: NDArray[np.float32]
    light: NDArray[np.float32]
    color: NDArray[np.float32]
    mask: NDArray[np.float32]


class SlidingTemplates:
    """Templates of all drawings, grouped by grid."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        by_grid: dict[tuple[int, int], list[tuple[int, Template]]] = defaultdict(list)
        for index, drawing in enumerate(drawings):
            rows, columns = grid(drawing.aspect, AREA)
            for degrees in TURNS:
                by_grid[rows, columns].append((index, template(drawing, rows, columns, degrees)))
        self._banks = {shape: _bank(entries) for shape, entries in by_grid.items()}

    def search(self, rgb: NDArray[np.uint8], smallest: float) -> list[Hypothesis]:
        """The best place for each template at each size, most similar first.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray
        smallest : float
            Height of the smallest mark to look for, as a share of the picture's shorter side.
        """
        weights = GRAY_WEIGHTS if is_gray(rgb) else WEIGHTS
        found: list[Hypothesis] = []
        for cells, scale in _pyramid(rgb, smallest):
            for (rows, columns), bank in self._banks.items():
                if cells.shape[0] < rows or cells.shape[1] < columns:
                    continue
                similarity = _slide(cells, bank, weights)
                places = similarity.reshape(-1, similarity.shape[2])
                best = places.argmax(axis=0)
                values = places[best, np.arange(len(best))]
                tops, lefts = np.divmod(best, similarity.shape[1])
                width, height = columns * CELL / scale, rows * CELL / scale
                for each in np.flatnonzero(values >= MIN_SIMILARITY):
                    x0 = float((lefts[each] - _MARGIN) * CELL / scale)
                    y0 = float((tops[each] - _MARGIN) * CELL / scale)
                    found.append(
                        Hypothesis(
                            float(values[each]),
                            int(bank.owners[each]),
                            float(bank.degrees[each]),
                            (x0, y0, x0 + width, y0 + height),
                        )
                    )
        found.sort(key=lambda hypothesis: -hypothesis.similarity)
        return found


def is_gray(rgb: NDArray[np.uint8]) -> bool:
    """Whether a picture has no color to compare."""
    step = max(1, int(np.sqrt(rgb.shape[0] * rgb.shape[1] / 10_000)))
    lab = cv2.cvtColor(np.ascontiguousarray(rgb[::step, ::step]), cv2.COLOR_RGB2LAB)
    chroma = np.hypot(*(lab[..., 1:].astype(np.float32) - 128).transpose(2, 0, 1))
    return bool(np.percentile(chroma, 99) < _GRAY_CHROMA)


def _bank(entries: list[tuple[int, Template]]) -> _Bank:
    templates = [each for _, each in entries]
    cells, masks = np.stack([t.cells for t in templates]), np.stack([t.mask for t in templates])
    # One mask for the grid keeps the norms independent of the number of templates.
    common = (masks.mean(axis=0) > _COMMON).astype(np.float32)
    edges, light, color = centered(cells, masks * common)
    rows = edges.shape[1]

    def by_row(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(T, rows, ...) to (rows, columns * channels, T)."""
        flat = vectors.reshape(len(vectors), rows, -1)
        return np.ascontiguousarray(flat.transpose(1, 2, 0))

    return _Bank(
        np.array([owner for owner, _ in entries]),
        np.array([each.degrees for each in templates]),
        by_row(edges),
        by_row(light),
        by_row(color),
        common,
    )


def _pyramid(
    rgb: NDArray[np.uint8], smallest: float
) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Cells of the picture at falling mark sizes, each with its scale."""
    rows = np.sqrt(AREA)
    shorter = min(rgb.shape[:2])
    # Shrunk once to what the smallest mark needs: every size is then made from few pixels.
    finest = rows * CELL / (smallest * shorter)
    rgb, shrunk = _shrunk(rgb, finest)
    size = _LARGEST
    while size >= smallest * 0.99:
        scale = rows * CELL / (size * shorter)
        # Beyond twice the pixels there is nothing more to see.
        if scale > 2.2:
            return
        height, width = (max(CELL, round(side * scale / shrunk)) for side in rgb.shape[:2])
        how = cv2.INTER_AREA if scale < shrunk else cv2.INTER_LINEAR
        small = cv2.resize(rgb, (width, height), interpolation=how)
        rim = _MARGIN * CELL
        padded = cv2.copyMakeBorder(
            small,
            rim,
            rim + -height % CELL,
            rim,
            rim + -width % CELL,
            cv2.BORDER_REPLICATE,
        )
        yield describe(np.asarray(padded, np.uint8)), scale
        size /= _STEP


def _shrunk(rgb: NDArray[np.uint8], scale: float) -> tuple[NDArray[np.uint8], float]:
    """The picture at a scale of at most 1, and that scale."""
    if scale >= 1:
        return rgb, 1.0
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), scale


def _slide(
    cells: NDArray[np.float32], bank: _Bank, weights: tuple[float, float, float]
) -> NDArray[np.float32]:
    """Similarity of every window to every template, (windows down, across, templates)."""
    mask = bank.mask
    spread = np.concatenate(
        [_sum(each**2, mask) - _sum(each, mask) ** 2 / mask.sum() for each in _triples(cells)],
        axis=2,
    )
    spread = np.maximum(spread, 0)
    edges, light, color = np.split(spread, (DIRECTIONS, DIRECTIONS + 1), axis=2)
    norms = (
        edges.sum(-1) + mask.sum() * FLAT_EDGES**2,
        light.sum(-1) + mask.sum() * FLAT_LIGHT**2,
        color.sum(-1) + mask.sum() * FLAT_COLOR**2,
    )
    total = None
    for weight, part, templates, norm in zip(
        weights,
        np.split(cells, (DIRECTIONS, DIRECTIONS + 1), axis=2),
        (bank.edges, bank.light, bank.color),
        norms,
        strict=True,
    ):
        if weight:
            product = _correlate(part, templates, mask.shape[1])
            product *= (weight / np.sqrt(norm))[..., None]
            total = product if total is None else total + product
    assert total is not None
    return total


def _correlate(
    cells: NDArray[np.float32], templates: NDArray[np.float32], columns: int
) -> NDArray[np.float32]:
    """Inner product of every window with every template, one matrix product a row."""
    rows, _, count = templates.shape
    height, width, channels = cells.shape
    down, across = height - rows + 1, width - columns + 1
    # Of each position only the strip to its right is copied: a window is rows of strips.
    strips = np.lib.stride_tricks.sliding_window_view(cells, columns, axis=1)
    strips = np.ascontiguousarray(strips.transpose(0, 1, 3, 2)).reshape(
        height, across, columns * channels
    )
    total = np.zeros((down * across, count), np.float32)
    for row in range(rows):
        total += strips[row : row + down].reshape(down * across, -1) @ templates[row]
    return total.reshape(down, across, count)


def _triples(cells: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Channels three by three: more than four at once OpenCV does not filter."""
    for first in range(0, cells.shape[2], 3):
        yield np.ascontiguousarray(cells[..., first : first + 3])


def _sum(cells: NDArray[np.float32], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum of each window under the mask."""
    rows, columns = mask.shape
    sums = cv2.filter2D(cells, cv2.CV_32F, mask, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(sums[: cells.shape[0] - rows + 1, : cells.shape[1] - columns + 1])
