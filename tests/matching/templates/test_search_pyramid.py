import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.templates.features import CELL
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid
from tests.matching.invented_marks import scene


def pyramid(rgb, finest=1.0):
    return SearchPyramid(ImagePyramid(rgb), finest)


@pytest.mark.parametrize("scale", [0.05, 0.3, 0.7, 1.0, 1.6])
def test_the_picture_at_a_scale(scale):
    picture = scene(0)
    resized = pyramid(picture).resized(scale)
    assert resized.shape[:2] == tuple(max(CELL, round(side * scale)) for side in (400, 600))
    exact = cv2.resize(picture, resized.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(resized.astype(int) - exact).mean() < 8


def test_a_crop_at_the_picture_s_own_scale_is_that_part_of_it():
    picture = scene(1)
    crop = pyramid(picture).crop(Placement(150, 100, 40, 60, 0.0), 10, 15, 2)
    assert crop.shape == ((10 + 4) * CELL, (15 + 4) * CELL, 3)
    inner = crop[2 * CELL : -2 * CELL, 2 * CELL : -2 * CELL]
    np.testing.assert_allclose(inner.astype(int), picture[80:120, 120:180], atol=1)


def test_cells_beyond_the_border_are_not_visible():
    visible = pyramid(scene(0)).visible(Placement(0, 200, 80, 80, 0.0), 8, 8)
    assert visible.shape == (8, 8)
    assert not visible[:, :4].any()
    assert visible[:, 4:].all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3)], ids=str)
def test_pictures_of_any_shape_have_a_level(shape):
    tiny = pyramid(np.full((*shape, 3), 90, np.uint8))
    assert min(tiny.resized(0.5).shape[:2]) >= CELL
    assert tiny.is_gray()


def test_gray_is_told_from_color():
    gray = np.repeat(scene(0)[..., :1], 3, axis=2)
    noisy = np.clip(gray + np.random.default_rng(0).normal(0, 2, gray.shape), 0, 255)
    assert pyramid(gray).is_gray()
    assert pyramid(noisy.astype(np.uint8)).is_gray()
    assert not pyramid(scene(0)).is_gray()
