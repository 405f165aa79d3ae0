"""The reader on pixels: what rests, where joints about are."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.hand import render_hand
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.sign_reader import SignReader
from netravision.detectors.hands.signs import SIGNS


@pytest.fixture(scope="module")
def reader() -> SignReader:
    return SignReader()


@pytest.mark.parametrize("pose", ["one", "two", "five", "thumb_up"])
def test_rough_landmarks_turn_a_hand_upright(reader: SignReader, pose: str) -> None:
    hand = render_hand(pose, size_px=120, seed=2)
    truth = hand.landmarks.reshape(-1, 21, 2)[0]
    palm = truth[[0, 5, 9, 13, 17]]
    box = np.concatenate([palm.min(axis=0), palm.max(axis=0)]).astype(np.float32)[None]
    logits, points = reader(ImagePyramid(np.ascontiguousarray(hand.rgb)), box)
    assert logits.shape == (1, len(SIGNS))
    size = np.ptp(truth, axis=0).max()
    assert np.linalg.norm(points[0] - truth, axis=1).mean() < 0.25 * size
    along, expected = points[0, 9] - points[0, 0], truth[9] - truth[0]
    cosine = along @ expected / (np.linalg.norm(along) * np.linalg.norm(expected))
    assert cosine > np.cos(np.radians(35))


def test_the_mirror_image_is_read_the_same(reader: SignReader) -> None:
    rgb = np.ascontiguousarray(render_hand("four", size_px=120, seed=2).rgb)
    side = rgb.shape[1]
    box = np.array([[0.3 * side, 0.4 * side, 0.7 * side, 0.8 * side]], np.float32)
    across = box[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (side, 0, side, 0)
    there = reader(ImagePyramid(rgb), box).logits
    mirrored = np.ascontiguousarray(rgb[:, ::-1])
    back = reader(ImagePyramid(mirrored), across.astype(np.float32)).logits
    np.testing.assert_allclose(there, back, atol=0.3)


def test_no_boxes_no_readings(reader: SignReader) -> None:
    image = ImagePyramid(np.zeros((50, 50, 3), np.uint8))
    logits, points = reader(image, np.zeros((0, 4), np.float32))
    assert (logits.shape, points.shape) == ((0, len(SIGNS)), (0, 21, 2))
