"""Rendered hands on transparent ground for the sign reader, of poses that few photos show.

python models/render_hands.py --work FOLDER     renders those that are not there yet
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # fixtures/ is no installed package

from array_cache import cached_arrays  # noqa: E402

from fixtures.hand import SKINS, trace_hand  # noqa: E402
from fixtures.poses import (  # noqa: E402
    CURLED,
    POSES,
    STRAIGHT,
    THUMB_ACROSS_PALM,
    THUMB_OUT,
    THUMB_OVER_FINGERS,
    THUMB_SQUARE,
    Pose,
)

__all__ = ["RENDERS", "RenderedHand", "random_pose", "rendered_hands"]

#: How many the shipped reader learned from.
RENDERS = 400

# How often each pose is rendered: often where a list names it and photos are few.
_WEIGHTS = {
    "fist": 8,
    "one": 7,
    "two": 7,
    "three": 6,
    "three_thumb": 6,
    "four": 6,
    "five": 7,
    "thumb_up": 16,
    "thumb_down": 5,
    "pistol": 10,
    "call": 8,
    "rock": 7,
    "ily": 6,
    "ok": 8,
    "finger_heart": 12,
    "hand_heart": 4,
}
# Poses of more than one form are one sign.
_SIGN_OF_POSE = {"three_thumb": "three", "ily": "rock"}
# Share of hands whose fingers are drawn by lot, and what they show, thumb to pinky. What is not
# here is unnamed; a thumb alone may be up, down or neither, so it is drawn again.
_DRAWN_SHARE = 0.12
_SIGN_OF_FINGERS = {
    (0, 0, 0, 0, 0): "resting",
    (0, 1, 0, 0, 0): "one",
    (0, 1, 1, 0, 0): "two",
    (0, 1, 1, 1, 0): "three",
    (1, 1, 1, 0, 0): "three",
    (0, 1, 1, 1, 1): "four",
    (1, 1, 1, 1, 1): "five",
    (1, 1, 0, 0, 0): "pistol",
    (1, 0, 0, 0, 1): "call",
    (0, 1, 0, 0, 1): "rock",
    (1, 1, 0, 0, 1): "rock",
}
# Pixels of the hand: no larger than what the reader is shown.
_LENGTH_PX = (60.0, 80.0)
_SEED = 11


class RenderedHand(NamedTuple):
    """A hand that is to be laid into a picture.

    Attributes
    ----------
    sign : str
        One of ``SIGNS``.
    rgb : (H, W, 3) uint8 ndarray
    alpha : (H, W) uint8 ndarray
        255 inside the hand and its forearm.
    landmarks : (K, 21, 2) float32 ndarray
        In pixels; two hands make one heart.
    """

    sign: str
    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    landmarks: NDArray[np.float32]


def rendered_hands(work: Path, number: int = RENDERS) -> list[RenderedHand]:
    """Render hands, or read them where they were rendered before."""
    hands = []
    for seed in range(number):
        file = work / "renders" / f"{seed:04d}.npz"
        stored = cached_arrays(file, lambda seed=seed: _rendered(seed))
        hands.append(
            RenderedHand(str(stored["sign"]), stored["rgb"], stored["alpha"], stored["landmarks"])
        )
    return hands


def _rendered(seed: int) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng((_SEED, seed))
    weights = np.array(list(_WEIGHTS.values()), float)
    name = list(_WEIGHTS)[rng.choice(len(weights), p=weights / weights.sum())]
    sign = _SIGN_OF_POSE.get(name, name)
    if rng.random() < _DRAWN_SHARE:
        name = "drawn by lot"
        POSES[name], answers = random_pose(rng, thumb_alone=False)
        sign = _sign(answers)
    hand = trace_hand(
        name,
        length_px=float(rng.uniform(*_LENGTH_PX)),
        skin=list(SKINS)[rng.integers(len(SKINS))],
        mirrored=bool(rng.integers(2)),
        tilt_deg=float(rng.normal(0, 20)),
        yaw_deg=float(rng.normal(0, 28)),
        pitch_deg=float(rng.normal(0, 18)),
        seed=seed,
        back=bool(rng.random() < 0.4),
        sleeve=tuple(rng.integers(10, 240, 3).tolist()) if rng.random() < 0.6 else None,
        wobble_deg=7.0,
        forearm_cm=22.0,
    )
    return {
        "sign": np.array(sign),
        "rgb": hand.rgb,
        "alpha": np.rint(hand.alpha * 255).astype(np.uint8),
        "landmarks": hand.landmarks,
    }


def random_pose(
    rng: np.random.Generator, *, thumb_alone: bool = True
) -> tuple[Pose, tuple[int, ...]]:
    """A curled O, a relaxed hand, a loose thumb, or any pattern of fingers.

    Parameters
    ----------
    rng : numpy.random.Generator
    thumb_alone : bool
        Whether the pattern may be a thumb with nothing else out; if not, it is drawn again.

    Returns
    -------
    pose : Pose
    answers : tuple of int
        1 or 0 for thumb to pinky out, thumb meets a fingertip, and thumb and index cross as a
        heart.
    """
    kind = rng.random()
    if kind < 0.12:
        flex = ((40, 50, 26), (44, 52, 28), (46, 54, 28), (48, 56, 30))
        return Pose((0,) * 5, ((34, 46), (22, 34), (10, 24)), flex), (0, 0, 0, 0, 0, 1, 0)
    if kind < 0.30:
        bend = rng.uniform(0.25, 0.75)
        relaxed = tuple(tuple(bend * np.array(CURLED) + rng.normal(0, 8, 3)) for _ in range(4))
        return Pose((0,) * 5, ((40, 30), (20, 20), (10, 12)), relaxed), (0,) * 7
    if kind < 0.42:
        # People who show one or two often let the thumb lie along the hand: it is not out.
        share = rng.uniform(0.35, 0.65)
        loose = tuple(
            tuple(share * np.array(out) + (1 - share) * np.array(folded))
            for out, folded in zip(THUMB_OUT, THUMB_ACROSS_PALM, strict=True)
        )
        middle = int(rng.integers(2))
        flex = (STRAIGHT, STRAIGHT if middle else CURLED, CURLED, CURLED)
        turn = (float(rng.choice((0, 60, 90))), 0.0, 0.0)
        pose = Pose((0, 1, middle, 0, 0), loose, flex, (8, -6, -5, -8), turn)
        return pose, (0, 1, middle, 0, 0, 0, 0)
    thumbs = ((THUMB_OUT, 1), (THUMB_SQUARE, 1), (THUMB_ACROSS_PALM, 0), (THUMB_OVER_FINGERS, 0))
    while True:
        thumb, thumb_out = thumbs[rng.integers(len(thumbs))]
        out = rng.integers(0, 2, 4).tolist()
        if thumb_alone or not thumb_out or any(out):
            break
    pose = Pose(
        (thumb_out, *out),
        thumb,
        tuple(STRAIGHT if finger else CURLED for finger in out),
        tuple(rng.uniform((0, -8, -13, -24), (14, 3, -3, -6))),
        (float(rng.choice((0, 0, 90, -90))), 0.0, 0.0),
    )
    return pose, (thumb_out, *out, 0, 0)


def _sign(answers: tuple[int, ...]) -> str:
    """The sign of a hand drawn by lot."""
    return "unnamed" if answers[5] else _SIGN_OF_FINGERS.get(answers[:5], "unnamed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="where renders are kept")
    parser.add_argument("--number", type=int, default=RENDERS)
    arguments = parser.parse_args()
    print(f"{len(rendered_hands(arguments.work, arguments.number))} hands rendered")
