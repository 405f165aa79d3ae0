"""A drawing moved, stretched, turned and slanted over a place until the two agree best.

Where a mark hangs on a wall seen from aside, no turn and size alone lay the drawing over it: in
one shared photo it is a third too narrow and slanted by 11°. Gauss-Newton steps find the affine
map, by the inverse compositional way, in which the drawing's gradients are computed once
(Baker & Matthews, "Lucas-Kanade 20 Years On", IJCV 2004).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.bank import FLAT, GROUPS, WEIGHTS
from netravision.matching.templates.features import cell_features
from netravision.matching.templates.placement import Placement, SearchPyramid

Cells = NDArray[np.float64]

# Steps at most: the edges of the photo above agree to 0.44 after four, 0.53 after six and 0.61
# after ten. A step that gains less than this is the last.
_STEPS = 10
_GAIN = 0.003

# Places less similar show something else; they are left as they are.
_WORTH = 0.35

# Share of the mean curvature added to each: a bar can be moved along itself for nothing.
_DAMPING = 0.01

# A step that makes the mark so much larger or smaller has lost it.
_LARGEST_CHANGE = 1.5


class Laid(NamedTuple):
    """A place as the drawing lies over it.

    Attributes
    ----------
    similarity : float
        At most 1.
    placement : Placement
    region : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        The place, with one cell more on each side.
    seen : (rows, columns) float32 ndarray
        What of it lies within the picture, 0 or 1.
    step : (6,) float64 ndarray
        The movement of the drawing that should raise the similarity most: across, down, and
        what is added to each entry of its map, row by row.
    """

    similarity: float
    placement: Placement
    region: NDArray[np.float32]
    seen: NDArray[np.float32]
    step: Cells


class _Shown(NamedTuple):
    """The drawing as far as the picture shows it, edges, lightness and color weighted.

    ``own`` and ``slopes`` give, with the cells of a place, the similarity and how it grows with
    each entry of the map; ``step`` makes of that growth the step to take.
    """

    weights: Cells
    own: Cells
    slopes: Cells
    step: Cells


class LucasKanade:
    """A drawing with its gradients.

    Parameters
    ----------
    cells : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        With one cell more on each side.
    mask : (rows, columns) float32 ndarray
    """

    def __init__(self, cells: NDArray[np.float32], mask: NDArray[np.float32]) -> None:
        across = (cells[1:-1, 2:] - cells[1:-1, :-2]) / 2
        down = (cells[2:, 1:-1] - cells[:-2, 1:-1]) / 2
        self._rows, self._columns = mask.shape
        y, x = np.indices(mask.shape)[..., None] + 0.5
        x, y = x - self._columns / 2, y - self._rows / 2
        # How the drawing changes as it is moved across and down, and with each entry of the map.
        slopes = np.stack([across, down, across * x, across * y, down * x, down * y])
        self._own = _channels(cells[None, 1:-1, 1:-1])
        self._slopes = _channels(slopes)
        self._mask = np.asarray(mask.reshape(-1), np.float64)
        self._whole = self._shown(self._mask)

    def laid(self, pyramid: SearchPyramid, placement: Placement) -> Laid:
        """The drawing over a place near a placement, as well as it goes."""
        best = self._at(pyramid, placement)
        for _ in range(_STEPS):
            moved = self._moved(best)
            if best.similarity < _WORTH or moved is None:
                break
            now = self._at(pyramid, moved)
            gain = now.similarity - best.similarity
            if gain > 0:
                best = now
            if gain < _GAIN:
                break
        return best

    def _at(self, pyramid: SearchPyramid, placement: Placement) -> Laid:
        region = cell_features(pyramid.cut(placement, self._rows, self._columns, 1))
        seen = pyramid.seen(placement, self._rows, self._columns)
        shown = self._whole if seen.all() else self._shown(self._mask * seen.reshape(-1))
        there = _off_mean(_channels(region[None, 1:-1, 1:-1]), shown.weights)
        for group, flat in zip(GROUPS, FLAT, strict=True):
            there[group] /= _length(there[group], shown.weights, flat)
        there = there.reshape(-1)
        step = shown.step @ (shown.slopes @ there)
        return Laid(float(shown.own @ there), placement, region, seen, step)

    def _shown(self, weights: Cells) -> _Shown:
        own, slopes = _off_mean(self._own, weights), _off_mean(self._slopes, weights)
        curvature = np.zeros((6, 6))
        for group, weight, flat in zip(GROUPS, WEIGHTS.astype(float), FLAT, strict=True):
            length = _length(own[group], weights, flat)
            own[group] /= length
            slopes[group] /= length
            # What only makes the drawing stronger or fainter is no movement.
            along = np.einsum("cnp,cmp->n", slopes[group], own[group])
            along /= np.square(own[group]).sum() + 1e-9
            slopes[group] -= along[:, None] * own[group]
            curvature += weight * np.einsum("cnp,cmp->nm", slopes[group], slopes[group])
            own[group] *= weight
            slopes[group] *= weight
        curvature += np.eye(6) * (_DAMPING * np.trace(curvature) / 6 + 1e-9)
        flat_slopes = np.ascontiguousarray(slopes.swapaxes(0, 1)).reshape(6, -1)
        step = np.asarray(np.linalg.inv(curvature), np.float64)
        return _Shown(weights, own.reshape(-1), flat_slopes, step)

    def _moved(self, laid: Laid) -> Placement | None:
        """The placement with the drawing's step undone; None if the mark is lost."""
        placement, step = laid.placement, laid.step
        linear = np.eye(2) + step[2:].reshape(2, 2)
        if not 1 / _LARGEST_CHANGE < np.linalg.det(linear) < _LARGEST_CHANGE:
            return None
        linear = placement.linear(self._rows, self._columns) @ np.linalg.inv(linear)
        x, y = linear @ step[:2]
        across = float(np.hypot(*linear[:, 0]))
        down = float(np.linalg.det(linear)) / across
        turn = np.arctan2(linear[1, 0], linear[0, 0])
        slant = float(linear[0, 1] * np.cos(turn) + linear[1, 1] * np.sin(turn)) / down
        return Placement(
            placement.x - float(x),
            placement.y - float(y),
            down * self._rows,
            across * self._columns,
            float(np.rad2deg(turn)),
            slant,
        )


def _channels(cells: NDArray[np.float32]) -> Cells:
    """(N, rows, columns, CHANNELS) as (CHANNELS, N, cells), in double precision.

    NumPy is slow where the last axis is as short as the channels.
    """
    flat = cells.reshape(len(cells), -1, cells.shape[-1])
    return np.asarray(flat.transpose(2, 0, 1), np.float64, order="C")


def _off_mean(values: Cells, weights: Cells) -> Cells:
    """Values of cells, the last axis, without their mean, weighted."""
    means = (values @ weights) / (weights.sum() + 1e-6)
    return np.asarray((values - means[..., None]) * weights, np.float64)


def _length(values: Cells, weights: Cells, flat: np.float32) -> float:
    """Norm of centered values; what is flat is as long as its noise."""
    return float(np.sqrt(np.square(values).sum() + weights.sum() * flat**2 + 1e-9))
