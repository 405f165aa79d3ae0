"""TIFF files with more than 8 bits a sample, of which Pillow reads a few kinds.

libtiff, which Pillow has, undoes every compression. It is asked for bytes, as if the file were gray
with 8 bits; what numbers they are is worked out here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.tiff import Directory, Tag, directories, with_directory
from netravision.languages import gettext as _

__all__ = ["eight_bit", "has_deep_samples", "read_deep_tiff"]

# What numbers are: TIFF 6.0, SampleFormat.
_KINDS = {1: "u", 2: "i", 3: "f"}
_BITS = {"u": (8, 16, 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _INK = 0, 1, 2, 5
_COLORS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _INK: 4}
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}

_ASSOCIATED, _UNASSOCIATED = 1, 2  # kinds of transparency
_NO_PREDICTOR, _DIFFERENCES, _FLOATING_POINT = 1, 2, 3
_SEPARATE = 2

# Decoded bytes: an RGB picture of as many pixels as are read, with 32 bits a sample.
_MAX_BYTES = 12 * 120_000_000


def has_deep_samples(data: bytes) -> bool:
    """Whether a TIFF has samples that Pillow does not read, or reads wrongly.

    Parameters
    ----------
    data : bytes
        Of a TIFF file; its first directory counts.

    Returns
    -------
    bool
    """
    directory = next(directories(data))
    bits = max(directory.numbers(Tag.BITS_PER_SAMPLE), default=1)
    if max(directory.numbers(Tag.SAMPLE_FORMAT), default=1) in (2, 3):
        return True
    if bits <= 8 or directory.number(Tag.COMPRESSION, 1) in (6, 7):
        return False
    colors, samples = directory.number(Tag.PHOTOMETRIC), directory.number(Tag.SAMPLES_PER_PIXEL, 1)
    is_read = bits == 16 and (colors, samples) in ((_BLACK_IS_ZERO, 1), (_RGB, 3), (_RGB, 4))
    is_separate = directory.number(Tag.PLANAR_CONFIGURATION) == _SEPARATE
    return bits in (16, 32, 64) and (is_separate or not is_read)


def read_deep_tiff(data: bytes) -> Image.Image:
    """Decode such a TIFF.

    Parameters
    ----------
    data : bytes
        Of a TIFF file; its first directory counts.

    Returns
    -------
    Image.Image
        Of mode L, LA, RGB, RGBA or CMYK.

    Raises
    ------
    PhotoError
        With code ``unsupported`` for numbers or colors of another kind, ``too_large``.
    OSError, SyntaxError
        If it is damaged.
    """
    directory = next(directories(data))
    photometric = directory.number(Tag.PHOTOMETRIC)
    samples = _samples(directory)
    colors = _COLORS.get(photometric)
    if colors is None or samples.shape[2] < colors:
        raise _unsupported()
    levels = eight_bit(samples)
    if photometric == _WHITE_IS_ZERO:
        levels[..., 0] = 255 - levels[..., 0]
    if photometric == _INK:
        return Image.fromarray(np.ascontiguousarray(levels[..., :4]), "CMYK")
    extra = directory.number(Tag.EXTRA_SAMPLES)
    if samples.shape[2] == colors or extra not in (_ASSOCIATED, _UNASSOCIATED):
        return Image.fromarray(np.ascontiguousarray(levels[..., :colors].squeeze()))
    alpha = levels[..., colors : colors + 1]
    if extra == _ASSOCIATED:
        opaque = levels[..., :colors] * np.float32(255) / np.maximum(alpha, 1)
        levels[..., :colors] = np.rint(np.minimum(opaque, 255))
    return Image.fromarray(np.ascontiguousarray(levels[..., : colors + 1]))


def eight_bit(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale samples of any kind to 0 to 255, all by the same factor.

    Parameters
    ----------
    samples : (...) ndarray
        16 bits by their range. Wider ones and floats have no range that all programs keep to: it is
        the least of 1 (floats), 255, 65535 and the largest of their type that holds them; where
        some are negative, it is their own.

    Returns
    -------
    (...) uint8 ndarray
    """
    kind = samples.dtype
    # In place, and no wider than it must be: 100 megapixels take gigabytes.
    values: NDArray[np.float64] = samples.astype(np.float32 if kind.itemsize < 4 else np.float64)
    low, high = 0.0, 65535.0
    if kind.kind == "f":
        np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    if kind.kind != "u" or kind.itemsize != 2:
        low, high = _range(kind, float(values.min()), float(values.max()))
    values -= low
    values *= 255 / max(high - low, 1e-12)
    np.clip(values, 0, 255, out=values)
    return np.rint(values, out=values).astype(np.uint8)


def _range(kind: np.dtype[Any], low: float, high: float) -> tuple[float, float]:
    if low < 0:
        return low, high
    limits = (1.0, 255.0, 65535.0)
    if kind.kind != "f":
        largest = float(np.iinfo(kind).max)
        limits = (min(255.0, largest), min(65535.0, largest), largest)
    return 0.0, next((limit for limit in limits if high <= limit), high)


def _samples(directory: Directory) -> NDArray[Any]:
    """(H, W, S) numbers as they are stored."""
    width, height = directory.size
    channels = directory.number(Tag.SAMPLES_PER_PIXEL, 1)
    kind = _KINDS.get(directory.number(Tag.SAMPLE_FORMAT, 1), "")
    bits = set(directory.numbers(Tag.BITS_PER_SAMPLE)[:channels])
    if len(bits) != 1 or not bits <= set(_BITS.get(kind, ())):
        raise _unsupported()
    dtype = np.dtype(f"{directory.order}{kind}{bits.pop() // 8}")
    if width * height * channels * dtype.itemsize > _MAX_BYTES:
        raise PhotoError("too_large", _("too large to be decoded"))
    if directory.number(Tag.PLANAR_CONFIGURATION) == _SEPARATE and channels > 1:
        planes = [_plane(directory, plane, channels, dtype) for plane in range(channels)]
        return np.concatenate(planes, axis=2)
    return _rows(directory, channels, dtype)


def _plane(directory: Directory, plane: int, planes: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    parts: dict[int, list[int]] = {}
    for tag in (Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS):
        numbers = directory.numbers(tag)
        each = len(numbers) // planes
        parts[tag] = numbers[plane * each : (plane + 1) * each]
    return _rows(directory, 1, dtype, parts)


def _rows(
    directory: Directory,
    channels: int,
    dtype: np.dtype[Any],
    parts: Mapping[int, list[int]] | None = None,
) -> NDArray[Any]:
    """(H, W, S) numbers that lie side by side in the file."""
    width, _height = directory.size
    pixel_bytes = channels * dtype.itemsize
    as_bytes: dict[int, list[int]] = {
        Tag.WIDTH: [width * pixel_bytes],
        Tag.BITS_PER_SAMPLE: [8],
        Tag.PHOTOMETRIC: [_BLACK_IS_ZERO],
        Tag.SAMPLES_PER_PIXEL: [1],
        Tag.PLANAR_CONFIGURATION: [],
        Tag.EXTRA_SAMPLES: [],
        Tag.SAMPLE_FORMAT: [],
        Tag.PREDICTOR: [],
        **(parts or {}),
    }
    tile_width = directory.number(Tag.TILE_WIDTH)
    if tile_width:
        as_bytes[Tag.TILE_WIDTH] = [tile_width * pixel_bytes]
    with Image.open(io.BytesIO(with_directory(directory, as_bytes)), formats=("TIFF",)) as image:
        stored = np.array(image)
    predictor = directory.number(Tag.PREDICTOR, _NO_PREDICTOR)
    pieces = [
        _without_predictor(piece, predictor, channels, dtype)
        for piece in _columns(stored, (tile_width or width) * pixel_bytes)
    ]
    return np.concatenate(pieces, axis=1)


def _columns(stored: NDArray[np.uint8], width: int) -> Iterator[NDArray[np.uint8]]:
    """What was predicted on its own: rows of tiles, or whole rows."""
    for left in range(0, stored.shape[1], width):
        yield np.ascontiguousarray(stored[:, left : left + width])


def _without_predictor(
    stored: NDArray[np.uint8], predictor: int, channels: int, dtype: np.dtype[Any]
) -> NDArray[Any]:
    """(H, W, S) numbers of rows of bytes: TIFF 6.0, section 14, and its technical note 3."""
    height = stored.shape[0]
    if predictor == _NO_PREDICTOR:
        return stored.view(dtype).reshape(height, -1, channels)
    if predictor == _DIFFERENCES:
        whole = np.dtype(f"{dtype.byteorder}u{dtype.itemsize}")
        numbers = stored.view(whole).reshape(height, -1, channels)
        summed = np.cumsum(numbers, axis=1, dtype=whole.newbyteorder("="))
        return summed.view(dtype.newbyteorder("="))
    if predictor == _FLOATING_POINT:
        # Differences of bytes, in rows of all highest bytes, then all next ones.
        summed = np.cumsum(stored.reshape(height, -1, channels), axis=1, dtype=np.uint8)
        planes = summed.reshape(height, dtype.itemsize, -1).transpose(0, 2, 1)
        return (
            np.ascontiguousarray(planes).view(dtype.newbyteorder(">")).reshape(height, -1, channels)
        )
    raise _unsupported()


def _unsupported() -> PhotoError:
    return PhotoError("unsupported", _("a TIFF with samples that are not read"))
