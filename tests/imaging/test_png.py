"""PNG files parsed: only what pixels are made of reaches a decoder."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from netravision.imaging.image import read_image
from netravision.imaging.png import chunk, chunks, parse_png

PIXELS = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)


def png(pixels: np.ndarray = PIXELS) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def with_chunks(*added: bytes) -> bytes:
    """The picture with more chunks behind its header."""
    data = png()
    return data[:33] + b"".join(added) + data[33:]


def orientation(value: int) -> bytes:
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)


WRONG_SUM = chunk(b"tEXt", b"Comment\0text")[:-4] + b"\0\0\0\0"

ABOUT = {
    "a wrong checksum": WRONG_SUM,
    "text of 2 MB": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2_000_000))),
    "text of 2 MB in any script": chunk(
        b"iTXt", b"Comment\0\x01\0\0\0" + zlib.compress(bytes(2_000_000))
    ),
    "text that is no text": chunk(b"zTXt", b"Comment\0\0not compressed"),
    "many texts": chunk(b"tEXt", b"a\0" + b"b" * 60_000) * 100,
    "EXIF that is none": chunk(b"eXIf", b"hello world"),
    "a profile that is none": chunk(b"iCCP", b"name\0\0not compressed"),
    "a profile of 100 MB": chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(100_000_000), 1)),
    "a resolution cut short": chunk(b"pHYs", b"\0"),
    "a time that is none": chunk(b"tIME", b""),
    "an animation without frames": chunk(b"acTL", b"\0\0"),
    "transparency of a gray picture": chunk(b"tRNS", b"\0\x10"),
    "its own chunk": chunk(b"xxXx", bytes(10)),
}


@pytest.mark.parametrize("added", ABOUT.values(), ids=ABOUT)
def test_whatever_is_wrong_about_a_picture_it_is_seen(added: bytes) -> None:
    image = read_image(with_chunks(added))
    np.testing.assert_array_equal(image.rgb, PIXELS)
    assert not image.truncated


def test_exif_turns() -> None:
    image = read_image(with_chunks(chunk(b"eXIf", orientation(6))))
    np.testing.assert_array_equal(image.rgb, np.rot90(PIXELS, 3))


def test_chunks_end_where_something_else_begins() -> None:
    data = png()
    assert [c.kind for c in chunks(data)] == [b"IHDR", b"IDAT", b"IEND"]
    assert all(c.is_sound for c in chunks(data))
    assert [(c.kind, c.is_sound) for c in chunks(data[:60])] == [(b"IHDR", True), (b"IDAT", False)]
    assert [c.kind for c in chunks(data[:33] + bytes(90))] == [b"IHDR"]
    assert list(chunks(b"")) == []


def test_damage_is_marked_and_what_is_there_is_seen() -> None:
    data = bytearray(png())
    middle = len(data) // 2
    data[middle : middle + 30] = bytes(range(30))
    image = read_image(bytes(data))
    assert image.truncated
    np.testing.assert_array_equal(image.rgb[:10], PIXELS[:10])


@pytest.mark.parametrize("blocks", [1, 8])
def test_zeros_in_place_of_the_end_are_marked(blocks: int) -> None:
    """A download that was allotted its space and stopped; also between two chunks."""
    data = png()
    content = data[41:-16]
    size = -(-len(content) // blocks)
    parts = (chunk(b"IDAT", content[at : at + size]) for at in range(0, len(content), size))
    data = data[:33] + b"".join(parts) + data[-12:]
    image = read_image(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    assert image.truncated
    np.testing.assert_array_equal(image.rgb[:10], PIXELS[:10])


@pytest.mark.parametrize(("color_type", "clear"), [(0, (300,)), (2, (300, 7, 65535))])
def test_the_color_that_is_transparent_in_16_bits(color_type: int, clear: tuple[int, ...]) -> None:
    """Another value with the same 8 bits is not."""
    near = (clear[0] + 1, *clear[1:])
    row = b"\0" + struct.pack(f">{2 * len(clear)}H", *clear, *near)
    header = struct.pack(">IIBBBBB", 2, 1, 16, color_type, 0, 0, 0)
    data = b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"tRNS", struct.pack(f">{len(clear)}H", *clear)),
            chunk(b"IDAT", zlib.compress(row)),
            chunk(b"IEND", b""),
        ]
    )
    seen = [round(value / 257) for value in near] * (3 // len(near))
    assert np.abs(read_image(data).rgb.astype(int) - [[[255] * 3, seen]]).max() <= 1


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("level", [0, 1])
def test_the_gray_that_is_transparent_in_few_bits(bits: int, level: int) -> None:
    row = bytes([0b01 << 8 - 2 * bits if bits < 8 else 0, 1][: 2 if bits == 8 else 1])
    head = struct.pack(">IIBBBBB", 2, 1, bits, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", head),
            chunk(b"tRNS", (0x0100 + level).to_bytes(2)),  # lower bits count
            chunk(b"IDAT", zlib.compress(b"\0" + row)),
            chunk(b"IEND", b""),
        ]
    )
    one = 255 // ((1 << bits) - 1)
    expected = [255, one] if level == 0 else [0, 255]
    assert read_image(data).rgb[0, :, 0].tolist() == expected
    alpha = read_image(data, keep_alpha=True).alpha
    assert alpha is not None
    assert alpha.tolist() == [[0, 255] if level == 0 else [255, 0]]


def test_nothing_but_pixels_is_kept() -> None:
    data = with_chunks(*ABOUT.values())
    assert len(parse_png(data).pixels) == len(png())
