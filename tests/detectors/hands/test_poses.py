"""Poses by landmarks: several readings of one hand, and signs that two hands make together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.hand import render_hand
from netravision.detectors.hands.detection import Hands
from netravision.detectors.hands.landmarks import HandLandmarks
from netravision.detectors.hands.poses import (
    HAND_HEART,
    OTHER,
    PATTERNS,
    PoseReader,
    thumb_direction,
)
from netravision.detectors.hands.signs import SIGNS

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def reader() -> PoseReader:
    return PoseReader()


def rendered(pose: str, x: float = 0, *, mirrored: bool = False) -> Floats:
    """(21, 3) true landmarks of a rendered hand, moved to the right."""
    truth = render_hand(pose, size_px=200, seed=3, mirrored=mirrored).landmarks
    flat = truth.reshape(-1, 21, 2)[0]
    points = np.concatenate([flat, np.zeros((21, 1))], axis=1)
    return np.asarray(points + np.array((x, 0, 0)), np.float32)


def hands_of(*points: Floats) -> Hands:
    number = len(points)
    stacked = np.stack(points)
    ones = np.ones(number, np.float32)
    boxes = np.zeros((number, 4), np.float32)
    signs = np.zeros((number, len(SIGNS)), np.float32)
    return Hands(
        np.arange(number), boxes, ones, signs, stacked, ones, HandLandmarks(stacked, ones), boxes
    )


@pytest.mark.parametrize("pose", ["one", "two", "four", "five", "rock"])
def test_a_clear_hand_is_read_in_one_way(reader: PoseReader, pose: str) -> None:
    hands, readings = reader(hands_of(rendered(pose)))
    assert hands.hand.tolist() == [0] * len(readings)
    assert readings[0].pose == pose
    assert readings[0].fingers == PATTERNS[pose][0][:5]
    assert [each.probability for each in readings] == sorted(
        (each.probability for each in readings), reverse=True
    )
    assert sum(each.probability for each in readings) <= 1


def test_one_look_is_read_as_both_are(reader: PoseReader) -> None:
    for pose in ("one", "two", "rock"):
        points = rendered(pose)
        assert reader.likeliest(points) == reader(hands_of(points))[1][0]


def test_between_two_poses_both_are_readings(reader: PoseReader) -> None:
    """The ring finger of ``four`` goes down step by step; halfway nobody can tell."""
    four, two = rendered("four"), rendered("two")
    ways = [
        {each.pose for each in reader(hands_of(four * (1 - share) + two * share))[1]}
        for share in np.linspace(0, 1, 9).astype(np.float32)
    ]
    assert "four" in ways[0]
    assert "two" in ways[-1]
    assert max(len(names) for names in ways) == 2


def test_tips_that_meet_are_a_sign_of_two_hands(reader: PoseReader) -> None:
    """Pistols whose thumbs and indexes meet form a frame: neither of them is a pistol."""
    left = rendered("pistol")
    turned = left.copy()
    turned[:, :2] = left[4, :2] + left[8, :2] - left[:, :2]  # thumb to index, index to thumb
    _hands, alone = reader(hands_of(left, turned + np.float32(2000)))
    assert "pistol" in {each.pose for each in alone}
    _hands, framed = reader(hands_of(left, turned))
    assert {each.pose for each in framed} == {OTHER}
    assert {each.number for each in framed} == {None}


@pytest.mark.parametrize(("pose", "alone"), [("one", False), ("pistol", False), ("two", True)])
def test_indexes_that_meet_are_a_sign_of_two_hands(
    reader: PoseReader, pose: str, alone: bool
) -> None:
    """A triangle, unless more fingers are out: two friends may hold up theirs side by side."""
    left = rendered(pose)
    right = left.copy()
    right[:, 0] = 2 * left[8, 0] - left[:, 0]
    _hands, readings = reader(hands_of(left, right))
    assert (pose in {each.pose for each in readings}) == alone


def test_two_views_of_one_hand_are_no_sign_of_two(reader: PoseReader) -> None:
    hand = rendered("pistol")
    _hands, readings = reader(hands_of(hand, hand + np.float32(1)))
    assert "pistol" in {each.pose for each in readings}


def test_thumbs_and_indexes_that_meet_are_a_heart(reader: PoseReader) -> None:
    left = rendered("pistol")
    right = left.copy()
    right[:, 0] = 2 * left[[4, 8], 0].mean() - left[:, 0]
    left[8, 0] = right[8, 0] = left[4, 0] = right[4, 0] = left[[4, 8], 0].mean()
    _hands, readings = reader(hands_of(left, right))
    assert {each.pose for each in readings} == {HAND_HEART}


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, "thumb_up"), (60, "thumb_up"), (90, OTHER), (180, "thumb_down")]
)
def test_where_a_thumb_points(degrees: float, expected: str) -> None:
    points = np.zeros((21, 2))
    points[4] = np.sin(np.radians(degrees)), -np.cos(np.radians(degrees))
    assert thumb_direction(points) == expected
