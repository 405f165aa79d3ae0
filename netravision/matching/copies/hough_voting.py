"""Which references a picture may show, and where: keypoints that agree on one hypothesis.

Each detail of the picture names the reference whose detail is nearest, and, by its own place,
size and direction, a hypothesis of it (Lowe 2004). By chance keypoints name any reference anywhere;
those of a copy agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.copies.keypoints import Keypoints

# Dimensions, trees and checks of the search for the nearest. Of 90 copies the number of keypoints
# that agree is the same with 128 dimensions and four trees, at four times the memory and half as
# much more time.
_DIMENSIONS = 32
_TREES = 2
_CHECKS = 16

# A detail has a vote for each of its nearest that is clearly nearer than the one after these, as
# ratio of squared distances: posters of one candidate share the portrait. A vote counts more the
# clearer it is.
_SHARED = 3
_CLEAR = 0.7
_LEAST_VOTE = 0.4

# How far two votes may differ: in place, pixels and share of their distance; in the logarithm of
# the size; in direction, radians.
_PLACE = (4.0, 0.2)
_SIZE = 0.5
_DIRECTION = 0.45

# HoughVoting for one reference that are compared with each other; a copy of the whole has hundreds.
_COMPARED = 300

# A hypothesis that fewer keypoints agree on is not looked at.
_LEAST_DETAILS = 2


class Hypothesis(NamedTuple):
    """Where a reference may be.

    Attributes
    ----------
    number : int
        Of the reference.
    weight : float
        What the agreeing votes count.
    matrix : (2, 3) float64 ndarray
        From the reference's pixels to the picture's.
    """

    number: int
    weight: float
    matrix: NDArray[np.float64]


class HoughVoting:
    """The keypoints of all references in one index.

    Approximate neighbors by randomized trees (Muja and Lowe 2009) take the same time for 200
    references as for ten.

    Parameters
    ----------
    references : sequence of Keypoints
    """

    def __init__(self, references: Sequence[Keypoints]) -> None:
        self._points = np.concatenate([each.points for each in references])
        self._sizes = np.concatenate([each.sizes for each in references])
        self._angles = np.concatenate([each.angles for each in references])
        counts = [len(each.points) for each in references]
        self._owners = np.repeat(np.arange(len(references)), counts)
        descriptors = np.concatenate([each.roots() for each in references])
        self._mean = descriptors.mean(axis=0)
        _, directions = np.linalg.eigh(np.cov(descriptors.T))
        self._directions = np.ascontiguousarray(directions[:, -_DIMENSIONS:], np.float32)
        self._descriptors = self._reduced(descriptors)
        # The flann module draws its trees from OpenCV's generator; the same watchlist is
        # searched the same way in every process.
        cv2.setRNGSeed(0)
        self._trees: Any = cv2.flann_Index(  # type: ignore[attr-defined]
            self._descriptors, {"algorithm": 1, "trees": _TREES}
        )

    def hypotheses(self, keypoints: Keypoints, roots: NDArray[np.float32]) -> list[Hypothesis]:
        """The best hypothesis of each reference that several keypoints name."""
        nearest, squared = self._trees.knnSearch(
            self._reduced(roots), _SHARED + 1, params={"checks": _CHECKS}
        )
        ratio = squared[:, :_SHARED] / np.maximum(squared[:, _SHARED:], 1e-6)
        ours, rank = np.nonzero(ratio < _CLEAR)
        theirs = nearest[ours, rank]
        weights = (1 + _LEAST_VOTE - ratio)[ours, rank]
        # By reference, the clearest first.
        order = np.lexsort((-weights, self._owners[theirs]))
        starts = np.flatnonzero(np.diff(self._owners[theirs[order]], prepend=-1))
        found = []
        for votes in np.split(order, starts[1:]):
            if len(votes) < _LEAST_DETAILS:
                continue
            votes = votes[:_COMPARED]
            mine, its = ours[votes], theirs[votes]
            placed = _agreeing(
                keypoints.points[mine],
                keypoints.sizes[mine] / self._sizes[its],
                keypoints.angles[mine] - self._angles[its],
                self._points[its],
                weights[votes],
            )
            if placed:
                weight, agreeing = placed
                matrix = similarity(self._points[its[agreeing]], keypoints.points[mine[agreeing]])
                found.append(Hypothesis(int(self._owners[its[0]]), weight, matrix))
        return found

    def _reduced(self, roots: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray((roots - self._mean) @ self._directions)


def turned(angles: NDArray[Any]) -> NDArray[Any]:
    """Angles in radians, from -π to π."""
    return np.asarray((angles + np.pi) % (2 * np.pi) - np.pi)


def distinct(points: NDArray[Any]) -> NDArray[np.intp]:
    """The first of the points, (N, 2), that fall on each pixel."""
    pixels = np.round(points).astype(np.int64)
    _, first = np.unique(pixels[:, 0] * 2**32 + pixels[:, 1], return_index=True)
    return np.asarray(first, np.intp)


def similarity(start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.float64]:
    """The shift, turn and scale that bring points nearest to others, (N, 2) each, as (2, 3)."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    middle, target = a.mean(axis=0), b.mean(axis=0)
    a, b = a - middle, b - target
    norm = (a * a).sum() + 1e-9
    cosine = (a * b).sum() / norm
    sine = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / norm
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, target - turn @ middle])


def _agreeing(
    places: NDArray[np.float32],
    scales: NDArray[np.float32],
    turns: NDArray[np.float32],
    points: NDArray[np.float32],
    weights: NDArray[np.float64],
) -> tuple[float, NDArray[np.intp]] | None:
    """The votes that agree with the one most agree with, and what they count."""
    apart = points[None] - points[:, None]
    cosine, sine = scales * np.cos(turns), scales * np.sin(turns)
    x = cosine[:, None] * apart[..., 0] - sine[:, None] * apart[..., 1] + places[:, :1]
    y = sine[:, None] * apart[..., 0] + cosine[:, None] * apart[..., 1] + places[:, 1:]
    missed = np.hypot(x - places[:, 0], y - places[:, 1])
    distance = scales[:, None] * np.hypot(apart[..., 0], apart[..., 1])
    logs = np.log(scales)
    agree = (
        (missed < _PLACE[0] + _PLACE[1] * distance)
        & (np.abs(logs[:, None] - logs) < _SIZE)
        & (np.abs(turned(turns[:, None] - turns)) < _DIRECTION)
    )
    # A detail with two directions is there twice and counts once.
    first = distinct(places / 2)
    totals = agree[:, first] @ weights[first]
    best = int(totals.argmax())
    agreeing = np.flatnonzero(agree[best])
    if np.intersect1d(agreeing, first).size < _LEAST_DETAILS:
        return None
    return float(totals[best]), agreeing
