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

# People who show one or two often let the thumb stick out. So each of these patterns has two
# meanings: a hand alone is read as what is seen, a hand among others that show one or two as one of
# them. Chosen together with the support below on hands of scenes cut out in ten ways a little
# askew, because a single cut-out is a matter of luck: priors of 0.6 and 0.4 read 0.90 of the
# numbers right of what `balanced` finds and 0.88 of what `thorough` finds, 0.5 and 0.4 the same,
# 0.6 and 0.1 0.82 and 0.74.
_THUMB_MEANT, _THUMB_LOOSE = 0.6, 0.4
_LOOSE = {"one": (1, 1, 0, 0, 0, 0, 0), "two": (1, 1, 1, 0, 0, 0, 0)}
_ROWS = [
    (name, pattern, _THUMB_MEANT if pattern in _LOOSE.values() else 1.0)
    for name, patterns in _READ.items()
    for pattern in patterns
] + [(name, pattern, _THUMB_LOOSE) for name, pattern in _LOOSE.items()]
_ANSWERS = np.array([pattern for _name, pattern, _prior in _ROWS])
_PRIOR = np.array([prior for _name, _pattern, prior in _ROWS])
_NAMES = list(_READ)
# (rows, names): which row is which pose.
_MEMBERSHIP = np.array([[row[0] == name for name in _NAMES] for row in _ROWS], np.float64)
# The same, with the row of a loose thumb also among those of the pose that it looks like.
_LOOKS_LIKE = np.array(
    [[row[0] == name or row[1] in _READ[name] for name in _NAMES] for row in _ROWS], np.float64
)

# A thumb within 75 degrees of straight up or down is thumb_up or thumb_down, sideways neither.
_THUMB_TILT = np.cos(np.radians(75))

# Two hands make a heart if thumb meets thumb and index meets index: tips nearer than this many
# palm lengths. The 4 labelled hearts in scenes: at most 0.21, wrists 2.7 apart; clasped hands
# and hands that hold a thing: 0.31 and more at one of the two.
_HEART_TIPS = 0.3
_HEART_WRISTS = 1.0


class Reading(NamedTuple):
    """The pose of one hand.

    Attributes
    ----------
    pose : str
        A pose of the table, or :data:`OTHER`.
    probability : float
        Of that pose, given that a hand is there.
    fingers : tuple of int
        Which are out, thumb to pinky.
    alone : str
        The pose read without regard to the other hands of the photo.
    number : int or None
        The ballot number it can show.
    """

    pose: str
    probability: float
    fingers: tuple[int, ...]
    alone: str
    number: int | None


class PoseReader:
    """Reads poses; weights are loaded once."""

    def __init__(self) -> None:
        with np.load(io.BytesIO(assets.load("hand_poses.npz"))) as weights:
            self._weights = {name: weights[name].astype(np.float64) for name in weights.files}

    def __call__(
        self,
        landmarks: NDArray[np.floating],
        mirrored: NDArray[np.floating] | None = None,
        weight: NDArray[np.floating] | None = None,
    ) -> list[Reading]:
        """Name the pose of each of the hands of one photo.

        Parameters
        ----------
        landmarks : (N, 21, 3) ndarray
            x right, y down, one unit.
        mirrored : (N, 21, 3) ndarray, optional
            A second opinion on the landmarks: answers are averaged. On scenes 0.87 of the numbers
            are right with it, 0.73 without.
        weight : (N,) ndarray, optional
            How much each hand says of what the others show, in [0, 1]; nothing without.
        """
        looks = [landmarks] if mirrored is None else [landmarks, mirrored]
        answers = np.mean(np.split(self.answers(np.concatenate(looks)), len(looks)), axis=0)
        likely = np.prod(np.where(_ANSWERS[None] == 1, answers[:, None], 1 - answers[:, None]), 2)
        # The rows of a loose thumb are second meanings of patterns that count already.
        others = 1 - likely[:, : -len(_LOOSE)].sum(axis=1, keepdims=True)
        likely *= _PRIOR
        total = likely.sum(axis=1, keepdims=True) + others
        likely, others = likely / total, others / total
        together = likely if weight is None else agreed(likely, np.asarray(weight, np.float64))
        hands = list(zip(landmarks, answers, others[:, 0], strict=True))
        alone = [_named(*hand, row).pose for hand, row in zip(hands, likely, strict=True)]
        readings = [
            _named(*hand, row)._replace(alone=name)
            for hand, row, name in zip(hands, together, alone, strict=True)
        ]
        for number in _hearts(landmarks):
            readings[number] = Reading("hand_heart", 0.9, (0, 0, 0, 0, 0), "hand_heart", None)
        return readings

    def answers(self, landmarks: NDArray[np.floating]) -> Floats:
        """(N, 7) probabilities of the seven answers."""
        weights = self._weights
        inputs = (hand_features.pose_features(landmarks) - weights["mean"]) / weights["scale"]
        # Several small networks, each (F, H) then (H, 7), whose answers are averaged.
        hidden = np.maximum(inputs @ weights["w1"] + weights["b1"], 0)
        logits = hidden @ weights["w2"] + weights["b2"]
        return np.asarray(sigmoid(logits).mean(axis=0))


# Support by others: 1 + four times the square of how many hands show the same. One other is little
# (people beside each other do different things), five are nearly proof. In the ten cut-outs 0.90
# and 0.88 of the numbers are right with 3 to 10 times, 0.87 and 0.85 with once or twice, 0.67 and
# 0.67 without support.
_SUPPORT = 4.0
_ROUNDS = 4
_SHOWS_NOTHING = "fist"


def agreed(likely: Floats, weight: Floats) -> Floats:
    """Read each hand in the light of what the other hands of the photo show.

    How probable it is that a hand shows anything stays as it is: resting fists beside many
    raised fingers are fists.

    Parameters
    ----------
    likely : (N, R) float64 ndarray
        Probability of each row of the table of patterns.
    weight : (N,) float64 ndarray
        In [0, 1].

    Returns
    -------
    (N, R) float64 ndarray
    """
    shows = _MEMBERSHIP[:, _NAMES.index(_SHOWS_NOTHING)] == 0
    mass = likely[:, shows].sum(axis=1, keepdims=True)
    together = likely
    for _round in range(_ROUNDS):
        named = (together * weight[:, None] * shows) @ _MEMBERSHIP
        support = named.sum(axis=0) - named
        lifted = (likely * ((1 + _SUPPORT * support**2) @ _MEMBERSHIP.T))[:, shows]
        together = likely.copy()
        together[:, shows] = lifted * mass / np.maximum(lifted.sum(axis=1, keepdims=True), 1e-12)
    return together


def _named(points: NDArray[np.floating], answers: Floats, other: float, row: Floats) -> Reading:
    """The likeliest pose of one hand: the sum over its patterns, and the likeliest of these."""
    by_name = row @ _MEMBERSHIP
    best = int(by_name.argmax())
    probability = float(row @ _LOOKS_LIKE[:, best])
    name = _NAMES[best]
    if name == "thumb":
        name = thumb_direction(points)
    if name == OTHER or other > probability:
        fingers = tuple(int(out) for out in answers[:5] > 0.5)
        return Reading(OTHER, max(float(other), probability), fingers, OTHER, None)
    pattern = _ROWS[int((row * _MEMBERSHIP[:, best]).argmax())][1]
    if name == _UNNAMED_THREE:
        return Reading(OTHER, probability, pattern[:5], OTHER, 3)
    return Reading(name, probability, pattern[:5], name, NUMBERS.get(name))


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


def _hearts(landmarks: NDArray[np.floating]) -> list[int]:
    """Numbers of hands that form a heart with another."""
    points = landmarks[:, :, :2]
    palms = hand_features.palm_lengths(landmarks)
    unit = np.maximum((palms[:, None] + palms[None]) / 2, 1e-9)

    def apart(landmark: int) -> Floats:
        tips = points[:, landmark]
        return np.asarray(np.linalg.norm(tips[:, None] - tips[None], axis=2) / unit)

    pairs = (apart(4) < _HEART_TIPS) & (apart(8) < _HEART_TIPS) & (apart(0) > _HEART_WRISTS)
    return [int(number) for number in np.flatnonzero(pairs.any(axis=1))]
