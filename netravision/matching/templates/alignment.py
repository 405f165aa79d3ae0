"""Alignment: a drawing moved, scaled, stretched, turned and slanted until it fits a place best.

The shortlist finds a place to some 6 % of size and 8 degrees. Here the drawing's fifteen variants,
prepared at enrolment, are tried at all shifts on cells half as large, and Lucas-Kanade refines the
best of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netravision.matching.templates.bank import (
    Variant,
    grid_shape,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import (
    FLAT,
    GROUPS,
    WEIGHTS,
    Features,
    cell_features,
)
from netravision.matching.templates.lucas_kanade import LucasKanade
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid
from netravision.matching.templates.similarity import Similarity, compare

__all__ = ["Aligner", "Alignment"]

# Cells of a template: about fourteen a side.
_AREA = 196

# How far the place may move, in cells each way, and the variants tried. A second round of finer
# ones gained nothing before the refinement.
_REACH = 2
_SIZES = (1.0, 0.9, 1.1)
_VARIANTS = [Variant(size, aspect) for size in _SIZES for aspect in (1.0, 0.92, 1.08)] + [
    Variant(size, 1.0, turn) for turn in (-7.0, 7.0) for size in _SIZES
]

# Cells that a variant may be larger than the drawing, each way.
_MARGIN = 1


class Alignment(NamedTuple):
    """A drawing aligned with a place of an image.

    Attributes
    ----------
    similarity : Similarity
    placement : Placement
    """

    similarity: Similarity
    placement: Placement


class Aligner:
    """A drawing on fine cells, prepared for aligning.

    Parameters
    ----------
    drawing : Drawing
    """

    def __init__(self, drawing: Drawing) -> None:
        self._shape = grid_shape(drawing.aspect, _AREA)
        cells, masks = render_templates(drawing, *self._shape, _VARIANTS, _MARGIN)
        inner = slice(_MARGIN, -_MARGIN)
        self._cells, self._mask = cells[0, inner, inner], masks[0, inner, inner]
        self._refinement = LucasKanade(cells[0], self._mask)
        # All variants as columns of one product.
        unit = normalize_templates(cells, masks)
        self._columns = [
            np.ascontiguousarray(unit[..., group].transpose(3, 1, 2, 0).reshape(-1, len(unit)))
            for group in GROUPS
        ]
        self._masks = np.ascontiguousarray(masks.reshape(len(masks), -1).T)

    def align(self, pyramid: SearchPyramid, placement: Placement) -> Alignment:
        """Align the drawing as well as possible, from a placement near the mark.

        Parameters
        ----------
        pyramid : SearchPyramid
        placement : Placement

        Returns
        -------
        Alignment
        """
        refined = self._refinement.refine(pyramid, self._best_variant(pyramid, placement))
        similarity = compare(self._cells, refined.region, self._mask, refined.visible)
        return Alignment(similarity, refined.placement)

    def _best_variant(self, pyramid: SearchPyramid, placement: Placement) -> Placement:
        """The most similar of all variants at all shifts."""
        rows, columns = self._shape
        crop = pyramid.crop(placement, rows, columns, _MARGIN + _REACH)
        cells = cell_features(crop).transpose(2, 0, 1)
        window = rows + 2 * _MARGIN, columns + 2 * _MARGIN
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
            (across - _REACH) * placement.width / columns,
            (down - _REACH) * placement.height / rows,
        )
        return moved.changed(*_VARIANTS[variant])


def _windows(cells: Features, window: tuple[int, int]) -> Features:
    """Every window of (channels, rows, columns), as (windows, channels, cells)."""
    view = np.lib.stride_tricks.sliding_window_view(cells, window, axis=(1, 2))
    return view.transpose(1, 2, 0, 3, 4).reshape(-1, len(cells), window[0] * window[1])
