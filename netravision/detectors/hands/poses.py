"""Which pose a hand is in, from its landmarks.

A small network answers seven yes-or-no questions: is each of the five fingers out, does the
thumb meet a fingertip, do thumb and index cross as a heart. A pose is a pattern of answers and
its probability the product of theirs, so a pattern that was never trained is still read finger
by finger. ``models/train_poses.py`` trains it and ``models/hand_poses.md`` says how good it is.
"""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core import hand_features
from netravision.core.logistic import sigmoid
from netravision.detectors.hands.detection import Hands
from netravision.detectors.hands.landmarks import another_hand

__all__ = [
    "HAND_HEART",
    "NUMBERS",
    "OTHER",
    "PATTERNS",
    "PoseReader",
    "Reading",
    "thumb_direction",
]

Floats = NDArray[np.float64]

#: Answers of each pose: thumb, index, middle, ring, pinky out; thumb meets fingertip; heart.
PATTERNS: dict[str, tuple[tuple[int, ...], ...]] = {
    "fist": ((0, 0, 0, 0, 0, 0, 0),),
    "one": ((0, 1, 0, 0, 0, 0, 0),),
    "two": ((0, 1, 1, 0, 0, 0, 0),),
    "three": ((0, 1, 1, 1, 0, 0, 0), (1, 1, 1, 0, 0, 0, 0)),
    "four": ((0, 1, 1, 1, 1, 0, 0),),
    "five": ((1, 1, 1, 1, 1, 0, 0),),
    "thumb": ((1, 0, 0, 0, 0, 0, 0),),
    "pistol": ((1, 1, 0, 0, 0, 0, 0),),
    "call": ((1, 0, 0, 0, 1, 0, 0),),
    "rock": ((0, 1, 0, 0, 1, 0, 0),),
    "ily": ((1, 1, 0, 0, 1, 0, 0),),
    "ok": ((0, 0, 1, 1, 1, 1, 0),),
    "finger_heart": ((0, 0, 0, 0, 0, 0, 1),),
}
#: The ballot number a pose can show.
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "pistol": 2, "ok": 3}

#: What is none of the above, or too unclear to say.
OTHER = "other"

#: Two hands make it together.
HAND_HEART = "hand_heart"

# Three fingers can be held up in more ways than the table has names for: without the ring finger
# or without the middle one, held down by the thumb. Such a hand is no named pose but shows three.
_UNNAMED_THREE = "unnamed three"
_READ = PATTERNS | {
    _UNNAMED_THREE: (
        (0, 1, 1, 0, 1, 0, 0),
        (0, 1, 1, 0, 1, 1, 0),
        (0, 1, 0, 1, 1, 0, 0),
        (0, 1, 0, 1, 1, 1, 0),
    )
}

_ROWS = [(name, pattern) for name, patterns in _READ.items() for pattern in patterns]
_ANSWERS = np.array([pattern for _name, pattern in _ROWS])
_NAMES = list(_READ)
# (rows, names): which row is which pose.
_MEMBERSHIP = np.array([[row[0] == name for name in _NAMES] for row in _ROWS], np.float64)
# Less likely poses are none of the table.
_LEAST_PROBABILITY = 0.1

# A thumb within 75 degrees of straight up or down is thumb_up or thumb_down, sideways neither.
_THUMB_TILT = np.cos(np.radians(75))

# Of each view the likeliest readings, if they are likelier than this.
_MOST_READINGS, _LEAST_SECOND = 2, 0.1

# Two hands make a heart if thumb meets thumb and index meets index: tips nearer than this many
# palm lengths. The 4 labelled hearts in scenes: at most 0.21, wrists 2.7 apart; clasped hands
# and hands that hold a thing: 0.31 and more at one of the two.
_HEART_TIPS = 0.3
_HEART_WRISTS = 1.0
_HEART_PROBABILITY = 0.9
# A hand whose thumb and index both end at those of another is half of a triangle, a frame or a
# prayer: on unseen sources half of the signs of two hands that pass for one, and 1 in 110 shown
# hands, have both tips within this many palm lengths.
_MEETING_TIPS = 0.4
# So is one that shows its index alone, or with the thumb, where the index of another ends, too:
# within this many palm lengths lie a quarter of the signs of two hands that are left, and 1 in 60
# shown hands.
_MEETING_INDEXES = 0.5
_ON_INDEX = ("one", "pistol")


class Reading(NamedTuple):
    """The pose of one hand, as it is seen alone: other hands of the photo change nothing.

    Attributes
    ----------
    pose : str
        A pose of the table, or :data:`OTHER`.
    probability : float
        Of that pose in [0, 1], given that a hand is there and its landmarks are right.
    fingers : tuple of int
        Which are out, thumb to pinky.
    number : int or None
        The ballot number it can show.
    """

    pose: str
    probability: float
    fingers: tuple[int, ...]
    number: int | None


class PoseReader:
    """Reads poses; weights are loaded once.

    Parameters
    ----------
    content : bytes, optional
        Of a ``.npz`` file; the shipped one without.
    """

    def __init__(self, content: bytes | None = None) -> None:
        with np.load(io.BytesIO(content or assets.load("hand_poses.npz"))) as weights:
            self._weights = {name: weights[name].astype(np.float64) for name in weights.files}

    def __call__(self, hands: Hands) -> tuple[Hands, list[Reading]]:
        """Read the views of the hands of one photo.

        The answers on each view and on its mirror image are averaged: on scenes 0.87 of the
        numbers are right so, 0.73 without.

        Parameters
        ----------
        hands : Hands
            N views.

        Returns
        -------
        hands : Hands
            The same views; one that may be read in two ways is there twice.
        readings : list of Reading
            Of each of these.
        """
        answers = (self.answers(hands.points) + self.answers(hands.mirrored.points)) / 2
        likely = _likelihoods(answers)
        readings = [_likeliest(*hand) for hand in zip(hands.points, answers, likely, strict=True)]
        hearts, halves, pointing = _signs_of_two(hands.points)
        for number in np.flatnonzero(halves):
            readings[number] = [readings[number][0]._replace(pose=OTHER, number=None)]
        for number in np.flatnonzero(pointing):
            readings[number] = [
                each._replace(pose=OTHER, number=None) if each.pose in _ON_INDEX else each
                for each in readings[number]
            ]
        for number in np.flatnonzero(hearts):
            readings[number] = [Reading(HAND_HEART, _HEART_PROBABILITY, (0, 0, 0, 0, 0), None)]
        rows = np.repeat(np.arange(len(readings)), [len(each) for each in readings])
        return hands.take(rows), [reading for each in readings for reading in each]

    def likeliest(self, landmarks: NDArray[np.floating]) -> Reading:
        """The likeliest reading of one look at a hand.

        Parameters
        ----------
        landmarks : (21, 3) ndarray
            x right, y down, one unit.

        Returns
        -------
        Reading
        """
        answers = self.answers(landmarks[None])
        return _likeliest(landmarks, answers[0], _likelihoods(answers)[0])[0]

    def answers(self, landmarks: NDArray[np.floating]) -> Floats:
        """Probabilities of the seven answers.

        Parameters
        ----------
        landmarks : (N, 21, 3) ndarray
            x right, y down, one unit.

        Returns
        -------
        (N, 7) float64 ndarray
            In [0, 1].
        """
        weights = self._weights
        inputs = (hand_features.pose_features(landmarks) - weights["mean"]) / weights["scale"]
        # Several small networks, each (F, H) then (H, 7), whose answers are averaged.
        hidden = np.maximum(inputs @ weights["w1"] + weights["b1"], 0)
        logits = hidden @ weights["w2"] + weights["b2"]
        return np.asarray(sigmoid(logits).mean(axis=0))


def _likelihoods(answers: Floats) -> Floats:
    """(N, rows) of the table, from (N, 7) answers."""
    right = np.where(_ANSWERS[None] == 1, answers[:, None], 1 - answers[:, None])
    return np.asarray(np.prod(right, axis=2))


def _likeliest(points: NDArray[np.floating], answers: Floats, rows: Floats) -> list[Reading]:
    """The likeliest poses of one hand, each the sum over its patterns."""
    by_name = rows @ _MEMBERSHIP
    best, *others = np.argsort(-by_name)[:_MOST_READINGS].tolist()
    names = [best, *[name for name in others if by_name[name] >= _LEAST_SECOND]]
    return [_named(points, answers, rows, name) for name in names]


def _named(points: NDArray[np.floating], answers: Floats, rows: Floats, number: int) -> Reading:
    """One pose of the table, with the likeliest of its patterns."""
    name, of_name = _NAMES[number], rows * _MEMBERSHIP[:, number]
    probability = float(of_name.sum())
    if name == "thumb":
        name = thumb_direction(points)
    if name == OTHER or probability < _LEAST_PROBABILITY:
        return Reading(OTHER, probability, tuple(int(out) for out in answers[:5] > 0.5), None)
    fingers = _ROWS[int(of_name.argmax())][1][:5]
    if name == _UNNAMED_THREE:
        return Reading(OTHER, probability, fingers, 3)
    return Reading(name, probability, fingers, NUMBERS.get(name))


def thumb_direction(points: NDArray[np.floating]) -> str:
    """Pose of a hand with only the thumb out: by where the thumb points in the photo.

    Parameters
    ----------
    points : (21, 2 or more) ndarray
        Landmarks, x right, y down, one unit.

    Returns
    -------
    {"thumb_up", "thumb_down", "other"}
        The last if it points sideways.
    """
    along = points[4, :2] - points[2, :2]
    rise = -along[1] / max(float(np.linalg.norm(along)), 1e-9)
    if rise > _THUMB_TILT:
        return "thumb_up"
    return "thumb_down" if rise < -_THUMB_TILT else OTHER


def _signs_of_two(
    landmarks: NDArray[np.floating],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """(N,) which hands make a heart with another, any sign of two, and meet another's index."""
    points = landmarks[:, :, :2]
    palms = hand_features.palm_lengths(landmarks)
    unit = np.maximum((palms[:, None] + palms[None]) / 2, 1e-9)
    another = another_hand(points, points)
    # (N, N, 2, 2): of each hand thumb and index to thumb and index of each other.
    tips = points[:, [hand_features.TIPS[0], hand_features.TIPS[1]]]
    ways = np.linalg.norm(tips[:, None, :, None] - tips[None, :, None, :], axis=4)
    ways /= unit[:, :, None, None]
    wrists = points[:, hand_features.WRIST]
    wrists_apart = np.linalg.norm(wrists[:, None] - wrists[None], axis=2) / unit
    thumbs, indexes = ways[:, :, 0, 0], ways[:, :, 1, 1]
    hearts = (thumbs < _HEART_TIPS) & (indexes < _HEART_TIPS) & (wrists_apart > _HEART_WRISTS)
    meeting = ways.min(axis=3).max(axis=2) < _MEETING_TIPS
    hearts, meeting, pointing = (
        (signs & another).any(axis=1) for signs in (hearts, meeting, indexes < _MEETING_INDEXES)
    )
    return hearts, meeting, pointing
