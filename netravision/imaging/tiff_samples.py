"""TIFF files with samples of any kind, of which Pillow reads some.

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
from PIL.TiffImagePlugin import TiffImageFile

from netravision.errors import PhotoError
from netravision.imaging.tiff import Directory, Tag, directories, with_directory
from netravision.imaging.tiff_pieces import decoded_tiff
from netravision.languages import gettext as _

__all__ = ["eight_bit", "read_tiff"]

# What numbers are: TIFF 6.0, SampleFormat. 4 says that nobody knows.
_KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}
_BITS = {"u": (*range(1, 33), 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}
_WHOLE_BYTES = (8, 16, 32, 64)

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INK = 0, 1, 2, 3, 5
_COLORS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _INK: 4}
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}

_ASSOCIATED, _UNASSOCIATED = 1, 2  # kinds of transparency
_NO_PREDICTOR, _DIFFERENCES, _FLOATING_POINT = 1, 2, 3

# Decoded bytes: an RGB picture of as many pixels as are read, with 32 bits a sample.
_MAX_BYTES = 12 * 120_000_000


def read_tiff(data: bytes, *, damaged: bool = False) -> Image.Image:
    """Decode a TIFF.

    Parameters
    ----------
    data : bytes
        Of a TIFF file; its first directory counts.
    damaged : bool
        Leave black what cannot be decoded.

    Returns
    -------
    Image.Image
        Of a mode with 8 bits a sample, or I;16.

    Raises
    ------
    PhotoError
        With code ``unsupported`` for numbers or colors of another kind, ``too_large``.
    OSError, SyntaxError
        If it is damaged; with `damaged`, if nothing of it can be decoded.
    """
    directory = next(directories(data))
    # Planes are put together here, as some may be sound.
    is_plain = not (damaged and directory.is_separate)
    if is_plain and _is_for_pillow(directory, data):
        return decoded_tiff(data, damaged=damaged)
    return _read_samples(directory, damaged)


def _is_for_pillow(directory: Directory, data: bytes) -> bool:
    """Whether Pillow reads samples of this kind, and reads them rightly."""
    bits = max(directory.numbers(Tag.BITS_PER_SAMPLE), default=1)
    if max(directory.numbers(Tag.SAMPLE_FORMAT), default=1) in (2, 3):
        return False
    colors, samples = directory.number(Tag.PHOTOMETRIC), directory.number(Tag.SAMPLES_PER_PIXEL, 1)
    if bits > 8 and directory.number(Tag.COMPRESSION, 1) not in (6, 7):
        is_read = (colors, samples) in ((_BLACK_IS_ZERO, 1), (_RGB, 3), (_RGB, 4))
        return bits == 16 and is_read and not directory.is_separate
    try:
        # Gray with colors multiplied by its transparency is a mode that Pillow cannot convert.
        return TiffImageFile(io.BytesIO(data)).mode != "La"
    except SyntaxError:
        return False


def _read_samples(directory: Directory, damaged: bool) -> Image.Image:
    photometric = directory.number(Tag.PHOTOMETRIC)
    colors = _COLORS.get(photometric)
    if colors is None:
        raise _unsupported()
    samples, bits = _samples(directory, damaged)
    if samples.shape[2] < colors:
        raise _unsupported()
    if photometric == _PALETTE:
        levels = np.dstack(
            [
                _colors(directory, samples[..., 0], bits),
                eight_bit(_full_range(samples[..., 1:], bits)),
            ]
        )
        colors = 3
    else:
        levels = eight_bit(_full_range(samples, bits))
    if photometric == _WHITE_IS_ZERO:
        levels[..., 0] = 255 - levels[..., 0]
    if photometric == _INK:
        return Image.fromarray(np.ascontiguousarray(levels[..., :4]), "CMYK")
    extra = directory.number(Tag.EXTRA_SAMPLES)
    if levels.shape[2] == colors or extra not in (_ASSOCIATED, _UNASSOCIATED):
        return Image.fromarray(
            np.ascontiguousarray(levels[..., :colors].squeeze(2 if colors == 1 else ()))
        )
    alpha = levels[..., colors : colors + 1]
    if extra == _ASSOCIATED:
        opaque = levels[..., :colors] * np.float32(255) / np.maximum(alpha, 1)
        levels[..., :colors] = np.rint(np.minimum(opaque, 255))
    return Image.fromarray(np.ascontiguousarray(levels[..., : colors + 1]))


def _colors(directory: Directory, numbers: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """(H, W, 3) levels of the colors that are numbered."""
    stored = np.array(directory.numbers(Tag.COLOR_MAP), np.uint32)
    if len(stored) != 3 << bits:
        raise _unsupported()
    # Of 16 bits; some programs have written 8.
    levels = stored if stored.max() < 256 else np.rint(stored / 257)
    palette = levels.astype(np.uint8).reshape(3, -1).T
    return np.asarray(palette[numbers], np.uint8)


def _full_range(samples: NDArray[Any], bits: int) -> NDArray[Any]:
    """Numbers of any other count of bits, over the range of 16 or 32."""
    if bits in _WHOLE_BYTES:
        return samples
    most, dtype = (65535, np.uint16) if bits < 16 else (2**32 - 1, np.uint32)
    return np.rint(samples * (most / ((1 << bits) - 1))).astype(dtype)


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


def _samples(directory: Directory, damaged: bool) -> tuple[NDArray[Any], int]:
    """(H, W, S) numbers as they are stored, and how many bits each has."""
    width, height = directory.size
    channels = directory.number(Tag.SAMPLES_PER_PIXEL, 1)
    kind = _KINDS.get(directory.number(Tag.SAMPLE_FORMAT, 1), "")
    found = set(directory.numbers(Tag.BITS_PER_SAMPLE)[:channels]) or {1}
    if len(found) != 1 or not found <= set(_BITS.get(kind, ())):
        raise _unsupported()
    bits = found.pop()
    if width * height * channels * max(bits // 8, 2) > _MAX_BYTES:
        raise PhotoError("too_large", _("too large to be decoded"))
    if directory.is_separate and channels > 1:
        planes = [
            _plane(directory, plane, channels, kind, bits, damaged) for plane in range(channels)
        ]
        return np.concatenate(planes, axis=2), bits
    return _rows(directory, channels, kind, bits, damaged), bits


def _plane(
    directory: Directory, plane: int, planes: int, kind: str, bits: int, damaged: bool
) -> NDArray[Any]:
    parts: dict[int, list[int]] = {}
    for tag in (Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS):
        numbers = directory.numbers(tag)
        each = len(numbers) // planes
        parts[tag] = numbers[plane * each : (plane + 1) * each]
    return _rows(directory, 1, kind, bits, damaged, parts)


def _rows(
    directory: Directory,
    channels: int,
    kind: str,
    bits: int,
    damaged: bool,
    parts: Mapping[int, list[int]] | None = None,
) -> NDArray[Any]:
    """(H, W, S) numbers that lie side by side in the file."""
    width, _height = directory.size
    # Rows of tiles, and rows without tiles, end with a byte.
    piece_width = directory.number(Tag.TILE_WIDTH) or width
    piece_bytes = (piece_width * channels * bits + 7) // 8
    pieces = -(-width // piece_width)
    as_bytes: dict[int, list[int]] = {
        Tag.WIDTH: [pieces * piece_bytes],
        Tag.BITS_PER_SAMPLE: [8],
        Tag.PHOTOMETRIC: [_BLACK_IS_ZERO],
        Tag.SAMPLES_PER_PIXEL: [1],
        Tag.PLANAR_CONFIGURATION: [],
        Tag.EXTRA_SAMPLES: [],
        Tag.SAMPLE_FORMAT: [],
        Tag.PREDICTOR: [],
        **(parts or {}),
    }
    if directory.number(Tag.TILE_WIDTH):
        as_bytes[Tag.TILE_WIDTH] = [piece_bytes]
    stored = np.array(decoded_tiff(with_directory(directory, as_bytes), damaged=damaged))
    predictor = directory.number(Tag.PREDICTOR, _NO_PREDICTOR)
    if bits in _WHOLE_BYTES:
        dtype = np.dtype(f"{directory.order}{kind}{bits // 8}")
        rows = [
            _without_predictor(piece, predictor, channels, dtype)
            for piece in _columns(stored, piece_bytes)
        ]
    elif predictor == _NO_PREDICTOR:
        rows = [_unpacked(piece, channels, bits) for piece in _columns(stored, piece_bytes)]
    else:
        raise _unsupported()
    return np.concatenate(rows, axis=1)[:, :width]


def _unpacked(stored: NDArray[np.uint8], channels: int, bits: int) -> NDArray[Any]:
    """(H, W, S) numbers of rows of bits, the highest first."""
    height = len(stored)
    columns = stored.shape[1] * 8 // (bits * channels)
    numbers = np.empty((height, columns, channels), np.uint16 if bits <= 16 else np.uint32)
    weights = (1 << np.arange(bits, dtype=np.uint32))[::-1]
    for row in range(height):  # eight times as many bytes on the way
        of_row = np.unpackbits(stored[row])[: columns * channels * bits]
        numbers[row] = of_row.reshape(columns, channels, bits) @ weights
    return numbers


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
