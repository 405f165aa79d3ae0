"""Are the rendered hands hands to stock MediaPipe, which only ever saw real ones? A table.

    python benchmarks/rendered_hands.py

prints, by pose and by the hand's longer side, how many of 8 hands are found, how many show the
rendered fingers by the simplest rule (a finger is out if it is straight and its tip is farther
from the wrist than its middle joint; a thumb, if its tip is away from the middle knuckle), and
how far the median landmark is from the rendered one, in hand lengths.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("GLOG_minloglevel", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # fixtures/ is not installed

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from fixtures.hand import SKINS, Hand, render_hand
from fixtures.poses import POSES
from netravision import assets

SIZES_PX = (36, 60, 100, 200)
HANDS = 8
FILL = 0.6
# Straight enough to be out, degrees at the middle joint; thumb tip from the middle knuckle, in
# palm lengths. Chosen on the rendered poses, so the rule flatters them a little.
STRAIGHT_DEG, THUMB_DEG, THUMB_AWAY = 130, 140, 0.62
# In these no finger is plainly out or in.
WITHOUT_PATTERN = {"ok", "finger_heart", "hand_heart"}


def main() -> None:
    """Print the table."""
    options = vision.HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=assets.load("hand_landmarker.task")),
        num_hands=2,
        min_hand_detection_confidence=0.3,
        min_hand_presence_confidence=0.3,
    )
    heads = "".join(f"{f'{size} px':>22}" for size in SIZES_PX)
    print(f"{'found, fingers, error':22}{heads}")
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for pose in POSES:
            cells = [cell(landmarker, pose, size) for size in SIZES_PX]
            print(f"{pose:22}" + "".join(f"{text:>22}" for text in cells), flush=True)


def cell(landmarker: vision.HandLandmarker, pose: str, size_px: int) -> str:
    """One cell of the table: found of all, right of all, median error."""
    found, right, errors = 0, 0, []
    for seed in range(HANDS):
        hand = example(pose, size_px, seed)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(hand.rgb))
        seen = landmarker.detect(image)
        if not seen.hand_landmarks:
            continue
        found += 1
        world = np.array([(p.x, p.y, p.z) for p in seen.hand_world_landmarks[0]])
        flat = np.array([(p.x, p.y) for p in seen.hand_landmarks[0]]) * hand.rgb.shape[0]
        right += fingers(world) == hand.fingers
        # Of two rendered hands, the one that was read.
        gaps = np.linalg.norm(hand.landmarks - flat, axis=2)
        errors.append(np.median(gaps, axis=1).min() / size_px)
    pattern = "  –" if pose in WITHOUT_PATTERN else f"{right:>2}/{HANDS}"
    return f"{found:>2}/{HANDS} {pattern} {np.median(errors):.3f}"


def example(pose: str, size_px: int, seed: int) -> Hand:
    """A hand of the benchmark: skins, sides, tilts and views in turn; every fifth from behind."""
    rng = np.random.default_rng((seed, 77))
    return render_hand(
        pose,
        size_px=round(size_px / FILL),
        skin=tuple(SKINS)[seed % len(SKINS)],
        mirrored=seed // 4 % 2 == 1,
        tilt_deg=float(rng.uniform(-20, 20)),
        yaw_deg=float(rng.uniform(-20, 20)),
        seed=seed,
        back=seed % 5 == 4,
        sleeve=(60, 60, 90) if seed % 3 == 0 else None,
        fill=FILL,
    )


def fingers(world: NDArray[np.floating]) -> tuple[int, ...]:
    """Which fingers are out, thumb to pinky, by the simplest rule."""

    def bend(before: int, at: int, after: int) -> float:
        first, second = world[before] - world[at], world[after] - world[at]
        cosine = first @ second / (np.linalg.norm(first) * np.linalg.norm(second))
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

    def reach(a: int, b: int) -> float:
        return float(np.linalg.norm(world[a] - world[b]))

    out = [bend(2, 3, 4) > THUMB_DEG and reach(4, 9) > THUMB_AWAY * reach(0, 9)]
    for knuckle in (5, 9, 13, 17):
        middle, tip = knuckle + 1, knuckle + 3
        straight = bend(knuckle, middle, middle + 1) > STRAIGHT_DEG
        out.append(straight and reach(tip, 0) > reach(middle, 0))
    return tuple(int(finger) for finger in out)


if __name__ == "__main__":
    main()
