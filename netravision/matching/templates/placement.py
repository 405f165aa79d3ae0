"""A picture in halves of its size, from which places are cut at any size and turn."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.geometry import Box
from netravision.core.pyramid import ImagePyramid
from netravision.matching.templates.features import CELL

Rgb = NDArray[np.uint8]


# Long side in pixels at which a picture is asked whether it is gray at least, and the chroma
# (0 to 128) that all but so many of a gray picture's pixels stay below, JPEG noise included.
_GRAY_SIDE = 100
_GRAY_CHROMA = 8.0
_GRAY_SHARE = 0.99

# Share of the pixels wanted that a copy must have to be cut from. With 1, up to half of a
# copy's pixels are passed over unseen: recall at 0.3 % false fell by 0.6 points.
_ENOUGH = 0.75


class Placement(NamedTuple):
    """Where a mark lies and how: an affine map of it, before which it is upright.

    Attributes
    ----------
    x, y : float
        Its middle in pixels of the picture.
    height, width : float
        In the same.
    degrees : float
        Its turn, clockwise.
    slant : float
        By how much of its height its foot lies to the right of its head, before the turn.
    """

    x: float
    y: float
    height: float
    width: float
    degrees: float
    slant: float = 0.0

    @property
    def box(self) -> Box:
        """``(x0, y0, x1, y1)`` of the mark before its turn; may reach beyond the picture."""
        half_width, half_height = self.width / 2, self.height / 2
        return (
            self.x - half_width,
            self.y - half_height,
            self.x + half_width,
            self.y + half_height,
        )

    def linear(self, rows: int, columns: int) -> NDArray[np.float64]:
        """Map from the cells of a grid laid over the mark to pixels, (2, 2), its middle at 0."""
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        across, down = self.width / columns, self.height / rows
        turn, stretch = [[cos, -sin], [sin, cos]], [[across, self.slant * down], [0, down]]
        return np.array(turn) @ stretch

    def moved(self, dx: float, dy: float) -> Placement:
        """Shifted along the mark's own sides."""
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        return self._replace(x=self.x + dx * cos - dy * sin, y=self.y + dx * sin + dy * cos)

    def changed(self, size: float, shape: float, turn: float) -> Placement:
        """Scaled by ``size``, widened against its height by ``shape``, turned further."""
        root = math.sqrt(shape)
        return self._replace(
            height=self.height * size / root,
            width=self.width * size * root,
            degrees=self.degrees + turn,
        )


class SearchPyramid:
    """A picture at scales of a half each.

    Parameters
    ----------
    halves : ImagePyramid
        Of an (H, W, 3) RGB picture.
    finest : float
        Scale that the largest copy has at least, if the picture has it.
    """

    def __init__(self, halves: ImagePyramid, finest: float) -> None:
        self.width, self.height = halves.size_wh
        times = 0
        while 0.5 ** (times + 1) >= finest:
            times += 1
        self._levels = [(0.5**times, halves.level(times))]
        while min(self._levels[-1][1].shape[:2]) >= 2 * CELL:
            times += 1
            self._levels.append((0.5**times, halves.level(times)))

    def is_gray(self) -> bool:
        """Whether the picture has no color to compare."""
        _, image = self._at(_GRAY_SIDE / max(self.height, self.width))
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32) - 128
        chroma = lab[..., 1] ** 2 + lab[..., 2] ** 2
        return bool((chroma < _GRAY_CHROMA**2).mean() > _GRAY_SHARE)

    def scaled(self, scale: float) -> Rgb:
        """The whole picture at a scale, at least a cell large."""
        own, image = self._at(scale)
        size = [max(CELL, round(side * scale)) for side in (self.width, self.height)]
        how = cv2.INTER_AREA if scale < own else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)

    def reduced(self, image: Rgb, scale: float) -> Rgb:
        """The whole picture at a scale a little smaller than that of ``image``."""
        size = [max(CELL, round(side * scale)) for side in (self.width, self.height)]
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def cut(self, placement: Placement, rows: int, columns: int, reach: int) -> Rgb:
        """A place upright at ``rows`` × ``columns`` cells, and ``reach`` cells around it."""
        scale, image = self._at(_ENOUGH * rows * CELL / placement.height)
        matrix, size = _cut(placement, rows, columns, reach)
        matrix *= scale
        matrix[:, 2] += scale / 2 - 0.5
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cut, np.uint8)

    def seen(self, placement: Placement, rows: int, columns: int) -> NDArray[np.float32]:
        """1 for each cell of the place whose middle lies within the picture, else 0."""
        matrix, _ = _cut(placement, rows, columns, 0)
        # Of an affine map: what the columns add, and what the rows add.
        across = (np.arange(columns) + 0.5) * CELL - 0.5
        down = ((np.arange(rows) + 0.5) * CELL - 0.5)[:, None]
        x, y = (a * across + b * down + c for a, b, c in matrix)
        within = (x > -0.5) & (x < self.width - 0.5) & (y > -0.5) & (y < self.height - 0.5)
        return np.asarray(within, np.float32)

    def _at(self, scale: float) -> tuple[float, Rgb]:
        """The smallest copy that has all the pixels wanted."""
        return next(
            (level for level in reversed(self._levels) if level[0] >= scale * 0.99),
            self._levels[0],
        )


def _cut(
    placement: Placement, rows: int, columns: int, reach: int
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Affine map from a cut's pixels to the picture's, and the cut's width and height."""
    width, height = (columns + 2 * reach) * CELL, (rows + 2 * reach) * CELL
    matrix = np.empty((2, 3))
    matrix[:, :2] = placement.linear(rows * CELL, columns * CELL)
    middle = (width / 2 - 0.5, height / 2 - 0.5)
    matrix[:, 2] = (placement.x - 0.5, placement.y - 0.5) - matrix[:, :2] @ middle
    return matrix, (width, height)
