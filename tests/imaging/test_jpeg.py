"""Files of one digest show the same image, pixel for pixel; small images hash as the full ones."""

import hashlib
import io
import time
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageDraw, ImageOps

from netravision.core.hashing import luma, phash
from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.jpeg import (
    Header,
    _first_frequencies,
    ends_early,
    read_header,
    segments,
    small_gray,
)


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
        decoded = read_image(data)
    except PhotoError as error:
        return error.code
    return repr((decoded.rgb.shape, decoded.truncated)).encode() + decoded.rgb.tobytes()


PLAIN = jpeg()
PLAIN_DIGEST = hashlib.sha256(PLAIN).hexdigest()

ABOUT = {
    "EXIF": with_segment(PLAIN, 0xE1, exif()),
    "EXIF, upright": with_segment(PLAIN, 0xE1, exif(1)),
    "XMP": with_segment(PLAIN, 0xE1, xmp(1)),
    "XMP that would turn it": with_segment(PLAIN, 0xE1, xmp(3)),
    "IPTC that cannot be read": with_segment(PLAIN, 0xED, b"Photoshop 3.0\x008BIM\0\0"),
    "EXIF that ends with the file's first bytes": with_segment(PLAIN, 0xE1, b"Exif\0\0"),
    "EXIF that cannot be read": with_segment(PLAIN, 0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"),
    "more XMP": with_segment(PLAIN, 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"x" * 200),
    "IPTC as Facebook has it": with_segment(
        PLAIN, 0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x28\0\x08FBMD0100"
    ),
    "a comment": with_segment(PLAIN, 0xFE, b"diunduh 2024-09-25"),
    "several": with_segment(with_segment(PLAIN, 0xFE, b"a"), 0xE1, exif(1)),
}


@pytest.mark.parametrize("data", ABOUT.values(), ids=ABOUT)
def test_what_is_written_about_a_picture_does_not_count(data: bytes) -> None:
    assert read_header(data).digest == PLAIN_DIGEST
    assert pixels(data) == pixels(PLAIN)


def test_a_file_about_which_nothing_is_written_is_known_by_its_bytes() -> None:
    assert read_header(PLAIN).digest is None
    assert read_header(b"").digest is None


OTHERS = {
    "turned by EXIF": with_segment(PLAIN, 0xE1, exif(6)),
    "another color profile": jpeg(
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "a segment nobody knows": with_segment(PLAIN, 0xE5, b"Exif\0\0"),
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
    assert read_header(data).digest != PLAIN_DIGEST


def test_a_file_of_several_pictures_is_known_by_all_of_them() -> None:
    def several(*pictures: Image.Image) -> bytes:
        file = io.BytesIO()
        pictures[0].save(file, "MPO", save_all=True, append_images=pictures[1:])
        return with_segment(file.getvalue(), 0xFE, b"a")

    digests = {read_header(several(picture(), picture(second))).digest for second in (1, 2)}
    assert len(digests) == 2
    assert PLAIN_DIGEST not in digests


@settings(max_examples=400)
@given(st.sampled_from([*ABOUT.values()]), st.data())
def test_damage_that_keeps_the_digest_keeps_the_picture(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        damaged[draw.draw(st.integers(0, 400))] = draw.draw(st.integers(0, 255))
    if read_header(bytes(damaged)).digest == PLAIN_DIGEST:
        assert pixels(bytes(damaged)) == pixels(PLAIN)


def test_segments_stand_behind_each_other_up_to_the_end() -> None:
    found = list(segments(with_segment(PLAIN, 0xFE, b"abc")))
    assert found[0] == (0xFE, 2, 9)
    assert [b.start >= a.end for a, b in pairwise(found)] == [True] * (len(found) - 1)
    assert [marker for marker, *_ in found if marker in (0xC0, 0xDA)] == [0xC0, 0xDA]
    assert found[-1] == (0xD9, len(PLAIN) + 7 - 2, len(PLAIN) + 7)


@pytest.mark.parametrize(
    ("data", "markers"),
    [
        (b"", []),
        (b"\x89PNG", []),
        (b"\xff\xd8\xff", []),
        (b"\xff\xd8\xff\xff\xfe\0\x02\xff\xd9", [0xFE, 0xD9]),  # a fill byte
        (b"\xff\xd8\xff\xfe\0\x02\xff\xd0\xff\xd9", [0xFE]),  # a restart without a scan
        (b"\xff\xd8\xff\xfe\0\x01\xff\xd9", []),  # shorter than its own length
        (b"\xff\xd8\xff\xfe\xff\xff", [0xFE]),  # longer than the file
    ],
)
def test_segments_end_where_there_are_none(data: bytes, markers: list[int]) -> None:
    assert [segment.marker for segment in segments(data)] == markers


def test_the_size_is_that_of_the_header() -> None:
    assert read_header(PLAIN).size == (96, 72)
    assert read_header(with_segment(PLAIN, 0xE1, exif(6))).size == (96, 72)
    # Behind damage, as decoders find it.
    assert read_header(PLAIN[:20] + bytes(1000) + PLAIN[20:]).size == (96, 72)
    assert read_header(PLAIN[:150]).size is None
    assert read_header(b"").size is None


def test_a_header_of_very_many_exif_segments_costs_next_to_nothing() -> None:
    segment = b"\xff\xe1" + (8 + 6).to_bytes(2) + b"Exif\0\0" + b"abcdef"
    data = PLAIN[:2] + 200_000 * segment + PLAIN[2:]
    begin = time.perf_counter()
    header = read_header(data)
    assert time.perf_counter() - begin < 0.5
    assert header == (None, None)
    assert not ends_early(data)


def test_very_many_segments_are_left_to_a_worker() -> None:
    def header(count: int) -> Header:
        return read_header(PLAIN[:2] + count * b"\xff\xfe\0\x02" + PLAIN[2:])

    assert header(4000) == ((96, 72), PLAIN_DIGEST)
    begin = time.perf_counter()
    assert header(1_000_000) == (None, None)
    assert time.perf_counter() - begin < 1


def test_the_first_exif_counts() -> None:
    turned_later = with_segment(with_segment(PLAIN, 0xE1, exif(6)), 0xE1, exif(1))
    assert read_header(turned_later).digest == PLAIN_DIGEST
    assert pixels(turned_later) == pixels(PLAIN)
    turned = with_segment(with_segment(PLAIN, 0xE1, exif(1)), 0xE1, exif(6))
    assert read_header(turned).digest is None
    assert pixels(turned) != pixels(PLAIN)


def test_what_ends_early() -> None:
    assert not ends_early(PLAIN)
    assert ends_early(PLAIN[:-2])
    assert ends_early(PLAIN[:100])
    assert not ends_early(PLAIN[:2] + b"damage" + PLAIN[2:])


@cache
def scenery(width: int, height: int, seed: int = 0) -> Image.Image:
    """Shapes on a slope, with noise: low and high frequencies."""
    rng = np.random.default_rng(seed)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(10):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        color = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw.ellipse((x, y, x + width // 4, y + height // 4), fill=color)
    noise = rng.normal(0, 8, (height, width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def bits_apart(data: bytes) -> int:
    small = small_gray(data)
    assert small is not None
    full = luma(read_image(data).rgb)
    return int(np.bitwise_count(phash([small]) ^ phash([full])).sum())


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize(
    ("size", "reduced"),
    [
        ((1080, 1350), (135, 169)),
        ((640, 480), (160, 120)),
        ((200, 300), (100, 150)),
        ((90, 70), (90, 70)),
    ],
)
def test_the_hash_of_the_small_picture_is_near_that_of_the_full_one(
    progressive, subsampling, size, reduced
):
    options = {"progressive": progressive, "subsampling": subsampling, "quality": 85}
    for seed in range(3):
        data = jpeg(scenery(*size, seed), **options)
        assert bits_apart(data) <= 4
    assert small_gray(data).shape == reduced[::-1]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("orientation", range(9))
def test_the_small_picture_is_upright(orientation, mode):
    image = scenery(900, 600).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(image, exif=exif)
    assert bits_apart(data) <= 4
    with Image.open(io.BytesIO(data)) as opened:
        upright = ImageOps.exif_transpose(opened).size
    assert (small_gray(data).shape[0] > small_gray(data).shape[1]) == (upright[1] > upright[0])


def test_a_progressive_file_is_cut_to_its_first_frequencies():
    image = scenery(1080, 1350)
    whole = jpeg(image, progressive=True, quality=90, restart_marker_blocks=7)
    first = _first_frequencies(whole)
    assert len(first) < len(whole) / 3
    # The mean of each block: exact in the middle, where libjpeg smooths nothing in.
    with Image.open(io.BytesIO(first)) as cut, Image.open(io.BytesIO(whole)) as full:
        means = [np.asarray(i.convert("L").reduce(8), float).mean() for i in (cut, full)]
    assert abs(means[0] - means[1]) < 0.5


@pytest.mark.parametrize(
    "data",
    [
        jpeg(scenery(1080, 600)),  # baseline
        jpeg(scenery(600, 600), progressive=True)[:5000],  # cut off within a scan
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"",
    ],
)
def test_other_files_are_left_as_they_are(data):
    assert _first_frequencies(data) == data


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        encoded(scenery(600, 600), "PNG"),
        jpeg(scenery(600, 600).convert("CMYK")),
        jpeg(scenery(600, 600))[:3000],
        jpeg(scenery(600, 600), progressive=True)[:3000],
        jpeg(scenery(1080, 1350))[:300],
    ],
)
def test_what_has_to_be_decoded_in_full(data):
    assert small_gray(data) is None


@pytest.mark.data
def test_hostile_files_are_refused_or_read(data_dir):
    for file in sorted((data_dir / "hostile").rglob("*")):
        if file.is_file():
            gray = small_gray(file.read_bytes())
            assert gray is None or gray.ndim == 2


def test_damage_is_marked_where_libjpeg_notices() -> None:
    noticed = 0
    for options in ({}, {"progressive": True}, {"restart_marker_blocks": 4}):
        data = jpeg(scenery(600, 400), **options)
        assert not read_image(data).truncated
        for seed in range(20):
            rng = np.random.default_rng(seed)
            damaged = bytearray(data)
            at = int(rng.integers(len(data) // 4, len(data) * 3 // 4))
            damaged[at : at + 30] = rng.bytes(30)
            noticed += read_image(bytes(damaged)).truncated
    assert noticed >= 30  # of 60


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_zeros_in_place_of_the_end_are_marked(mode: str) -> None:
    data = jpeg(scenery(600, 400).convert(mode))
    half = len(data) // 2
    assert not read_image(data).truncated
    assert not read_image(data + bytes(2000)).truncated  # behind the end they do not matter
    assert read_image(data[:half] + bytes(len(data) - half)).truncated


def test_a_header_that_is_damaged_before_its_first_segment_is_searched() -> None:
    damaged = PLAIN[:20] + b"damage" + PLAIN[20:]
    np.testing.assert_array_equal(read_image(damaged).rgb, read_image(PLAIN).rgb)
