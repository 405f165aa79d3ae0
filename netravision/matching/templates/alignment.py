"""How well a place fits a drawing, once the two are laid exactly over each other.

Naming finds the place to some 6 % of size and 8 degrees; here position, size, shape and turn
are moved until edges and colors agree best, on cells half as large. The drawing is prepared in
all these variants when it is enrolled, so that the place is described only once for them. From
the best of them the registration goes on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from netravision.matching.templates.features import cell_features
from netravision.matching.templates.lucas_kanade import LucasKanade
from netravision.matching.templates.placement import Placement, SearchPyramid
from netravision.matching.templates.shortlist import Hypothesis
from netravision.matching.templates.similarity import Similarity, agree

#: Cells of a template: about fourteen a side.
AREA = 196

# How far the place may move, in cells each way, and the variants tried. A second round of finer
# ones gained nothing before the registration.
_REACH = 2
_SIZES = (1.0, 0.9, 1.1)
_VARIANTS = [Variant(size, shape) for size in _SIZES for shape in (1.0, 0.92, 1.08)] + [
    Variant(size, 1.0, turn) for turn in (-7.0, 7.0) for size in _SIZES
]

# Cells that a variant may be larger than the drawing, each way.
_RIM = 1


class Alignment(NamedTuple):
    """A drawing laid over a region of a picture.

    Attributes
    ----------
    agreement : Similarity
    placement : Placement
    """

    agreement: Similarity
    placement: Placement

    @property
    def similarity(self) -> float:
        """One number to compare the fits of several drawings by."""
        whole = self.agreement
        return float(np.dot(WEIGHTS, (whole.edges, whole.light, whole.color)))


class Aligner:
    """A drawing on fine cells."""

    def __init__(self, drawing: Drawing) -> None:
        self._shape = grid_shape(drawing.aspect, AREA)
        cells, masks = render_templates(drawing, *self._shape, _VARIANTS, _RIM)
        inner = slice(_RIM, -_RIM)
        self._cells, self._mask = cells[0, inner, inner], masks[0, inner, inner]
        self._registration = LucasKanade(cells[0], self._mask)
        # All variants as columns of one product.
        unit = normalize_templates(cells, masks)
        self._columns = [
            np.ascontiguousarray(unit[..., group].transpose(3, 1, 2, 0).reshape(-1, len(unit)))
            for group in GROUPS
        ]
        self._masks = np.ascontiguousarray(masks.reshape(len(masks), -1).T)

    def fit(self, pyramid: SearchPyramid, hypothesis: Hypothesis) -> Alignment:
        """Lay the drawing over the place as well as it goes."""
        laid = self._registration.laid(pyramid, self._varied(pyramid, hypothesis.placement))
        return Alignment(agree(self._cells, laid.region, self._mask, laid.seen), laid.placement)

    def _varied(self, pyramid: SearchPyramid, placement: Placement) -> Placement:
        """The most similar of all variants at all shifts."""
        rows, columns = self._shape
        cells = cell_features(pyramid.cut(placement, rows, columns, _RIM + _REACH)).transpose(
            2, 0, 1
        )
        window = rows + 2 * _RIM, columns + 2 * _RIM
        windows = _windows(cells, window)
        total = self._masks.sum(axis=0)
        # (shifts, channels, variants)
        means = windows @ self._masks
        squares = np.stack([np.square(cells[group]).sum(axis=0) for group in GROUPS])
        energy = _windows(squares, window) @ self._masks
        similarity = np.zeros((len(windows), len(_VARIANTS)), np.float32)
        for number, group in enumerate(GROUPS):
            spread = energy[:, number] - np.square(means[:, group]).sum(1) / total
            norm = np.sqrt(np.maximum(spread, 0) + total * FLAT[number] ** 2)
            product = windows[:, group].reshape(len(windows), -1) @ self._columns[number]
            similarity += product * (WEIGHTS[number] / norm)
        shift, variant = divmod(int(similarity.argmax()), len(_VARIANTS))
        down, across = divmod(shift, 2 * _REACH + 1)
        moved = placement.moved(
            (across - _REACH) * placement.width / columns, (down - _REACH) * placement.height / rows
        )
        return moved.changed(*_VARIANTS[variant])


def _windows(cells: NDArray[np.float32], window: tuple[int, int]) -> NDArray[np.float32]:
    """Every window of (channels, rows, columns), as (windows, channels, cells)."""
    view = np.lib.stride_tricks.sliding_window_view(cells, window, axis=(1, 2))
    return view.transpose(1, 2, 0, 3, 4).reshape(-1, len(cells), window[0] * window[1])
