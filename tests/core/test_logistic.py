"""Sigmoid and logit: against SciPy's, far out, and each the inverse of the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.special import logit as scipys_logit

from netravision.core.logistic import logit, sigmoid

PROBABILITIES = st.floats(1e-6, 1 - 1e-6)


@given(st.floats(-700, 700))
def test_sigmoid_is_scipys(value: float) -> None:
    assert float(sigmoid(value)) == pytest.approx(expit(value), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_0_or_1_without_a_warning(dtype: type[np.floating]) -> None:
    ends = sigmoid(np.array([-np.inf, -1e4, 0, 1e4, np.inf], dtype))
    assert ends.dtype == dtype
    assert ends.tolist() == [0, 0, 0.5, 1, 1]


@given(PROBABILITIES)
def test_logit_is_scipys_and_the_inverse(probability: float) -> None:
    assert float(logit(probability)) == pytest.approx(scipys_logit(probability), abs=1e-9)
    assert float(sigmoid(logit(probability))) == pytest.approx(probability, rel=1e-9)


def test_a_margin_bounds_what_is_sure() -> None:
    assert logit([0.0, 1.0]).tolist() == [-np.inf, np.inf]
    sure = logit(np.array([0.0, 0.0005, 0.5, 1.0], np.float32), margin=1e-3)
    assert sure.dtype == np.float32
    assert sure == pytest.approx([-6.9068, -6.9068, 0, 6.9068], abs=1e-3)
