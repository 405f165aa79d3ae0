"""How well a place fits a drawing, once the two are laid exactly over each other.

Sliding finds the place to some 10 % of size and 8 degrees; here position, size, shape and turn
are moved until edges and colors agree best, on cells half as large.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.agreement import Agreement, agree
from netravision.matching.cells import CELL, CHANNELS, DIRECTIONS, describe
from netravision.matching.geometry import Box
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

# Cells by which the place may still move, each way, before its size is adjusted.
_REACH = 2

# Tried one after the other around the best so far: size, width to height, turn.
_SIZES = (0.9, 1.1)
_SHAPES = (0.92, 1.08)
_TURNS = (-7.0, 7.0)
_FINER = ((0.95, 1.0, 0.0), (1.05, 1.0, 0.0), (1.0, 0.96, 0.0), (1.0, 1.04, 0.0))


class Fit(NamedTuple):
    """A drawing laid over a region of a picture.

    Attributes
    ----------
    agreement : Agreement
    box : tuple of float
        ``(x0, y0, x1, y1)`` in pixels of the picture, of the drawing before its turn.
    degrees : float
    """

    agreement: Agreement
    box: Box
    degrees: float

    @property
    def similarity(self) -> float:
        """One number to compare the fits of several drawings by."""
        whole = self.agreement
        return float(np.dot(WEIGHTS, (whole.edges, whole.light, whole.color)))


class _Pose(NamedTuple):
    x: float
    y: float
    height: float
    width: float
    degrees: float


class FineTemplate:
    """A drawing on fine cells."""

    def __init__(self, drawing: Drawing) -> None:
        rows, columns = grid(drawing.aspect, AREA)
        self._shape = rows, columns
        self._cells, self._mask, _ = template(drawing, rows, columns)
        edges, light, color = centered(self._cells[None], self._mask[None])
        templates = np.zeros((CHANNELS, rows, columns, 3), np.float32)
        templates[:DIRECTIONS, ..., 0] = edges[0].transpose(2, 0, 1)
        templates[DIRECTIONS, ..., 1] = light[0]
        templates[DIRECTIONS + 1 :, ..., 2] = color[0].transpose(2, 0, 1)
        self._templates = templates.reshape(-1, 3)

    def fit(self, rgb: NDArray[np.uint8], hypothesis: Hypothesis) -> Fit:
        """Lay the drawing over the place as well as it goes."""
        x0, y0, x1, y1 = hypothesis.box
        pose = _Pose((x0 + x1) / 2, (y0 + y1) / 2, y1 - y0, x1 - x0, hypothesis.degrees)
        region = _Region(rgb, pose, self._shape)
        best, similarity = self._best_shift(region, pose, _REACH)
        for changes in (
            [(size, 1.0, 0.0) for size in _SIZES],
            [(1.0, shape, 0.0) for shape in _SHAPES],
            [(1.0, 1.0, turn) for turn in _TURNS],
            _FINER,
        ):
            start = best
            for size, shape, turn in changes:
                tried = start._replace(
                    height=start.height * size / float(np.sqrt(shape)),
                    width=start.width * size * float(np.sqrt(shape)),
                    degrees=start.degrees + turn,
                )
                other, reached = self._best_shift(region, tried, 1)
                if reached > similarity:
                    best, similarity = other, reached
        agreement = agree(self._cells, region.cells(best, 1), self._mask, region.seen(best))
        return Fit(agreement, _box(best), best.degrees)

    def _best_shift(self, region: _Region, pose: _Pose, reach: int) -> tuple[_Pose, float]:
        """The best of the shifts by whole cells, and its similarity."""
        cells = region.cells(pose, reach)
        rows, columns = self._shape
        windows = np.lib.stride_tricks.sliding_window_view(cells, (rows, columns), axis=(0, 1))
        flat = windows.reshape(-1, CHANNELS, rows * columns)
        mask = self._mask.reshape(-1)
        total = mask.sum()
        spread = np.maximum((flat * flat) @ mask - (flat @ mask) ** 2 / total, 0)
        edges, light, color = np.split(spread, (DIRECTIONS, DIRECTIONS + 1), axis=1)
        flatness = total * np.square([FLAT_EDGES, FLAT_LIGHT, FLAT_COLOR], dtype=np.float32)
        norms = np.stack([edges.sum(1), light.sum(1), color.sum(1)], axis=1) + flatness
        similarity = flat.reshape(len(flat), -1) @ self._templates / np.sqrt(norms) @ WEIGHTS
        best = int(similarity.argmax())
        down, across = divmod(best, windows.shape[1])
        moved = _moved(pose, down - reach, across - reach, self._shape)
        return moved, float(similarity[best])


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

    def cells(self, pose: _Pose, reach: int) -> NDArray[np.float32]:
        """Cells of the place and ``reach`` more on each side, turned upright."""
        return describe(self._warp(self._crop, pose, reach, cv2.BORDER_REPLICATE))

    def seen(self, pose: _Pose) -> NDArray[np.float32]:
        """1 for each cell of the place that lies wholly within the picture, else 0."""
        within = self._warp(
            np.full(self._crop.shape[:2], 255, np.uint8), pose, 0, cv2.BORDER_CONSTANT
        )
        rows, columns = self._shape
        blocks = within.reshape(rows, CELL, columns, CELL).min(axis=(1, 3))
        return np.asarray(blocks > 128, np.float32)

    def _warp(
        self, image: NDArray[np.uint8], pose: _Pose, reach: int, border: int
    ) -> NDArray[np.uint8]:
        rows, columns = (cells + 2 * reach for cells in self._shape)
        angle = np.deg2rad(pose.degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        steps = np.diag(
            [pose.width / (self._shape[1] * CELL), pose.height / (self._shape[0] * CELL)]
        )
        linear = turn @ steps * self._scale
        center = np.array([columns * CELL / 2 - 0.5, rows * CELL / 2 - 0.5])
        at = (np.array([pose.x, pose.y]) - self._origin) * self._scale - 0.5
        matrix = np.column_stack([linear, at - linear @ center])
        size = (columns * CELL, rows * CELL)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(image, matrix, size, flags=flags, borderMode=border), np.uint8
        )


def _moved(pose: _Pose, down: int, across: int, shape: tuple[int, int]) -> _Pose:
    angle = np.deg2rad(pose.degrees)
    dx = across * pose.width / shape[1]
    dy = down * pose.height / shape[0]
    return pose._replace(
        x=pose.x + dx * float(np.cos(angle)) - dy * float(np.sin(angle)),
        y=pose.y + dx * float(np.sin(angle)) + dy * float(np.cos(angle)),
    )


def _box(pose: _Pose) -> Box:
    half_width, half_height = pose.width / 2, pose.height / 2
    return (
        pose.x - half_width,
        pose.y - half_height,
        pose.x + half_width,
        pose.y + half_height,
    )
