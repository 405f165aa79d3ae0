import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.templates.one_color import brightness_and_negative
from tests.matching.invented_marks import mark, on_canvas, scene

BLUE = np.array([20, 60, 140])


def in_one_color(rgba, *, negative):
    """The mark in white on blue: its light parts white, or its dark ones."""
    gray = cv2.cvtColor(rgba[..., :3], cv2.COLOR_RGB2GRAY)[..., None] / 255.0
    white = 1 - gray if negative else gray
    out = rgba.copy()
    out[..., :3] = np.rint(BLUE + (255 - BLUE) * white)
    return on_canvas(out, 240, 240, 20, 20, tuple(BLUE.tolist()))


def test_white_on_blue_becomes_white_on_black_and_black_on_white():
    picture = np.full((80, 120, 3), BLUE, np.uint8)
    picture[20:60, 30:90] = 255
    bright, negative = (each.pixels for each in brightness_and_negative(ImagePyramid(picture)))
    assert bright[0, 0].tolist() == [0, 0, 0]
    assert bright[40, 60].tolist() == [255, 255, 255]
    assert np.array_equal(negative, 255 - bright)


def test_of_a_gray_image_only_the_negative_is_another():
    gray = np.repeat(np.arange(0, 250, 2, dtype=np.uint8)[None, :, None], 60, axis=0)
    gray = np.ascontiguousarray(np.repeat(gray, 3, axis=2))
    (negative,) = (each.pixels for each in brightness_and_negative(ImagePyramid(gray)))
    assert negative[0, 0, 0] > negative[0, -1, 0]


@pytest.mark.parametrize(
    "picture",
    [scene(3), on_canvas(mark(1), 240, 240, 20, 20), np.full((90, 70, 3), 200, np.uint8)],
    ids=["a photo", "a mark in its colors", "uniform"],
)
def test_other_images_are_left_as_they_are(picture):
    assert brightness_and_negative(ImagePyramid(picture)) == []


@pytest.mark.parametrize("negative", [False, True], ids=["as it is", "negative"])
def test_a_mark_in_one_color_is_found_where_any_color_is_asked_for(negative):
    references = [Reference(f"mark-{seed}", [mark(seed)]) for seed in range(4)]
    index, own_colors = TemplateIndex(references), TemplateIndex(references, any_color=False)
    picture = in_one_color(mark(3), negative=negative)
    found = index.search(ImagePyramid(picture))
    assert (found[0].id, found[0].score > 0.5) == ("mark-3", True)
    assert min(found[0].box) > 5
    assert max(found[0].box) < 235
    if negative:
        assert all(match.score < 0.5 for match in own_colors.search(ImagePyramid(picture)))
    large = cv2.resize(picture, (1300, 1300), interpolation=cv2.INTER_CUBIC)
    again = index.search(ImagePyramid(large))[0]
    assert again.id == "mark-3"
    assert np.allclose(np.array(again.box) * 240 / 1300, found[0].box, atol=8)
