"""Resizing to a longest side: sizes by hand, proportions, types."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.resizing import longest_side_size, resize_longest_side

SIDE = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("size_wh", "longest", "enlarge", "expected"),
    [
        ((1280, 853), 256, True, (256, 171)),
        ((853, 1280), 256, True, (171, 256)),
        ((100, 50), 200, True, (200, 100)),
        ((100, 50), 200, False, (100, 50)),
        ((100, 50), 100, False, (100, 50)),
        ((4000, 3), 100, True, (100, 1)),  # a side never vanishes
        ((100, 51), 12.5, True, (12, 6)),
    ],
)
def test_size_by_hand(
    size_wh: tuple[int, int], longest: float, enlarge: bool, expected: tuple[int, int]
) -> None:
    assert longest_side_size(size_wh, longest, enlarge=enlarge) == expected


@given(SIDE, SIDE, SIDE, st.booleans())
def test_the_longest_side_is_that_long(
    width: int, height: int, longest: int, enlarge: bool
) -> None:
    size = longest_side_size((width, height), longest, enlarge=enlarge)
    assert max(size) == (longest if enlarge else min(longest, max(width, height)))
    assert min(size) >= 1
    scale = max(size) / max(width, height)
    assert min(size) == pytest.approx(max(1, min(width, height) * scale), abs=0.51)


@pytest.mark.parametrize("shape", [(60, 40), (60, 40, 3), (60, 40, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("longest", [20, 60, 90])
def test_shape_and_type(shape: tuple[int, ...], dtype: type, longest: int) -> None:
    resized = resize_longest_side(np.full(shape, 7, dtype), longest)
    assert resized.shape == (longest, round(longest * 2 / 3), *shape[2:])
    assert resized.dtype == dtype
    np.testing.assert_allclose(resized, 7, rtol=1e-6)


def test_a_small_image_is_left_as_it_is() -> None:
    image = np.zeros((30, 20, 3), np.uint8)
    assert resize_longest_side(image, 30, enlarge=False) is image
    assert resize_longest_side(image, 31, enlarge=False) is image
    assert resize_longest_side(image, 29, enlarge=False).shape == (29, 19, 3)


def test_it_shrinks_by_means_and_grows_as_asked() -> None:
    board = np.array([[0, 200], [200, 0]], np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    assert resize_longest_side(board, 1) == 100
    nearest = resize_longest_side(board, 64, upsampling=cv2.INTER_NEAREST)
    assert set(nearest.ravel().tolist()) == {0, 200}
    linear = resize_longest_side(board, 64, upsampling=cv2.INTER_LINEAR)
    assert len(set(linear.ravel().tolist())) > 2
