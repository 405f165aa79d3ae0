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
from netravision.core import joints

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

_ROWS = [(name, pattern) for name, patterns in PATTERNS.items() for pattern in patterns]
_ANSWERS = np.array([pattern for _name, pattern in _ROWS])

# People who show one or two often let the thumb stick out a little, and far fewer mean a pistol
# or a three with the thumb. So these two need a thumb that is plainly out: 0.8 for even odds.
_LOOSE_THUMB = 0.25
_PRIOR = np.array(
    [
        _LOOSE_THUMB if pattern[:5] in ((1, 1, 0, 0, 0), (1, 1, 1, 0, 0)) else 1.0
        for _, pattern in _ROWS
    ]
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
    """

    pose: str
    probability: float
    fingers: tuple[int, ...]


class PoseReader:
    """Reads poses; weights are loaded once."""

    def __init__(self) -> None:
        with np.load(io.BytesIO(assets.load("hand_poses.npz"))) as weights:
            self._weights = {name: weights[name].astype(np.float64) for name in weights.files}

    def __call__(self, landmarks: NDArray[np.floating]) -> list[Reading]:
        """Name the pose of each of (N, 21, 3) hands; x right, y down, one unit."""
        answers = self.answers(landmarks)
        likely = np.prod(np.where(_ANSWERS[None] == 1, answers[:, None], 1 - answers[:, None]), 2)
        others = 1 - likely.sum(axis=1, keepdims=True)
        likely *= _PRIOR
        total = likely.sum(axis=1, keepdims=True) + others
        likely, others = likely / total, others / total
        readings = []
        for points, answer, row, other in zip(
            landmarks, answers, likely, others[:, 0], strict=True
        ):
            best = int(row.argmax())
            name, pattern = _ROWS[best]
            if name == "thumb":
                name = _thumb_direction(points)
            if name == OTHER or other > row[best]:
                fingers = tuple(int(out) for out in answer[:5] > 0.5)
                readings.append(Reading(OTHER, max(float(other), float(row[best])), fingers))
            else:
                readings.append(Reading(name, float(row[best]), pattern[:5]))
        for number in _hearts(landmarks):
            readings[number] = Reading("hand_heart", 0.9, (0, 0, 0, 0, 0))
        return readings

    def answers(self, landmarks: NDArray[np.floating]) -> Floats:
        """(N, 7) probabilities of the seven answers."""
        weights = self._weights
        inputs = (joints.describe(landmarks) - weights["mean"]) / weights["scale"]
        # Several small networks, each (F, H) then (H, 7), whose answers are averaged.
        hidden = np.maximum(np.einsum("nf,efh->enh", inputs, weights["w1"]) + weights["b1"], 0)
        logits = np.einsum("enh,eho->eno", hidden, weights["w2"]) + weights["b2"]
        return np.asarray((1 / (1 + np.exp(-logits))).mean(axis=0))


def _thumb_direction(points: NDArray[np.floating]) -> str:
    along = points[4, :2] - points[2, :2]
    rise = -along[1] / max(float(np.linalg.norm(along)), 1e-9)
    if rise > _THUMB_TILT:
        return "thumb_up"
    return "thumb_down" if rise < -_THUMB_TILT else OTHER


def _hearts(landmarks: NDArray[np.floating]) -> list[int]:
    """Numbers of hands that form a heart with another."""
    points = landmarks[:, :, :2]
    palms = joints.palm_lengths(landmarks)
    unit = np.maximum((palms[:, None] + palms[None]) / 2, 1e-9)

    def apart(landmark: int) -> Floats:
        tips = points[:, landmark]
        return np.asarray(np.linalg.norm(tips[:, None] - tips[None], axis=2) / unit)

    pairs = (apart(4) < _HEART_TIPS) & (apart(8) < _HEART_TIPS) & (apart(0) > _HEART_WRISTS)
    return [int(number) for number in np.flatnonzero(pairs.any(axis=1))]
