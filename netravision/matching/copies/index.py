"""The copy engine: references enrolled once, then found in images in whole or in part.

Material is reused as a copy: cropped, scaled, mirrored, with text over it, never redrawn. A copy
keeps its keypoints, so local features find a quarter of a poster, which no comparison of layouts
can. Where they agree, the reference is aligned with the image, and the pixels decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box, area
from netravision.core.hashing import luma
from netravision.core.logistic import sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.matching.copies.enrolled import COARSE, Enrolled, Picture, enroll
from netravision.matching.copies.guided_matching import (
    MIN_INLIERS,
    SearchedSide,
    Transform,
    refine,
)
from netravision.matching.copies.hough_voting import HoughVoting
from netravision.matching.copies.index_file import IndexFile
from netravision.matching.copies.inverted_index import InvertedIndex, build_inverted_index
from netravision.matching.copies.keypoints import detect_keypoints
from netravision.matching.copies.verification import Verification, verify
from netravision.matching.references import Reference

__all__ = ["MIN_SCORE", "CopyIndex", "CopyMatch"]

# A copy may be small in an image, so more fine keypoints are kept there than of a reference.
_FINE_IN_IMAGE = 350

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


class CopyIndex:
    """References prepared for finding parts of them.

    Parameters
    ----------
    references : sequence of Reference
    folder : Path, optional
        Where what is computed from them is kept, in a file that all processes with the same
        folder and references read. Where it cannot be written, each computes it.

    Raises
    ------
    WatchlistError
        If a reference has too few keypoints to be recognized by.
    """

    def __init__(self, references: Sequence[Reference], folder: Path | None = None) -> None:
        self._enrolled, inverted = _prepared(references, folder)
        self._voting = HoughVoting(self._enrolled.keypoints, self._enrolled.starts, inverted)

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
        pixels = resize_longest_side(luma(image.pixels), long_side, enlarge=False)
        keypoints = detect_keypoints(pixels, _FINE_IN_IMAGE, COARSE)
        if len(keypoints.points) < MIN_INLIERS:
            return []
        flipped = np.ascontiguousarray(pixels[:, ::-1])
        sides = [
            SearchedSide(pixels, keypoints, mirrored=False),
            SearchedSide(flipped, keypoints.mirrored(pixels.shape[1]), mirrored=True),
        ]
        hypotheses = [
            (hypothesis, side)
            for side in sides
            for hypothesis in self._voting.hypotheses(side.keypoints, side.descriptors)
        ]
        hypotheses.sort(key=lambda each: -each[0].votes)
        best: dict[str, CopyMatch] = {}
        for hypothesis, side in hypotheses[:_MAX_HYPOTHESES]:
            picture = self._enrolled.picture(hypothesis.reference)
            transform = refine(picture.keypoints, picture.size_wh, side, hypothesis.matrix)
            if transform is None:
                continue
            known = best.get(picture.id)
            # Most of the time goes into pixels that could not make it likely enough.
            most = _score(transform.inliers, transform.likeness, _PERFECT)
            if most < least_score or (known and most <= known.score):
                continue
            match = _match(picture, transform, side, image.size_wh)
            if match and match.score >= least_score and (not known or match.score > known.score):
                best[match.id] = match
        return sorted(best.values(), key=lambda match: -match.score)


def _prepared(
    references: Sequence[Reference], folder: Path | None
) -> tuple[Enrolled, InvertedIndex]:
    def compute(former: Sequence[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        known = _split(former)[0].pictures() if former else ()
        enrolled = enroll(references, {each.key: each for each in known})
        yield from enrolled
        yield from build_inverted_index([each.keypoints for each in enrolled.pictures()])

    if folder is not None and IndexFile.is_possible():
        with suppress(OSError):
            return _split(IndexFile(folder, references).arrays(compute))
    return _split(list(compute([])))


def _split(arrays: Sequence[NDArray[Any]]) -> tuple[Enrolled, InvertedIndex]:
    count = len(Enrolled._fields)
    return Enrolled(*arrays[:count]), InvertedIndex(*arrays[count:])


def _match(
    picture: Picture, transform: Transform, side: SearchedSide, image_wh: tuple[int, int]
) -> CopyMatch | None:
    """What an image, scaled down from ``image_wh``, shows where a reference may lie."""
    matrix, inliers, likeness = transform
    reduction = picture.size_wh[0] / picture.small.shape[1]
    verified = verify(picture.small, side.gray, matrix @ np.diag([reduction, reduction, 1]))
    score = _score(inliers, likeness, verified)
    if verified.shown < _MIN_SHOWN or score < MIN_SCORE:
        return None
    if verified.shown < _PART and inliers < _MIN_PART_INLIERS:
        return None
    height, width = side.gray.shape
    box = _bounding_box(picture.size_wh, (width, height), matrix)
    coverage = area(box) / (width * height)
    if side.mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    across, down = image_wh[0] / width, image_wh[1] / height
    box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    return CopyMatch(
        picture.id,
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
