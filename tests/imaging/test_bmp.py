"""BMP files parsed: the color profile of version 5."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from netravision.imaging.bmp import parse_bmp
from netravision.imaging.image import read_image
from tests.imaging.test_image import ADOBE, COLORS, adobe_as_srgb


def bmp_with_profile(color: tuple[int, int, int], profile: bytes, kind: bytes = b"DEBM") -> bytes:
    """A BMP of 4 × 4 pixels with a BITMAPV5HEADER; Pillow writes none."""
    pixels = bytes(reversed(color)) * 16
    fields = struct.pack("<IiiHHIIiiII", 124, 4, 4, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    header = fields.ljust(56, b"\0") + kind
    header = header.ljust(108, b"\0") + struct.pack("<IIII", 4, 124 + 48, len(profile), 0)
    return (
        b"BM" + struct.pack("<IHHI", 138 + 48 + len(profile), 0, 0, 138) + header + pixels + profile
    )


@pytest.mark.parametrize("color", COLORS)
def test_an_embedded_profile_is_converted(color: tuple[int, int, int]) -> None:
    data = bmp_with_profile(color, ADOBE)
    assert np.abs(read_image(data).rgb - adobe_as_srgb(color)).max() <= 3


def test_without_one_colors_are_as_they_stand() -> None:
    linked = bmp_with_profile((90, 160, 110), b"C:\\profile.icc", b"KNIL")
    assert parse_bmp(linked).profile is None
    assert (read_image(linked).rgb == (90, 160, 110)).all()
    assert (read_image(bmp_with_profile((90, 160, 110), b"no profile")).rgb == (90, 160, 110)).all()
    plain = io.BytesIO()
    Image.new("RGB", (4, 4), (90, 160, 110)).save(plain, "BMP")
    assert (read_image(plain.getvalue()).rgb == (90, 160, 110)).all()
