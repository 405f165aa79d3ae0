import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from netravision.html.evidence_pictures import (
    CROP_SIDE,
    PICTURE_SIDE,
    evidence_crop,
    evidence_picture,
)


def decoded(jpeg: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return np.asarray(image.convert("RGB")).astype(int)


def amber(picture: np.ndarray) -> np.ndarray:
    """Where a picture has the color of the boxes, allowing for JPEG."""
    return np.abs(picture - np.array([255, 176, 0])).sum(axis=2) < 120


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [
        (1000, 2000, (320, 640)),  # landscape
        (2000, 1000, (640, 320)),  # portrait
        (300, 200, (300, 200)),  # a small photo is not blown up
        (1, 1, (1, 1)),
        (1, 5000, (1, 640)),
    ],
)
def test_a_picture_fits_its_column_and_keeps_its_shape(height, width, expected):
    rgb = np.full((height, width, 3), 128, np.uint8)
    assert decoded(evidence_picture(rgb, [])).shape == (*expected, 3)


def test_the_box_is_drawn_around_what_was_found():
    rgb = np.full((1280, 1280, 3), 40, np.uint8)
    drawn = amber(decoded(evidence_picture(rgb, [(400, 600, 800, 1000)])))
    # Half size; the outline lies outside of the box, the tag with its number above it.
    ys, xs = np.nonzero(drawn)
    assert abs(xs.min() - 197) <= 2
    assert abs(xs.max() - 403) <= 2
    assert abs(ys.max() - 503) <= 2
    assert not drawn[302:498, 202:398].any()


def test_a_box_at_the_top_has_its_number_below():
    rgb = np.full((200, 200, 3), 40, np.uint8)
    drawn = amber(decoded(evidence_picture(rgb, [(50, 2, 150, 60)])))
    assert drawn[66:82, 50:60].mean() > 0.5


def test_nothing_is_drawn_without_boxes():
    rgb = np.full((200, 200, 3), 40, np.uint8)
    assert not amber(decoded(evidence_picture(rgb, []))).any()


def test_a_crop_shows_the_box_enlarged_in_its_middle():
    rgb = np.zeros((1000, 1000, 3), np.uint8)
    rgb[480:520, 280:320] = 255
    crop = decoded(evidence_crop(rgb, (280, 480, 320, 520)))
    assert crop.shape == (CROP_SIDE, CROP_SIDE, 3)
    bright = crop.mean(axis=2) > 128
    # The window is 1.6 times as wide as its box.
    assert abs(bright.any(axis=0).sum() - CROP_SIDE / 1.6) <= 4
    assert abs(np.nonzero(bright.any(axis=0))[0].mean() - CROP_SIDE / 2) <= 4


def test_a_crop_at_the_edge_stays_square():
    rgb = np.zeros((1000, 1000, 3), np.uint8)
    assert decoded(evidence_crop(rgb, (0, 960, 40, 1000))).shape == (CROP_SIDE, CROP_SIDE, 3)


_coordinate = st.floats(-1e6, 1e6)


@settings(max_examples=60)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.tuples(_coordinate, _coordinate, _coordinate, _coordinate),
)
def test_any_box_can_be_drawn(height, width, box):
    rgb = np.zeros((height, width, 3), np.uint8)
    assert max(decoded(evidence_picture(rgb, [box, box])).shape) <= PICTURE_SIDE
    assert max(decoded(evidence_crop(rgb, box)).shape) == CROP_SIDE


def test_pictures_carry_no_metadata():
    rgb = np.zeros((50, 50, 3), np.uint8)
    for jpeg in (evidence_picture(rgb, []), evidence_crop(rgb, (1, 1, 9, 9))):
        with Image.open(io.BytesIO(jpeg)) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)
