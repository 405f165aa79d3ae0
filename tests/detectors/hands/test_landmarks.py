"""Landmarks: where they lie, in the mirror too, and the squares cut out around them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fixtures.hand import render_hand
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.landmarks import (
    HAND_SIDE,
    LandmarkNetwork,
    landmark_boxes,
    landmark_squares,
)


@pytest.mark.parametrize("turn", [0, 60, 180, -90])
def test_squares_stand_upright_on_the_wrist(turn: float) -> None:
    angle = np.radians(turn)
    up = np.array((np.sin(angle), -np.cos(angle)))
    right = np.array((np.cos(angle), np.sin(angle)))
    hand = np.zeros((1, 21, 3), np.float32)
    hand[0, :, :2] = (np.arange(21) - 10)[:, None] * right + np.arange(21)[:, None] * up
    hand[0, [0, 5, 9, 13], :2] = [-10 * up, 10 * up - 3 * right, 10 * up, 10 * up + 3 * right]
    assert np.cos(landmark_squares(hand)[0, 3] - angle) == pytest.approx(1)


def test_the_mirror_image_is_told_as_it_lies_in_the_picture() -> None:
    rgb = np.ascontiguousarray(render_hand("four", size_px=224, seed=1).rgb)
    hand = np.asarray(cv2.resize(rgb, (HAND_SIDE, HAND_SIDE)), np.uint8)
    network, half = LandmarkNetwork(), HAND_SIDE / 2
    whole = np.array([[half, half, HAND_SIDE, 0]], np.float32)
    there = network(ImagePyramid(hand), whole, mirrored=True).points[0, :, :2]
    back = network(ImagePyramid(np.ascontiguousarray(np.fliplr(hand))), whole).points[0, :, :2]
    np.testing.assert_allclose(there[:, 0], HAND_SIDE - back[:, 0], atol=1e-2)
    np.testing.assert_allclose(there[:, 1], back[:, 1], atol=1e-2)
    seen = network(ImagePyramid(hand), whole).points[0, :, :2]
    assert np.linalg.norm(there - seen, axis=1).mean() < 0.05 * HAND_SIDE


def test_boxes_surround_landmarks() -> None:
    points = np.random.default_rng(0).normal(size=(4, 21, 3)).astype(np.float32)
    corners = landmark_boxes(points)
    assert np.all(corners[:, None, :2] <= points[:, :, :2])
    assert np.all(corners[:, None, 2:] >= points[:, :, :2])
    assert landmark_boxes(points[:0]).shape == (0, 4)
