"""How well a place fits a drawing, once the two are laid exactly over each other.

Sliding finds the place to some 10 % of size and 8 degrees; here position, size, shape and turn
are moved until edges and colors agree best, on cells half as large.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.cells import CELL, CHANNELS, DIRECTIONS, describe
from netravision.matching.reference import Drawing
from netravision.matching.sliding import (
    FLAT_COLOR,
    FLAT_EDGES,
    FLAT_LIGHT,
    WEIGHTS,
    Hypothesis,
)
from netravision.matching.template import centered, grid, template

#: Cells of a template: about fourteen a side.
AREA = 196

# Cells by which the place may still move, each way.
_REACH = 2

# Tried one after the other around the best so far: size, width to height, turn.
_SIZES = (0.9, 1.1)
_SHAPES = (0.92, 1.08)
_TURNS = (-7.0, 7.0)
_FINER = ((0.95, 1.0, 0.0), (1.05, 1.0, 0.0), (1.0, 0.96, 0.0), (1.0, 1.04, 0.0))

# Parts of a mark may sit a cell off where it was drawn anew: a fifth of its side each.
_PARTS = 5


class Fit(NamedTuple):
    """Agreement of a picture's region with a drawing, each at most 1.

    Attributes
    ----------
    edges, light, color : float
        Cosine of edge directions, of lightness and of color, their means taken off.
    parts : float
        Mean agreement of the edges of the parts, each free to sit a cell off.
    weakest : float
        The lower quartile of the same: a mark that contains only parts of another stays low.
    box : tuple of float
        ``(x0, y0, x1, y1)`` in pixels of the picture, of the drawing before its turn.
    degrees : float
    """

    edges: float
    light: float
    color: float
    parts: float
    weakest: float
    box: tuple[float, float, float, float]
    degrees: float

    @property
    def similarity(self) -> float:
        """One number for choosing among places of one drawing."""
        return float(np.dot(WEIGHTS, (self.edges, self.light, self.color)))


class _Pose(NamedTuple):
    x: float
    y: float
    height: float
    width: float
    degrees: float


class _Place(NamedTuple):
    """The best of the shifts of one pose."""

    pose: _Pose
    agreement: NDArray[np.float32]
    cells: NDArray[np.float32]
    down: int
    across: int

    @property
    def similarity(self) -> float:
        return float(self.agreement @ WEIGHTS)


class FineTemplate:
    """A drawing on fine cells."""

    def __init__(self, drawing: Drawing) -> None:
        rows, columns = grid(drawing.aspect, AREA)
        fine = template(drawing, rows, columns)
        self._shape = rows, columns
        self._mask = fine.mask
        edges, light, color = (each[0] for each in centered(fine.cells[None], fine.mask[None]))
        templates = np.zeros((CHANNELS, rows, columns, 3), np.float32)
        templates[:DIRECTIONS, ..., 0] = edges.transpose(2, 0, 1)
        templates[DIRECTIONS, ..., 1] = light
        templates[DIRECTIONS + 1 :, ..., 2] = color.transpose(2, 0, 1)
        self._templates = templates.reshape(-1, 3)
        self._edges = fine.cells[..., :DIRECTIONS] * fine.mask[..., None]

    def fit(self, rgb: NDArray[np.uint8], hypothesis: Hypothesis) -> Fit:
        """Lay the drawing over the place as well as it goes."""
        x0, y0, x1, y1 = hypothesis.box
        pose = _Pose((x0 + x1) / 2, (y0 + y1) / 2, y1 - y0, x1 - x0, hypothesis.degrees)
        region = _Region(rgb, pose, self._shape)
        best = self._best_shift(region, pose)
        for changes in (
            [(size, 1.0, 0.0) for size in _SIZES],
            [(1.0, shape, 0.0) for shape in _SHAPES],
            [(1.0, 1.0, turn) for turn in _TURNS],
            _FINER,
        ):
            start = best.pose
            for size, shape, turn in changes:
                tried = start._replace(
                    height=start.height * size / float(np.sqrt(shape)),
                    width=start.width * size * float(np.sqrt(shape)),
                    degrees=start.degrees + turn,
                )
                other = self._best_shift(region, tried)
                if other.similarity > best.similarity:
                    best = other
        parts = self._parts(best.cells, best.down, best.across)
        edges, light, color = (float(value) for value in best.agreement)
        return Fit(
            edges,
            light,
            color,
            float(parts.mean()),
            float(np.percentile(parts, 25)),
            _box(best.pose),
            best.pose.degrees,
        )

    def _best_shift(self, region: _Region, pose: _Pose) -> _Place:
        cells = region.cells(pose)
        rows, columns = self._shape
        windows = np.lib.stride_tricks.sliding_window_view(cells, (rows, columns), axis=(0, 1))
        across = windows.shape[1]
        flat = windows.reshape(-1, CHANNELS, rows * columns)
        mask = self._mask.reshape(-1)
        total = mask.sum()
        spread = np.maximum((flat * flat) @ mask - (flat @ mask) ** 2 / total, 0)
        edges, light, color = np.split(spread, (DIRECTIONS, DIRECTIONS + 1), axis=1)
        flatness = total * np.square([FLAT_EDGES, FLAT_LIGHT, FLAT_COLOR], dtype=np.float32)
        norms = np.stack([edges.sum(1), light.sum(1), color.sum(1)], axis=1) + flatness
        agreements = flat.reshape(len(flat), -1) @ self._templates / np.sqrt(norms)
        best = int((agreements @ WEIGHTS).argmax())
        down, right = divmod(best, across)
        agreement = agreements[best]
        return _Place(_moved(pose, down, right, self._shape), agreement, cells, down, right)

    def _parts(self, cells: NDArray[np.float32], down: int, across: int) -> NDArray[np.float64]:
        """Agreement of the edges of each part, at the best of nine places around its own."""
        rows, columns = self._shape
        padded = np.pad(cells[..., :DIRECTIONS], ((1, 1), (1, 1), (0, 0)))
        best = np.full((_PARTS, _PARTS), -1.0)
        weights = self._mask[..., None]
        row_cuts = np.arange(_PARTS) * rows // _PARTS
        column_cuts = np.arange(_PARTS) * columns // _PARTS

        def summed(values: NDArray[np.float32]) -> NDArray[np.float32]:
            by_row = np.add.reduceat(values.sum(-1), row_cuts, axis=0)
            return np.asarray(np.add.reduceat(by_row, column_cuts, axis=1))

        own = summed(self._edges**2)
        for dy in range(3):
            for dx in range(3):
                there = padded[down + dy : down + dy + rows, across + dx : across + dx + columns]
                inner = summed(there * self._edges)
                energy = summed(there * there * weights)
                best = np.maximum(best, inner / np.sqrt(energy * own + 1e-6))
        covered = summed(weights * np.ones_like(self._edges)) > 0.5 * DIRECTIONS
        return np.asarray(best[covered & (own > 0.2 * own.mean())])


class _Region:
    """The surroundings of a place, at the scale of the fine cells."""

    def __init__(self, rgb: NDArray[np.uint8], pose: _Pose, shape: tuple[int, int]) -> None:
        self._shape = shape
        reach = 0.8 * float(np.hypot(pose.height, pose.width))
        x0, y0 = max(0, int(pose.x - reach)), max(0, int(pose.y - reach))
        crop = rgb[y0 : int(pose.y + reach) + 2, x0 : int(pose.x + reach) + 2]
        self._origin = x0, y0
        self._scale = min(shape[0] * CELL / pose.height, 1.0)
        if self._scale < 1:
            size = [max(1, round(side * self._scale)) for side in (crop.shape[1], crop.shape[0])]
            crop = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
        self._crop = crop

    def cells(self, pose: _Pose) -> NDArray[np.float32]:
        """Cells of the place and :data:`_REACH` more around it, turned upright."""
        rows, columns = (cells + 2 * _REACH for cells in self._shape)
        angle = np.deg2rad(pose.degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        steps = np.diag(
            [pose.width / (self._shape[1] * CELL), pose.height / (self._shape[0] * CELL)]
        )
        linear = turn @ steps * self._scale
        center = np.array([columns * CELL / 2 - 0.5, rows * CELL / 2 - 0.5])
        at = (np.array([pose.x, pose.y]) - self._origin) * self._scale - 0.5
        matrix = np.column_stack([linear, at - linear @ center])
        patch = cv2.warpAffine(
            self._crop,
            matrix,
            (columns * CELL, rows * CELL),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return describe(np.asarray(patch, np.uint8))


def _moved(pose: _Pose, down: int, across: int, shape: tuple[int, int]) -> _Pose:
    angle = np.deg2rad(pose.degrees)
    dx = (across - _REACH) * pose.width / shape[1]
    dy = (down - _REACH) * pose.height / shape[0]
    return pose._replace(
        x=pose.x + dx * float(np.cos(angle)) - dy * float(np.sin(angle)),
        y=pose.y + dx * float(np.sin(angle)) + dy * float(np.cos(angle)),
    )


def _box(pose: _Pose) -> tuple[float, float, float, float]:
    half_width, half_height = pose.width / 2, pose.height / 2
    return (
        pose.x - half_width,
        pose.y - half_height,
        pose.x + half_width,
        pose.y + half_height,
    )
