"""Levels of an image: their pixels, and how many there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.hashing import luma, phash256
from netravision.core.pyramid import ImagePyramid


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 6))
def test_pixels_of_a_level_are_means_of_blocks(height: int, width: int, level: int) -> None:
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    pyramid = ImagePyramid(pixels)
    assert pyramid.size_wh == (width, height)
    level = min(level, pyramid.level_for(2.0**level))
    halved = pyramid.level(level)
    rows, columns, side = height >> level, width >> level, 1 << level
    blocks = pixels[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    assert halved.shape == (rows, columns, 3)
    # Each halving rounds once.
    assert np.abs(halved - blocks.mean(axis=(1, 3))).max() <= 0.5 * level + 1e-9


@pytest.mark.parametrize(
    ("shape", "reduction", "level"),
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
    shape: tuple[int, ...], reduction: float, level: int
) -> None:
    pyramid = ImagePyramid(np.zeros(shape, np.uint8))
    assert pyramid.level_for(reduction) == level
    assert min(pyramid.level(level).shape[:2]) >= 1


def test_each_level_is_made_once() -> None:
    pyramid = ImagePyramid(np.zeros((64, 64), np.uint8))
    assert pyramid.level(2) is pyramid.level(2)


def test_its_hash_is_computed_once_and_is_that_of_its_brightness() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    pyramid = ImagePyramid(pixels)
    hashed, quality = phash256(luma(pixels)[None])
    assert np.array_equal(pyramid.phash256[0], hashed)
    assert np.array_equal(pyramid.phash256[1], quality)
    assert pyramid.phash256 is pyramid.phash256
    assert pyramid.gray is pyramid.gray
