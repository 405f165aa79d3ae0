"""TIFF files of many bits: what they show is what was stored, whatever the numbers are."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.tiff import Tag, directories, with_directory
from netravision.imaging.tiff_samples import eight_bit
from tests.imaging.test_tiff import rgb_page, tiff

BASE = np.asarray(Image.radial_gradient("L").resize((48, 40)))
RGB = np.dstack([BASE, BASE[::-1], 255 - BASE])


def stored(levels: np.ndarray, kind: str) -> np.ndarray:
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        return (levels / 255).astype(dtype)
    # Rounded up, so that no level falls to the one below it.
    return np.ceil(levels.astype(float) * np.iinfo(dtype).max / 255).astype(dtype)


def written(samples: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, **options)
    return buffer.getvalue()


KINDS = ["u2", "u4", "i2", "i4", "f2", "f4", "f8"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), (">", True)])
def test_numbers_of_every_kind(kind: str, compression: str, order: str, big: bool) -> None:
    options = {"compression": compression, "byteorder": order, "bigtiff": big}
    gray = np.dstack([BASE] * 3)
    separate = {"photometric": "rgb", "planarconfig": "separate", **options}
    for expected, data in (
        (gray, written(stored(BASE, kind), photometric="minisblack", **options)),
        (255 - gray, written(stored(BASE, kind), photometric="miniswhite", **options)),
        (RGB, written(stored(RGB, kind), photometric="rgb", **options)),
        (RGB, written(stored(RGB.transpose(2, 0, 1), kind), **separate)),
    ):
        image = read_image(data)
        assert np.abs(image.rgb.astype(int) - expected).max() <= 1
        assert not image.truncated


@pytest.mark.parametrize("kind", ["u2", "u4", "i4"])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("predictor", [False, True])
def test_strips_tiles_and_predictors(kind: str, tile: object, predictor: bool) -> None:
    samples = stored(RGB, kind)
    options = {"compression": "zlib", "tile": tile, "predictor": predictor}
    data = written(samples, photometric="rgb", **options)
    assert np.abs(read_image(data).rgb.astype(int) - RGB).max() <= 1


@pytest.mark.parametrize("predictor", [1, 3])
def test_the_predictor_of_floats(predictor: int) -> None:
    buffer = io.BytesIO()
    image = Image.fromarray(stored(BASE, "f4"))
    image.save(buffer, "TIFF", compression="tiff_lzw", tiffinfo={Tag.PREDICTOR: predictor})
    assert next(directories(buffer.getvalue())).number(Tag.PREDICTOR) == predictor
    assert np.abs(read_image(buffer.getvalue()).rgb[..., 0].astype(int) - BASE).max() <= 1


def test_transparency_is_seen() -> None:
    alpha = np.where(BASE > 100, 255, 51).astype(np.uint8)
    for extra, colors in (
        ("unassalpha", RGB),
        ("assocalpha", np.rint(RGB * (alpha / 255)[..., None])),
    ):
        samples = stored(np.dstack([colors, alpha]), "f4")
        data = written(samples, photometric="rgb", extrasamples=[extra])
        kept = read_image(data, keep_alpha=True)
        assert kept.alpha is not None
        np.testing.assert_array_equal(kept.alpha, alpha)
        assert np.abs(kept.rgb.astype(int) - RGB)[alpha == 255].max() <= 1
        assert np.abs(kept.rgb.astype(int) - RGB).max() <= 3  # 51 levels have become 255


def packed(samples: np.ndarray, bits: int) -> bytes:
    """Rows of (H, W, S) numbers of so many bits, each filled up to a byte."""
    shifts = np.arange(bits)[::-1]
    rows = (samples[..., None] >> shifts & 1).reshape(len(samples), -1).astype(np.uint8)
    return np.packbits(rows, axis=1).tobytes()


@pytest.mark.parametrize("bits", [2, 3, 6, 10, 12, 24])
@pytest.mark.parametrize("order", ["<", ">"])
def test_any_number_of_bits(bits: int, order: str) -> None:
    most = (1 << bits) - 1
    odd = RGB[:, :-1]  # rows that do not end with a byte
    samples = np.rint(odd / 255 * most).astype(np.int64)
    expected = np.rint(samples * (255 / most))
    side_by_side = packed(samples, bits)
    planes = [packed(samples[..., plane : plane + 1], bits) for plane in range(3)]
    # Two rows and two columns of tiles.
    filled = np.pad(samples, ((0, 24), (0, 17), (0, 0)))
    tiles = [packed(filled[y : y + 32, x : x + 32], bits) for y in (0, 32) for x in (0, 32)]
    tiled = {Tag.TILE_WIDTH: 32, Tag.TILE_LENGTH: 32, Tag.TILE_OFFSETS: tiles}
    for more in (
        {Tag.STRIP_OFFSETS: side_by_side, Tag.STRIP_BYTE_COUNTS: len(side_by_side)},
        {
            Tag.STRIP_OFFSETS: planes,
            Tag.STRIP_BYTE_COUNTS: [len(plane) for plane in planes],
            Tag.PLANAR_CONFIGURATION: 2,
        },
        tiled | {Tag.TILE_BYTE_COUNTS: [len(tile) for tile in tiles]},
    ):
        page = {**rgb_page(odd), Tag.BITS_PER_SAMPLE: [bits] * 3, **more}
        if Tag.TILE_WIDTH in more:
            del page[Tag.STRIP_OFFSETS], page[Tag.STRIP_BYTE_COUNTS], page[Tag.ROWS_PER_STRIP]
        image = read_image(tiff(page, order=order))
        assert np.abs(image.rgb - expected).max() <= 1
        assert not image.truncated


def test_numbered_colors_with_transparency() -> None:
    numbers, alpha = BASE // 17, 255 - BASE
    colors = np.random.default_rng(2).integers(0, 256, (3, 16))
    samples = packed(np.dstack([numbers, alpha // 17]).astype(np.int64), 4)
    page = {
        **rgb_page(RGB),
        Tag.PHOTOMETRIC: 3,
        Tag.BITS_PER_SAMPLE: [4, 4],
        Tag.SAMPLES_PER_PIXEL: 2,
        Tag.EXTRA_SAMPLES: 2,
        Tag.COLOR_MAP: (colors * 257).ravel().tolist(),
        Tag.STRIP_OFFSETS: samples,
        Tag.STRIP_BYTE_COUNTS: len(samples),
    }
    kept = read_image(tiff(page), keep_alpha=True)
    np.testing.assert_array_equal(kept.rgb, colors.T[numbers])
    assert kept.alpha is not None
    np.testing.assert_array_equal(kept.alpha, alpha // 17 * 17)


def test_gray_multiplied_by_its_transparency() -> None:
    alpha = np.where(BASE > 100, 255, 51).astype(np.uint8)
    multiplied = np.rint(BASE * (alpha / 255)).astype(np.uint8)
    data = written(
        np.dstack([multiplied, alpha]), photometric="minisblack", extrasamples=["assocalpha"]
    )
    on_white = multiplied.astype(int) + 255 - alpha
    assert np.abs(read_image(data).rgb[..., 0] - on_white).max() <= 1


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([0, 32896, 65535], np.uint16), [0, 128, 255]),
        (np.array([0, 1], np.uint16), [0, 0]),
        (np.array([0, 0.5, 1], np.float32), [0, 128, 255]),
        (np.array([0, 128, 255], np.float32), [0, 128, 255]),
        (np.array([0, 1000, 65535], np.float64), [0, 4, 255]),
        (np.array([0, 1e6], np.float32), [0, 255]),
        (np.array([-1, 0, 1], np.float32), [0, 128, 255]),
        (np.array([np.nan, np.inf, 0.5]), [0, 0, 128]),
        (np.array([0, 200], np.uint32), [0, 200]),
        (np.array([0, 2**32 - 1], np.uint32), [0, 255]),
        (np.array([0, 127], np.int8), [0, 255]),
        (np.array([-100, 100], np.int16), [0, 255]),
    ],
)
def test_the_range_of_numbers(samples: np.ndarray, expected: list[int]) -> None:
    assert eight_bit(samples).tolist() == expected


def test_what_is_not_read_says_so() -> None:
    complex_numbers = written(RGB[..., 0].astype(np.complex64))
    lab = written(stored(RGB, "f4"), photometric="cielab")
    log_luv = tiff({**rgb_page(RGB), Tag.PHOTOMETRIC: 32845, Tag.COMPRESSION: 34676})
    for data in (complex_numbers, lab, log_luv):
        with pytest.raises(PhotoError) as caught:
            read_image(data)
        assert caught.value.code == "unsupported"


def test_sizes_are_checked_before_decoding() -> None:
    directory = next(directories(written(stored(RGB, "f8"), photometric="rgb")))
    huge = with_directory(directory, {Tag.WIDTH: [40_000], Tag.LENGTH: [40_000]})
    with pytest.raises(PhotoError) as caught:
        read_image(huge)
    assert caught.value.code == "too_large"
