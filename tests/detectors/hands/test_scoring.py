"""How sure a reading is: the surest view counts, others never change what is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.detectors.hands.detection import Hands
from netravision.detectors.hands.landmarks import HandLandmarks
from netravision.detectors.hands.poses import NUMBERS, OTHER, Reading
from netravision.detectors.hands.scoring import (
    HandScorer,
    one_handed,
    score_features,
    showing_the_same,
    surest,
)
from netravision.detectors.hands.signs import SIGNS

TWO = Reading("two", 0.9, (0, 1, 1, 0, 0), 2)
THUMB = Reading("thumb_up", 0.8, (1, 0, 0, 0, 0), None)


@pytest.fixture(scope="module")
def scorer() -> HandScorer:
    return HandScorer()


def views(hand: list[int], x: list[float], signs: np.ndarray | None = None) -> Hands:
    """Views of hands 40 pixels large, side by side."""
    rng = np.random.default_rng(0)
    shape = rng.uniform(-20, 20, (21, 3)).astype(np.float32)
    points = shape + np.array([(at, 200, 0) for at in x], np.float32)[:, None]
    boxes = np.array([(at - 15, 185, at + 15, 215) for at in x], np.float32)
    ones = np.full(len(x), 0.9, np.float32)
    even = np.full((len(x), len(SIGNS)), 1 / len(SIGNS), np.float32)
    return Hands(
        np.array(hand),
        boxes,
        ones,
        even if signs is None else signs,
        points,
        ones,
        HandLandmarks(points + 1, ones),
        np.zeros((0, 4), np.float32),
    )


def test_the_surest_view_of_each_hand_counts_and_one_place_is_one_hand() -> None:
    hands = views([0, 0, 1, 2], [100, 101, 300, 302])
    chosen = surest(hands.hand, hands.points, np.array([0.2, 0.7, 0.4, 0.9]))
    assert chosen.tolist() == [3, 1]


def test_of_two_readings_of_a_hand_one_is_left(scorer: HandScorer) -> None:
    hands = views([0, 0], [100, 100])
    rows, scores = scorer(hands, [Reading("two", 0.15, (0, 1, 1, 0, 0), 2), THUMB])
    assert rows.tolist() == [1]
    assert len(scores) == 1


def test_a_pose_that_the_trees_do_not_know_is_scored_by_itself(scorer: HandScorer) -> None:
    """A new pose of the table: nothing of its neighbor changes, and it has a score."""
    hands = views([0, 1], [100, 1000])
    new = Reading("claw", 0.8, (1, 0, 1, 0, 1), None)
    rows, scores = scorer(hands, [TWO, new])
    by_itself = 0.8 * 0.9 * (1 - 2 / len(SIGNS))
    assert scores[rows.tolist().index(1)] == pytest.approx(by_itself, abs=1e-6)
    beside_other = scorer(hands, [TWO, new._replace(pose=OTHER)])
    assert scores[rows.tolist().index(0)] == pytest.approx(
        beside_other[1][beside_other[0].tolist().index(0)], abs=0.1
    )


def test_numbers_are_the_same_whatever_the_pose() -> None:
    readings = [TWO, Reading("pistol", 0.5, (1, 1, 0, 0, 0), 2), THUMB]
    assert showing_the_same(readings).astype(int).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_a_sign_of_two_hands_is_no_sign_of_one(scorer: HandScorer) -> None:
    signs = np.full((2, len(SIGNS)), 0.001, np.float32)
    signs[0, SIGNS.index("two")] = signs[1, SIGNS.index("two_handed")] = 0.98
    hands = views([0, 1], [100, 600], signs)
    alone = one_handed(score_features(hands, [TWO, TWO]))
    assert alone[0] > 0.99
    assert alone[1] < 0.05
    rows, scores = scorer(hands, [TWO, TWO])
    assert rows.tolist() == [0, 1]
    assert scores[1] < 0.05 < scores[0]


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_scores_are_probabilities_and_do_not_depend_on_the_order(seed: int, number: int) -> None:
    scorer, rng = HandScorer(), np.random.default_rng(seed)
    signs = rng.dirichlet(np.ones(len(SIGNS)), number).astype(np.float32)
    hands = views(list(range(number)), [100.0 * place for place in range(number)], signs)
    poses = rng.choice(["one", "two", "five", "thumb_up", "pistol", "fist", OTHER], number)
    readings = [
        Reading(str(pose), float(rng.uniform(0.1, 1)), (0, 1, 0, 0, 0), NUMBERS.get(str(pose)))
        for pose in poses
    ]
    rows, scores = scorer(hands, readings)
    assert sorted(rows.tolist()) == list(range(number))
    assert np.all((scores >= 0) & (scores <= 1))
    order = rng.permutation(number)
    again, same = scorer(hands.take(order), [readings[place] for place in order])
    by_hand = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    expected = [by_hand[row] for row in order[again].tolist()]
    np.testing.assert_allclose(same, expected, atol=1e-12)


def test_a_hand_that_rests_scores_lower(scorer: HandScorer) -> None:
    shares = []
    for sign in ("two", "resting"):
        signs = np.full((1, len(SIGNS)), 0.01, np.float32)
        signs[0, SIGNS.index(sign)] = 0.8
        shares.append(scorer(views([0], [100], signs), [TWO])[1][0])
    assert shares[0] > shares[1]
