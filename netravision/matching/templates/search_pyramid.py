"""The image that is searched, at scales of a half each; placements are cut from it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.pyramid import ImagePyramid
from netravision.matching.templates.features import CELL
from netravision.matching.templates.placement import Placement

__all__ = ["Rgb", "SearchPyramid"]

#: (H, W, 3) pixels.
Rgb = NDArray[np.uint8]

# An image is gray if nearly all of its pixels, looked at with this long side or more, stay below
# a chroma (0 to 128) that JPEG noise does not reach.
_GRAY_SIDE = 100
_GRAY_CHROMA = 8.0
_GRAY_SHARE = 0.99

# Share of the resolution wanted that a level must have. With 1, up to half of a level's pixels are
# skipped by the warp: recall at 0.3 % false fell by 0.6 points.
_MIN_RESOLUTION = 0.75


class SearchPyramid:
    """The levels of an image pyramid that a search needs.

    Parameters
    ----------
    image : ImagePyramid
        Of (H, W, 3) RGB pixels.
    finest : float
        Scale, at most 1, that the largest level has at least.
    """

    def __init__(self, image: ImagePyramid, finest: float) -> None:
        self.width, self.height = image.size_wh
        times = 0
        while 0.5 ** (times + 1) >= finest:
            times += 1
        self._levels = [(0.5**times, image.level(times))]
        while min(self._levels[-1][1].shape[:2]) >= 2 * CELL:
            times += 1
            self._levels.append((0.5**times, image.level(times)))

    def is_gray(self) -> bool:
        """Whether the image has no color to compare."""
        _, image = self._level(_GRAY_SIDE / max(self.height, self.width))
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32) - 128
        chroma = lab[..., 1] ** 2 + lab[..., 2] ** 2
        return bool((chroma < _GRAY_CHROMA**2).mean() > _GRAY_SHARE)

    def resized(self, scale: float, source: Rgb | None = None) -> Rgb:
        """The whole image at a scale, at least a cell large.

        Parameters
        ----------
        scale : float
        source : (h, w, 3) uint8 ndarray, optional
            The image at a scale a little larger, to resize instead of a level.

        Returns
        -------
        (h, w, 3) uint8 ndarray
        """
        size = [max(CELL, round(side * scale)) for side in (self.width, self.height)]
        how = cv2.INTER_LINEAR
        if source is None:
            own, source = self._level(scale)
            how = cv2.INTER_AREA if scale < own else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(source, size, interpolation=how), np.uint8)

    def crop(self, placement: Placement, rows: int, columns: int, margin: int) -> Rgb:
        """The place upright at ``rows`` × ``columns`` cells, with ``margin`` cells around it.

        Parameters
        ----------
        placement : Placement
        rows, columns, margin : int
            Cells.

        Returns
        -------
        ((rows + 2 * margin) * CELL, (columns + 2 * margin) * CELL, 3) uint8 ndarray
        """
        scale, image = self._level(_MIN_RESOLUTION * rows * CELL / placement.height)
        matrix, size = _crop_to_image(placement, rows, columns, margin)
        matrix *= scale
        matrix[:, 2] += scale / 2 - 0.5
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        crop = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(crop, np.uint8)

    def visible(self, placement: Placement, rows: int, columns: int) -> NDArray[np.float32]:
        """Which cells of a place have their center within the image.

        Parameters
        ----------
        placement : Placement
        rows, columns : int
            Cells.

        Returns
        -------
        (rows, columns) float32 ndarray
            1 or 0.
        """
        matrix, _ = _crop_to_image(placement, rows, columns, 0)
        across = (np.arange(columns) + 0.5) * CELL - 0.5
        down = ((np.arange(rows) + 0.5) * CELL - 0.5)[:, None]
        x, y = (a * across + b * down + c for a, b, c in matrix)
        within = (x > -0.5) & (x < self.width - 0.5) & (y > -0.5) & (y < self.height - 0.5)
        return np.asarray(within, np.float32)

    def _level(self, scale: float) -> tuple[float, Rgb]:
        """The smallest level that has a scale, with its own."""
        return next(
            (level for level in reversed(self._levels) if level[0] >= scale * 0.99),
            self._levels[0],
        )


def _crop_to_image(
    placement: Placement, rows: int, columns: int, margin: int
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Affine map from a crop's pixels to the image's, and the crop's width and height."""
    width, height = (columns + 2 * margin) * CELL, (rows + 2 * margin) * CELL
    matrix = np.empty((2, 3))
    matrix[:, :2] = placement.linear(rows * CELL, columns * CELL)
    center = (width / 2 - 0.5, height / 2 - 0.5)
    matrix[:, 2] = (placement.x - 0.5, placement.y - 0.5) - matrix[:, :2] @ center
    return matrix, (width, height)
