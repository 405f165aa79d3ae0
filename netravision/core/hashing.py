"""Perceptual hashes of many pictures at once, those of ``imagehash`` to the last bit.

pHash is the choice for "is this the same picture, recompressed, resized or recolored"; dHash is
cheaper and coarser, and sees brightness gradients only. Both are 64 bits; equal pictures are a
few bits apart, unrelated ones about 32.

Everything before the cosine transform is computed in whole numbers (held in float64, which is
exact up to 2**53), so a hash does not depend on the processor, the BLAS, or the batch it was in.

Nor does it depend on the installed Pillow. ``imagehash`` does: from Pillow 13 on, pictures about
twice as tall as wide are shrunk rows first (python-pillow/Pillow#9549), and those now and then
get another bit or two than stored hashes have. Here it is columns first, as it always was.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netravision.errors import HashTextError, HashWidthError

#: To be stored with every hash; raised whenever a picture may get another hash than before.
HASHING_VERSION = 1

Bytes = NDArray[np.uint8]

# imagehash 4.3: the 8 × 8 lowest frequencies of a 32 × 32 picture; 9 × 8 pixels.
_PHASH_SIDE = 32
_LOW_FREQUENCIES = 8
_DHASH_HEIGHT, _DHASH_WIDTH = 8, 9

# ITU-R 601-2 as Pillow's convert("L") rounds it to 16 bits. The products and their sum need 24
# bits, just what float32 holds exactly.
_LUMA = np.array([19595, 38470, 7471], dtype=np.float32) / 65536

# Pillow's Lanczos reaches three lobes far and rounds its weights to 22 bits.
_LOBES = 3
_WEIGHT_UNIT = 2.0**22

# Columns squeezed by one matrix product. Neighbouring output columns share most of their input,
# distant ones nothing: on 1080 px rows 8 took 2.1 ms a photo, 2 took 3.6 and all 32 took 5.3.
_BAND = 8

# Bytes of float64 in work at once: about the second-level cache of an office PC.
_CHUNK = 1 << 20

# Pictures transformed by one matrix product: 32 took 3.5 ms for 4,096, 128 took 5.1.
_COSINE_BATCH = 32

# A cosine coefficient that should be zero comes out as 1e-12; one that is not is far larger.
_COSINE_NOISE = 1e-6


def phash(grays: Bytes) -> Bytes:
    """Perceptual hash from the low frequencies of each picture.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray
        Brightness 0 to 255, of any size; see :func:`luma`.

    Returns
    -------
    (N, 8) uint8 ndarray
        Packed bits, in the order of ``imagehash.phash``: row by row, the first bit highest.

    Raises
    ------
    TypeError, ValueError
        If `grays` is not such an array.

    References
    ----------
    ``imagehash.phash`` 4.3, after N. Krawetz, "Looks Like It" (2011).

    Examples
    --------
    >>> ramp = np.arange(64, dtype=np.uint8) * np.ones((1, 48, 1), np.uint8)
    >>> to_hex(phash(ramp))
    ['aa00000000000000']
    """
    small = resize_lanczos(grays, _PHASH_SIDE, _PHASH_SIDE)
    cosines = _cosines(_PHASH_SIDE, _LOW_FREQUENCIES)
    hashes = np.empty((len(small), _LOW_FREQUENCIES**2 // 8), dtype=np.uint8)
    for start in range(0, len(small), _COSINE_BATCH):
        part = small[start : start + _COSINE_BATCH]
        # One product along all rows, then one along all columns; picture by picture, many small
        # products take several times as long. The second leaves (picture, column, row).
        along = part.astype(np.float64).reshape(-1, _PHASH_SIDE) @ cosines
        along = along.reshape(len(part), _PHASH_SIDE, -1).transpose(0, 2, 1)
        both = along.reshape(-1, _PHASH_SIDE) @ cosines
        both = both.reshape(len(part), _LOW_FREQUENCIES, _LOW_FREQUENCIES).transpose(0, 2, 1)
        frequencies = both.reshape(len(part), -1)
        middle = frequencies.shape[1] // 2
        # Sorting 64 numbers is vectorized, np.partition is not: a tenth of its time.
        ordered = np.sort(frequencies, axis=1)
        median = (ordered[:, middle - 1] + ordered[:, middle]) / 2
        bits = frequencies > median[:, None] + _COSINE_NOISE
        hashes[start : start + len(part)] = np.packbits(bits, axis=1)
    return hashes


def dhash(grays: Bytes) -> Bytes:
    """Difference hash: whether each pixel of the shrunken picture is brighter than its left one.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray
        Brightness 0 to 255, of any size.

    Returns
    -------
    (N, 8) uint8 ndarray
        Packed bits, in the order of ``imagehash.dhash``.

    Raises
    ------
    TypeError, ValueError
        If `grays` is not such an array.

    Examples
    --------
    >>> ramp = np.arange(64, dtype=np.uint8) * np.ones((1, 48, 1), np.uint8)
    >>> to_hex(dhash(ramp))
    ['ffffffffffffffff']
    """
    small = resize_lanczos(grays, _DHASH_HEIGHT, _DHASH_WIDTH)
    brighter = small[:, :, 1:] > small[:, :, :-1]
    return np.packbits(brighter.reshape(len(small), _DHASH_HEIGHT * (_DHASH_WIDTH - 1)), axis=1)


def luma(rgb: Bytes) -> Bytes:
    """Brightness, to the last bit that of Pillow's ``convert("L")``.

    Parameters
    ----------
    rgb : (..., 3) uint8 ndarray

    Returns
    -------
    (...) uint8 ndarray

    Raises
    ------
    TypeError, ValueError
        If `rgb` is not such an array.

    Examples
    --------
    >>> luma(np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255]], dtype=np.uint8))
    array([ 76, 150,  29], dtype=uint8)
    """
    _check_uint8(rgb)
    if rgb.ndim == 0 or rgb.shape[-1] != 3:
        raise ValueError(f"expected an array of shape (..., 3), got {rgb.shape}")
    pixels = rgb.reshape(-1, 3)
    gray = np.empty(len(pixels), dtype=np.uint8)
    step = _CHUNK // 16
    for start in range(0, len(pixels), step):
        part = pixels[start : start + step].astype(np.float32)
        gray[start : start + step] = part @ _LUMA + np.float32(0.5)
    return gray.reshape(rgb.shape[:-1])


def resize_lanczos(grays: Bytes, height: int, width: int) -> Bytes:
    """Resize pictures, to the last bit as ``resize`` with ``LANCZOS`` of Pillow up to 12.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray
    height, width : int
        Size of the result in pixels, at least 1.

    Returns
    -------
    (N, height, width) uint8 ndarray

    Raises
    ------
    TypeError, ValueError
        If `grays` is not such an array, or has no pixels.

    References
    ----------
    Pillow 12, ``src/libImaging/Resample.c``: columns first, both passes rounded to 8 bits.

    Examples
    --------
    >>> resize_lanczos(np.full((5, 300, 200), 7, np.uint8), 8, 9).shape
    (5, 8, 9)
    """
    _check_uint8(grays)
    if grays.ndim != 3 or 0 in grays.shape[1:]:
        raise ValueError(f"expected an array of shape (N, H, W) with pixels, got {grays.shape}")
    narrow = _squeeze(grays, width)
    return np.ascontiguousarray(_squeeze(narrow.transpose(0, 2, 1), height).transpose(0, 2, 1))


def to_hex(hashes: Bytes) -> list[str]:
    """Hashes as the strings that ``str(imagehash.ImageHash)`` gives.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray

    Returns
    -------
    list of str
        2 * B lower-case digits each.

    Raises
    ------
    HashWidthError
        If `hashes` has not two dimensions.

    Examples
    --------
    >>> to_hex(np.array([[0, 1, 254, 255]], dtype=np.uint8))
    ['0001feff']
    """
    _check_uint8(hashes)
    if hashes.ndim != 2:
        raise HashWidthError(f"expected hashes of shape (N, B), got {hashes.shape}")
    return [row.tobytes().hex() for row in hashes]


def from_hex(texts: Sequence[str]) -> Bytes:
    """Inverse of :func:`to_hex`.

    Parameters
    ----------
    texts : sequence of str
        Hexadecimal digits, as many in each; upper and lower case are the same.

    Returns
    -------
    (N, B) uint8 ndarray
        (0, 0) for no text at all.

    Raises
    ------
    HashTextError
        If a text holds anything else, or an odd number of digits.
    HashWidthError
        If the texts differ in length; the message names the first that does.

    Examples
    --------
    >>> from_hex(["0001feff"])
    array([[  0,   1, 254, 255]], dtype=uint8)
    """
    rows = []
    for position, text in enumerate(texts):
        if len(text) != len(texts[0]):
            raise HashWidthError(
                f"expected {len(texts[0])} digits as in the first hash, "
                f"got {len(text)} in hash {position}: {text!r}"
            )
        # bytes.fromhex skips spaces; int() would take signs and underscores.
        try:
            row = bytes.fromhex(text)
        except ValueError:
            row = b""
        if 2 * len(row) != len(text):
            raise HashTextError(
                f"expected pairs of hexadecimal digits, got {text!r} in hash {position}"
            )
        rows.append(row)
    width = len(rows[0]) if rows else 0
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width).copy()


def _check_uint8(values: Bytes) -> None:
    if values.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8, got {values.dtype}")


def _squeeze(rows: Bytes, width: int) -> Bytes:
    """Resize along the last axis."""
    if rows.shape[-1] == width:
        return rows
    flat = np.ascontiguousarray(rows).reshape(-1, rows.shape[-1])
    squeezed = np.empty((len(flat), width), dtype=np.uint8)
    bands = _lanczos_bands(rows.shape[-1], width)
    step = max(1, _CHUNK // (8 * rows.shape[-1]))
    for start in range(0, len(flat), step):
        part = flat[start : start + step].astype(np.float64)
        for column, (low, weights) in zip(range(0, width, _BAND), bands, strict=True):
            sums = part[:, low : low + len(weights)] @ weights
            rounded = np.floor(sums / _WEIGHT_UNIT + 0.5)
            squeezed[start : start + step, column : column + _BAND] = rounded.clip(0, 255)
    return squeezed.reshape(*rows.shape[:-1], width)


# A folder has few sizes; 16 pairs of 4,000 px sides take 3 MB.
@lru_cache(maxsize=32)
def _lanczos_bands(source: int, target: int) -> tuple[tuple[int, NDArray[np.float64]], ...]:
    """For each band of output columns, the first input column and the (input, output) weights."""
    scale = source / target
    stretch = max(scale, 1.0)
    columns = []
    for column in range(target):
        center = (column + 0.5) * scale
        low = max(int(center - _LOBES * stretch + 0.5), 0)
        high = min(int(center + _LOBES * stretch + 0.5), source)
        # The offsets are multiplied by the inverse, as Pillow does, to round alike.
        offsets = (np.arange(low, high) - center + 0.5) * (1.0 / stretch)
        lobes = np.sinc(offsets) * np.sinc(offsets / _LOBES)
        weights = np.where((offsets >= -_LOBES) & (offsets < _LOBES), lobes, 0.0)
        scaled = weights / weights.sum() * _WEIGHT_UNIT
        columns.append((low, np.trunc(scaled + np.copysign(0.5, scaled))))
    bands = []
    for start in range(0, target, _BAND):
        group = columns[start : start + _BAND]
        first = min(low for low, _ in group)
        last = max(low + len(weights) for low, weights in group)
        band = np.zeros((last - first, len(group)))
        for position, (low, weights) in enumerate(group):
            band[low - first : low - first + len(weights), position] = weights
        bands.append((first, band))
    return tuple(bands)


@lru_cache(maxsize=1)
def _cosines(side: int, frequencies: int) -> NDArray[np.float64]:
    """DCT-II as a (side, frequencies) matrix, unscaled as in ``scipy.fftpack.dct``."""
    positions = np.arange(side)[:, None] + 0.5
    return 2 * np.cos(np.pi * positions * np.arange(frequencies) / side)
