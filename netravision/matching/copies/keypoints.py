"""SIFT keypoints, evenly over an image: what a copy of it keeps.

They are detected tile by tile. So a small copy on a rich background keeps its share, where the
strongest of the whole image would all lie elsewhere, and memory is bounded: SIFT doubles a
image and holds eleven floats for each pixel of the result.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Keypoints", "detect_keypoints", "distinct", "wrap_angles"]

# Long side in pixels of a tile, without its margin.
_TILE = 352

# Pixels around a tile in which the keypoints at its edge are described: the largest has a standard
# deviation of 4 and is described over some 40.
_MARGIN = 32

# Diameter in pixels from which a keypoint is coarse: detected on the whole image at a quarter of
# its size, which SIFT doubles.
_COARSE = 8.0
_QUARTER = 4

# OpenCV halves the places found in the doubled image, whose first pixel lies a quarter of a pixel
# before that of the image.
_DOUBLED = 0.25

# Order of a descriptor's 4 × 4 × 8 numbers after mirroring: the patch is described along its own
# orientation, so what lies across it is reversed, and so are the directions. On a mirrored photo
# the reordered descriptors agree to 0.9996 with those computed from it.
_MIRRORED = np.arange(128).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()


class Keypoints(NamedTuple):
    """Keypoints of an image.

    Attributes
    ----------
    points : (N, 2) float32 ndarray
        x and y in pixels.
    sizes : (N,) float32 ndarray
        Diameters in pixels.
    angles : (N,) float32 ndarray
        Orientations in radians.
    descriptors : (N, 128) uint8 ndarray
        SIFT.
    """

    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    def mirrored(self, width: int) -> Keypoints:
        """The keypoints of the mirror image.

        Parameters
        ----------
        width : int
            Of the image, in pixels.

        Returns
        -------
        Keypoints
        """
        points = np.asarray(self.points * (-1, 1) + (width - 1, 0), np.float32)
        angles = np.asarray(np.pi - self.angles, np.float32)
        return Keypoints(points, self.sizes, angles, self.descriptors[:, _MIRRORED])

    def root_sift(self) -> NDArray[np.float32]:
        """Descriptors as RootSIFT (Arandjelović and Zisserman 2012), of unit length.

        Returns
        -------
        (N, 128) float32 ndarray
        """
        descriptors = self.descriptors.astype(np.float32)
        sums = descriptors.sum(axis=1, keepdims=True) + 1e-6
        return np.asarray(np.sqrt(descriptors / sums), np.float32)


def detect_keypoints(gray: NDArray[np.uint8], fine: int, coarse: int) -> Keypoints:
    """Detect the strongest keypoints of an image.

    Parameters
    ----------
    gray : (H, W) uint8 ndarray
    fine : int
        At most so many small ones of each tile.
    coarse : int
        At most so many large ones of the whole image. They are what a copy of a hundred pixels
        keeps of a poster, and few of them are among the strongest.

    Returns
    -------
    Keypoints
    """
    sift = cv2.SIFT.create(nfeatures=fine)
    height, width = gray.shape
    found = []
    down, across = (max(1, round(side / _TILE)) for side in (height, width))
    for y0, y1 in _cuts(height, down):
        for x0, x1 in _cuts(width, across):
            top, left = max(0, y0 - _MARGIN), max(0, x0 - _MARGIN)
            tile = gray[top : y1 + _MARGIN, left : x1 + _MARGIN]
            keypoints = _sift(sift, tile, 1, left, top)
            x, y = keypoints.points.T
            inside = (x0 <= x) & (x < x1) & (y0 <= y) & (y < y1)
            found.append(_chosen(keypoints, inside & (keypoints.sizes < _COARSE)))
    if min(height, width) >= _QUARTER:
        down, across = height // _QUARTER, width // _QUARTER
        even = gray[: down * _QUARTER, : across * _QUARTER]
        resized = cv2.resize(even, (across, down), interpolation=cv2.INTER_AREA)
        quarter = np.asarray(resized, np.uint8)
        keypoints = _sift(cv2.SIFT.create(nfeatures=coarse), quarter, _QUARTER, 0, 0)
        found.append(_chosen(keypoints, keypoints.sizes >= _COARSE))
    points, sizes, angles, descriptors = zip(*found, strict=True)
    return Keypoints(
        np.concatenate(points),
        np.concatenate(sizes),
        np.concatenate(angles),
        np.concatenate(descriptors),
    )


def wrap_angles(angles: NDArray[Any]) -> NDArray[Any]:
    """Angles in radians, from -π to π.

    Parameters
    ----------
    angles : (...) ndarray
        Radians.

    Returns
    -------
    (...) ndarray
    """
    return np.asarray((angles + np.pi) % (2 * np.pi) - np.pi)


def distinct(points: NDArray[Any]) -> NDArray[np.intp]:
    """The first of the points that fall on each pixel.

    Parameters
    ----------
    points : (N, 2) ndarray
        In pixels.

    Returns
    -------
    (M,) intp ndarray
        Indices into `points`.
    """
    pixels = np.round(points).astype(np.int64)
    _, first = np.unique(pixels[:, 0] * 2**32 + pixels[:, 1], return_index=True)
    return np.asarray(first, np.intp)


def _cuts(side: int, parts: int) -> list[tuple[int, int]]:
    ends = [round(number * side / parts) for number in range(parts + 1)]
    return list(pairwise(ends))


def _sift(sift: cv2.SIFT, gray: NDArray[np.uint8], scale: int, left: int, top: int) -> Keypoints:
    keypoints, descriptors = sift.detectAndCompute(gray, None)
    if not keypoints:
        none = np.empty(0, np.float32)
        return Keypoints(np.empty((0, 2), np.float32), none, none, np.empty((0, 128), np.uint8))
    # From pixels of the tile, at its scale, to those of the image.
    points = np.array([each.pt for each in keypoints]) - _DOUBLED
    points = points * scale + (scale - 1) / 2 + (left, top)
    sizes = np.array([each.size for each in keypoints], np.float32) * scale
    angles = np.deg2rad(np.array([each.angle for each in keypoints], np.float32))
    return Keypoints(
        np.asarray(points, np.float32), sizes, angles, np.asarray(descriptors, np.uint8)
    )


def _chosen(keypoints: Keypoints, which: NDArray[np.bool_]) -> Keypoints:
    points, sizes, angles, descriptors = keypoints
    return Keypoints(points[which], sizes[which], angles[which], descriptors[which])
