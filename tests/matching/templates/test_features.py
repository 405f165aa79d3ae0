import numpy as np
import pytest

from netravision.matching.templates.features import CELL, CHANNELS, DIRECTIONS, cell_features
from tests.matching.invented_marks import mark, on_canvas


@pytest.mark.parametrize(
    ("height", "width"), [(CELL, CELL), (41, 30), (64, 7), (200, 200)], ids=str
)
def test_one_cell_for_each_full_square(height, width):
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    cells = cell_features(picture)
    assert cells.shape == (height // CELL, width // CELL, CHANNELS)
    assert cells[..., : DIRECTIONS + 1].min() >= 0
    assert cells[..., :DIRECTIONS].max() <= 3
    assert cells[..., DIRECTIONS].max() <= 1
    assert np.abs(cells[..., DIRECTIONS + 1 :]).max() < 0.33


def test_a_uniform_picture_has_no_edges():
    cells = cell_features(np.full((40, 40, 3), 90, np.uint8))
    assert np.allclose(cells[..., :DIRECTIONS], 0, atol=1e-3)


def test_gray_has_no_color():
    gray = np.arange(0, 256, 4, np.uint8)[:, None, None].repeat(64, axis=1).repeat(3, axis=2)
    assert np.abs(cell_features(gray)[..., DIRECTIONS + 1 :]).max() < 0.01


# Of Ottosson's reference implementation, rounded.
@pytest.mark.parametrize(
    ("rgb", "oklab"),
    [
        ((255, 255, 255), (1, 0, 0)),
        ((255, 0, 0), (0.628, 0.225, 0.126)),
        ((0, 255, 0), (0.866, -0.234, 0.179)),
        ((0, 0, 255), (0.452, -0.032, -0.312)),
    ],
)
def test_colors_are_oklab(rgb, oklab):
    assert np.allclose(_color(rgb), oklab, atol=0.001)


def test_blue_is_nearer_to_sky_blue_than_to_magenta():
    blue, sky, magenta = (_color(rgb)[1:] for rgb in ((0, 0, 255), (0, 162, 232), (255, 0, 255)))
    assert _cosine(blue, sky) > _cosine(blue, magenta) + 0.3


def _color(rgb):
    return cell_features(np.full((8, 8, 3), rgb, np.uint8))[0, 0, DIRECTIONS:]


def _cosine(one, other):
    return one @ other / np.linalg.norm(one) / np.linalg.norm(other)


def test_edges_answer_in_their_own_direction_whatever_the_contrast():
    upright = np.zeros((32, 32, 3), np.uint8)
    upright[:, 16:] = 255
    lying = upright.transpose(1, 0, 2).copy()
    assert cell_features(upright)[4, 4, :DIRECTIONS].argmax() == 0
    assert cell_features(lying)[4, 4, :DIRECTIONS].argmax() == DIRECTIONS // 2
    inverted = cell_features(255 - upright)[..., :DIRECTIONS]
    assert np.allclose(inverted, cell_features(upright)[..., :DIRECTIONS], atol=0.02)


def test_edges_between_colors_of_equal_lightness_are_seen():
    picture = np.full((32, 32, 3), (255, 60, 60), np.uint8)
    picture[:, 16:] = (60, 150, 60)
    assert cell_features(picture)[4, 4, 0] > 0.3


def test_half_the_contrast_changes_little():
    picture = on_canvas(mark(2), 200, 200, 0, 0)
    faint = (picture // 2 + 64).astype(np.uint8)
    difference = np.abs(cell_features(picture) - cell_features(faint))[..., :DIRECTIONS]
    assert difference.mean() < 0.03
