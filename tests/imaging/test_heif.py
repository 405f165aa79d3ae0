"""AVIF and HEIC files parsed: metadata out of the decoder's way, and what is cut off."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image

from netravision.errors import PhotoError
from netravision.imaging.heif import clean_aperture, parse_heif
from netravision.imaging.image import read_image
from tests.imaging.test_png import orientation

SLOPE = Image.linear_gradient("L").resize((64, 48)).convert("RGB")


def encoded(form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    SLOPE.save(buffer, form, quality=90, **options)
    return buffer.getvalue()


def clap(*numbers: int) -> bytes:
    """An AVIF with this property, in the place of a profile that is as long."""
    content = b"".join(number.to_bytes(4, signed=True) for number in numbers)
    data = encoded("AVIF", icc_profile=b"x" * 28)
    assert data.count(b"colrprof" + b"x" * 28) == 1
    data = data.replace(b"colrprof" + b"x" * 28, b"clap" + content.ljust(32, b"\0"))
    # It is the nth of the properties; the list of the picture's says that it may not be left out.
    at, index = data.index(b"ipco") + 4, 1
    while data[at + 4 : at + 8] != b"clap":
        at, index = at + int.from_bytes(data[at : at + 4]), index + 1
    listed = data.index(bytes([index]), data.index(b"ipma") + 4 + 4 + 4 + 2 + 1)
    return data[:listed] + bytes([0x80 | index]) + data[listed + 1 :]


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_metadata_that_cannot_be_read_is_left_out(form: str) -> None:
    plain = read_image(encoded(form)).rgb
    for exif in (b"hello world", b"Exif\0\0II*\0\xff\xff\xff\xff", b""):
        data = encoded(form, exif=orientation(1), xmp=b"\xff<nothing", icc_profile=b"x" * 300)
        for begin in (b"II*\0", b"MM\0*"):
            data = data.replace(begin, exif[:4].ljust(4, b"?"))
        image = read_image(data)
        np.testing.assert_array_equal(image.rgb, plain)
        assert not image.truncated


def test_exif_does_not_turn_where_the_container_does_not() -> None:
    """As browsers show it."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageWidth] = 6  # Pillow would not write an orientation here
    data = encoded("AVIF", exif=exif.tobytes())
    assert data.count(b"\1\0\0\4") == 1
    turned = read_image(data.replace(b"\1\0\0\4", b"\1\x12\0\4"))
    assert turned.rgb.shape == (48, 64, 3)


def test_the_part_to_be_seen_is_cut_out() -> None:
    whole = read_image(encoded("AVIF")).rgb
    data = clap(40, 1, 20, 1, 4, 1, -2, 1)
    assert clean_aperture(data, 64, 48) == (16, 12, 56, 32)
    np.testing.assert_array_equal(read_image(data).rgb, whole[12:32, 16:56])


@pytest.mark.parametrize(
    "numbers",
    [
        (40, 0, 20, 1, 4, 1, -2, 1),
        (65, 1, 20, 1, 0, 1, 0, 1),
        (40, 1, 20, 1, 30, 1, 0, 1),
        (0, 1, 20, 1, 0, 1, 0, 1),
        (-4, 1, 20, 1, 0, 1, 0, 1),
        (40, 1),
    ],
)
def test_a_part_outside_the_picture_is_none(numbers: tuple[int, ...]) -> None:
    data = clap(*numbers)
    assert clean_aperture(data, 64, 48) is None
    assert read_image(data).rgb.shape == (48, 64, 3)


def numbers_of_properties(data: bytes) -> tuple[list[bytes], list[list[int]]]:
    """The kinds of all properties, and where the numbers of each item's stand."""
    at, end = data.index(b"ipco") + 4, data.index(b"ipma") - 4
    kinds = []
    while at < end:
        kinds.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4])
    at = end + 4 + 4 + 4
    items = []
    for _ in range(int.from_bytes(data[at : at + 4])):
        count = data[at + 6]
        items.append(list(range(at + 7, at + 7 + count)))
        at += 3 + count
    return kinds, items


def test_transparency_without_a_size_is_as_large_as_the_picture() -> None:
    """As old versions of libavif wrote it."""
    buffer = io.BytesIO()
    clear = SLOPE.copy()
    clear.putalpha(SLOPE.getchannel("R").rotate(180))
    clear.save(buffer, "AVIF", quality=90)
    data = bytearray(buffer.getvalue())
    expected = read_image(bytes(data), keep_alpha=True)
    kinds, (_, of_alpha) = numbers_of_properties(data)
    (size_at,) = (at for at in of_alpha if kinds[(data[at] & 0x7F) - 1] == b"ispe")
    (kind_at,) = (at for at in of_alpha if kinds[(data[at] & 0x7F) - 1] == b"auxC")
    data[size_at] = data[kind_at]
    found = read_image(bytes(data), keep_alpha=True)
    np.testing.assert_array_equal(found.alpha, expected.alpha)
    np.testing.assert_array_equal(found.rgb, expected.rgb)


def test_a_turn_that_a_file_calls_optional_is_none() -> None:
    data = bytearray(clap(40, 1, 20, 1, 4, 1, -2, 1))
    kinds, (of_picture,) = numbers_of_properties(data)
    (at,) = (at for at in of_picture if kinds[(data[at] & 0x7F) - 1] == b"clap")
    right = bytes(data)
    data[at] &= 0x7F
    assert parse_heif(bytes(data)).pixels == right
    assert read_image(bytes(data)).rgb.shape == (20, 40, 3)


def test_a_map_of_tones_that_cannot_be_read_is_left_out() -> None:
    data = encoded("AVIF", xmp=b"<x/>")
    assert data.index(b"mime") < data.index(b"iprp")
    data = data.replace(b"MA1B", b"tmap", 1).replace(b"mime", b"tmap", 1)
    np.testing.assert_array_equal(read_image(data).rgb, read_image(encoded("AVIF")).rgb)


def test_what_libavif_refuses_is_said_in_its_words() -> None:
    data = encoded("AVIF").replace(b"av01", b"av99")
    with pytest.raises(
        PhotoError, match="AVIF cannot be decoded: Failed to decode image"
    ) as caught:
        read_image(data)
    assert caught.value.code == "unreadable"
    data = encoded("AVIF").replace(b"pict", b"none")
    with pytest.raises(PhotoError, match="BMFF parsing failed"):
        read_image(data)


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_zeros_in_place_of_the_end_are_seen(form: str) -> None:
    noise = Image.fromarray(np.random.default_rng(4).integers(0, 256, (96, 96, 3), np.uint8))
    buffer = io.BytesIO()
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    noise.save(buffer, form)
    data = buffer.getvalue()
    assert not parse_heif(data).incomplete
    assert parse_heif(data[: len(data) // 2] + bytes(len(data) - len(data) // 2)).incomplete


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_boxes_of_any_content_are_read(form: str) -> None:
    data = encoded(form)
    rng = np.random.default_rng(6)
    for _ in range(2000):
        changed = bytearray(data)
        for at in rng.integers(0, min(len(data), 400), 3):
            changed[at] = rng.integers(256)
        changed = changed[: rng.integers(1, len(data))]
        parse_heif(bytes(changed))
        clean_aperture(bytes(changed), 64, 48)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x20ftypavif", b"\0\0\0\x0cmeta\0\0\0\0"])
def test_what_has_no_picture_has_no_part(data: bytes) -> None:
    assert clean_aperture(data, 10, 10) is None
    assert parse_heif(data).pixels == data
