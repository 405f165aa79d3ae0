"""A reference laid over the place where it may be: whether the pixels agree, and how many.

A few keypoints agree by chance, and many do in two photos of one moment or of one logo. Only of a
copy all that lies between them agrees too.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

#: Long side in pixels at which references are laid over pictures.
SIDE = 256

# Shorter copies are compared enlarged to this.
_LEAST_SIDE = 96

# Points along the long side at which the surroundings are compared.
_POINTS = 24

# Long side of these surroundings, in distances of two points, and at least in pixels.
_AROUND = 1.9
_LEAST_AROUND = 7

# Pixels in each direction by which a part may miss its place: turned away from the camera, bent.
_MOVED = 3

# Variance below which surroundings are flat and say nothing, and what is added to both, so that
# noise in one does not count.
_FLAT = 25.0
_NOISE = 4.0

# Correlation from which surroundings agree. From 0.7 the portraits of two men with glasses and the
# same cap agree too (densest 0.94; 0.83 from 0.8); copies saved at quality 15 agree to 0.8 nearly
# everywhere.
_AGREES = 0.8

# Points in which the densest agreement is looked for, along each side and with detail.
_REGION = 8
_LEAST_POINTS = 16

# Share of surroundings that must lie within the picture.
_WITHIN = 0.6


class Verification(NamedTuple):
    """How a reference agrees with a picture.

    Attributes
    ----------
    densest : float
        Share that agrees of what would be visible, in the third of its width and height where
        most does; from 0 to 1.
    shown : float
        Share that agrees of all of it.
    """

    densest: float
    shown: float


def verify(
    reference: NDArray[np.uint8], picture: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> Verification:
    """Compare surroundings all over a reference with what lies there in a picture.

    Parameters
    ----------
    reference : (H, W) uint8 ndarray
        Of at most :data:`SIDE` pixels.
    picture : (H, W) uint8 ndarray
    matrix : (2, 3) float64 ndarray
        From the reference's pixels to the picture's.
    """
    growth = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    shrink = float(np.clip(growth, min(1.0, _LEAST_SIDE / max(reference.shape)), 1))
    if shrink < 1:
        size = (round(reference.shape[1] * shrink), round(reference.shape[0] * shrink))
        reference = np.asarray(cv2.resize(reference, size, interpolation=cv2.INTER_AREA), np.uint8)
    matrix, growth = matrix @ np.diag([1 / shrink, 1 / shrink, 1]), growth / shrink
    # The finer of the two is blurred as the other is; warping only looks at four pixels.
    if growth > 1.2:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 * growth), np.uint8)
    elif growth < 1 / 1.2:
        reference = np.asarray(cv2.GaussianBlur(reference, (0, 0), 0.45 / growth), np.uint8)
    return _compared(reference, picture, matrix)


def _compared(
    reference: NDArray[np.uint8], picture: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> Verification:
    height, width = reference.shape
    step = max(1, round(max(height, width) / _POINTS))
    around = max(_LEAST_AROUND, round(_AROUND * step) // 2 * 2 + 1)

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        means = cv2.boxFilter(values, -1, (around, around))[step // 2 :: step, step // 2 :: step]
        return np.asarray(means, np.float32)

    # With a border, in which parts that moved are found.
    shifted = matrix @ np.array([[1, 0, -_MOVED], [0, 1, -_MOVED], [0, 0, 1]])
    size = (width + 2 * _MOVED, height + 2 * _MOVED)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE
    warped = cv2.warpAffine(picture, shifted, size, flags=flags, borderMode=border)
    wide = np.asarray(warped, np.float32)
    ones = np.ones(picture.shape, np.float32)
    within = mean(np.asarray(cv2.warpAffine(ones, matrix, (width, height), flags=flags)))
    ours = reference.astype(np.float32)
    our_mean = mean(ours)
    our_variance = mean(ours * ours) - our_mean**2
    best = np.full(our_mean.shape, -1, np.float32)
    for y in range(2 * _MOVED + 1):
        for x in range(2 * _MOVED + 1):
            if abs(x - _MOVED) + abs(y - _MOVED) > _MOVED + 1:
                continue
            theirs = np.ascontiguousarray(wide[y : y + height, x : x + width])
            their_mean = mean(theirs)
            variances = (our_variance + _NOISE) * (mean(theirs * theirs) - their_mean**2 + _NOISE)
            covariance = mean(ours * theirs) - our_mean * their_mean
            np.maximum(best, covariance / np.sqrt(np.maximum(variances, _NOISE**2)), out=best)
    detailed = our_variance > _FLAT
    visible = detailed & (within > _WITHIN)
    if not visible.any():
        return Verification(0.0, 0.0)
    agree = visible & (best > _AGREES)
    asked, agreed = _region(visible), _region(agree)
    # Where little has detail, as if the rest of the least did not agree.
    densest = float((agreed / np.maximum(asked, _LEAST_POINTS)).max())
    return Verification(densest, float(agree.sum() / detailed.sum()))


def _region(points: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How many points around each."""
    size = (_REGION, _REGION)
    border = cv2.BORDER_CONSTANT
    counts = cv2.boxFilter(points.astype(np.float32), -1, size, normalize=False, borderType=border)
    return np.asarray(counts, np.float32)
