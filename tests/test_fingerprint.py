"""Files of one digest show the same picture, pixel for pixel; whatever else is another picture."""

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from netravision.errors import PhotoError
from netravision.fingerprint import picture_digest
from netravision.photo import read_picture


def picture(seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return Image.fromarray(pixels).resize((96, 72))


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or picture()).save(file, "JPEG", **{"quality": 85, **options})
    return file.getvalue()


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """The file with one more segment at its beginning."""
    return data[:2] + bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content + data[2:]


def exif(orientation: int | None = None) -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Kamera"
    if orientation is not None:
        tags[ExifTags.Base.Orientation] = orientation
    return tags.tobytes()


def xmp(orientation: int) -> bytes:
    return b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="%d"/>' % orientation


def pixels(data: bytes) -> bytes | str:
    """What a file shows, or the code of its failure."""
    try:
        decoded = read_picture(data)
    except PhotoError as error:
        return error.code
    return repr((decoded.rgb.shape, decoded.truncated)).encode() + decoded.rgb.tobytes()


PLAIN = jpeg()
PLAIN_DIGEST = hashlib.sha256(PLAIN).hexdigest()

ABOUT = {
    "EXIF": with_segment(PLAIN, 0xE1, exif()),
    "EXIF, upright": with_segment(PLAIN, 0xE1, exif(1)),
    "XMP": with_segment(PLAIN, 0xE1, xmp(1)),
    "more XMP": with_segment(PLAIN, 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"x" * 200),
    "IPTC as Facebook has it": with_segment(
        PLAIN, 0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x28\0\x08FBMD0100"
    ),
    "a comment": with_segment(PLAIN, 0xFE, b"diunduh 2024-09-25"),
    "several": with_segment(with_segment(PLAIN, 0xFE, b"a"), 0xE1, exif(1)),
}


@pytest.mark.parametrize("data", ABOUT.values(), ids=ABOUT)
def test_what_is_written_about_a_picture_does_not_count(data: bytes) -> None:
    assert picture_digest(data) == PLAIN_DIGEST
    assert pixels(data) == pixels(PLAIN)


def test_a_file_about_which_nothing_is_written_is_known_by_its_bytes() -> None:
    assert picture_digest(PLAIN) is None
    assert picture_digest(b"") is None


OTHERS = {
    "turned by EXIF": with_segment(PLAIN, 0xE1, exif(6)),
    "turned by XMP": with_segment(PLAIN, 0xE1, xmp(3)),
    "another color profile": jpeg(
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "a segment nobody knows": with_segment(PLAIN, 0xE5, b"Exif\0\0"),
    "IPTC that cannot be read": with_segment(PLAIN, 0xED, b"Photoshop 3.0\x008BIM\0\0"),
    "cut off": ABOUT["a comment"][:-40],
    "two beginnings": with_segment(PLAIN[:2] + PLAIN, 0xFE, b"a"),
    "something behind it": ABOUT["a comment"] + b"a video in motion",
    "compressed anew": with_segment(jpeg(quality=84), 0xFE, b"a"),
    "coded in another way": with_segment(jpeg(optimize=True), 0xFE, b"a"),
    "other colors": with_segment(jpeg(picture(1)), 0xFE, b"a"),
    "another format": PLAIN.replace(b"\xff\xd8", b"\xff\xd7", 1),
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_whatever_may_show_counts(data: bytes) -> None:
    assert picture_digest(data) != PLAIN_DIGEST


def test_a_file_of_several_pictures_is_known_by_all_its_bytes() -> None:
    file = io.BytesIO()
    picture().save(file, "MPO", save_all=True, append_images=[picture(1)])
    assert picture_digest(with_segment(file.getvalue(), 0xFE, b"a")) is None


@settings(max_examples=400)
@given(st.sampled_from([*ABOUT.values()]), st.data())
def test_damage_that_keeps_the_digest_keeps_the_picture(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        damaged[draw.draw(st.integers(0, 400))] = draw.draw(st.integers(0, 255))
    if picture_digest(bytes(damaged)) == PLAIN_DIGEST:
        assert pixels(bytes(damaged)) == pixels(PLAIN)
