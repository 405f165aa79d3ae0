"""How sure it is that a hand shows, on purpose, the pose it is read as.

Many small decision trees, boosted one after the other, weigh what was measured of the hand, of
what is near it, and of what others show. They say how sure a reading is, never what is read: a
person answers for their own hand. ``models/train_hand_scorer.py`` trains them on photos whose
sources none of the networks had seen; ``models/hand_scorer.md`` says how good they are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.hand_features import FINGERS, TIPS, palm_normals
from netravision.core.logistic import logit, sigmoid
from netravision.detectors.hands.detection import Hands, distinct
from netravision.detectors.hands.landmarks import SAME_HAND, another_hand, landmark_boxes
from netravision.detectors.hands.poses import OTHER, Reading
from netravision.detectors.hands.signs import SIGNS, nothing_shown

__all__ = [
    "FINDING_THRESHOLD",
    "HandScorer",
    "one_handed",
    "score_features",
    "showing_the_same",
    "surest",
]

Floats = NDArray[np.float64]

#: Lowest score of a finding. On group photos of unseen sources 6 in 156 that show nothing have one
#: above it, at 0.8 2; of shown hands 0.60 become the right finding, at 0.8 0.51
#: (``models/train_hand_scorer.py`` prints it).
FINDING_THRESHOLD = 0.6

# Probabilities nearer to 0 or 1 than this weigh no more.
_MARGIN = 0.003
# Sizes are told as a multiple of the smallest hands that are read well.
_SIZE_PX = 30.0
# Column of the features that holds the logarithm of the probability of a sign of two hands.
_TWO_HANDED = 8
# Hands nearer than this many of their sizes may make one sign together.
_BESIDE = 1.6
# Distances are cut here: in sizes of hands, in heads.
_FARTHEST, _FARTHEST_HEADS = 9.0, 6.0
# Poses that have a column of the features, in the order in which the trees ask for them. A pose of
# the table that is not among them is scored by what is seen of it alone, until the trees are
# trained with it.
_POSES = (
    *("thumb_up", "thumb_down", "fist", "one", "two", "three", "four", "five", "pistol", "call"),
    *("rock", "ily", "ok", "finger_heart"),
)
# Poses of hands that rest, hold or greet more often than they show anything.
_SHOWS_NOTHING = (OTHER, "fist", "ok")
# No published list asks for these two.
_LEARNED = {*_POSES, OTHER} - {"fist", "thumb_down"}
# What the sign reader calls a pose, if it has a name for it.
_SIGN_OF_POSE = {sign: sign for sign in SIGNS} | {"ily": "rock"}
_ASIDE = [
    [SIGNS.index("two_handed")],
    [SIGNS.index("pressed"), SIGNS.index("pointing")],
    [SIGNS.index("fist")],
]


class HandScorer:
    """Scores readings; the trees are loaded once.

    Parameters
    ----------
    content : bytes, optional
        Of a ``.npz`` file; the shipped one without.
    """

    def __init__(self, content: bytes | None = None) -> None:
        with np.load(io.BytesIO(content or assets.load("hand_scorer.npz"))) as trees:
            # Each (T, K): of every node of every tree the feature asked about, the highest value
            # that goes left, the nodes to the left and right (a leaf leads to itself), the value.
            self._feature, self._threshold = trees["feature"].astype(np.intp), trees["threshold"]
            self._ways = np.stack([trees["left"], trees["right"]]).astype(np.intp)
            self._value, self._bias = trees["value"].astype(np.float64), float(trees["bias"])
            self._depth = int(trees["depth"])

    def __call__(
        self, hands: Hands, readings: Sequence[Reading]
    ) -> tuple[NDArray[np.intp], Floats]:
        """The surest reading of each hand, and how sure it is.

        Parameters
        ----------
        hands : Hands
            N views; one that may be read in two ways is there twice.
        readings : sequence of Reading
            Of each view.

        Returns
        -------
        rows : (K,) intp ndarray
            Numbers of views, one of each hand.
        scores : (K,) float64 ndarray
            Calibrated probabilities in [0, 1] that these hands show what they are read as.
        """
        scores = self.of_features(score_features(hands, readings))
        # Of these too few were labelled to learn from.
        alone = np.array([reading.pose not in _LEARNED for reading in readings], bool)
        scores[alone] = _strengths(hands, readings)[alone]
        # Of readings that score alike the one with the surest landmarks.
        alike = scores.round(2) + 0.001 * hands.presence
        rows = surest(hands.hand, hands.points, alike)
        return rows, scores[rows]

    def of_features(self, features: Floats) -> Floats:
        """What the trees say of features.

        Parameters
        ----------
        features : (N, F) float64 ndarray
            From :func:`score_features`.

        Returns
        -------
        (N,) float64 ndarray
            Probabilities in [0, 1].
        """
        tree = np.arange(len(self._feature))
        node = np.zeros((len(features), len(tree)), np.intp)
        for _step in range(self._depth):
            asked = np.take_along_axis(features, self._feature[tree, node], axis=1)
            node = self._ways[(asked > self._threshold[tree, node]).astype(np.intp), tree, node]
        scores = sigmoid(self._value[tree, node].sum(axis=1) + self._bias)
        return np.asarray(scores * one_handed(features), np.float64)


def score_features(hands: Hands, readings: Sequence[Reading]) -> Floats:
    """What the score of each hand is told by.

    Parameters
    ----------
    hands : Hands
        N views; one that may be read in two ways is there twice.
    readings : sequence of Reading
        Of each view.

    Returns
    -------
    (N, F) float64 ndarray
        Of the hand alone: log-odds of its pose, its presence, its presence in the mirror, of the
        people network's score and of showing nothing; logarithms of how far the two looks are
        apart, of its size, and of the sign reader's probabilities for the same sign, for a sign of
        two hands, for a greeting or pointing, and for a fist; how far thumb and fingers rise and
        how squarely the palm or back is seen, in [-1, 1]; how its landmarks lie in its box; which
        pose it is. Of what is near: where the next head is and how large. Of the other hands: how
        near the next is and how surely it shows something, and how many show the same. Of the same
        hand: how likely another reading is, and how much surer another view.
    """
    number = len(readings)
    signs, points = hands.signs.astype(np.float64), hands.points.astype(np.float64)
    read = [SIGNS.index(_SIGN_OF_POSE.get(each.pose, "unnamed")) for each in readings]
    pose = np.array([each.probability for each in readings], np.float64)
    nothing = nothing_shown(signs)
    strength = _strengths(hands, readings)

    joints = landmark_boxes(hands.points).astype(np.float64)
    boxes = hands.boxes.astype(np.float64)
    middle, size = _middles_and_sizes(boxes)
    joints_middle, joints_size = _middles_and_sizes(joints)
    apart = np.linalg.norm((hands.points - hands.mirrored.points)[:, :, :2], axis=2).mean(axis=1)

    likely = np.maximum(signs[np.arange(number), read], _MARGIN)
    aside = [np.maximum(signs[:, which].sum(axis=1), _MARGIN) for which in _ASIDE]
    thumb = points[:, TIPS[0]] - points[:, FINGERS[0, 1]]
    fingers = (points[:, TIPS[1:]] - points[:, FINGERS[1:, 0]]).mean(axis=1)
    rises = [-along[:, 1] / np.maximum(_lengths(along[:, :2]), 1e-9) for along in (thumb, fingers)]
    named = [each.pose for each in readings]
    return np.column_stack(
        [
            logit(pose, _MARGIN),
            logit(hands.presence, _MARGIN),
            logit(hands.mirrored.presence, _MARGIN),
            logit(hands.scores, _MARGIN),
            logit(nothing, _MARGIN),
            np.log(np.clip(apart / np.maximum(joints_size, 1), 0.01, 1)),
            np.log(size / _SIZE_PX),
            np.log(likely),
            *[np.log(each) for each in aside],
            *rises,
            np.abs(palm_normals(hands.points)[:, 2]),
            np.log(np.clip(joints_size / size, 0.3, 6)),
            np.minimum(_lengths(joints_middle - middle) / size, 3),
            *[np.array([name == which for name in named], np.float64) for which in _POSES],
            *_next_head(hands.heads, middle, size),
            *_others(hands, readings, strength, middle, size),
            *_rivals(hands, readings, strength),
        ]
    )


def one_handed(features: Floats) -> Floats:
    """How likely it is, by the sign reader, that a hand is no part of a sign of two.

    Triangles and frames of student groups look like pistols hand by hand. They come from few
    sources, so the trees cannot learn it; without this factor a tenth fewer findings on unseen
    sources are right.

    Parameters
    ----------
    features : (N, F) float64 ndarray
        From :func:`score_features`.

    Returns
    -------
    (N,) float64 ndarray
        Probabilities in [0, 1].
    """
    return np.asarray(1 - np.exp(features[:, _TWO_HANDED]), np.float64)


def surest(hand: NDArray[np.intp], points: NDArray[np.float32], scores: Floats) -> NDArray[np.intp]:
    """The view of each hand that scores highest, and of boxes that are one hand the surest.

    Parameters
    ----------
    hand : (N,) intp ndarray
        Number of the hand that each is a view of.
    points : (N, 21, 2 or more) float32 ndarray
        Landmarks.
    scores : (N,) float64 ndarray

    Returns
    -------
    (K,) intp ndarray
        Numbers of views, the surest first.
    """
    order = np.argsort(-scores, kind="stable")
    _numbers, first = np.unique(hand[order], return_index=True)
    best = order[np.sort(first)]
    return best[distinct(points[best], scores[best], SAME_HAND)]


def showing_the_same(readings: Sequence[Reading]) -> NDArray[np.bool_]:
    """Whether two hands show the same number, or the same pose where it is none.

    Parameters
    ----------
    readings : sequence of Reading
        Of N hands.

    Returns
    -------
    (N, N) bool ndarray
    """
    shown = np.array([str(reading.number or reading.pose) for reading in readings], str)
    return np.asarray(shown[:, None] == shown[None])


def _strengths(hands: Hands, readings: Sequence[Reading]) -> Floats:
    """(N,) how likely it is by the hand alone that something is shown: no trees, no others."""
    pose = np.array([each.probability for each in readings], np.float64)
    return np.asarray(pose * hands.presence * (1 - nothing_shown(hands.signs)))


def _next_head(heads: NDArray[np.float32], middle: Floats, size: Floats) -> list[Floats]:
    """How far below the next head each hand is, how large beside it, and how far from it."""
    if not len(heads):
        return [np.zeros(len(middle)), np.zeros(len(middle)), np.full(len(middle), 5.0 / 3)]
    centers, widths = _middles_and_sizes(heads.astype(np.float64))
    away = np.linalg.norm(middle[:, None] - centers, axis=2) / widths
    next_to = away.argmin(axis=1)
    below = (middle[:, 1] - centers[next_to, 1]) / widths[next_to]
    return [
        np.clip(below, -3, 8) / 4,
        np.clip(np.log(size / widths[next_to]), -2, 2),
        np.minimum(away.min(axis=1), _FARTHEST_HEADS) / 3,
    ]


def _others(
    hands: Hands, readings: Sequence[Reading], strength: Floats, middle: Floats, size: Floats
) -> list[Floats]:
    """Of the other hands: the nearest, the surest one beside, and what shows the same."""
    # Every other hand counts once, as what it most likely shows.
    likeliest = surest(hands.hand, hands.points, strength)
    shows = np.array([readings[number].pose not in _SHOWS_NOTHING for number in likeliest], bool)
    other = another_hand(hands.points, hands.points[likeliest]) & (
        hands.hand[:, None] != hands.hand[None, likeliest]
    )
    distances = _lengths(middle[:, None] - middle[None, likeliest]) / np.maximum(size[:, None], 1)
    distances = np.where(other, distances, _FARTHEST)
    weights = strength[likeliest]
    same = (other & showing_the_same(readings)[:, likeliest]) @ weights
    everything = (other & shows[None]) @ weights
    beside = np.where(distances < _BESIDE, weights[None], 0).max(axis=1, initial=0)
    return [
        np.log1p(np.minimum(distances.min(axis=1, initial=_FARTHEST), _FARTHEST)),
        beside,
        np.log1p(same),
        same / (everything + 0.3),
        np.log1p(everything),
    ]


def _rivals(hands: Hands, readings: Sequence[Reading], strength: Floats) -> list[Floats]:
    """Of the same hand: the likeliest other reading, and how much surer its surest view is."""
    own = hands.hand[:, None] == hands.hand[None]
    rival = np.where(own & ~showing_the_same(readings), strength[None], 0).max(axis=1, initial=0)
    presence = hands.presence.astype(np.float64)
    return [rival, presence - np.where(own, presence[None], 0).max(axis=1, initial=0)]


def _middles_and_sizes(boxes: Floats) -> tuple[Floats, Floats]:
    sizes = np.maximum((boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0), 1.0)
    return (boxes[:, :2] + boxes[:, 2:]) / 2, sizes


def _lengths(vectors: NDArray[np.floating]) -> Floats:
    return np.asarray(np.linalg.norm(vectors, axis=-1), np.float64)
