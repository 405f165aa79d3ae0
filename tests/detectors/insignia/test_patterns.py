"""Two colors that belong together, and two that only happen to be in one image."""

import numpy as np
import pytest

from netravision.detectors.insignia.patterns import pattern_area

SHAPE = (128, 128)
ROWS, COLUMNS = np.indices(SHAPE)

CHECKS = (ROWS // 8 + COLUMNS // 8) % 2 == 0
STRIPES = COLUMNS // 8 % 2 == 0
HALVES = COLUMNS < 64


@pytest.mark.parametrize(
    ("first", "pair", "checks"),
    [
        pytest.param(CHECKS, True, True, id="checks"),
        pytest.param(STRIPES, True, False, id="stripes"),
        pytest.param(HALVES, True, False, id="halves"),
        pytest.param(np.ones(SHAPE, bool), False, False, id="one color"),
    ],
)
def test_what_a_pattern_is(first: np.ndarray, pair: bool, checks: bool) -> None:
    assert pattern_area(first, ~first, "pair").any() == pair
    assert pattern_area(first, ~first, "checks").any() == checks


def test_only_where_it_is() -> None:
    patch = np.zeros(SHAPE, bool)
    patch[32:96, 32:96] = True
    area = pattern_area(CHECKS & patch, ~CHECKS & patch, "checks")
    assert area[48:80, 48:80].mean() > 0.9
    assert not area[:24].any()


def test_two_colors_apart_are_none() -> None:
    left, right = COLUMNS < 20, COLUMNS >= 108
    assert not pattern_area(left, right, "pair").any()
