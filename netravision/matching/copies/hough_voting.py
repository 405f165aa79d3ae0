"""Hough voting: which references an image may show, and where.

Each keypoint of the image votes for the reference with the nearest descriptor, and, by its own
place, size and orientation, for a placement of it (Lowe, "Distinctive image features from
scale-invariant keypoints", IJCV 2004). Votes by chance go anywhere; those of a copy agree.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.copies.inverted_index import InvertedIndex
from netravision.matching.copies.keypoints import Keypoints, distinct, wrap_angles

__all__ = ["HoughVoting", "Hypothesis"]

# A keypoint votes for each of its nearest neighbors that is clearly nearer than the one after them,
# by the ratio of squared distances: posters of one candidate share the portrait. The clearer, the
# more a vote counts.
_NEAREST = 3
_MAX_RATIO = 0.7
_MIN_VOTE = 0.4

# How far two votes may differ: in place, pixels plus a share of their distance; in the logarithm of
# the size; in orientation, radians.
_PLACE = (4.0, 0.2)
_SIZE = 0.5
_ANGLE = 0.45

# Votes for one reference that are compared with each other; a copy of the whole has hundreds.
_MAX_VOTES = 300

# Fewer agreeing keypoints make no hypothesis.
_MIN_KEYPOINTS = 2


class Hypothesis(NamedTuple):
    """Where a reference may be.

    Attributes
    ----------
    reference : int
        Its number among the references.
    votes : float
        Sum of the votes that agree.
    matrix : (2, 3) float64 ndarray
        From the reference's pixels to the image's.
    """

    reference: int
    votes: float
    matrix: NDArray[np.float64]


class HoughVoting:
    """The vote of an image's keypoints.

    Parameters
    ----------
    keypoints : Keypoints
        Of all references, one behind the other.
    starts : (R + 1,) int64 ndarray
        Where those of each reference begin.
    index : InvertedIndex
        Of their descriptors.
    """

    def __init__(
        self, keypoints: Keypoints, starts: NDArray[np.int64], index: InvertedIndex
    ) -> None:
        self._keypoints, self._starts, self._index = keypoints, starts, index

    def hypotheses(
        self, keypoints: Keypoints, descriptors: NDArray[np.float32]
    ) -> list[Hypothesis]:
        """The best hypothesis of each reference that several keypoints vote for.

        Parameters
        ----------
        keypoints : Keypoints
            Of the image.
        descriptors : (N, 128) float32 ndarray
            As :meth:`Keypoints.root_sift` gives them.

        Returns
        -------
        list of Hypothesis
        """
        nearest, squared = self._index.nearest(descriptors, _NEAREST + 1)
        ratio = squared[:, :_NEAREST] / np.maximum(squared[:, _NEAREST:], 1e-6)
        ours, rank = np.nonzero(ratio < _MAX_RATIO)
        theirs = nearest[ours, rank]
        weights = (1 + _MIN_VOTE - ratio)[ours, rank]
        owners = np.searchsorted(self._starts, theirs, side="right") - 1
        # By reference, the clearest first.
        order = np.lexsort((-weights, owners))
        starts = np.flatnonzero(np.diff(owners[order], prepend=-1))
        found = []
        for votes in np.split(order, starts[1:]):
            if len(votes) < _MIN_KEYPOINTS:
                continue
            votes = votes[:_MAX_VOTES]
            mine, its = ours[votes], theirs[votes]
            points = self._keypoints.points[its]
            placed = _agreeing(
                keypoints.points[mine],
                keypoints.sizes[mine] / self._keypoints.sizes[its],
                keypoints.angles[mine] - self._keypoints.angles[its],
                points,
                weights[votes],
            )
            if placed:
                weight, agreeing = placed
                matrix = _similarity_transform(points[agreeing], keypoints.points[mine[agreeing]])
                found.append(Hypothesis(int(owners[votes[0]]), weight, matrix))
        return found


def _similarity_transform(start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.float64]:
    """Least-squares shift, turn and scale between points, (N, 2) each, as (2, 3)."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    center, target = a.mean(axis=0), b.mean(axis=0)
    a, b = a - center, b - target
    norm = (a * a).sum() + 1e-9
    cosine = (a * b).sum() / norm
    sine = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / norm
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, target - turn @ center])


def _agreeing(
    places: NDArray[np.float32],
    scales: NDArray[np.float32],
    turns: NDArray[np.float32],
    points: NDArray[np.float32],
    weights: NDArray[np.float64],
) -> tuple[float, NDArray[np.intp]] | None:
    """The votes that agree with the one most agree with, and their sum."""
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
        & (np.abs(wrap_angles(turns[:, None] - turns)) < _ANGLE)
    )
    # A keypoint with two orientations is there twice and counts once.
    first = distinct(places / 2)
    totals = agree[:, first] @ weights[first]
    best = int(totals.argmax())
    agreeing = np.flatnonzero(agree[best])
    if np.intersect1d(agreeing, first).size < _MIN_KEYPOINTS:
        return None
    return float(totals[best]), agreeing
