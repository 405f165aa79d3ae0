import numpy as np
import pytest

from netravision.matching.templates.foreground import bounds, fill_holes, foreground_mask


def framed(color=(255, 255, 255), inside=(200, 30, 40)):
    picture = np.full((80, 100, 3), color, np.uint8)
    picture[20:60, 30:70] = inside
    return picture


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (30, 90, 200)], ids=str)
def test_a_uniform_border_is_background(color):
    mask = foreground_mask(framed(color))
    assert mask[20:60, 30:70].all()
    assert mask.sum() == 40 * 40


def test_background_enclosed_by_the_mark_belongs_to_it():
    picture = framed()
    picture[30:50, 40:60] = 255
    assert foreground_mask(picture).sum() == 40 * 40


def test_without_a_uniform_border_everything_is_foreground():
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    assert foreground_mask(noise).all()


def test_holes_are_filled_and_bays_are_not():
    mask = np.zeros((20, 20), np.uint8)
    mask[4:16, 4:16] = 1
    mask[6:8, 6:8] = 0
    mask[10:12, 10:] = 0
    filled = fill_holes(mask)
    assert filled[6:8, 6:8].all()
    assert not filled[10:12, 10:].any()


def test_specks_do_not_widen_the_bounds():
    mask = foreground_mask(framed())
    mask[2, 3] = 1
    assert bounds(mask) == (30, 20, 70, 60)


def test_the_bounds_of_nothing_are_the_whole_picture():
    assert bounds(np.zeros((70, 90), np.uint8)) == (0, 0, 90, 70)
