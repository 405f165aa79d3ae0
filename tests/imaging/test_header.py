"""Sizes at fixed places: as Pillow finds them, whatever else a file holds."""

import io
import struct
import time

import numpy as np
import pytest
import tifffile
from PIL import Image

from netravision.imaging.file_type import identify
from netravision.imaging.header import header_size
from netravision.imaging.tiff import Tag
from tests.imaging.test_tiff import SMALL, rgb_page, tiff

PICTURE = Image.new("RGBA", (300, 17), (10, 200, 30, 100))


def encoded(form: str, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    PICTURE.convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def big_tiff() -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.zeros((17, 300), np.float32), bigtiff=True, byteorder=">")
    return buffer.getvalue()


FILES = {
    "PNG": encoded("PNG"),
    "GIF": encoded("GIF", "P"),
    "BMP": encoded("BMP"),
    "BMP from the top down": encoded("BMP").replace(
        struct.pack("<i", 17), struct.pack("<i", -17), 1
    ),
    "WebP": encoded("WEBP"),
    "WebP without loss": encoded("WEBP", lossless=True),
    "WebP with transparency": encoded("WEBP", "RGBA"),
    "TIFF": encoded("TIFF"),
    "TIFF of small numbers": encoded("TIFF", "1", compression="group4"),
    "BigTIFF": big_tiff(),
    "AVIF": encoded("AVIF"),
    "AVIF with transparency": encoded("AVIF", "RGBA"),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_sizes(data: bytes) -> None:
    form = identify(data[:1024])
    assert form is not None
    assert header_size(data, form) == (300, 17)
    for length in range(0, min(len(data), 64)):
        header_size(data[:length], form)


def test_a_bmp_of_os_2() -> None:
    data = b"BM" + bytes(12) + struct.pack("<IHHHH", 12, 300, 17, 1, 24)
    assert header_size(data, "BMP") == (300, 17)


def test_a_smaller_copy_does_not_tell_the_size() -> None:
    pixels = np.zeros((17, 300, 3), np.uint8)
    assert header_size(tiff(rgb_page(pixels)), "TIFF") == (300, 17)
    assert header_size(tiff(SMALL, rgb_page(pixels)), "TIFF") is None


def test_a_video_has_none() -> None:
    assert header_size(b"\0\0\0\x18ftypmp42", "MP4") is None


def test_tags_that_all_hold_the_whole_file_cost_nothing() -> None:
    size = 8_000_000
    tags = b"".join(
        struct.pack("<HHII", tag, 4, size // 4, 0) for tag in [*range(1, 60_000), Tag.WIDTH]
    )
    data = b"II*\0" + struct.pack("<IH", 8, 60_000) + tags + bytes(size)
    begin = time.perf_counter()
    header_size(data, "TIFF")
    assert time.perf_counter() - begin < 1
