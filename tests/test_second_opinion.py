"""What MediaPipe sees in rendered hands, and what is said where it cannot be loaded."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.hand import SKINS, Hand, render_hand
from fixtures.poses import REPORTED_AS
from netravision.core.box import Box, pair_iou
from netravision.errors import (
    ArgumentError,
    MissingRequirementError,
    SecondOpinionUnavailableError,
)
from netravision.second_opinion import SecondOpinion, second_opinion

needs_mediapipe = pytest.mark.skipif(
    importlib.util.find_spec("mediapipe") is None, reason="MediaPipe has no wheel for this system"
)


def hand(pose: str, seed: int = 0, size_px: int = 300) -> Hand:
    skin = tuple(SKINS)[seed % len(SKINS)]
    return render_hand(pose, size_px=size_px, skin=skin, mirrored=seed % 2 == 1, seed=seed)


def box_of(landmarks: NDArray[np.floating]) -> Box:
    (x0, y0), (x1, y1) = landmarks.min(axis=0).tolist(), landmarks.max(axis=0).tolist()
    return x0, y0, x1, y1


def asked(shown: Hand) -> SecondOpinion:
    opinion = second_opinion(shown.rgb, shown.box)
    assert opinion is not None
    return opinion


@needs_mediapipe
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "pose",
    [
        *("fist", "one", "two", "three", "three_thumb", "four", "five"),
        *("thumb_up", "thumb_down", "pistol", "call", "rock", "ok"),
    ],
)
def test_it_reads_rendered_hands(pose: str, seed: int) -> None:
    shown = hand(pose, seed)
    opinion = asked(shown)
    assert opinion.pose == REPORTED_AS.get(pose, pose)
    assert opinion.fingers == shown.fingers
    assert pair_iou(box_of(opinion.landmarks), box_of(shown.landmarks[0])) > 0.5


@needs_mediapipe
def test_it_tells_left_from_right() -> None:
    sides = {asked(hand("five", seed)).handedness for seed in (0, 1)}
    assert sides == {"left", "right"}
    assert 0.5 <= asked(hand("five")).handedness_score <= 1


@needs_mediapipe
def test_a_small_hand_is_enlarged_and_placed_in_the_photo() -> None:
    small = hand("two", size_px=96)
    photo = np.full((400, 600, 3), 120, np.uint8)
    photo[300:396, 500:596] = small.rgb
    box = tuple(float(side) + (500, 300)[axis % 2] for axis, side in enumerate(small.box))
    opinion = second_opinion(photo, box)  # type: ignore[arg-type]
    assert opinion is not None
    assert opinion.pose == "two"
    assert pair_iou(box_of(opinion.landmarks), box) > 0.5  # type: ignore[arg-type]


@needs_mediapipe
def test_a_hand_beside_the_box_is_not_the_one_asked_about() -> None:
    shown = hand("five")
    wide = np.concatenate([shown.rgb, np.full_like(shown.rgb, 120)], axis=1)
    x0, y0, x1, y1 = shown.box
    assert second_opinion(wide, shown.box) is not None
    assert second_opinion(wide, (x0 + 0.8 * (x1 - x0), y0, x1 + 0.8 * (x1 - x0), y1)) is None


@needs_mediapipe
def test_no_hand_is_none_even_beyond_the_photo() -> None:
    plain = np.full((90, 70, 3), 128, np.uint8)
    assert second_opinion(plain, (10.0, 10.0, 40.0, 60.0)) is None
    assert second_opinion(plain, (-50.0, 60.0, 20.0, 160.0)) is None


@needs_mediapipe
def test_pixels_in_another_order_in_memory_are_the_same_pixels() -> None:
    shown = hand("two")
    flipped = np.ascontiguousarray(shown.rgb[:, ::-1])[:, ::-1]
    again = second_opinion(flipped, shown.box)
    assert again is not None
    np.testing.assert_array_equal(again.landmarks, asked(shown).landmarks)


@needs_mediapipe
def test_nothing_is_written_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    asked(hand("one"))
    assert capfd.readouterr().err == ""
    print("heard", file=sys.stderr)
    assert capfd.readouterr().err == "heard\n"


def test_without_mediapipe_there_is_no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(SecondOpinionUnavailableError, match="netravision doctor") as raised:
        second_opinion(np.zeros((9, 9, 3), np.uint8), (1.0, 1.0, 5.0, 5.0))
    assert isinstance(raised.value, MissingRequirementError)
    assert isinstance(raised.value, ImportError)


@pytest.mark.parametrize(
    ("rgb", "box", "named"),
    [
        (np.zeros((9, 9), np.uint8), (1.0, 1.0, 5.0, 5.0), "rgb"),
        (np.zeros((9, 9, 4), np.uint8), (1.0, 1.0, 5.0, 5.0), "rgb"),
        (np.zeros((9, 9, 3)), (1.0, 1.0, 5.0, 5.0), "rgb"),
        (np.zeros((0, 9, 3), np.uint8), (1.0, 1.0, 5.0, 5.0), "rgb"),
        ("foto.jpg", (1.0, 1.0, 5.0, 5.0), "rgb"),
        (np.zeros((9, 9, 3), np.uint8), (5.0, 1.0, 1.0, 5.0), "box"),
        (np.zeros((9, 9, 3), np.uint8), (1.0, 1.0, 1.0, 1.0), "box"),
        (np.zeros((9, 9, 3), np.uint8), None, "box"),
    ],
)
def test_wrong_arguments_are_named(rgb: object, box: object, named: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{named}: expected"):
        second_opinion(rgb, box)  # type: ignore[arg-type]
