"""Rates: intervals as scipy has them, counts as one counts by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.metrics import counts_at_thresholds, reliability, wilson_interval

SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counted: tuple[int, int]) -> None:
    from scipy.stats import binomtest  # as slow to import as all else here

    hits, trials = counted
    low, high = wilson_interval(hits, trials)
    known = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((known.low, known.high), abs=1e-9)
    assert 0 <= low <= hits / trials <= high <= 1


def test_intervals_of_many_and_of_nothing() -> None:
    ends = wilson_interval([[0, 9], [10, 0]], [10, 10])
    assert ends.shape == (2, 2, 2)
    # Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", 2001: 0 of 10.
    assert ends[0, 0].round(4).tolist() == [0.0, 0.2775]
    assert ends[0, 1].round(4).tolist() == [0.5958, 0.9821]
    assert np.isnan(wilson_interval([0], [0])).all()


def test_counts_by_hand() -> None:
    scores, right = [0.9, 0.8, 0.8, 0.3], [True, False, True, False]
    counts = counts_at_thresholds(scores, right)
    assert counts.thresholds.tolist() == [0.9, 0.8, 0.3]
    assert counts.found.tolist() == [1, 3, 4]
    assert counts.correct.tolist() == [1, 2, 2]
    asked = counts_at_thresholds(scores, right, [0.0, 0.5, 0.8, 0.81, 1.0])
    assert asked.found.tolist() == [4, 3, 3, 1, 0]
    assert asked.correct.tolist() == [2, 2, 2, 1, 0]
    assert len(counts_at_thresholds([], []).thresholds) == 0


@given(SCORED, st.lists(st.floats(0, 1), max_size=5))
def test_counts_are_what_is_at_or_above(scored: list[tuple[float, bool]], at: list[float]) -> None:
    counts = counts_at_thresholds([s for s, _ in scored], [r for _, r in scored], at)
    for threshold, found, right in zip(at, counts.found, counts.correct, strict=True):
        assert found == sum(score >= threshold for score, _ in scored)
        assert right == sum(score >= threshold and is_right for score, is_right in scored)


def test_reliability_by_hand() -> None:
    bins = reliability([0.0, 0.05, 0.1, 0.95, 1.0, 0.9, 0.9], [0, 0, 1, 1, 1, 1, 0])
    assert bins.found.tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 4]
    assert bins.correct.tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0, 3]
    assert bins.mean_score[[0, 1, 9]].tolist() == pytest.approx([0.025, 0.1, 0.9375])
    assert np.isnan(bins.mean_score[5])
    gaps = 2 * 0.025 + 1 * 0.9 + 4 * (0.9375 - 0.75)
    assert bins.expected_calibration_error == pytest.approx(gaps / 7)


@given(SCORED, st.integers(1, 20))
def test_every_score_is_in_one_bin(scored: list[tuple[float, bool]], number: int) -> None:
    bins = reliability([s for s, _ in scored], [r for _, r in scored], number)
    assert len(bins.edges) == number + 1
    assert bins.found.sum() == len(scored)
    assert bins.correct.sum() == sum(right for _, right in scored)
    assert (bins.correct <= bins.found).all()
    filled = bins.found > 0
    assert (bins.mean_score[filled] >= bins.edges[:-1][filled] - 1e-9).all()
    assert (bins.mean_score[filled] <= bins.edges[1:][filled] + 1e-9).all()
    assert (
        np.isnan(bins.expected_calibration_error)
        if not scored
        else 0 <= bins.expected_calibration_error <= 1
    )


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_true_scores_have_no_calibration_error(share: float) -> None:
    right = np.arange(100) < round(100 * share)
    assert reliability(np.full(100, share), right).expected_calibration_error == pytest.approx(0)
    assert reliability(np.full(100, 1.0), right).expected_calibration_error == pytest.approx(
        1 - share
    )
