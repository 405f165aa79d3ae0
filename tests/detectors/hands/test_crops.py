"""Cut-outs: squares at any turn, sharp where they are shrunk, and the way back to the photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import crops


@given(
    st.floats(20, 180),
    st.floats(20, 180),
    st.floats(10, 300),
    st.floats(-3.2, 3.2),
    st.integers(1, 224),
)
def test_corners_of_a_cut_lie_half_a_side_away(
    x: float, y: float, side: float, turn: float, pixels: int
) -> None:
    squares = np.array([[x, y, side, turn]], np.float32)
    middle = np.full((1, 1, 2), pixels / 2, np.float32)
    corners = np.array([[(0, 0), (pixels, 0), (pixels, pixels), (0, pixels)]], np.float32)
    matrices = crops.to_picture(squares, pixels)
    np.testing.assert_allclose(crops.apply(matrices, middle)[0, 0], (x, y), atol=1e-3)
    apart = np.linalg.norm(crops.apply(matrices, corners)[0] - (x, y), axis=1)
    np.testing.assert_allclose(apart, side / np.sqrt(2), rtol=1e-3)


@pytest.mark.parametrize("side", [64, 200, 500])
@pytest.mark.parametrize("turn", [0.0, 0.5, np.pi])
@pytest.mark.parametrize("shape", [(800, 1000), (801, 999)])
def test_cut_shows_what_is_there(side: float, turn: float, shape: tuple[int, int]) -> None:
    """On a picture whose red is x and green is y, a cut-out shows where it was cut."""
    y, x = np.mgrid[: shape[0], : shape[1]] / 4
    rgb = np.stack([x, y, x * 0], axis=2).astype(np.uint8)
    squares = np.array([[500, 400, side, turn]], np.float32)
    (cut,) = crops.cut(ImagePyramid(rgb), squares, 32)
    centers = np.stack(np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5), axis=2)
    where = crops.apply(crops.to_picture(squares, 32), centers.reshape(1, -1, 2).astype(np.float32))
    # Two of 255 levels: what storing x / 4 in whole numbers costs.
    np.testing.assert_allclose(cut[:, :, :2].reshape(-1, 2), (where[0] - 0.5) / 4, atol=2)


def test_outside_the_photo_is_black_or_the_border() -> None:
    white = np.full((40, 60, 3), 255, np.uint8)
    squares = np.array([[30, 20, 200, 0]], np.float32)
    (black,) = crops.cut(ImagePyramid(white), squares, 50, "black")
    (white,) = crops.cut(ImagePyramid(white), squares, 50, "replicate")
    assert black[0, 0].tolist() == [0, 0, 0]
    assert black[25, 25].tolist() == [255, 255, 255]
    assert white.min() == 255


@given(st.floats(-400, 600), st.floats(-400, 600), st.floats(1, 500), st.floats(-3.2, 3.2))
def test_only_the_part_that_is_seen_is_warped_but_nothing_shows_it(
    x: float, y: float, side: float, turn: float
) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (150, 210, 3), np.uint8)
    rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2), np.uint8)
    squares = np.array([[x, y, side, turn]], np.float32)
    halves = ImagePyramid(rgb)
    (cut,) = crops.cut(halves, squares, 40, "replicate")
    times = halves.level_for(side / 40)
    centers = np.stack(np.meshgrid(np.arange(40) + 0.5, np.arange(40) + 0.5), axis=2)
    where = crops.apply(crops.to_picture(squares, 40), centers.reshape(1, -1, 2).astype(np.float32))
    at = (where[0] / 2**times - 0.5).reshape(40, 40, 2)
    whole = cv2.remap(halves.level(times), at, None, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(cut.astype(int), whole.astype(int), atol=2)
