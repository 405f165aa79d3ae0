"""Guided matching: a hypothesis refined by the keypoints at their predicted places.

Around the place a hypothesis predicts, a keypoint of the reference is looked for again among a few
of the image, which finds many more than the vote did. RANSAC then fits the similarity transform,
in rounds of falling tolerance.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.copies.keypoints import Keypoints, distinct, wrap_angles

__all__ = ["MIN_INLIERS", "SearchedSide", "Transform", "refine"]

#: Fewer keypoints do not say where a copy lies.
MIN_INLIERS = 3

# Distance by which a keypoint may miss its predicted place: a share of the copy's diagonal (up to
# so many pixels), and pixels at least.
_TOLERANCES = ((0.05, 6.0), (0.03, 5.0), (0.015, 4.0))
_LONGEST = 800.0
_NEIGHBORS = 12

# How alike two keypoints at their place must be: cosine of their descriptors, logarithm of the
# ratio of their sizes, directions in radians.
_MIN_COSINE = 0.78
_MAX_SIZE = 0.45
_MAX_ANGLE = 0.4

# Smallest size of a copy's keypoint, in pixels.
_SMALLEST = 1.9

# Scales a copy can have relative to its reference.
_SCALES = (0.03, 8.0)


class SearchedSide:
    """An image or its mirror image, prepared for matching.

    Parameters
    ----------
    gray : (H, W) uint8 ndarray
    keypoints : Keypoints
    mirrored : bool

    Attributes
    ----------
    gray : (H, W) uint8 ndarray
    keypoints : Keypoints
    mirrored : bool
    descriptors : (N, 128) float32 ndarray
        As :meth:`Keypoints.root_sift` gives them.
    """

    def __init__(self, gray: NDArray[np.uint8], keypoints: Keypoints, *, mirrored: bool) -> None:
        self.gray = gray
        self.keypoints = keypoints
        self.mirrored = mirrored
        self.descriptors = keypoints.root_sift()
        self._by_x = np.argsort(keypoints.points[:, 0], kind="stable")
        self._x = keypoints.points[self._by_x, 0].astype(np.float64)

    def near(
        self, places: NDArray[np.float64], tolerance: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of a place and a keypoint near it, a few of each place.

        Parameters
        ----------
        places : (P, 2) float64 ndarray
        tolerance : float
            In pixels.

        Returns
        -------
        places : (M,) intp ndarray
            In order.
        keypoints : (M,) intp ndarray
            The nearest of each place, nearest first; of equally near ones the last.
        """
        begin, end = (
            np.searchsorted(self._x, places[:, 0] + far) for far in (-tolerance, tolerance)
        )
        count = end - begin
        place = np.repeat(np.arange(len(places)), count)
        theirs = self._by_x[np.arange(len(place)) + np.repeat(end - np.cumsum(count), count)]
        apart = self.keypoints.points[theirs] - places[place]
        squared = (apart * apart).sum(axis=1)
        inside = squared < tolerance**2
        place, theirs, squared = place[inside], theirs[inside], squared[inside]
        order = np.lexsort((-theirs, squared, place))
        place, theirs = place[order], theirs[order]
        rank = np.arange(len(place)) - np.searchsorted(place, place)
        return place[rank < _NEIGHBORS], theirs[rank < _NEIGHBORS]


class Transform(NamedTuple):
    """Where a reference lies in an image.

    Attributes
    ----------
    matrix : (2, 3) float64 ndarray
        Similarity transform from the reference's pixels to the image's.
    inliers : int
        Keypoints whose places agree with it.
    likeness : float
        Mean cosine of their descriptors, at most 1.
    """

    matrix: NDArray[np.float64]
    inliers: int
    likeness: float


def refine(
    reference: Keypoints,
    size_wh: tuple[int, int],
    side: SearchedSide,
    matrix: NDArray[np.float64],
) -> Transform | None:
    """Refine where a reference lies in an image.

    Parameters
    ----------
    reference : Keypoints
    size_wh : tuple of int
        Width and height of the reference in pixels.
    side : SearchedSide
    matrix : (2, 3) float64 ndarray
        Hypothesis, from the reference's pixels to the image's.

    Returns
    -------
    Transform or None
        None if too few keypoints agree, or on an impossible scale.
    """
    inliers, likeness = 0, 0.0
    for share, least in _TOLERANCES:
        diagonal = float(np.hypot(*size_wh) * np.hypot(matrix[0, 0], matrix[1, 0]))
        tolerance = max(least, share * min(diagonal, _LONGEST))
        ours, theirs, cosines = _matches(reference, matrix, side, tolerance)
        if len(ours) < MIN_INLIERS:
            return None
        estimate, inside = cv2.estimateAffinePartial2D(
            reference.points[ours],
            side.keypoints.points[theirs],
            method=cv2.RANSAC,
            ransacReprojThreshold=max(3.0, tolerance / 2),
            maxIters=500,
            confidence=0.99,
        )
        if estimate is None:
            return None
        matrix, inliers = np.asarray(estimate, np.float64), int(inside.sum())
        likeness = float(cosines[inside.ravel() > 0].mean())
        scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        if inliers < MIN_INLIERS or not _SCALES[0] < scale < _SCALES[1]:
            return None
    return Transform(matrix, inliers, likeness)


def _matches(
    reference: Keypoints, matrix: NDArray[np.float64], side: SearchedSide, tolerance: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Keypoints of a reference, those of the image at their places, and their cosines."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    turn = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    places = reference.points @ matrix[:, :2].T + matrix[:, 2]
    height, width = side.gray.shape
    within = (places >= 0).all(axis=1) & (places < (width, height)).all(axis=1)
    ours = np.flatnonzero(within & (reference.sizes * scale > _SMALLEST))
    place, theirs = side.near(places[ours], tolerance)
    ours = ours[place]
    sizes = np.log(side.keypoints.sizes[theirs] / (scale * reference.sizes[ours]))
    turns = wrap_angles(side.keypoints.angles[theirs] - reference.angles[ours] - turn)
    alike = (np.abs(sizes) < _MAX_SIZE) & (np.abs(turns) < _MAX_ANGLE)
    ours, theirs = ours[alike], theirs[alike]
    cosines = np.einsum("ij,ij->i", side.descriptors[theirs], reference.root_sift()[ours])
    order = np.argsort(-cosines, kind="stable")[: (cosines > _MIN_COSINE).sum()]
    # Of each keypoint of the reference, the most alike.
    order = order[np.sort(np.unique(ours[order], return_index=True)[1])]
    ours, theirs, best = ours[order], theirs[order], cosines[order]
    # Each place once on both sides; the most alike keep it.
    once = np.sort(distinct(side.keypoints.points[theirs]))
    ours, theirs, best = ours[once], theirs[once], best[once]
    once = distinct(reference.points[ours])
    return ours[once], theirs[once], np.asarray(best[once], np.float32)
