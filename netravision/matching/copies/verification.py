"""Verification: whether the pixels of a reference agree with those where it may lie.

A few keypoints agree by chance, and many do in two photos of one moment or of one logo. Only in a
copy does all that lies between them agree, too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LONG_SIDE", "PatchSums", "Verification", "verify"]

#: Long side in pixels at which references are verified.
LONG_SIDE = 256

# Smaller copies are enlarged to this.
_MIN_SIDE = 96

# Points along the long side around which patches are compared.
_POINTS = 24

# Side of a patch, in distances of two points, and at least in pixels.
_PATCH = 1.9
_MIN_PATCH = 7

# Pixels in each direction by which a patch may miss its place: the print is bent, or turned away.
_MAX_SHIFT = 3

# Variance below which a patch is flat and says nothing, and the noise added to both variances.
_FLAT = 25.0
_NOISE = 4.0

# Correlation from which patches agree. From 0.7 the portraits of two men with glasses and the same
# cap agree, too (densest 0.94; 0.83 from 0.8); copies saved at quality 15 agree to 0.8 nearly
# everywhere.
_MIN_CORRELATION = 0.8

# Region in which the densest agreement is looked for: points along each side, and at least so many
# that are not flat.
_REGION = 8
_MIN_POINTS = 16

# Rows whose sums are taken at once: for so few, no library that multiplies matrices starts threads,
# which take 20 times as long.
_ROWS = 64

# Share of a patch that must lie within the image.
_WITHIN = 0.6


class Verification(NamedTuple):
    """How far a reference agrees with an image, of what is not flat in it.

    Attributes
    ----------
    densest : float
        Share that agrees of what would be visible, in the third of its width and height where
        most does, 0 to 1.
    shown : float
        Share that agrees of the whole, 0 to 1.
    """

    densest: float
    shown: float


def verify(
    reference: NDArray[np.uint8], image: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> Verification:
    """Compare patches all over a reference with what lies there in an image.

    Parameters
    ----------
    reference : (H, W) uint8 ndarray
        Its long side at most :data:`LONG_SIDE` pixels.
    image : (H, W) uint8 ndarray
    matrix : (2, 3) float64 ndarray
        Similarity transform from the reference's pixels to the image's.

    Returns
    -------
    Verification
    """
    growth = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    shrink = float(np.clip(growth, min(1.0, _MIN_SIDE / max(reference.shape)), 1))
    if shrink < 1:
        size = (round(reference.shape[1] * shrink), round(reference.shape[0] * shrink))
        reference = np.asarray(cv2.resize(reference, size, interpolation=cv2.INTER_AREA), np.uint8)
    matrix, growth = matrix @ np.diag([1 / shrink, 1 / shrink, 1]), growth / shrink
    # The finer of the two is blurred to match the other; warping only looks at four pixels.
    if growth > 1.2:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.45 * growth), np.uint8)
    elif growth < 1 / 1.2:
        reference = np.asarray(cv2.GaussianBlur(reference, (0, 0), 0.45 / growth), np.uint8)
    return _compare_patches(reference, image, matrix)


def _compare_patches(
    reference: NDArray[np.uint8], image: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> Verification:
    height, width = reference.shape
    step = max(1, round(max(height, width) / _POINTS))
    patch = max(_MIN_PATCH, round(_PATCH * step) // 2 * 2 + 1)
    # With a border, in which shifted patches are found.
    shifted = matrix @ np.array([[1, 0, -_MAX_SHIFT], [0, 1, -_MAX_SHIFT], [0, 0, 1]])
    size = (width + 2 * _MAX_SHIFT, height + 2 * _MAX_SHIFT)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE
    warped = cv2.warpAffine(image, shifted, size, flags=flags, borderMode=border)
    wide = np.asarray(warped, np.float32)
    ones = np.ones(image.shape, np.float32)
    shares = cv2.warpAffine(ones, matrix, (width, height), flags=flags)
    shares = cv2.boxFilter(shares, -1, (patch, patch))[step // 2 :: step, step // 2 :: step]
    within = np.asarray(shares, np.float32)
    sums = PatchSums(height, width, step, patch)
    ours = reference.astype(np.float32)
    our_mean = sums.means(sums.across(ours))
    our_variance = sums.means(sums.across(ours * ours)) - our_mean**2
    best = np.full(our_mean.shape, -1, np.float32)
    squared, products = wide * wide, np.empty_like(ours)
    for x in range(2 * _MAX_SHIFT + 1):
        columns = slice(x, x + width)
        theirs, their_squares = sums.across(wide[:, columns]), sums.across(squared[:, columns])
        for y in range(2 * _MAX_SHIFT + 1):
            if abs(x - _MAX_SHIFT) + abs(y - _MAX_SHIFT) > _MAX_SHIFT + 1:
                continue
            rows = slice(y, y + height)
            their_mean = sums.means(theirs[rows])
            their_variance = sums.means(their_squares[rows]) - their_mean**2
            variances = (our_variance + _NOISE) * (their_variance + _NOISE)
            np.multiply(ours, wide[rows, columns], out=products)
            covariance = sums.means(sums.across(products)) - our_mean * their_mean
            np.maximum(best, covariance / np.sqrt(np.maximum(variances, _NOISE**2)), out=best)
    textured = our_variance > _FLAT
    visible = textured & (within > _WITHIN)
    if not visible.any():
        return Verification(0.0, 0.0)
    agree = visible & (best > _MIN_CORRELATION)
    counted, agreed = _region(visible), _region(agree)
    # Where few patches are not flat, the missing ones count as disagreeing.
    densest = float((agreed / np.maximum(counted, _MIN_POINTS)).max())
    return Verification(densest, float(agree.sum() / textured.sum()))


class PatchSums:
    """Means over the patches around every `step`-th pixel, as ``cv2.boxFilter`` has them there.

    Levels and their products are whole numbers, so the sums are exact: those across a patch in
    single precision, as they stay below 2**24 up to 257 pixels, those down in double.

    Parameters
    ----------
    height, width : int
        Of the pixels.
    step : int
    patch : int
        Side of a patch, odd.
    """

    def __init__(self, height: int, width: int, step: int, patch: int) -> None:
        self._down = _weights(height, step, patch).astype(np.float64)
        self._across = np.ascontiguousarray(_weights(width, step, patch).T)
        self._scale = 1 / patch**2

    def across(self, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
        """Sums over the columns of the patches.

        Parameters
        ----------
        pixels : (H, W) float32 ndarray
            Whole numbers, at most 255**2.

        Returns
        -------
        (H, P) float64 ndarray
        """
        sums = np.empty((len(pixels), self._across.shape[1]))
        for top in range(0, len(pixels), _ROWS):
            rows = slice(top, top + _ROWS)
            sums[rows] = pixels[rows] @ self._across
        return sums

    def means(self, sums: NDArray[np.float64]) -> NDArray[np.float32]:
        """Means over the patches.

        Parameters
        ----------
        sums : (H, P) float64 ndarray
            Of :meth:`across`.

        Returns
        -------
        (Q, P) float32 ndarray
        """
        return ((self._down @ sums) * self._scale).astype(np.float32)


# A picture is verified many times, always at the same sizes.
@lru_cache(maxsize=64)
def _weights(side: int, step: int, patch: int) -> NDArray[np.float32]:
    """How often each pixel of a side counts in each patch: beyond its ends, it is mirrored."""
    centers = np.arange(side)[step // 2 :: step, None]
    pixels = np.abs(centers + np.arange(patch) - patch // 2)
    last = max(1, side - 1)
    pixels = last - np.abs(last - pixels % (2 * last)) if side > 1 else np.zeros_like(pixels)
    weights = np.zeros((len(centers), side), np.float32)
    np.add.at(weights, (np.arange(len(centers))[:, None], pixels), 1)
    return weights


def _region(points: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How many points in the region around each."""
    size = (_REGION, _REGION)
    border = cv2.BORDER_CONSTANT
    counts = cv2.boxFilter(points.astype(np.float32), -1, size, normalize=False, borderType=border)
    return np.asarray(counts, np.float32)
