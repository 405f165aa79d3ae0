"""Shortlist: which drawings a place resembles, upright and turned, on eight cells a side.

The coarse search finds a place to half a cell of six. Here it is cut out in three sizes and
compared with every drawing. There are few windows, so the number enrolled costs little. Colors
are compared as they are, not only where they change: without that, a crescent on green lost to
one on blue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.bank import (
    Variant,
    group_by_grid,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import (
    CHANNELS,
    FLAT,
    GROUPS,
    Features,
    cell_features,
)
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid

__all__ = ["Hypothesis", "Shortlist"]

# Cells of a template: about eight a side.
_AREA = 64

# What is enrolled of each drawing: upright and turned, as a template still matches some 8° off, and
# its middle, which is all that an image cropped to 80 % of a mark shows.
_CROPPED = 1.25
_VARIANTS = (Variant(), Variant(degrees=-14.0), Variant(degrees=14.0), Variant(size=_CROPPED))

# What a middle must be more similar than a whole, as it is the less to compare.
_PENALTIES = np.array([0, 0, 0, 0.08], np.float32)

# Sizes tried, relative to the place's own.
_SIZES = (0.88, 1.0, 1.13)

# Cells by which a window may sit off the place, each way.
_REACH = 1

# A cell is compared if the templates of its grid cover this share of it on average.
_COMMON = 0.3

# Of which groups (edges, lightness, color) the mean is subtracted.
_SUBTRACT_MEAN = np.array([1, 1, 0], np.float32)

# 1 where a channel, a row each, belongs to a group, a column each.
_GROUP_OF = np.repeat(
    np.eye(len(GROUPS), dtype=np.float32),
    [len(range(CHANNELS)[group]) for group in GROUPS],
    axis=0,
)

# Less similar places are left out. 0.46 lost two of 300 emblems, cropped ones, that 0.42 kept.
_MIN_SIMILARITY = 0.4


class Hypothesis(NamedTuple):
    """A place that resembles a drawing.

    Attributes
    ----------
    similarity : float
        At most 1.
    drawing : int
        Index of the drawing.
    placement : Placement
    """

    similarity: float
    drawing: int
    placement: Placement


class _Bank(NamedTuple):
    """All templates of one grid.

    Attributes
    ----------
    drawings : list of int
        Indices.
    columns : (cells * CHANNELS, templates) float32 ndarray
    means : (cells * CHANNELS, CHANNELS) float32 ndarray
        Sums a window within the common mask, by channel.
    energies : (cells * CHANNELS, groups) float32 ndarray
        Sums its squares, by group.
    shape : tuple of int
        Rows and columns.
    total : float
        Cells within the common mask.
    """

    drawings: list[int]
    columns: Features
    means: Features
    energies: Features
    shape: tuple[int, int]
    total: float


class Shortlist:
    """Templates of all drawings, upright and turned.

    Parameters
    ----------
    drawings : sequence of Drawing
    middles : bool
        Also of their middles, for marks as rich as emblems: of a symbol it is often a mere disc.
    """

    def __init__(self, drawings: Sequence[Drawing], *, middles: bool = True) -> None:
        self._variants = _VARIANTS if middles else _VARIANTS[:-1]
        self._penalties = _PENALTIES[: len(self._variants)]
        self._banks = [
            _bank(shape, own, [drawings[index] for index in own], self._variants)
            for shape, own in group_by_grid(drawings, _AREA).items()
        ]
        self._rows = max((bank.shape[0] for bank in self._banks), default=0)
        self._columns = max((bank.shape[1] for bank in self._banks), default=0)

    def rank(
        self, pyramid: SearchPyramid, places: Sequence[Placement], weights: Features
    ) -> list[Hypothesis]:
        """The best placement of each drawing at each place, most similar first.

        Parameters
        ----------
        pyramid : SearchPyramid
        places : sequence of Placement
            Found by the coarse search.
        weights : (3,) float32 ndarray
            Of edges, lightness and color.

        Returns
        -------
        list of Hypothesis
        """
        if not places:
            return []
        sized = [place.changed(size) for place in places for size in _SIZES]
        # Places are squares here, as the drawings' shapes differ.
        sides = [float(np.sqrt(place.height * place.width)) for place in sized]
        side = round(np.sqrt(_AREA))
        # Only as much around a place as the tallest and the widest grid reach.
        down_by, across_by = self._rows / side, self._columns / side
        crops = [
            pyramid.crop(
                place._replace(height=length * down_by, width=length * across_by),
                self._rows,
                self._columns,
                _REACH,
            )
            for place, length in zip(sized, sides, strict=True)
        ]
        full = self._rows + 2 * _REACH, self._columns + 2 * _REACH
        # Stacked, so that features are computed once and not once a crop.
        cells = cell_features(np.concatenate(crops)).reshape(len(sized), *full, CHANNELS)
        found: list[Hypothesis] = []
        for bank in self._banks:
            rows, columns = bank.shape
            # Half a cell off where rows are odd: the window reach makes up for it.
            top, left = (full[0] - rows) // 2 - _REACH, (full[1] - columns) // 2 - _REACH
            span = 2 * _REACH
            region = cells[:, top : top + rows + span, left : left + columns + span]
            best, shift = _best_shift(region, bank, weights)
            best = best.reshape(len(places), len(_SIZES), -1, len(self._variants))
            best = best - self._penalties
            # Of each place and drawing the best size and variant.
            by_size = best.swapaxes(1, 2).reshape(*best.shape[:3:2], -1)
            which = by_size.argmax(axis=2)
            value = np.take_along_axis(by_size, which[..., None], axis=2)[..., 0]
            for place, own in np.argwhere(value >= _MIN_SIMILARITY).tolist():
                size, kind = divmod(int(which[place, own]), len(self._variants))
                variant = self._variants[kind]
                number = place * len(_SIZES) + size
                down, across = divmod(
                    int(shift[number, own * len(self._variants) + kind]), span + 1
                )
                step = sides[number] / side
                placement = Placement(
                    sized[number].x + (across + left + columns / 2 - full[1] / 2) * step,
                    sized[number].y + (down + top + rows / 2 - full[0] / 2) * step,
                    rows * step * variant.size,
                    columns * step * variant.size,
                    variant.degrees,
                )
                found.append(Hypothesis(float(value[place, own]), bank.drawings[own], placement))
        found.sort(key=lambda each: (-each.similarity, each.drawing, each.placement))
        return found


def _bank(
    shape: tuple[int, int],
    indices: list[int],
    drawings: Sequence[Drawing],
    variants: Sequence[Variant],
) -> _Bank:
    rendered = [render_templates(drawing, *shape, variants) for drawing in drawings]
    cells = np.concatenate([each for each, _ in rendered])
    masks = np.concatenate([mask for _, mask in rendered])
    # One mask for the grid keeps the norms independent of the number of templates.
    common = (masks.mean(axis=0) > _COMMON).astype(np.float32)
    unit = normalize_templates(cells, masks * common, subtract_mean_color=False)
    compared = common.reshape(-1, 1, 1)
    return _Bank(
        indices,
        np.ascontiguousarray(unit.reshape(len(unit), -1).T),
        (compared * np.eye(CHANNELS, dtype=np.float32)).reshape(-1, CHANNELS),
        (compared * _GROUP_OF).reshape(-1, len(GROUPS)),
        shape,
        float(common.sum()),
    )


def _best_shift(
    region: Features, bank: _Bank, weights: Features
) -> tuple[Features, NDArray[np.intp]]:
    """Similarity of the best window of each region to each template, and which window."""
    windows = _windows(region, *bank.shape)
    means = windows @ bank.means
    subtracted = np.square(means) @ (_GROUP_OF * _SUBTRACT_MEAN) / bank.total
    spread = np.square(windows) @ bank.energies - subtracted
    norm = np.sqrt(np.maximum(spread, 0) + bank.total * FLAT**2)
    # The windows are divided, not their products: one product for each group would be needed.
    scales = (weights / norm) @ _GROUP_OF.T
    scaled = windows.reshape(len(windows), -1, CHANNELS) * scales[:, None]
    similarity = scaled.reshape(windows.shape) @ bank.columns
    similarity = similarity.reshape(len(region), -1, similarity.shape[1])
    shift = similarity.argmax(axis=1)
    return np.take_along_axis(similarity, shift[:, None], axis=1)[:, 0], shift


def _windows(cells: Features, rows: int, columns: int) -> Features:
    """Every window of every region, (windows, rows * columns * channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(cells, (rows, columns), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, rows * columns * cells.shape[3])
