"""TIFF files decoded piece by piece: what is damaged costs its piece and no other."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.tiff import Tag, directories
from tests.imaging.test_tiff import rgb_page, tiff

BASE = np.asarray(Image.radial_gradient("L").resize((80, 64)))
RGB = np.dstack([BASE, BASE[::-1], 255 - BASE])


def written(samples: np.ndarray = RGB, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, photometric="rgb", compression="zlib", **options)
    return buffer.getvalue()


def damaged(data: bytes, piece: int) -> bytes:
    """With the middle of one strip or tile overwritten."""
    directory = next(directories(data))
    offsets = Tag.TILE_OFFSETS if directory.number(Tag.TILE_WIDTH) else Tag.STRIP_OFFSETS
    at = directory.numbers(offsets)[piece] + 8
    return data[:at] + b"\xff" * 30 + data[at + 30 :]


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_a_damaged_strip_costs_no_other(kind: str) -> None:
    samples = (
        (RGB / 255).astype(kind)
        if kind == "f4"
        else RGB.astype(kind) * (257 if kind == "u2" else 1)
    )
    image = read_image(damaged(written(samples, rowsperstrip=16), 2))
    assert image.truncated
    expected = RGB.copy()
    expected[32:48] = 0
    assert np.abs(image.rgb.astype(int) - expected).max() <= 1


def test_a_damaged_tile_costs_no_other() -> None:
    image = read_image(damaged(written(tile=(32, 32)), 1))
    assert image.truncated
    expected = RGB.copy()
    expected[:32, 32:64] = 0
    np.testing.assert_array_equal(image.rgb, expected)


def test_a_damaged_strip_of_a_plane_costs_its_color() -> None:
    planes = np.ascontiguousarray(RGB.transpose(2, 0, 1))
    image = read_image(damaged(written(planes, planarconfig="separate", rowsperstrip=16), 5))
    assert image.truncated
    expected = RGB.copy()
    expected[16:32, :, 1] = 0
    np.testing.assert_array_equal(image.rgb, expected)


def test_an_end_that_is_missing_costs_what_was_there() -> None:
    data = written(rowsperstrip=16)
    cut = read_image(data[: next(directories(data)).numbers(Tag.STRIP_OFFSETS)[2] + 10])
    assert cut.truncated
    np.testing.assert_array_equal(cut.rgb[:32], RGB[:32])
    assert not cut.rgb[32:].any()


@pytest.mark.parametrize("photometric", ["rgb", "separate"])
def test_without_a_sound_strip_there_is_nothing(photometric: str) -> None:
    options = {"planarconfig": "separate"} if photometric == "separate" else {}
    samples = RGB.transpose(2, 0, 1) if photometric == "separate" else RGB
    data = written(np.ascontiguousarray(samples), **options)
    for piece in range(len(next(directories(data)).numbers(Tag.STRIP_OFFSETS))):
        data = damaged(data, piece)
    with pytest.raises(PhotoError) as caught:
        read_image(data)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("across", [0, 32])
def test_pieces_that_are_webp(across: int) -> None:
    pieces = []
    for top in range(0, 64, 32):
        for left in range(0, 80, across or 80):
            piece = np.zeros((32, across or 80, 3), np.uint8)
            part = RGB[top : top + 32, left : left + (across or 80)]
            piece[:, : part.shape[1]] = part
            buffer = io.BytesIO()
            Image.fromarray(piece).save(buffer, "WEBP", lossless=True)
            pieces.append(buffer.getvalue())
    page = {**rgb_page(RGB), Tag.COMPRESSION: 50001}
    lengths = [len(piece) for piece in pieces]
    if across:
        del page[Tag.STRIP_OFFSETS], page[Tag.STRIP_BYTE_COUNTS], page[Tag.ROWS_PER_STRIP]
        page |= {Tag.TILE_WIDTH: 32, Tag.TILE_LENGTH: 32}
        page |= {Tag.TILE_OFFSETS: pieces, Tag.TILE_BYTE_COUNTS: lengths}
    else:
        page |= {Tag.ROWS_PER_STRIP: 32}
        page |= {Tag.STRIP_OFFSETS: pieces, Tag.STRIP_BYTE_COUNTS: lengths}
    data = tiff(page)
    image = read_image(data)
    np.testing.assert_array_equal(image.rgb, RGB)
    assert not image.truncated
    broken = read_image(data.replace(pieces[-1][:4], b"none", 1))
    assert broken.truncated
