"""Joint geometry: known hands, and what must not change it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from netravision.core import hand_features

Floats = NDArray[np.float64]


def flat_hand(bent_finger: int | None = None) -> Floats:
    """A (1, 21, 3) hand with straight fingers in a plane, one bent square at its second joint."""
    points = np.zeros((21, 3))
    for finger, lean in enumerate((-0.8, -0.2, 0.0, 0.2, 0.4)):
        along = np.array((np.sin(lean), np.cos(lean), 0.0))
        points[1 + 4 * finger : 5 + 4 * finger] = along * np.array([[2.0], [3.0], [4.0], [5.0]])
        if finger == bent_finger:
            knuckle = points[2 + 4 * finger]
            points[3 + 4 * finger] = knuckle + np.array((0, 0, 1))
            points[4 + 4 * finger] = knuckle + np.array((0, 0, 2))
    return points[None]


hands = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(size=(3, 21, 3))
)


@pytest.mark.parametrize("bent", [None, 0, 1, 2, 3, 4])
def test_flexions_name_the_bent_joint(bent: int | None) -> None:
    expected = np.zeros((5, 3))
    if bent is not None:
        expected[bent, 1] = np.pi / 2
    np.testing.assert_allclose(hand_features.flexions(flat_hand(bent))[0], expected, atol=1e-7)


def test_palm_of_a_flat_hand() -> None:
    np.testing.assert_allclose(hand_features.palm_lengths(flat_hand()), [2.0])
    np.testing.assert_allclose(
        np.abs(hand_features.palm_normals(flat_hand())), [[0, 0, 1]], atol=1e-12
    )


@pytest.mark.parametrize(
    ("first", "second", "angle"),
    [
        ((1, 0, 0), (2, 0, 0), 0),
        ((1, 0, 0), (0, 3, 0), np.pi / 2),
        ((1, 0, 0), (-1, 0, 0), np.pi),
        ((0, 0, 0), (1, 0, 0), np.pi / 2),  # no direction: defined, not a NaN
    ],
)
def test_angles_between(first: tuple[float], second: tuple[float], angle: float) -> None:
    assert hand_features.angles_between(first, second) == pytest.approx(angle)


@given(hands, st.floats(0.01, 100), st.tuples(*[st.floats(-50, 50)] * 3))
def test_place_and_size_change_nothing(
    points: Floats, scale: float, shift: tuple[float, float, float]
) -> None:
    moved = points * scale + np.array(shift) * scale
    np.testing.assert_allclose(
        hand_features.pose_features(moved), hand_features.pose_features(points), atol=1e-6
    )


@given(hands, st.floats(-np.pi, np.pi))
def test_turn_and_side_change_nothing(points: Floats, turn: float) -> None:
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.array(((cos, -sin, 0), (sin, cos, 0), (0, 0, 1)))
    turned = points @ rotation.T
    np.testing.assert_allclose(
        hand_features.pose_features(turned), hand_features.pose_features(points), atol=1e-6
    )
    mirrored = turned * (-1, 1, 1)
    np.testing.assert_allclose(
        hand_features.pose_features(mirrored), hand_features.pose_features(points), atol=1e-6
    )


@given(hands)
def test_one_by_one_is_the_same_as_together(points: Floats) -> None:
    together = hand_features.pose_features(points)
    for number in range(len(points)):
        alone = hand_features.pose_features(points[number : number + 1])
        np.testing.assert_allclose(alone[0], together[number])


@pytest.mark.parametrize("points", [np.zeros((2, 21, 3)), np.ones((1, 21, 3))])
def test_collapsed_hand_is_finite(points: Floats) -> None:
    assert np.isfinite(hand_features.pose_features(points)).all()


def test_no_hands_give_no_rows() -> None:
    empty = np.empty((0, 21, 3))
    assert hand_features.pose_features(empty).shape == (
        0,
        hand_features.pose_features(flat_hand()).shape[1],
    )
    assert hand_features.flexions(empty).shape == (0, 5, 3)


@pytest.mark.parametrize("shape", [(21, 3), (1, 20, 3), (1, 21, 2)])
def test_wrong_shape_is_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected landmarks of shape \(N, 21, 3\), got"):
        hand_features.pose_features(np.zeros(shape))
