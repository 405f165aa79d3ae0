"""How far a region's cells agree with a drawing's, seen from several sides.

The whole may agree where a mark only shares its frame with another; the parts and the middle
then tell the two apart. Regency crests and football clubs are such marks.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.bank import FLAT, GROUPS
from netravision.matching.templates.features import DIRECTIONS

Cells = NDArray[np.floating]

# The edges of a part may sit a cell off where the mark was drawn anew; a part is a fifth of
# each side.
_PARTS = 5

# Share of each side that is frame.
_FRAME = 0.2

# Distance from gray in Oklab's a and b below which a cell has no hue of its own.
_PALE = 0.016

_EDGES, _LIGHT, _COLOR = range(len(GROUPS))


class Similarity(NamedTuple):
    """Cosines, at most 1, of what can be seen; the means are taken off unless said otherwise.

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
    hue : float
        Of the colors as they are, their means not taken off: yellow on green is no orange on
        blue.
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


def agree(drawing: Cells, region: Cells, mask: Cells, seen: Cells) -> Similarity:
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
    rows, columns = mask.shape
    weights = np.asarray((mask * seen).reshape(-1), np.float64)
    if weights.sum() < 1:
        return Similarity(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    own, window = _channels(drawing), _channels(region[1:-1, 1:-1])
    inner = np.zeros_like(mask, np.float64)
    top, left = (round(side * _FRAME) for side in mask.shape)
    middle = slice(top, -top), slice(left, -left)
    inner[middle] = weights.reshape(rows, columns)[middle]
    inner = inner.reshape(-1)
    core, core_there = _off_mean(own, inner), _off_mean(window, inner)
    hue, cast = _colors_alike(own[GROUPS[_COLOR]], window[GROUPS[_COLOR]], weights)
    own, there = _off_mean(own, weights), _off_mean(window, weights)
    parts = _parts(own[GROUPS[_EDGES]], region[..., GROUPS[_EDGES]], weights, mask.shape)
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


def _channels(cells: Cells) -> Cells:
    """A row for each channel: NumPy is slow where the last axis is as short as the channels.

    In double precision, so that no digit that is reported hangs on the order of the sums.
    """
    rows, columns, channels = cells.shape
    return np.asarray(cells.reshape(rows * columns, channels).T, np.float64, order="C")


def _off_mean(cells: Cells, weights: Cells) -> Cells:
    mean = (cells @ weights) / (weights.sum() + 1e-6)
    return np.asarray((cells - mean[:, None]) * weights, np.float64)


def _cosine(a: Cells, b: Cells, weights: Cells, group: int) -> float:
    """Cosine of two centered sets of cells; what is flat agrees with nothing."""
    a, b = a[GROUPS[group]].reshape(-1), b[GROUPS[group]].reshape(-1)
    noise = weights.sum() * FLAT[group] ** 2 + 1e-9
    return float(a @ b / np.sqrt((a @ a + noise) * (b @ b + noise)))


def _colors_alike(own: Cells, there: Cells, weights: Cells) -> tuple[float, float]:
    """Cosine of two sets of colors about gray, and how far their means are apart."""
    own, there = own * weights, there * weights
    apart = np.linalg.norm((own - there).sum(axis=1)) / weights.sum()
    noise = weights.sum() * _PALE**2
    energies = ((own**2).sum() + noise) * ((there**2).sum() + noise)
    return float((own * there).sum() / np.sqrt(energies)), float(apart)


def _parts(own: Cells, region: Cells, weights: Cells, shape: tuple[int, ...]) -> Cells:
    """Similarity of the edges of each part, at the best of nine places around its own."""
    shifts = np.lib.stride_tricks.sliding_window_view(region, shape, axis=(0, 1))
    # (directions, shifts, cells)
    there = np.asarray(shifts.transpose(2, 0, 1, 3, 4), np.float64).reshape(
        DIRECTIONS, -1, weights.size
    )
    there -= (there @ weights)[..., None] / (weights.sum() + 1e-6)
    there *= weights
    strength = _by_part(np.einsum("dp,dp->p", own, own), shape)
    noise = DIRECTIONS * _by_part(weights, shape) * FLAT[_EDGES] ** 2
    energy = _by_part(np.einsum("dsp,dsp->sp", there, there), shape) + noise
    product = _by_part(np.einsum("dp,dsp->sp", own, there), shape)
    best = (product / np.sqrt(energy * strength + 1e-9)).max(axis=0)
    # Parts without edges of their own have nothing to agree with.
    return np.asarray(best[strength >= 0.2 * strength.mean()], np.float64)


def _by_part(values: Cells, shape: tuple[int, ...]) -> Cells:
    """Sum over the cells of each part; the cells are the last axis."""
    return np.asarray(values @ _parts_of(shape[0], shape[1]), np.float64)


@cache
def _parts_of(rows: int, columns: int) -> Cells:
    """Which cells belong to which part, (cells, parts)."""
    row, column = np.arange(rows) * _PARTS // rows, np.arange(columns) * _PARTS // columns
    part = (row[:, None] * _PARTS + column).reshape(-1, 1)
    return np.asarray(part == np.arange(_PARTS**2), np.float64)
