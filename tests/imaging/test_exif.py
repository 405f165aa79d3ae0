"""Which way up: read from any block of EXIF, asked of nothing else in it."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from netravision.imaging.exif import ORIENTATIONS, UPRIGHT, exif_orientation, upright


def exif(order: str, kind: int, content: bytes) -> bytes:
    """A block with an odd entry before the orientation."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    odd = struct.pack(order + "HHII", 0x010F, 99, 2**32 - 1, 2**32 - 1)
    entry = struct.pack(order + "HHI", 0x0112, kind, 1) + content.ljust(4, b"\0")
    return head + struct.pack(order + "IH", 8, 2) + odd + entry


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "form"), [(1, "B"), (3, "H"), (4, "I"), (6, "b"), (8, "h"), (9, "i")]
)
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_the_orientation_is_read_in_every_type_of_number(
    order: str, kind: int, form: str, prefix: bytes
) -> None:
    for orientation in ORIENTATIONS:
        block = prefix + exif(order, kind, struct.pack(order + form, orientation))
        assert exif_orientation(block) == orientation


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"hello world",
        exif("<", 3, b"\0\0"),
        exif("<", 3, b"\x09\0"),
        exif("<", 5, b"\x06\0"),  # two numbers
        exif("<", 3, b"\x06\0")[:20],
        b"II*\0\xff\xff\xff\xff",
    ],
)
def test_what_cannot_be_read_is_upright(block: bytes) -> None:
    assert exif_orientation(block) == UPRIGHT


@given(st.binary(max_size=300), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_any_bytes_are_upright_or_turned(content: bytes, head: bytes) -> None:
    assert exif_orientation(head + content) in ORIENTATIONS


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)])
def test_turned_as_pillow_turns(orientation: int, shape: tuple[int, ...]) -> None:
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    image = Image.fromarray(pixels)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    expected = image.transpose(turns[orientation]) if orientation in turns else image
    turned = upright(pixels, orientation)
    np.testing.assert_array_equal(turned, np.asarray(expected))
    assert turned.flags.c_contiguous
