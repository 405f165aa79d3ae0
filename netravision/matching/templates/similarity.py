"""How similar a drawing and a place are once aligned: as a whole, in parts, in the middle.

The whole may agree where a mark only shares its frame with another, as crests of regencies and
football clubs do; the parts and the middle then tell the two apart.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from netravision.matching.templates.features import (
    DIRECTIONS,
    FLAT,
    GROUPS,
    WEIGHTS,
    Features,
    Values,
    by_channel,
    subtract_mean,
)

__all__ = ["Similarity", "compare"]

# Parts along each side. The edges of a part may sit a cell off, as the mark may be redrawn.
_PARTS = 5

# Share of each side that is frame.
_FRAME = 0.2

# A part with less edge energy than this share of the mean has nothing to compare.
_MIN_ENERGY = 0.2

# Distance from gray in Oklab's a and b below which a cell has no hue of its own.
_PALE = 0.016

_EDGES, _LIGHT, _COLOR = range(len(GROUPS))


class Similarity(NamedTuple):
    """Cosines, at most 1, of what is visible; means are subtracted unless said otherwise.

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
        Share of the mark that lies within the image, 0 to 1.
    hue : float
        Of the colors, their means not subtracted: yellow on green is not orange on blue.
    cast : float
        Distance of the mean colors in Oklab's a and b.
    """

    edges: float
    light: float
    color: float
    parts: float
    weakest: float
    core_edges: float
    core_color: float
    visible: float
    hue: float
    cast: float

    @property
    def overall(self) -> float:
        """Weighted mean of edges, lightness and color, to rank drawings by."""
        return float(np.dot(WEIGHTS, (self.edges, self.light, self.color)))


def compare(drawing: Features, region: Features, mask: Features, visible: Features) -> Similarity:
    """Compare a drawing with the place it is aligned with.

    Parameters
    ----------
    drawing : (rows, columns, CHANNELS) float32 ndarray
    region : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        The place, with one cell more on each side.
    mask : (rows, columns) float32 ndarray
        Share of each cell that belongs to the mark.
    visible : (rows, columns) float32 ndarray
        Which cells of the place lie within the image, 0 or 1.

    Returns
    -------
    Similarity
    """
    rows, columns = mask.shape
    weights = np.asarray((mask * visible).reshape(-1), np.float64)
    if weights.sum() < 1:
        return Similarity(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    own, window = by_channel(drawing), by_channel(region[1:-1, 1:-1])
    inner = np.zeros_like(mask, np.float64)
    top, left = (round(side * _FRAME) for side in mask.shape)
    middle = slice(top, -top), slice(left, -left)
    inner[middle] = weights.reshape(rows, columns)[middle]
    inner = inner.reshape(-1)
    core, core_there = subtract_mean(own, inner), subtract_mean(window, inner)
    hue, cast = _compare_colors(own[GROUPS[_COLOR]], window[GROUPS[_COLOR]], weights)
    own, there = subtract_mean(own, weights), subtract_mean(window, weights)
    parts = _compare_parts(own[GROUPS[_EDGES]], region[..., GROUPS[_EDGES]], weights, mask.shape)
    return Similarity(
        _cosine(own, there, weights, _EDGES),
        _cosine(own, there, weights, _LIGHT),
        _cosine(own, there, weights, _COLOR),
        float(parts.mean()),
        float(np.percentile(parts, 25)),
        _cosine(core, core_there, inner, _EDGES),
        _cosine(core, core_there, inner, _COLOR),
        float(weights.sum() / mask.sum()),
        hue,
        cast,
    )


def _cosine(a: Values, b: Values, weights: Values, group: int) -> float:
    """Cosine of two centered sets of cells; 0 for what is flat."""
    a, b = a[GROUPS[group]].reshape(-1), b[GROUPS[group]].reshape(-1)
    noise = weights.sum() * FLAT[group] ** 2 + 1e-9
    return float(a @ b / np.sqrt((a @ a + noise) * (b @ b + noise)))


def _compare_colors(own: Values, there: Values, weights: Values) -> tuple[float, float]:
    """Cosine of two sets of colors about gray, and the distance of their means."""
    own, there = own * weights, there * weights
    apart = np.linalg.norm((own - there).sum(axis=1)) / weights.sum()
    noise = weights.sum() * _PALE**2
    energies = ((own**2).sum() + noise) * ((there**2).sum() + noise)
    return float((own * there).sum() / np.sqrt(energies)), float(apart)


def _compare_parts(
    own: Values, region: Features, weights: Values, shape: tuple[int, ...]
) -> Values:
    """Cosine of the edges of each part, at the best of nine places around its own."""
    shifts = np.lib.stride_tricks.sliding_window_view(region, shape, axis=(0, 1))
    # (directions, shifts, cells)
    there = np.asarray(shifts.transpose(2, 0, 1, 3, 4), np.float64).reshape(
        DIRECTIONS, -1, weights.size
    )
    there = subtract_mean(there, weights)
    energy = _sum_parts(np.einsum("dp,dp->p", own, own), shape)
    noise = DIRECTIONS * _sum_parts(weights, shape) * FLAT[_EDGES] ** 2
    energy_there = _sum_parts(np.einsum("dsp,dsp->sp", there, there), shape) + noise
    product = _sum_parts(np.einsum("dp,dsp->sp", own, there), shape)
    best = (product / np.sqrt(energy_there * energy + 1e-9)).max(axis=0)
    return np.asarray(best[energy >= _MIN_ENERGY * energy.mean()], np.float64)


def _sum_parts(values: Values, shape: tuple[int, ...]) -> Values:
    """Sum over the cells of each part; the cells are the last axis."""
    return np.asarray(values @ _membership(shape[0], shape[1]), np.float64)


@cache
def _membership(rows: int, columns: int) -> Values:
    """Which cells belong to which part, (cells, parts)."""
    row, column = np.arange(rows) * _PARTS // rows, np.arange(columns) * _PARTS // columns
    part = (row[:, None] * _PARTS + column).reshape(-1, 1)
    return np.asarray(part == np.arange(_PARTS**2), np.float64)
