"""The same picture used again, whole or in part: found by the details the two share.

Material is reused as a copy, cropped, scaled, mirrored, with text over it; never redrawn. So
its details stay, and local features (SIFT with the square root of Arandjelović and Zisserman
2012) find a quarter of a poster, which no comparison of layouts can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.boxes import area
from netravision.errors import WatchlistError
from netravision.matching.cells import CELL, DIRECTIONS, describe
from netravision.matching.reference import Reference
from netravision.result import Box

# References are scaled to this long side: copies in posts are rarely larger.
_REFERENCE_SIDE = 640

# Features kept of a reference, the strongest first.
_FEATURES = 500

# Nearest against second nearest within the same reference, as similarities' angles; Lowe (2004)
# has 0.8 for distances.
_RATIO = 0.8

# Fewer consistent features happen by chance: see docs/insignia.md, material.
_MIN_INLIERS = 6

# Pixels of the picture by which a consistent feature may miss its place.
_TOLERANCE = 4.0

# Order of a descriptor's 4 × 4 × 8 numbers after mirroring: the patch is described along its own
# orientation, so what lies across it is reversed, and so are the directions. On a mirrored photo
# the reordered descriptors agree to 0.9996 with those computed anew.
_MIRRORED = np.arange(128).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()

# References, or mirror images of them, looked at closely. Of 50 copies at a tenth of the width
# the right one is among the first five of 400 for 0.88 and among ten for 0.94; twice the checks or
# fewer dimensions gain nothing.
_LOOKED_AT = 10
_TREES = 4
_CHECKS = 16

# Squared distances of the nearest and of the nearest of another reference; a vote counts more
# the clearer it is.
_CLEAR = 0.8
_LEAST_VOTE = 0.1

# Scales a copy can have against its reference.
_SCALES = (0.05, 8.0)

# Probability from the logarithm of the inliers, the agreement of the edges where the two overlap,
# and the logarithm of the share shown. On real photos hardly anything wrong has six inliers
# (benchmarks/material.py), which leaves little to fit to; the weights put the rendered pictures
# that share a figure's face with the poster (up to 19 inliers, agreement 0.57, a sixth shown) at
# 0.24, two photos of one riot (34 inliers, agreement 0.17) at 0.38, and copies of a tenth of the
# width (8 inliers, agreement 0.6) above a half.
_WEIGHTS = np.array([2.0, 8.0, 1.5])
_INTERCEPT = -8.9

# A smaller part is a detail, such as a party's symbol, that much else shares with the material.
_MIN_SHOWN = 0.1

#: Matches less likely than this are not reported.
MIN_SCORE = 0.05


class Reuse(NamedTuple):
    """A reference used again in a picture.

    Attributes
    ----------
    id : str
    score : float
        Calibrated probability, from :data:`MIN_SCORE` to 1.
    box : tuple of float
        ``(x0, y0, x1, y1)`` of the part that lies within the picture.
    inliers : int
        Features whose places agree with one shift, turn and scale.
    structure : float
        Agreement of the edges once laid over each other, at most 1.
    shown : float
        Share of the reference that is to be seen.
    coverage : float
        Share of the picture that it fills.
    mirrored : bool
    """

    id: str
    score: float
    box: Box
    inliers: int
    structure: float
    shown: float
    coverage: float
    mirrored: bool

    def evidence(self) -> dict[str, float | bool]:
        """What was measured, in plain types for a record."""
        return {
            "inliers": self.inliers,
            "structure": round(self.structure, 3),
            "shown": round(self.shown, 3),
            "coverage": round(self.coverage, 3),
            "mirrored": self.mirrored,
        }


class _Enrolled(NamedTuple):
    id: str
    mirrored: bool
    rgb: NDArray[np.uint8]
    points: NDArray[np.float32]
    descriptors: NDArray[np.float32]

    def reversed(self) -> _Enrolled:
        """Its mirror image."""
        last = self.rgb.shape[1] - 1
        return _Enrolled(
            self.id,
            not self.mirrored,
            np.ascontiguousarray(self.rgb[:, ::-1]),
            np.asarray(self.points * (-1, 1) + (last, 0), np.float32),
            np.ascontiguousarray(self.descriptors[:, _MIRRORED]),
        )


class ReuseIndex:
    """References prepared for finding parts of them.

    Parameters
    ----------
    references : sequence of Reference
    largest : int
        Long side in pixels at which pictures are searched.

    Raises
    ------
    WatchlistError
        If a reference has too few details to be known by.
    """

    def __init__(self, references: Sequence[Reference], *, largest: int = 1024) -> None:
        self._largest = largest
        sift = cv2.SIFT.create(nfeatures=_FEATURES)
        # In the picture a copy may be small: more features, so that it gets its share.
        self._eager = cv2.SIFT.create(nfeatures=4 * _FEATURES)
        enrolled: list[_Enrolled] = []
        for reference in references:
            for number, picture in enumerate(reference.pictures, 1):
                rgb = _shrunk(np.ascontiguousarray(picture[..., :3]), _REFERENCE_SIDE)
                points, descriptors = _features(sift, rgb)
                if len(points) < 4 * _MIN_INLIERS:
                    raise WatchlistError(
                        f"{reference.id}, picture {number} has too few details to be known "
                        "by; give a larger picture, or one that is not blurred"
                    )
                enrolled.append(_Enrolled(reference.id, False, rgb, points, descriptors))
        self._enrolled = [*enrolled, *(each.reversed() for each in enrolled)]
        self._votes = _Votes(enrolled)

    def search(self, rgb: NDArray[np.uint8]) -> list[Reuse]:
        """References used in a picture, likeliest first, each once.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray
        """
        small = _shrunk(rgb, self._largest)
        points, descriptors = _features(self._eager, small)
        if len(points) < _MIN_INLIERS:
            return []
        best: dict[str, Reuse] = {}
        for number in self._votes.likeliest(descriptors):
            enrolled = self._enrolled[number]
            similarity = descriptors @ enrolled.descriptors.T
            found = _reuse(enrolled, similarity, points, small, rgb.shape)
            if found and (found.id not in best or found.score > best[found.id].score):
                best[found.id] = found
        return sorted(best.values(), key=lambda reuse: -reuse.score)


class _Votes:
    """An index of all details of all references, which says where to look closely.

    Approximate neighbors by randomized trees (Muja and Lowe 2009) take the same time for 200
    references as for ten; the close look is exact.
    """

    def __init__(self, enrolled: Sequence[_Enrolled]) -> None:
        self._count = len(enrolled)
        self._owners = np.repeat(
            np.arange(self._count), [len(each.descriptors) for each in enrolled]
        )
        # Pictures of one reference are alike and must not make each other unclear: with a second
        # picture of each of 30 drawn posters, copies of 70 pixels were found 22 times, not 30.
        _, self._references = np.unique([each.id for each in enrolled], return_inverse=True)
        self._trees: Any = None
        if 2 * self._count > _LOOKED_AT:
            # The flann module draws its trees from OpenCV's generator; the same watchlist is
            # searched the same way in every process.
            cv2.setRNGSeed(0)
            descriptors = np.concatenate([each.descriptors for each in enrolled])
            self._trees = cv2.flann_Index(  # type: ignore[attr-defined]
                descriptors, {"algorithm": 1, "trees": _TREES}
            )

    def likeliest(self, descriptors: NDArray[np.float32]) -> list[int]:
        """Numbers of the references with most votes; mirrored ones follow the others."""
        if self._trees is None:
            return list(range(2 * self._count))
        votes = np.concatenate(
            [self._votes(descriptors), self._votes(np.ascontiguousarray(descriptors[:, _MIRRORED]))]
        )
        first = np.argsort(-votes, kind="stable")[:_LOOKED_AT]
        return [int(number) for number in first if votes[number] > 0]

    def _votes(self, descriptors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Details whose nearest neighbor is clearly nearer than any other reference's."""
        nearest, squared = self._trees.knnSearch(descriptors, 3, params={"checks": _CHECKS})
        owners = self._owners[nearest]
        references = self._references[owners]
        second = np.where(references[:, 1] != references[:, 0], squared[:, 1], squared[:, 2])
        ratio = squared[:, 0] / np.maximum(second, 1e-6)
        clear = ratio < _CLEAR
        votes = np.bincount(owners[clear, 0], 1 + _LEAST_VOTE - ratio[clear], minlength=self._count)
        return np.asarray(votes, np.float64)


def _features(
    sift: cv2.SIFT, rgb: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Places (N, 2) and RootSIFT descriptors (N, 128) of unit length."""
    keypoints, descriptors = sift.detectAndCompute(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), None)
    if not keypoints:
        return np.empty((0, 2), np.float32), np.empty((0, 128), np.float32)
    points = np.array([keypoint.pt for keypoint in keypoints], np.float32)
    sums = np.abs(descriptors).sum(axis=1, keepdims=True) + 1e-6
    return points, np.sqrt(np.asarray(descriptors, np.float32) / sums)


def _shrunk(rgb: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    scale = min(1.0, long_side / max(rgb.shape[:2]))
    if scale == 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _reuse(
    enrolled: _Enrolled,
    similarity: NDArray[np.float32],
    points: NDArray[np.float32],
    picture: NDArray[np.uint8],
    shape: tuple[int, ...],
) -> Reuse | None:
    """How far the features of a picture, reduced from a shape, agree with one reference."""
    nearest = similarity.argmax(axis=1)
    rows = np.arange(len(similarity))
    first = similarity[rows, nearest]
    similarity[rows, nearest] = -1
    second = similarity.max(axis=1)
    # Unit vectors: distance² = 2 - 2 · similarity.
    good = np.flatnonzero((1 - first) < _RATIO**2 * (1 - second))
    if len(good) < _MIN_INLIERS:
        return None
    # Several features of the picture may claim one of the reference; the nearest keeps it.
    good = good[np.argsort(-first[good])]
    good = good[np.unique(nearest[good], return_index=True)[1]]
    if len(good) < _MIN_INLIERS:
        return None
    estimate, inside = cv2.estimateAffinePartial2D(
        enrolled.points[nearest[good]],
        points[good],
        method=cv2.RANSAC,
        ransacReprojThreshold=_TOLERANCE,
        maxIters=2000,
        confidence=0.995,
    )
    if estimate is None:
        return None
    matrix = np.asarray(estimate, np.float64)
    inliers = int(inside.sum())
    size = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if inliers < _MIN_INLIERS or not _SCALES[0] < size < _SCALES[1]:
        return None
    structure, shown = _agreement(enrolled.rgb, picture, matrix)
    if shown < _MIN_SHOWN:
        return None
    logit = float(np.dot(_WEIGHTS, (np.log(inliers), structure, np.log(shown)))) + _INTERCEPT
    score = float(1 / (1 + np.exp(-logit)))
    if score < MIN_SCORE:
        return None
    box = _outline(enrolled.rgb, picture, matrix)
    coverage = area(box) / (picture.shape[0] * picture.shape[1])
    down, across = shape[0] / picture.shape[0], shape[1] / picture.shape[1]
    box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    return Reuse(enrolled.id, score, box, inliers, structure, shown, coverage, enrolled.mirrored)


def _agreement(
    reference: NDArray[np.uint8], picture: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> tuple[float, float]:
    """Cosine of the edges where both can be seen, and the share of the reference that can."""
    shrink = min(1.0, 256 / max(reference.shape[:2]))
    small = _shrunk(reference, 256)
    height, width = small.shape[:2]
    to_picture = matrix @ np.diag([1 / shrink, 1 / shrink, 1])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    # Smoothed first where the copy is the larger one, as warping only looks at four pixels.
    growth = float(np.hypot(to_picture[0, 0], to_picture[1, 0]))
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.4 * growth) if growth > 1.2 else picture
    warped = np.asarray(cv2.warpAffine(smooth, to_picture, (width, height), flags=flags), np.uint8)
    ones = np.ones(picture.shape[:2], np.uint8)
    seen = cv2.warpAffine(ones, to_picture, (width, height), flags=flags)
    rows, columns = height // CELL, width // CELL
    visible = seen[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    whole = visible.min(axis=(1, 3)) > 0
    if whole.sum() < 4:
        return 0.0, 0.0
    a, b = (describe(each)[whole][:, :DIRECTIONS] for each in (small, warped))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    cosine = float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6))
    return cosine, float(whole.mean())


def _outline(
    reference: NDArray[np.uint8], picture: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> Box:
    height, width = reference.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    placed = corners @ matrix.T
    (x0, y0), (x1, y1) = placed.min(axis=0), placed.max(axis=0)
    right, bottom = picture.shape[1], picture.shape[0]
    return (
        float(np.clip(x0, 0, right)),
        float(np.clip(y0, 0, bottom)),
        float(np.clip(x1, 0, right)),
        float(np.clip(y1, 0, bottom)),
    )
