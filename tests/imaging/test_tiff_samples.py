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
    for data in (complex_numbers, lab):
        with pytest.raises(PhotoError) as caught:
            read_image(data)
        assert caught.value.code == "unsupported"


def test_sizes_are_checked_before_decoding() -> None:
    directory = next(directories(written(stored(RGB, "f8"), photometric="rgb")))
    huge = with_directory(directory, {Tag.WIDTH: [40_000], Tag.LENGTH: [40_000]})
    with pytest.raises(PhotoError) as caught:
        read_image(huge)
    assert caught.value.code == "too_large"
