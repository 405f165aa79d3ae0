"""TIFF files parsed, and the picture of a raw photo chosen."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.tiff import Tag, directories

PIXELS = np.random.default_rng(5).integers(0, 256, (50, 80, 3), np.uint8)
THUMBNAIL = PIXELS[::5, ::5]
SENSOR = 32803

Value = int | list[int] | bytes | Image.Image
Page = dict[int, object]


def tiff(*pages: Page, order: str = "<", big: bool = False, mark: bytes = b"") -> bytes:
    """A TIFF written by hand: pages of tags; below them those of a page under SUB_IFDS.

    Values are a SHORT or LONG, a list of them, bytes, or (type, bytes). Behind STRIP_OFFSETS and
    TILE_OFFSETS stands what they hold.
    """
    head, number = (16, "Q") if big else (8, "I")
    start = head + len(mark)
    file = bytearray(start)
    file[head:] = mark

    def put(content: bytes) -> int:
        file.extend(bytes(len(file) % 2))
        file.extend(content)
        return len(file) - len(content)

    def write(page: Page, following: int) -> int:
        entries = []
        for tag, value in sorted(page.items()):
            if tag == Tag.SUB_IFDS:
                value = [write(below, 0) for below in value]
            if tag in (Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS, Tag.JPEG_OFFSET):
                value = [put(strip) for strip in (value if isinstance(value, list) else [value])]
            if isinstance(value, tuple):
                kind, content, count = value
            elif isinstance(value, bytes):
                kind, content, count = 7, value, len(value)
            else:
                numbers = value if isinstance(value, list) else [value]
                kind, form = (16, "Q") if big else (4, "I")
                content, count = struct.pack(f"{order}{len(numbers)}{form}", *numbers), len(numbers)
            if len(content) > struct.calcsize(number):
                content = struct.pack(order + number, put(content))
            content = content.ljust(struct.calcsize(number), b"\0")
            entries.append(struct.pack(f"{order}HH{number}", tag, kind, count) + content)
        count = struct.pack(order + ("Q" if big else "H"), len(entries))
        return put(count + b"".join(entries) + struct.pack(order + number, following))

    following = 0
    for page in reversed(pages):
        following = write(page, following)
    magic = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    if big:
        magic += struct.pack(order + "HH", 8, 0)
    file[:head] = magic + struct.pack(order + number, following)
    return bytes(file)


def rgb_page(pixels: np.ndarray, **more: object) -> Page:
    height, width = pixels.shape[:2]
    named = {Tag[name]: value for name, value in more.items()}
    return {
        Tag.WIDTH: width,
        Tag.LENGTH: height,
        Tag.BITS_PER_SAMPLE: [8, 8, 8],
        Tag.COMPRESSION: 1,
        Tag.PHOTOMETRIC: 2,
        Tag.STRIP_OFFSETS: pixels.tobytes(),
        Tag.SAMPLES_PER_PIXEL: 3,
        Tag.ROWS_PER_STRIP: height,
        Tag.STRIP_BYTE_COUNTS: pixels.size,
        **named,
    }


def jpeg(pixels: np.ndarray = PIXELS) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def sensor_page(width: int = 84, height: int = 52, **more: object) -> Page:
    page = rgb_page(np.zeros((height, width, 1), np.uint8), **more)
    return page | {Tag.PHOTOMETRIC: SENSOR, Tag.BITS_PER_SAMPLE: 8, Tag.SAMPLES_PER_PIXEL: 1}


def jpeg_page(data: bytes) -> Page:
    """As cameras write it: where the JPEG is, and how long."""
    return {Tag.COMPRESSION: 6, Tag.JPEG_OFFSET: data, Tag.JPEG_LENGTH: len(data)}


def strip_page(data: bytes, pixels: np.ndarray = PIXELS, photometric: int = 6) -> Page:
    page = rgb_page(pixels) | {Tag.COMPRESSION: 7, Tag.PHOTOMETRIC: photometric}
    return page | {Tag.STRIP_OFFSETS: data, Tag.STRIP_BYTE_COUNTS: len(data)}


SMALL = rgb_page(THUMBNAIL, NEW_SUBFILE_TYPE=1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_odd_tags_do_not_matter(order: str, big: bool) -> None:
    """Tags of no type, too long ones, and numbers that cannot be written again."""
    page = rgb_page(PIXELS) | {
        270: (99, b"?", 2**20),
        700: (7, b"\0\0\0\0", 2**31),
        34377: b"Photoshop",
        33432: (2, b"\xff\xfe", 2),
        34665: (4, b"\xff\xff\xff\xff", 1),
        50741: (5, b"\xff" * 8, 1),
    }
    image = read_image(tiff(page, order=order, big=big))
    np.testing.assert_array_equal(image.rgb, PIXELS)
    assert not image.truncated


@pytest.mark.parametrize(
    "orientation", [6, (1, b"\6", 1), (3, b"\6\0", 1)], ids=["LONG", "BYTE", "SHORT"]
)
def test_the_orientation_turns(orientation: object) -> None:
    image = read_image(tiff(rgb_page(PIXELS, ORIENTATION=orientation)))
    np.testing.assert_array_equal(image.rgb, np.rot90(PIXELS, 3))


def test_the_first_page_counts_unless_it_is_a_smaller_copy() -> None:
    other = rgb_page(np.zeros((400, 400, 3), np.uint8))
    np.testing.assert_array_equal(read_image(tiff(rgb_page(PIXELS), other)).rgb, PIXELS)
    np.testing.assert_array_equal(read_image(tiff(SMALL, rgb_page(PIXELS))).rgb, PIXELS)
    np.testing.assert_array_equal(read_image(tiff(SMALL)).rgb, THUMBNAIL)


RAW = {
    "NEF, in a directory below": tiff(SMALL | {Tag.SUB_IFDS: [rgb_page(PIXELS)]}),
    "NEF, as a JPEG": tiff(SMALL | {Tag.SUB_IFDS: [jpeg_page(jpeg()), sensor_page()]}, order=">"),
    "DNG": tiff(
        SMALL | {Tag.DNG_VERSION: b"\1\4\0\0", Tag.SUB_IFDS: [sensor_page(), strip_page(jpeg())]}
    ),
    "ARW": tiff(
        jpeg_page(jpeg(THUMBNAIL)) | {Tag.SUB_IFDS: [sensor_page()]}, jpeg_page(jpeg()), order="<"
    ),
    "CR2": tiff(
        strip_page(jpeg()) | {Tag.COMPRESSION: 6},
        jpeg_page(jpeg(THUMBNAIL)),
        rgb_page(THUMBNAIL),
        mark=b"CR\2\0",
    ),
}


@pytest.mark.parametrize("data", RAW.values(), ids=RAW)
def test_the_picture_in_full_size_is_that_of_a_raw_photo(data: bytes) -> None:
    rgb = read_image(data).rgb
    assert rgb.shape == PIXELS.shape
    in_jpeg = read_image(jpeg()).rgb
    assert (rgb == PIXELS).all() or (rgb == in_jpeg).all()


def test_a_raw_photo_is_turned_as_its_first_directory_says() -> None:
    below = SMALL | {Tag.ORIENTATION: 8, Tag.SUB_IFDS: [jpeg_page(jpeg()), sensor_page()]}
    np.testing.assert_array_equal(read_image(tiff(below)).rgb, np.rot90(read_image(jpeg()).rgb, 1))


# A lossless JPEG, as sensors' are: its frame is of another kind.
LOSSLESS = jpeg().replace(b"\xff\xc0", b"\xff\xc3", 1)


@pytest.mark.parametrize(
    "data",
    [
        tiff(SMALL | {Tag.SUB_IFDS: [sensor_page()]}),
        tiff(jpeg_page(jpeg(THUMBNAIL)) | {Tag.SUB_IFDS: [sensor_page()]}),
        tiff(SMALL | {Tag.DNG_VERSION: b"\1\4\0\0", Tag.SUB_IFDS: [sensor_page()]}),
        tiff(SMALL | {Tag.SUB_IFDS: [strip_page(LOSSLESS, photometric=SENSOR)]}),
        tiff(sensor_page()),
    ],
    ids=["NEF", "ARW", "DNG", "lossless", "sensor alone"],
)
def test_a_raw_photo_without_it_is_refused_and_its_thumbnail_not_screened(data: bytes) -> None:
    with pytest.raises(PhotoError, match="raw photo") as caught:
        read_image(data)
    assert caught.value.code == "unsupported"


def test_a_strip_that_is_cut_off_is_marked() -> None:
    page = rgb_page(PIXELS) | {Tag.STRIP_BYTE_COUNTS: 2 * PIXELS.size}
    assert read_image(tiff(page)).truncated


def test_directories_that_go_round_end() -> None:
    data = bytearray(tiff(rgb_page(PIXELS)))
    at = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[at : at + 2], "little")
    data[at + 2 + 12 * entries :][:4] = data[4:8]
    data[-4:] = data[4:8]
    assert len(list(directories(bytes(data)))) == 1
    assert list(directories(b"II*\0")) == []


def test_a_tiff_without_a_directory_is_cut_off() -> None:
    with pytest.raises(PhotoError) as caught:
        read_image(b"II*\0\xff\xff\0\0" + bytes(20))
    assert caught.value.code == "truncated"
