"""The copy engine: references enrolled once, then found in images in whole or in part.

Material is reused as a copy: cropped, scaled, mirrored, with text over it, never redrawn. A copy
keeps its keypoints, so local features find a quarter of a poster, which no comparison of layouts
can. Where they agree, the reference is aligned with the image, and the pixels decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box, area
from netravision.core.logistic import sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.errors import WatchlistError
from netravision.languages import gettext as _
from netravision.matching.copies.guided_matching import (
    MIN_INLIERS,
    SearchedSide,
    Transform,
    refine,
)
from netravision.matching.copies.hough_voting import HoughVoting
from netravision.matching.copies.keypoints import Keypoints, detect_keypoints
from netravision.matching.copies.verification import LONG_SIDE, Verification, verify
from netravision.matching.references import WHITE, Reference, composite

__all__ = ["MIN_SCORE", "CopyIndex", "CopyMatch"]

# References are scaled to this long side: copies in posts are rarely larger.
_REFERENCE_SIDE = 640

# Keypoints kept of a reference: fine ones of each tile, coarse ones of the whole.
_FINE, _COARSE = 150, 250

# A copy may be small in an image, so more fine ones are kept there.
_FINE_IN_IMAGE = 350

# A reference with fewer keypoints is refused.
_MIN_KEYPOINTS = 24

# Hypotheses that are verified.
_MAX_HYPOTHESES = 6

# Probability from the logarithm of the inliers, their likeness, the densest agreement of the
# pixels, and the logarithm of the share shown. Fitted on 193 edits of photos that
# benchmarks/material.py does not ask about, and 62 places of something else, the likeliest of them
# one page of a magazine photographed twice (0.8) and one kind of coin and banknote (0.8); the
# intercept is 0.4 higher than fitted. Two photos of one group some seconds apart score 0.1.
_WEIGHTS = np.array([0.84, 30.5, 4.2, 1.85])
_INTERCEPT = -32.4

# A smaller part is a detail, such as a party's symbol, that other images share with the material.
_MIN_SHOWN = 0.08

# Less than half of the material counts only with so many inliers: frames, letters and silhouettes
# agree in a few places, a number in a square with another square (6 inliers, 0.36 shown). Of 59
# parts in the edits of the fit two have fewer.
_PART = 0.5
_MIN_PART_INLIERS = 8

#: Matches less likely than this are not reported.
MIN_SCORE = 0.05

# All pixels agree.
_PERFECT = Verification(1.0, 1.0)


class CopyMatch(NamedTuple):
    """A reference found again in an image.

    Attributes
    ----------
    id : str
        Of the reference.
    score : float
        Calibrated probability, from :data:`MIN_SCORE` to 1.
    box : tuple of float
        ``(x0, y0, x1, y1)`` of the part that lies within the image.
    inliers : int
        Keypoints whose places agree with one shift, turn and scale.
    likeness : float
        Mean cosine of their descriptors, at most 1.
    structure : float
        Share of what lies there whose pixels agree, where most do, at most 1.
    shown : float
        Share of the reference whose pixels agree, at most 1.
    coverage : float
        Share of the image that it fills.
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

    def evidence(self) -> dict[str, Any]:
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
    """One picture of a reference: its size for the keypoints, and a small one to verify."""

    id: str
    size_wh: tuple[int, int]
    small: NDArray[np.uint8]
    keypoints: Keypoints


class CopyIndex:
    """References prepared for finding parts of them.

    Parameters
    ----------
    references : sequence of Reference

    Raises
    ------
    WatchlistError
        If a reference has too few keypoints to be recognized by.
    """

    def __init__(self, references: Sequence[Reference]) -> None:
        self._enrolled = [
            _enroll(reference.id, number, picture)
            for reference in references
            for number, picture in enumerate(reference.pictures, 1)
        ]
        self._voting = HoughVoting([each.keypoints for each in self._enrolled])

    def search(
        self, image: ImagePyramid, *, long_side: int = 1024, least_score: float = MIN_SCORE
    ) -> list[CopyMatch]:
        """References found in an image, likeliest first, each once.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        long_side : int
            Pixels to which a larger image is scaled down.
        least_score : float
            Matches less likely than this are left out, at least :data:`MIN_SCORE`.

        Returns
        -------
        list of CopyMatch
        """
        gray = resize_longest_side(_gray(image.pixels), long_side, enlarge=False)
        keypoints = detect_keypoints(gray, _FINE_IN_IMAGE, _COARSE)
        if len(keypoints.points) < MIN_INLIERS:
            return []
        flipped = np.ascontiguousarray(gray[:, ::-1])
        sides = [
            SearchedSide(gray, keypoints, mirrored=False),
            SearchedSide(flipped, keypoints.mirrored(gray.shape[1]), mirrored=True),
        ]
        hypotheses = [
            (hypothesis, side)
            for side in sides
            for hypothesis in self._voting.hypotheses(side.keypoints, side.descriptors)
        ]
        hypotheses.sort(key=lambda each: -each[0].votes)
        best: dict[str, CopyMatch] = {}
        for hypothesis, side in hypotheses[:_MAX_HYPOTHESES]:
            enrolled = self._enrolled[hypothesis.reference]
            transform = refine(enrolled.keypoints, enrolled.size_wh, side, hypothesis.matrix)
            if transform is None:
                continue
            known = best.get(enrolled.id)
            # Most of the time goes into pixels that could not make it likely enough.
            most = _score(transform.inliers, transform.likeness, _PERFECT)
            if most < least_score or (known and most <= known.score):
                continue
            match = _match(enrolled, transform, side, image.size_wh)
            if match and match.score >= least_score and (not known or match.score > known.score):
                best[match.id] = match
        return sorted(best.values(), key=lambda match: -match.score)


def _enroll(name: str, number: int, picture: NDArray[np.uint8]) -> _Enrolled:
    gray = resize_longest_side(_gray(composite(picture, WHITE)), _REFERENCE_SIDE, enlarge=False)
    keypoints = detect_keypoints(gray, _FINE, _COARSE)
    if len(keypoints.points) < _MIN_KEYPOINTS:
        raise WatchlistError(
            _(
                "{name}, picture {number} has too few details to be known by; give a larger "
                "picture, or one that is not blurred"
            ).format(name=name, number=number)
        )
    size_wh = (gray.shape[1], gray.shape[0])
    return _Enrolled(name, size_wh, resize_longest_side(gray, LONG_SIDE, enlarge=False), keypoints)


def _gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gray = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    return np.asarray(gray, np.uint8)


def _match(
    enrolled: _Enrolled, transform: Transform, side: SearchedSide, image_wh: tuple[int, int]
) -> CopyMatch | None:
    """What an image, scaled down from ``image_wh``, shows where a reference may lie."""
    matrix, inliers, likeness = transform
    reduction = enrolled.size_wh[0] / enrolled.small.shape[1]
    verified = verify(enrolled.small, side.gray, matrix @ np.diag([reduction, reduction, 1]))
    score = _score(inliers, likeness, verified)
    if verified.shown < _MIN_SHOWN or score < MIN_SCORE:
        return None
    if verified.shown < _PART and inliers < _MIN_PART_INLIERS:
        return None
    height, width = side.gray.shape
    box = _bounding_box(enrolled.size_wh, (width, height), matrix)
    coverage = area(box) / (width * height)
    if side.mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    across, down = image_wh[0] / width, image_wh[1] / height
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
    return float(sigmoid(float(np.dot(_WEIGHTS, measured)) + _INTERCEPT))


def _bounding_box(
    size_wh: tuple[int, int], image_wh: tuple[int, int], matrix: NDArray[np.float64]
) -> Box:
    """Bounding box of a transformed reference as far as it lies within an image."""
    width, height = size_wh
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    placed = corners @ matrix.T
    (x0, y0), (x1, y1) = placed.min(axis=0), placed.max(axis=0)
    right, bottom = image_wh
    return (
        float(np.clip(x0, 0, right)),
        float(np.clip(y0, 0, bottom)),
        float(np.clip(x1, 0, right)),
        float(np.clip(y1, 0, bottom)),
    )
