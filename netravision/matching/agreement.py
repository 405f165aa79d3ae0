"""How far a region's cells agree with a drawing's, seen from several sides.

The whole may agree where a mark only shares its frame with another; the parts and the middle
then tell the two apart. Regency crests and football clubs are such marks.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.cells import DIRECTIONS
from netravision.matching.template import FLAT, GROUPS

Cells = NDArray[np.floating]

# The edges of a part may sit a cell off where the mark was drawn anew; a part is a fifth of
# each side.
_PARTS = 5

# Share of each side that is frame.
_FRAME = 0.2

_EDGES, _LIGHT, _COLOR = range(len(GROUPS))


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
    # In double precision, so that no digit that is reported hangs on the order of the sums.
    drawing, region, weights = (each.astype(np.float64) for each in (drawing, region, weights))
    window = region[1:-1, 1:-1]
    own, there = _off_mean(drawing, weights), _off_mean(window, weights)
    parts = _parts(own[..., GROUPS[_EDGES]], region[..., GROUPS[_EDGES]], weights)
    inner = np.zeros_like(weights)
    rows, columns = (round(side * _FRAME) for side in mask.shape)
    inner[rows:-rows, columns:-columns] = weights[rows:-rows, columns:-columns]
    core, core_there = _off_mean(drawing, inner), _off_mean(window, inner)
    return Agreement(
        _cosine(own, there, weights, _EDGES),
        _cosine(own, there, weights, _LIGHT),
        _cosine(own, there, weights, _COLOR),
        float(parts.mean()),
        float(np.percentile(parts, 25)),
        _cosine(core, core_there, inner, _EDGES),
        _cosine(core, core_there, inner, _COLOR),
        float(weights.sum() / mask.sum()),
    )


def _off_mean(cells: Cells, weights: Cells) -> Cells:
    mean = (cells * weights).sum((0, 1)) / (weights.sum() + 1e-6)
    return np.asarray((cells - mean) * weights, np.float64)


def _cosine(a: Cells, b: Cells, weights: Cells, group: int) -> float:
    """Cosine of two centered sets of cells; what is flat agrees with nothing."""
    a, b = a[..., GROUPS[group]], b[..., GROUPS[group]]
    noise = weights.sum() * FLAT[group] ** 2 + 1e-9
    return float((a * b).sum() / np.sqrt(((a * a).sum() + noise) * ((b * b).sum() + noise)))


def _parts(own: Cells, region: Cells, weights: Cells) -> Cells:
    """Agreement of the edges of each part, at the best of nine places around its own."""
    rows, columns = own.shape[:2]
    shifts = np.lib.stride_tricks.sliding_window_view(region, (rows, columns), axis=(0, 1))
    there: Cells = shifts.transpose(0, 1, 3, 4, 2).reshape(-1, rows, columns, DIRECTIONS)
    mean = (there * weights).sum((1, 2), keepdims=True) / (weights.sum() + 1e-6)
    there = (there - mean) * weights
    strength = _by_part((own * own).sum(-1))
    noise = DIRECTIONS * _by_part(weights[..., 0]) * FLAT[_EDGES] ** 2
    energy = _by_part(np.einsum("srcd,srcd->src", there, there)) + noise
    product = _by_part(np.einsum("rcd,srcd->src", own, there))
    best = (product / np.sqrt(energy * strength + 1e-9)).max(axis=0)
    # Parts without edges of their own have nothing to agree with.
    return np.asarray(best[strength >= 0.2 * strength.mean()], np.float64)


def _by_part(values: Cells) -> Cells:
    """Sum over the cells of each part; rows and columns are the last two axes."""
    rows, columns = values.shape[-2:]
    return np.asarray(_parts_of(rows) @ values @ _parts_of(columns).T, np.float64)


@cache
def _parts_of(cells: int) -> Cells:
    """Which cells belong to which part, (parts, cells)."""
    belongs = np.arange(cells) * _PARTS // cells
    return np.asarray(belongs == np.arange(_PARTS)[:, None], np.float32)
