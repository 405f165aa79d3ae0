"""Lucas-Kanade refinement: Gauss-Newton steps to the affine map in which two agree best.

A mark on a wall seen from the side is narrower and slanted: in one shared photo by a third and by
11°, which no scale and turn can undo. By the inverse compositional method the drawing's gradients
are computed once (Baker & Matthews, "Lucas-Kanade 20 Years On", IJCV 2004).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netravision.matching.templates.features import (
    FLAT,
    GROUPS,
    WEIGHTS,
    Features,
    Values,
    by_channel,
    cell_features,
    subtract_mean,
)
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid

__all__ = ["LucasKanade", "Refined"]

# Steps at most: the edges of the photo above agree to 0.44 after four, 0.53 after six and 0.61
# after ten. A step that gains less than this is the last.
_STEPS = 10
_MIN_GAIN = 0.003

# Less similar places show something else; they are left as they are.
_MIN_SIMILARITY = 0.35

# Share of the mean curvature added to each: a bar can be moved along itself without loss.
_DAMPING = 0.01

# A step that changes the area of the mark by more than this factor has lost it.
_MAX_CHANGE = 1.5


class Refined(NamedTuple):
    """A place as the drawing is aligned with it.

    Attributes
    ----------
    similarity : float
        At most 1.
    placement : Placement
    region : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        Features of the place, with one cell more on each side.
    visible : (rows, columns) float32 ndarray
        What of it lies within the image, 0 or 1.
    step : (6,) float64 ndarray
        The movement of the drawing that should raise the similarity most: across, down, and the
        change of each entry of its linear map, row by row.
    """

    similarity: float
    placement: Placement
    region: Features
    visible: Features
    step: Values


class _Visible(NamedTuple):
    """The drawing as far as the image shows it, edges, lightness and color weighted.

    ``own`` and ``slopes``, multiplied with the cells of a place, give the similarity and its
    growth with each parameter; ``step`` maps that growth to the Gauss-Newton step.
    """

    weights: Values
    own: Values
    slopes: Values
    step: Values


class LucasKanade:
    """A drawing with its gradients.

    Parameters
    ----------
    cells : (rows + 2, columns + 2, CHANNELS) float32 ndarray
        Its features, with one cell more on each side.
    mask : (rows, columns) float32 ndarray
        Share of each cell that belongs to the mark.
    """

    def __init__(self, cells: Features, mask: Features) -> None:
        across = (cells[1:-1, 2:] - cells[1:-1, :-2]) / 2
        down = (cells[2:, 1:-1] - cells[:-2, 1:-1]) / 2
        self._rows, self._columns = mask.shape
        y, x = np.indices(mask.shape)[..., None] + 0.5
        x, y = x - self._columns / 2, y - self._rows / 2
        # How the drawing changes with each of the six parameters.
        slopes = np.stack([across, down, across * x, across * y, down * x, down * y])
        self._own = by_channel(cells[None, 1:-1, 1:-1])
        self._slopes = by_channel(slopes)
        self._mask = np.asarray(mask.reshape(-1), np.float64)
        self._whole = self._limited(self._mask)

    def refine(self, pyramid: SearchPyramid, placement: Placement) -> Refined:
        """Align the drawing from a placement on; never worse than there.

        Parameters
        ----------
        pyramid : SearchPyramid
        placement : Placement

        Returns
        -------
        Refined
        """
        best = self.evaluate(pyramid, placement)
        for _ in range(_STEPS):
            moved = self._moved(best)
            if best.similarity < _MIN_SIMILARITY or moved is None:
                break
            now = self.evaluate(pyramid, moved)
            gain = now.similarity - best.similarity
            if gain > 0:
                best = now
            if gain < _MIN_GAIN:
                break
        return best

    def evaluate(self, pyramid: SearchPyramid, placement: Placement) -> Refined:
        """Compare the drawing with a place, and compute the step to take from there.

        Parameters
        ----------
        pyramid : SearchPyramid
        placement : Placement

        Returns
        -------
        Refined
        """
        region = cell_features(pyramid.crop(placement, self._rows, self._columns, 1))
        visible = pyramid.visible(placement, self._rows, self._columns)
        own = self._whole
        if not visible.all():
            own = self._limited(self._mask * visible.reshape(-1))
        there = subtract_mean(by_channel(region[None, 1:-1, 1:-1]), own.weights)
        for group, flat in zip(GROUPS, FLAT, strict=True):
            there[group] /= _norm(there[group], own.weights, flat)
        there = there.reshape(-1)
        step = own.step @ (own.slopes @ there)
        return Refined(float(own.own @ there), placement, region, visible, step)

    def _limited(self, weights: Values) -> _Visible:
        own, slopes = subtract_mean(self._own, weights), subtract_mean(self._slopes, weights)
        curvature = np.zeros((6, 6))
        for group, weight, flat in zip(GROUPS, WEIGHTS.astype(float), FLAT, strict=True):
            norm = _norm(own[group], weights, flat)
            own[group] /= norm
            slopes[group] /= norm
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
        return _Visible(weights, own.reshape(-1), flat_slopes, step)

    def _moved(self, refined: Refined) -> Placement | None:
        """The placement with the drawing's step undone; None if the mark is lost."""
        placement, step = refined.placement, refined.step
        linear = np.eye(2) + step[2:].reshape(2, 2)
        if not 1 / _MAX_CHANGE < np.linalg.det(linear) < _MAX_CHANGE:
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


def _norm(values: Values, weights: Values, flat: np.float32) -> float:
    """Norm of centered values, at least that of their noise."""
    return float(np.sqrt(np.square(values).sum() + weights.sum() * flat**2 + 1e-9))
