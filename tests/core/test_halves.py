"""A picture and its halves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.halves import Halves


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 6))
def test_pixels_of_a_half_are_means_of_four(height: int, width: int, times: int) -> None:
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    halves = Halves(pixels)
    assert halves.size_wh == (width, height)
    times = min(times, halves.times(2.0**times))
    half = halves.halved(times)
    rows, columns, side = height >> times, width >> times, 1 << times
    blocks = pixels[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    assert half.shape == (rows, columns, 3)
    # Each halving rounds once.
    assert np.abs(half - blocks.mean(axis=(1, 3))).max() <= 0.5 * times + 1e-9


@pytest.mark.parametrize(
    ("shape", "reduction", "times"),
    [
        ((1000, 800, 3), 0.5, 0),
        ((1000, 800, 3), 1.99, 0),
        ((1000, 800, 3), 2.0, 1),
        ((1000, 800, 3), 7.9, 2),
        ((1000, 3), 1e9, 1),  # nothing is left of three columns after two halvings
        ((1, 1, 3), 8.0, 0),
    ],
)
def test_never_reduced_further_than_asked_nor_away(
    shape: tuple[int, ...], reduction: float, times: int
) -> None:
    halves = Halves(np.zeros(shape, np.uint8))
    assert halves.times(reduction) == times
    assert min(halves.halved(times).shape[:2]) >= 1


def test_each_half_is_made_once() -> None:
    halves = Halves(np.zeros((64, 64), np.uint8))
    assert halves.halved(2) is halves.halved(2)
