import numpy as np
import pytest

from netravision.watchlist_check.augmentations import AUGMENTATIONS, augment, clutter
from tests.matching.invented_marks import mark

WIDE = np.ascontiguousarray(mark(1)[60:120])
SMALL = np.ascontiguousarray(mark(1)[::6, ::6])


@pytest.mark.parametrize("name", AUGMENTATIONS)
@pytest.mark.parametrize("rgba", [mark(0), WIDE, SMALL], ids=["square", "wide", "34 px"])
def test_a_picture_depends_on_its_seed_alone(name, rgba):
    before = rgba.copy()
    picture = augment(rgba, name, "a", clutter)
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert picture.std() > 5
    np.testing.assert_array_equal(picture, augment(rgba, name, "a", clutter))
    np.testing.assert_array_equal(rgba, before)


@pytest.mark.parametrize("name", ["padded", "tint", "rotated", "half of a photo", "printed"])
def test_another_seed_gives_another_picture(name):
    one, other = (augment(mark(0), name, seed, clutter) for seed in "ab")
    assert one.shape != other.shape or (one != other).any()


def test_they_do_what_their_names_say():
    def made(name):
        return augment(mark(0), name, "a", clutter)

    assert max(made("48 px").shape) == 48
    assert (made("gray") == made("gray")[..., :1]).all()
    assert made("cropped").shape[0] == round(0.8 * mark(0).shape[0])
    banner = made("banner")
    assert (banner[-1] == banner[-1, 0]).all()
    assert (made("plain")[0, 0] == 255).all()
