"""How far a region's cells agree with a drawing's, seen from several sides.

The whole may agree where a mark only shares its frame with another; the parts and the middle
then tell the two apart. Regency crests and football clubs are such marks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.cells import DIRECTIONS
from netravision.matching.sliding import FLAT_COLOR, FLAT_EDGES, FLAT_LIGHT

Cells = NDArray[np.float32]

# The edges of a part may sit a cell off where the mark was drawn anew; a part is a fifth of
# each side.
_PARTS = 5

# Share of each side that is frame.
_FRAME = 0.2

_EDGES, _LIGHT, _COLOR = (
    slice(DIRECTIONS),
    slice(DIRECTIONS, DIRECTIONS + 1),
    slice(DIRECTIONS + 1, None),
)


class Agreement(NamedTuple):
    """Cosines, at most 1, of what can be seen; the means are taken off.

    Attributes
    ----------
    edges, light, color : float
        Over the whole mark.
    parts : float
        Mean over its parts' edges, each part free to sit a cell off.
    weakest : float
        Lower quartile of the same.
    core_edges, core_color : float
        Of the middle alone, without the frame.
    visible : float
        Share of the mark that lies within the picture.
    """

    edges: float
    light: float
    color: float
    parts: float
    weakest: float
    core_edges: float
    core_color: float
    visible: float


def agree(drawing: Cells, region: Cells, mask: Cells, seen: Cells) -> Agreement:
    """Compare a drawing with a region that has been laid over it.

    Parameters
    ----------
    drawing : (rows, columns, CHANNELS) float32 ndarray
    region : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        With one cell more on each side.
    mask : (rows, columns) float32 ndarray
        What of the drawing is the mark.
    seen : (rows, columns) float32 ndarray
        What of the region lies within the picture, 0 or 1.
    """
    weights = (mask * seen)[..., None]
    if weights.sum() < 1:
        return Agreement(0, 0, 0, 0, 0, 0, 0, 0)
    window = region[1:-1, 1:-1]
    own, there = _off_mean(drawing, weights), _off_mean(window, weights)
    parts = _parts(own[..., _EDGES], region[..., _EDGES], weights)
    inner = np.zeros_like(weights)
    rows, columns = (round(side * _FRAME) for side in mask.shape)
    inner[rows:-rows, columns:-columns] = weights[rows:-rows, columns:-columns]
    core, core_there = _off_mean(drawing, inner), _off_mean(window, inner)
    return Agreement(
        _cosine(own, there, weights, _EDGES, FLAT_EDGES),
        _cosine(own, there, weights, _LIGHT, FLAT_LIGHT),
        _cosine(own, there, weights, _COLOR, FLAT_COLOR),
        float(parts.mean()),
        float(np.percentile(parts, 25)),
        _cosine(core, core_there, inner, _EDGES, FLAT_EDGES),
        _cosine(core, core_there, inner, _COLOR, FLAT_COLOR),
        float(weights.sum() / mask.sum()),
    )


def _off_mean(cells: Cells, weights: Cells) -> Cells:
    mean = (cells * weights).sum((0, 1)) / (weights.sum() + 1e-6)
    return np.asarray((cells - mean) * weights, np.float32)


def _cosine(a: Cells, b: Cells, weights: Cells, channels: slice, flat: float) -> float:
    """Cosine of two centered sets of cells; what is flat agrees with nothing."""
    a, b = a[..., channels], b[..., channels]
    noise = weights.sum() * flat**2 + 1e-9
    return float((a * b).sum() / np.sqrt(((a * a).sum() + noise) * ((b * b).sum() + noise)))


def _parts(own: Cells, region: Cells, weights: Cells) -> Cells:
    """Agreement of the edges of each part, at the best of nine places around its own."""
    rows, columns = own.shape[:2]
    strength = _by_part(own * own)
    noise = DIRECTIONS * _by_part(weights) * FLAT_EDGES**2
    best = np.full(strength.shape, -1.0, np.float32)
    for top in range(3):
        for left in range(3):
            there = _off_mean(region[top : top + rows, left : left + columns], weights)
            energy = _by_part(there * there) + noise
            best = np.maximum(best, _by_part(own * there) / np.sqrt(energy * strength + 1e-9))
    # Parts without edges of their own have nothing to agree with.
    return np.asarray(best[strength >= 0.2 * strength.mean()], np.float32)


def _by_part(values: Cells) -> Cells:
    """Sum over the cells of each part."""
    rows, columns = values.shape[:2]
    by_row = np.add.reduceat(values.sum(-1), np.arange(_PARTS) * rows // _PARTS, axis=0)
    by_column = np.arange(_PARTS) * columns // _PARTS
    return np.asarray(np.add.reduceat(by_row, by_column, axis=1), np.float32)
