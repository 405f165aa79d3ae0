"""Finding hands: one place is one hand, and its landmarks are where MediaPipe has them."""

from __future__ import annotations

import os

import numpy as np

from fixtures.hand import render_hand
from netravision import assets
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.detection import EFFORTS, HandDetection, distinct
from netravision.detectors.hands.landmarks import SAME_HAND


def test_a_hand_found_twice_counts_once_but_clasped_hands_twice() -> None:
    rng = np.random.default_rng(0)
    hand = rng.uniform(0, 50, (21, 3)).astype(np.float32)
    again, clasped = hand + 2, (hand * (-1, 1, 1) + (50, 0, 0)).astype(np.float32)
    scores = np.array([0.8, 0.9, 0.7], np.float32)
    kept = distinct(np.stack([hand, again, clasped]), scores, SAME_HAND)
    assert kept.tolist() == [1, 2]


def test_landmarks_agree_with_mediapipe() -> None:
    os.environ.setdefault("GLOG_minloglevel", "2")
    import mediapipe as mp

    detection = HandDetection(EFFORTS["balanced"])
    vision = mp.tasks.vision
    base = mp.tasks.BaseOptions(model_asset_buffer=assets.load("hand_landmarker.task"))
    options = vision.HandLandmarkerOptions(base_options=base, num_hands=1)
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for number, pose in enumerate(["one", "two", "four", "five", "ok", "rock"]):
            rgb = np.ascontiguousarray(render_hand(pose, size_px=224, seed=number).rgb)
            theirs = landmarker.detect(mp.Image(mp.ImageFormat.SRGB, rgb)).hand_landmarks
            if not theirs:
                continue
            points = np.array([(point.x * 224, point.y * 224) for point in theirs[0]])
            hands = detection(ImagePyramid(rgb))
            ours = hands.points[hands.presence.argmax(), :, :2]
            size = np.ptp(points, axis=0).max()
            # Ours are cut out a second time around the first landmarks, so they differ a little.
            assert np.linalg.norm(ours - points, axis=1).mean() < 0.06 * size, pose
