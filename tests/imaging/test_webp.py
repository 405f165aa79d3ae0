"""WebP files parsed."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from netravision.imaging.image import read_image
from netravision.imaging.webp import parse_webp
from tests.imaging.test_png import orientation

PIXELS = np.random.default_rng(2).integers(0, 256, (40, 50, 3), np.uint8)


def webp(pixels: np.ndarray = PIXELS, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", **options)
    return buffer.getvalue()


def test_metadata_that_cannot_be_read_is_left_out() -> None:
    plain = webp(lossless=True)
    data = webp(lossless=True, exif=b"hello world", xmp=b"\xff<nothing", icc_profile=b"x" * 300)
    np.testing.assert_array_equal(read_image(data).rgb, PIXELS)
    parts = parse_webp(data)
    assert parts.profile == b"x" * 300
    assert len(parts.pixels) < len(plain) + 40


def test_very_many_chunks_take_linear_time() -> None:
    data = webp(exif=orientation(1))  # with an extended header, which other chunks may follow
    data = data[:30] + b"ALPH\0\0\0\0" * 200_000 + data[30:]
    data = data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]
    begin = time.perf_counter()
    parse_webp(data)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_exif_turns(prefix: bytes) -> None:
    image = read_image(webp(lossless=True, exif=prefix + orientation(6)))
    np.testing.assert_array_equal(image.rgb, np.rot90(PIXELS, 3))


@pytest.mark.parametrize("lossless", [False, True])
def test_zeros_in_place_of_the_end_are_marked(lossless: bool) -> None:
    data = webp(np.tile(PIXELS, (6, 6, 1)), lossless=lossless)
    assert not read_image(data).truncated
    half = len(data) // 2
    zeroed = data[:half] + bytes(len(data) - half)
    assert parse_webp(zeroed).incomplete
    if not lossless:  # of the other nothing can be seen
        assert read_image(zeroed).truncated


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("quality", [5, 80])
def test_a_picture_of_one_color_is_whole(lossless: bool, quality: int) -> None:
    """Its file has nearly nothing in it."""
    for value in (0, 90, 255):
        plain = np.full((2000, 1500, 3), value, np.uint8)
        plain[:200, :200] = np.tile(PIXELS, (5, 4, 1))
        assert not parse_webp(webp(plain, lossless=lossless, quality=quality)).incomplete


def test_an_animation_gives_its_first_frame() -> None:
    moving = [Image.fromarray(PIXELS), Image.new("RGB", (50, 40))]
    data = webp(lossless=True, save_all=True, append_images=moving[1:])
    np.testing.assert_array_equal(read_image(data).rgb, PIXELS)
