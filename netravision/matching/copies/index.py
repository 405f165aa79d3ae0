"""The same picture used again, whole or in part: found by the keypoints the two share.

Material is reused as a copy, cropped, scaled, mirrored, with text over it; never redrawn. So
its keypoints stay, and local features find a quarter of a poster, which no comparison of layouts
can. What they find is laid over the reference, and the pixels say whether it is a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from netravision.core.geometry import Box, area
from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.matching.copies.hough_voting import HoughVoting, Hypothesis, distinct, turned
from netravision.matching.copies.keypoints import Keypoints, detect_keypoints
from netravision.matching.copies.verification import SIDE, Verification, verify
from netravision.matching.references import Reference

# References are scaled to this long side: copies in posts are rarely larger.
_REFERENCE_SIDE = 640

# Keypoints kept of a reference: fine ones of each tile, large ones of the whole.
_FINE, _COARSE = 150, 250

# In a picture a copy may be small: more, so that it gets its share.
_EAGER = 350

# A reference with fewer is refused.
_LEAST_DETAILS = 24

# Placements looked at closely.
_LOOKED_AT = 6

# Places a detail of a reference is looked for around where the hypothesis puts it, first as shares
# of the copy's diagonal, then at least in pixels.
_TOLERANCES = ((0.05, 6.0), (0.03, 5.0), (0.015, 4.0))
_LONGEST = 800.0
_NEIGHBORS = 12

# Fewer do not say where a copy lies.
_MIN_INLIERS = 3

# How alike two keypoints at their place are: cosine of their descriptors, logarithm of their sizes,
# directions in radians. And how small a copy's detail can be, in pixels.
_ALIKE = 0.78
_SIZE = 0.45
_DIRECTION = 0.4
_SMALLEST = 1.9

# Scales a copy can have against its reference.
_SCALES = (0.03, 8.0)

# Probability from the logarithm of the inliers, their likeness, the densest agreement of the
# pixels, and the logarithm of the share shown: fitted on 193 edits of photos that
# benchmarks/material.py does not ask about, and 62 places of something else, of which the likeliest
# are one page of a magazine photographed twice (0.8) and one kind of coin and banknote (0.8); the
# intercept lies 0.4 higher. Two photos of one group some seconds apart score 0.1.
_WEIGHTS = np.array([0.84, 30.5, 4.2, 1.85])
_INTERCEPT = -32.4

# A smaller part is a detail, such as a party's symbol, that much else shares with the material.
_MIN_SHOWN = 0.08

# Less than half of the material counts only with so many inliers: frames, letters and silhouettes
# agree in a few places, a number in a square with another square (6 inliers, 0.36 shown). Of 59
# parts in the edits of the fit two have fewer.
_PART = 0.5
_PART_INLIERS = 8

#: Matches less likely than this are not reported.
MIN_SCORE = 0.05


class CopyMatch(NamedTuple):
    """A reference used again in a picture.

    Attributes
    ----------
    id : str
    score : float
        Calibrated probability, from :data:`MIN_SCORE` to 1.
    box : tuple of float
        ``(x0, y0, x1, y1)`` of the part that lies within the picture.
    inliers : int
        Keypoints whose places agree with one shift, turn and scale.
    likeness : float
        Mean cosine of their descriptors, at most 1.
    structure : float
        Share of what lies there whose pixels agree, where most do, at most 1.
    shown : float
        Share of the reference whose pixels agree.
    coverage : float
        Share of the picture that it fills.
    mirrored : bool
    """

    id: str
    score: float
    box: Box
    inliers: int
    likeness: float
    structure: float
    shown: float
    coverage: float
    mirrored: bool

    def evidence(self) -> dict[str, float | bool]:
        """What was measured, in plain types for a record."""
        return {
            "inliers": self.inliers,
            "likeness": round(self.likeness, 3),
            "structure": round(self.structure, 3),
            "shown": round(self.shown, 3),
            "coverage": round(self.coverage, 3),
            "mirrored": self.mirrored,
        }


class _Enrolled(NamedTuple):
    id: str
    size: tuple[int, int]
    gray: NDArray[np.uint8]
    keypoints: Keypoints


class CopyIndex:
    """References prepared for finding parts of them.

    Parameters
    ----------
    references : sequence of Reference
    largest : int
        Long side in pixels at which pictures are searched.

    Raises
    ------
    WatchlistError
        If a reference has too few keypoints to be known by.
    """

    def __init__(self, references: Sequence[Reference], *, largest: int = 1024) -> None:
        self._largest = largest
        self._enrolled: list[_Enrolled] = []
        for reference in references:
            for number, picture in enumerate(reference.pictures, 1):
                gray = _shrunk(_gray(picture), _REFERENCE_SIDE)
                keypoints = detect_keypoints(gray, _FINE, _COARSE)
                if len(keypoints.points) < _LEAST_DETAILS:
                    raise WatchlistError(
                        f"{reference.id}, picture {number} has too few keypoints to be known "
                        "by; give a larger picture, or one that is not blurred"
                    )
                size = (gray.shape[1], gray.shape[0])
                self._enrolled.append(_Enrolled(reference.id, size, _shrunk(gray, SIDE), keypoints))
        self._votes = HoughVoting([each.keypoints for each in self._enrolled])

    def search(self, picture: ImagePyramid) -> list[CopyMatch]:
        """References used in a picture, likeliest first, each once.

        Parameters
        ----------
        picture : ImagePyramid
            Of (H, W, 3) RGB pixels.
        """
        gray = _shrunk(_gray(picture.pixels), self._largest)
        keypoints = detect_keypoints(gray, _EAGER, _COARSE)
        if len(keypoints.points) < _MIN_INLIERS:
            return []
        flipped = np.ascontiguousarray(gray[:, ::-1])
        sides = [
            _Side(False, gray, keypoints),
            _Side(True, flipped, keypoints.mirrored(gray.shape[1])),
        ]
        placed = [
            (hypothesis, side)
            for side in sides
            for hypothesis in self._votes.hypotheses(side.keypoints, side.roots)
        ]
        placed.sort(key=lambda each: -each[0].weight)
        best: dict[str, CopyMatch] = {}
        for hypothesis, side in placed[:_LOOKED_AT]:
            found = _match(
                self._enrolled[hypothesis.number], hypothesis, side, picture.pixels.shape
            )
            if found and (found.id not in best or found.score > best[found.id].score):
                best[found.id] = found
        return sorted(best.values(), key=lambda match: -match.score)


class _Side:
    """A picture or its mirror image, with its keypoints."""

    def __init__(self, mirrored: bool, gray: NDArray[np.uint8], keypoints: Keypoints) -> None:
        self.mirrored = mirrored
        self.gray = gray
        self.keypoints = keypoints
        self.roots = keypoints.roots()
        self.tree = KDTree(keypoints.points)


def _gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gray = cv2.cvtColor(np.ascontiguousarray(rgb[..., :3]), cv2.COLOR_RGB2GRAY)
    return np.asarray(gray, np.uint8)


def _shrunk(gray: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    scale = min(1.0, long_side / max(gray.shape))
    if scale == 1:
        return gray
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _match(
    enrolled: _Enrolled, hypothesis: Hypothesis, side: _Side, shape: tuple[int, ...]
) -> CopyMatch | None:
    """What a picture, reduced from a shape, shows where a reference may be."""
    fitted = _fitted(enrolled, hypothesis.matrix, side)
    if fitted is None:
        return None
    matrix, inliers, likeness = fitted
    reduction = enrolled.size[0] / enrolled.gray.shape[1]
    verified = verify(enrolled.gray, side.gray, matrix @ np.diag([reduction, reduction, 1]))
    score = _score(inliers, likeness, verified)
    if verified.shown < _MIN_SHOWN or score < MIN_SCORE:
        return None
    if verified.shown < _PART and inliers < _PART_INLIERS:
        return None
    height, width = side.gray.shape
    box = _outline(enrolled.size, (width, height), matrix)
    coverage = area(box) / (width * height)
    if side.mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    down, across = shape[0] / height, shape[1] / width
    box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    return CopyMatch(
        enrolled.id,
        score,
        box,
        inliers,
        likeness,
        verified.densest,
        verified.shown,
        coverage,
        side.mirrored,
    )


def _score(inliers: int, likeness: float, verified: Verification) -> float:
    measured = (np.log(inliers), likeness, verified.densest, np.log(verified.shown + 1e-6))
    logit = float(np.dot(_WEIGHTS, measured)) + _INTERCEPT
    return float(1 / (1 + np.exp(-logit)))


def _fitted(
    enrolled: _Enrolled, matrix: NDArray[np.float64], side: _Side
) -> tuple[NDArray[np.float64], int, float] | None:
    """A hypothesis drawn tighter by the keypoints at their places, how many fit it, how alike."""
    inliers, likeness = 0, 0.0
    for share, least in _TOLERANCES:
        diagonal = float(np.hypot(*enrolled.size) * np.hypot(matrix[0, 0], matrix[1, 0]))
        tolerance = max(least, share * min(diagonal, _LONGEST))
        ours, theirs, cosines = _matches(enrolled.keypoints, matrix, side, tolerance)
        if len(ours) < _MIN_INLIERS:
            return None
        estimate, inside = cv2.estimateAffinePartial2D(
            enrolled.keypoints.points[ours],
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
        if inliers < _MIN_INLIERS or not _SCALES[0] < scale < _SCALES[1]:
            return None
    return matrix, inliers, likeness


def _matches(
    keypoints: Keypoints, matrix: NDArray[np.float64], side: _Side, tolerance: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Keypoints of a reference, those of the picture that lie where they should, their cosines."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    turn = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    places = keypoints.points @ matrix[:, :2].T + matrix[:, 2]
    height, width = side.gray.shape
    within = (places >= 0).all(axis=1) & (places < (width, height)).all(axis=1)
    ours = np.flatnonzero(within & (keypoints.sizes * scale > _SMALLEST))
    if not len(ours):
        return ours, ours, np.empty(0, np.float32)
    distance, near = side.tree.query(places[ours], _NEIGHBORS, distance_upper_bound=tolerance)
    there = np.isfinite(distance)
    near = np.where(there, near, 0)
    roots = keypoints.roots()[ours]
    cosine = np.einsum("ijk,ik->ij", side.roots[near], roots)
    sizes = np.log(side.keypoints.sizes[near] / (scale * keypoints.sizes[ours, None]))
    turns = turned(side.keypoints.angles[near] - keypoints.angles[ours, None] - turn)
    alike = there & (np.abs(sizes) < _SIZE) & (np.abs(turns) < _DIRECTION)
    cosine = np.where(alike, cosine, -1)
    column = cosine.argmax(axis=1)
    rows = np.arange(len(ours))
    best = cosine[rows, column]
    order = np.argsort(-best, kind="stable")[: (best > _ALIKE).sum()]
    ours, theirs, best = ours[order], near[rows, column][order], best[order]
    # Each place once on both sides; the most alike keep it.
    once = np.sort(distinct(side.keypoints.points[theirs]))
    ours, theirs, best = ours[once], theirs[once], best[once]
    once = distinct(keypoints.points[ours])
    return ours[once], theirs[once], np.asarray(best[once], np.float32)


def _outline(size: tuple[int, int], picture: tuple[int, int], matrix: NDArray[np.float64]) -> Box:
    """The box of a placed reference as far as it lies within a picture, (width, height) each."""
    width, height = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    placed = corners @ matrix.T
    (x0, y0), (x1, y1) = placed.min(axis=0), placed.max(axis=0)
    right, bottom = picture
    return (
        float(np.clip(x0, 0, right)),
        float(np.clip(y0, 0, bottom)),
        float(np.clip(x1, 0, right)),
        float(np.clip(y1, 0, bottom)),
    )
