"""Which drawings a place resembles: all of them, upright and turned, on eight cells a side.

Sliding has found the place to half a cell of six; here its surroundings are cut out in three
sizes and compared with every drawing. A few windows only, so the number enrolled costs little.
Colors are compared as they are, not only where they change: a crescent on green had stayed behind
one on blue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.bank import (
    FLAT,
    GROUPS,
    Variant,
    grid_shape,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.coarse_search import Place
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import CHANNELS, cell_features
from netravision.matching.templates.placement import Placement, SearchPyramid

#: Cells of a template: about eight a side.
AREA = 64

#: Turns enrolled, in degrees; a template still matches some 8° off.
TURNS = (0.0, -14.0, 14.0)

# Sizes tried, against the place's own.
_SIZES = (0.88, 1.0, 1.13)

# Cells by which a window may sit off the place, each way.
_REACH = 1

# A cell is compared if this share of the templates of its grid, averaged, covers it.
_COMMON = 0.3

# What of the means of edges, lightness and color is taken off.
_OFF_MEAN = np.array([1, 1, 0], np.float32)

# 1 where a channel, a row each, belongs to edges, lightness or color, a column each.
_GROUP_OF = np.repeat(
    np.eye(len(GROUPS), dtype=np.float32),
    [len(range(CHANNELS)[group]) for group in GROUPS],
    axis=0,
)

#: Less similar places are left out. 0.46 lost two of 300 emblems, cropped ones, that 0.42 kept.
MIN_SIMILARITY = 0.4


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
    owners : list of int
        Indices of the drawings.
    columns : (cells * CHANNELS, templates) float32 ndarray
    means : (cells * CHANNELS, CHANNELS) float32 ndarray
        Sums a window within the common mask, by channel.
    energies : (cells * CHANNELS, groups) float32 ndarray
        The same of its squares, by edges, lightness and color.
    shape : tuple of int
        Rows and columns.
    total : float
        Cells within the common mask.
    """

    owners: list[int]
    columns: NDArray[np.float32]
    means: NDArray[np.float32]
    energies: NDArray[np.float32]
    shape: tuple[int, int]
    total: float


class Shortlist:
    """Templates of all drawings, grouped by grid."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        by_grid: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index, drawing in enumerate(drawings):
            by_grid[grid_shape(drawing.aspect, AREA)].append(index)
        self._banks = {
            shape: _bank(shape, own, [drawings[index] for index in own])
            for shape, own in by_grid.items()
        }
        self._rows = max((rows for rows, _ in self._banks), default=0)
        self._columns = max((columns for _, columns in self._banks), default=0)

    def compare(
        self, pyramid: SearchPyramid, places: Sequence[Place], weights: NDArray[np.float32]
    ) -> list[Hypothesis]:
        """The best placement of each drawing at each place, most similar first."""
        if not places:
            return []
        placements = [
            place.placement.changed(size, 1.0, 0.0) for place in places for size in _SIZES
        ]
        # Places are squares here, as the drawings' shapes differ.
        sides = [float(np.sqrt(placement.height * placement.width)) for placement in placements]
        side = round(np.sqrt(AREA))
        # Only as much around a place as the tallest and the widest grid reach.
        down_by, across_by = self._rows / side, self._columns / side
        cuts = [
            pyramid.cut(
                placement._replace(height=length * down_by, width=length * across_by),
                self._rows,
                self._columns,
                _REACH,
            )
            for placement, length in zip(placements, sides, strict=True)
        ]
        full = self._rows + 2 * _REACH, self._columns + 2 * _REACH
        # One below the other: one description instead of many small ones.
        cells = cell_features(np.concatenate(cuts)).reshape(len(placements), *full, CHANNELS)
        found: list[Hypothesis] = []
        for (rows, columns), bank in self._banks.items():
            # Half a cell off where rows are odd: the window reach makes up for it.
            top, left = (full[0] - rows) // 2 - _REACH, (full[1] - columns) // 2 - _REACH
            span = 2 * _REACH
            region = cells[:, top : top + rows + span, left : left + columns + span]
            best, shift = _best_shift(region, bank, weights)
            best = best.reshape(len(places), len(_SIZES), -1, len(TURNS))
            # Of each place and drawing the best size and turn.
            by_size = best.swapaxes(1, 2).reshape(*best.shape[:3:2], -1)
            which = by_size.argmax(axis=2)
            value = np.take_along_axis(by_size, which[..., None], axis=2)[..., 0]
            for place, own in np.argwhere(value >= MIN_SIMILARITY).tolist():
                size, turn = divmod(int(which[place, own]), len(TURNS))
                number = place * len(_SIZES) + size
                down, across = divmod(int(shift[number, own * len(TURNS) + turn]), span + 1)
                step = sides[number] / side
                placement = Placement(
                    placements[number].x + (across + left + columns / 2 - full[1] / 2) * step,
                    placements[number].y + (down + top + rows / 2 - full[0] / 2) * step,
                    rows * step,
                    columns * step,
                    TURNS[turn],
                )
                found.append(Hypothesis(float(value[place, own]), bank.owners[own], placement))
        found.sort(key=lambda each: (-each.similarity, each.drawing, each.placement))
        return found


def _bank(shape: tuple[int, int], owners: list[int], drawings: Sequence[Drawing]) -> _Bank:
    variants = [Variant(turn=turn) for turn in TURNS]
    described = [render_templates(drawing, *shape, variants) for drawing in drawings]
    cells = np.concatenate([each for each, _ in described])
    masks = np.concatenate([mask for _, mask in described])
    # One mask for the grid keeps the norms independent of the number of templates.
    common = (masks.mean(axis=0) > _COMMON).astype(np.float32)
    unit = normalize_templates(cells, masks * common, colors_too=False)
    compared = common.reshape(-1, 1, 1)
    return _Bank(
        owners,
        np.ascontiguousarray(unit.reshape(len(unit), -1).T),
        (compared * np.eye(CHANNELS, dtype=np.float32)).reshape(-1, CHANNELS),
        (compared * _GROUP_OF).reshape(-1, len(GROUPS)),
        shape,
        float(common.sum()),
    )


def _best_shift(
    region: NDArray[np.float32], bank: _Bank, weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Similarity of the best window of each region to each template, and which window."""
    windows = _windows(region, *bank.shape)
    means = windows @ bank.means
    taken_off = np.square(means) @ (_GROUP_OF * _OFF_MEAN) / bank.total
    spread = np.square(windows) @ bank.energies - taken_off
    norm = np.sqrt(np.maximum(spread, 0) + bank.total * FLAT**2)
    # The windows are divided, not their products, of which one for each group would be needed.
    scales = (weights / norm) @ _GROUP_OF.T
    scaled = windows.reshape(len(windows), -1, CHANNELS) * scales[:, None]
    similarity = scaled.reshape(windows.shape) @ bank.columns
    similarity = similarity.reshape(len(region), -1, similarity.shape[1])
    shift = similarity.argmax(axis=1)
    return np.take_along_axis(similarity, shift[:, None], axis=1)[:, 0], shift


def _windows(cells: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Every window of every region, (windows, rows * columns * channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(cells, (rows, columns), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, rows * columns * cells.shape[3])
