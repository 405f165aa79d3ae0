"""Perceptual hashes of many pictures at once, as ``imagehash`` computes them.

pHash is the choice for "is this the same picture, recompressed, resized or recolored"; dHash is
cheaper and coarser, and sees brightness gradients only. Both are 64 bits; equal pictures are a
few bits apart, unrelated ones about 32. The 256-bit hash tells apart what 64 bits confuse in a
large archive, and says of each picture whether it has enough in it to be hashed at all.

All that decides about a pixel is computed in whole numbers, held in floats that are exact for
them, and every bit of a hash that single precision leaves in doubt is computed again in double.
So a hash does not depend on the processor, the BLAS, or the batch it was in. How often it equals
that of ``imagehash`` is measured by ``benchmarks/core.py``: see ``docs/performance.md``.

In bulk, hashes are packed uint8 arrays. At the border to other programs they are
``imagehash.ImageHash`` objects (:func:`to_imagehash`, :func:`from_imagehash`) or their strings
(:func:`to_hex`, :func:`from_hex`).

Nor does a hash depend on the installed Pillow. Those of ``imagehash`` do: from Pillow 13 on,
pictures about twice as tall as wide are shrunk rows first (python-pillow/Pillow#9549), and those
now and then get another bit or two than stored hashes have. Here it is columns first, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isqrt
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from netravision.errors import HashTextError, HashVersionError, HashWidthError

if TYPE_CHECKING:
    from imagehash import ImageHash

__all__ = [
    "HASHING_VERSION",
    "PHASH256_SIDE",
    "decode_reduction",
    "dhash",
    "from_hex",
    "from_imagehash",
    "from_stored",
    "luma",
    "phash",
    "phash256",
    "resize_lanczos",
    "to_hex",
    "to_imagehash",
    "to_stored",
]

#: Raised whenever a picture may get another hash than before; :func:`to_stored` keeps it with
#: every hash.
HASHING_VERSION = 2

#: Side in pixels of what :func:`phash256` sees of a picture, shrunk by :func:`resize_lanczos`: it
#: has 16 × 16 frequencies of it without the constant one, as in PDQ.
PHASH256_SIDE = 64

Bytes = NDArray[np.uint8]
Float = TypeVar("Float", np.float32, np.float64)
Pictures = Bytes | Sequence[Bytes]

# imagehash 4.3: the 8 × 8 lowest frequencies of a 32 × 32 picture; 9 × 8 pixels.
_PHASH_SIDE = 32
_PHASH_FREQUENCIES = range(8)
_DHASH_HEIGHT, _DHASH_WIDTH = 8, 9

_PHASH256_FREQUENCIES = range(1, 17)

# PDQ: steps of less than 1 % of the range count for nothing, 90 whole ones for full quality.
_QUALITY_STEPS = 90

# Pillow's Lanczos reaches three lobes far.
_LOBES = 3

# Pixels less 128 need 7 bits and a sign, the weights of one output pixel sum up to less than 2 in
# absolute value: in this unit every sum stays below 2**24, where float32 is exact.
_WEIGHT_UNIT = 2.0**16

# Columns squeezed by one matrix product. Neighbouring output columns share most of their input,
# distant ones nothing: 1080 × 1350 took 0.78 ms in bands of 8, 1.17 of 16, 1.43 of all 32.
_BAND = 8

# Bytes of float32 in work at once: about the second-level cache of an office PC.
_CHUNK = 1 << 20

# Single precision errs by at most 0.12 on a frequency of a million random pictures, so two that
# are further apart than this keep their order.
_DOUBT = 1.0

# A frequency that should be zero comes out of double precision as 1e-12; one that is not is far
# larger.
_ZERO = 1e-6

# A reduced decode must leave this many pixels a side. Of 613 real JPEG files 99.7 % then hash at
# most 4 bits off imagehash on the full decode; 32 leave 99.0 %, 128 cost twice the time of 64
# where they are the next step (docs/performance.md).
_REDUCED_SIDE = 64


def phash(grays: Pictures) -> Bytes:
    """Perceptual hash from the low frequencies of each picture.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray, or sequence of N (H, W) uint8 ndarrays
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
    >>> waves = (np.multiply.outer(np.arange(48), np.arange(64)) % 251).astype(np.uint8)
    >>> to_hex(phash(waves[None]))
    ['80031f3f3f3c7871']
    """
    small = _resized(grays, _PHASH_SIDE, _PHASH_SIDE)
    return _above_median(small, _cosines(_PHASH_SIDE, _PHASH_FREQUENCIES))


def phash256(grays: Pictures) -> tuple[Bytes, Bytes]:
    """Perceptual hash of 256 bits, and how much each picture gave it to work on.

    The construction is that of PDQ (frequencies, median, quality), on pictures shrunken as for
    :func:`phash`: the hashes are not interchangeable with those of other PDQ programs.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray, or sequence of N (H, W) uint8 ndarrays
        Brightness 0 to 255, of any size; see :func:`luma`.

    Returns
    -------
    hashes : (N, 32) uint8 ndarray
        Packed bits, row by row from low to high frequencies.
    quality : (N,) uint8 ndarray
        0 to 100: the summed steps of brightness between neighbouring pixels. A blank page has 0;
        below 50 a hash says little.

    Raises
    ------
    TypeError, ValueError
        If `grays` is not such an array.

    References
    ----------
    Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019):
    the 16 × 16 frequencies, the quality, and 50 as the least quality to rely on.

    Examples
    --------
    >>> hashes, quality = phash256(np.full((1, 300, 200), 90, np.uint8))
    >>> hashes.shape, quality
    ((1, 32), array([0], dtype=uint8))
    """
    small = _resized(grays, PHASH256_SIDE, PHASH256_SIDE)
    steps = np.zeros(len(small), dtype=np.int64)
    for axis in (1, 2):
        differences = np.abs(np.diff(small.astype(np.int16), axis=axis))
        steps += (differences * 100 // 255).sum(axis=(1, 2))
    quality = np.minimum(steps // _QUALITY_STEPS, 100).astype(np.uint8)
    return _above_median(small, _cosines(PHASH256_SIDE, _PHASH256_FREQUENCIES)), quality


def dhash(grays: Pictures) -> Bytes:
    """Difference hash: whether each pixel of the shrunken picture is brighter than its left one.

    Parameters
    ----------
    grays : (N, H, W) uint8 ndarray, or sequence of N (H, W) uint8 ndarrays
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
    small = _resized(grays, _DHASH_HEIGHT, _DHASH_WIDTH)
    brighter = small[:, :, 1:] > small[:, :, :-1]
    return np.packbits(brighter.reshape(len(small), _DHASH_HEIGHT * (_DHASH_WIDTH - 1)), axis=1)


def luma(rgb: Bytes) -> Bytes:
    """Brightness as Pillow's ``convert("L")`` has it, with one pixel in 800 one level off.

    OpenCV rounds the three weights to 15 bits, Pillow to 16.

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
    if rgb.size == 0:
        return np.empty(rgb.shape[:-1], dtype=np.uint8)
    import cv2  # here: who only compares hashes need not wait for it

    rows = np.ascontiguousarray(rgb).reshape(-1, rgb.shape[-2] if rgb.ndim > 1 else 1, 3)
    gray = np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return gray.reshape(rgb.shape[:-1])


def decode_reduction(height: int, width: int) -> int:
    """How far a JPEG decoder may shrink a picture that is only to be hashed.

    Decoders reduce by 2, 4 and 8 for almost nothing, as JPEG holds blocks of 8 × 8 frequencies.

    Parameters
    ----------
    height, width : int
        Size of the full picture in pixels.

    Returns
    -------
    int
        8, 4, 2 or 1. Hashes of the so reduced picture are at most 4 of 64 bits off those of the
        full one for 99 % of real photos.

    Examples
    --------
    >>> decode_reduction(1350, 1080), decode_reduction(480, 640), decode_reduction(100, 80)
    (8, 4, 1)
    """
    shorter = min(height, width)
    return next((step for step in (8, 4, 2) if shorter >= step * _REDUCED_SIDE), 1)


def resize_lanczos(grays: Bytes, height: int, width: int) -> Bytes:
    """Resize pictures like ``resize`` with ``LANCZOS`` of Pillow up to 12, within one level.

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


def to_imagehash(hashes: Bytes) -> list[ImageHash]:
    """Hashes in the type that other programs pass around.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray
        Packed, of a square number of bits: 8 bytes for 64, 32 for 256.

    Returns
    -------
    list of imagehash.ImageHash
        Subtracting two gives their Hamming distance in bits; ``str`` gives the digits of
        :func:`to_hex`.

    Raises
    ------
    HashWidthError
        If `hashes` has not two dimensions, or no square number of bits.
    TypeError
        If `hashes` is not uint8.

    Examples
    --------
    >>> one, other = to_imagehash(np.array([[0] * 8, [0] * 7 + [5]], dtype=np.uint8))
    >>> one - other, str(other)
    (np.int64(2), '0000000000000005')
    """
    # Most who hash in bulk need no such object; its import takes as long as a thousand hashes.
    from imagehash import ImageHash

    _check_packed(hashes)
    side = isqrt(8 * hashes.shape[1])
    if side**2 != 8 * hashes.shape[1]:
        raise HashWidthError(
            f"expected hashes of a square number of bits, got {8 * hashes.shape[1]}"
        )
    bits = np.unpackbits(hashes, axis=1).astype(np.bool_)
    return [ImageHash(each.reshape(side, side)) for each in bits]


def from_imagehash(hashes: Sequence[ImageHash]) -> Bytes:
    """Inverse of :func:`to_imagehash`: hashes of other programs, to be compared in bulk.

    Parameters
    ----------
    hashes : sequence of imagehash.ImageHash
        Of one size.

    Returns
    -------
    (N, B) uint8 ndarray
        Packed, row by row, the first bit highest. (0, 0) for no hashes.

    Raises
    ------
    HashWidthError
        If two hashes differ in size, or the bits do not fill whole bytes.

    Examples
    --------
    >>> import imagehash
    >>> from_imagehash([imagehash.hex_to_hash("00000000000000ff")])
    array([[  0,   0,   0,   0,   0,   0,   0, 255]], dtype=uint8)
    """
    widths = {each.hash.size for each in hashes}
    if len(widths) > 1 or any(width % 8 for width in widths):
        raise HashWidthError(
            f"expected hashes of one size in whole bytes, got {sorted(widths)} bits"
        )
    bits = np.array([each.hash.ravel() for each in hashes], dtype=np.bool_)
    return np.packbits(bits.reshape(len(hashes), max(widths, default=0)), axis=1)


def to_stored(algorithm: str, hashes: Bytes) -> list[str]:
    """Hashes as texts that remember how they were made.

    Parameters
    ----------
    algorithm : str
        ``"phash"``, ``"phash256"`` or ``"dhash"``.
    hashes : (N, B) uint8 ndarray

    Returns
    -------
    list of str
        Algorithm, :data:`HASHING_VERSION` and the digits of :func:`to_hex`.

    Raises
    ------
    HashWidthError
        If `hashes` has not two dimensions.

    Examples
    --------
    >>> to_stored("dhash", np.array([[0, 1, 2, 3, 4, 5, 254, 255]], dtype=np.uint8))
    ['dhash-2:000102030405feff']
    """
    return [f"{algorithm}-{HASHING_VERSION}:{digits}" for digits in to_hex(hashes)]


def from_stored(algorithm: str, texts: Sequence[str]) -> Bytes:
    """Inverse of :func:`to_stored`: hashes that may be compared with new ones.

    Parameters
    ----------
    algorithm : str
        The one that the texts must name.
    texts : sequence of str

    Returns
    -------
    (N, B) uint8 ndarray

    Raises
    ------
    HashVersionError
        If a text is of another algorithm or version; the message names both.
    HashTextError, HashWidthError
        As :func:`from_hex`.
    """
    expected = f"{algorithm}-{HASHING_VERSION}"
    digits = []
    for position, text in enumerate(texts):
        found, _, rest = text.partition(":")
        if found != expected:
            raise HashVersionError(
                f"expected a hash of {expected}, got {text!r} in hash {position}; "
                "hash the picture again"
            )
        digits.append(rest)
    return from_hex(digits)


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
    _check_packed(hashes)
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


def _check_packed(hashes: Bytes) -> None:
    _check_uint8(hashes)
    if hashes.ndim != 2:
        raise HashWidthError(f"expected hashes of shape (N, B), got {hashes.shape}")


def _resized(grays: Pictures, height: int, width: int) -> Bytes:
    if isinstance(grays, np.ndarray):
        return resize_lanczos(grays, height, width)
    small = np.empty((len(grays), height, width), dtype=np.uint8)
    for position, gray in enumerate(grays):
        small[position] = resize_lanczos(gray[None], height, width)[0]
    return small


def _squeeze(rows: Bytes, width: int) -> Bytes:
    """Resize along the last axis."""
    source = rows.shape[-1]
    if source == width:
        return rows
    flat = np.ascontiguousarray(rows).reshape(-1, source)
    squeezed = np.empty((len(flat), width), dtype=np.uint8)
    bands = _lanczos_bands(source, width)
    step = max(1, _CHUNK // (4 * source))
    sums = np.empty((min(step, len(flat)), width), dtype=np.float32)
    for start in range(0, len(flat), step):
        # Less 128, in one pass over bytes.
        part = (flat[start : start + step] ^ 128).view(np.int8).astype(np.float32)
        mixed = sums[: len(part)]
        for column, (low, weights) in zip(range(0, width, _BAND), bands, strict=True):
            np.matmul(
                part[:, low : low + len(weights)], weights, out=mixed[:, column : column + _BAND]
            )
        mixed *= 1 / _WEIGHT_UNIT
        mixed += 128.5
        squeezed[start : start + step] = mixed.clip(0, 255, out=mixed)
    return squeezed.reshape(*rows.shape[:-1], width)


# A folder has few sizes; 16 pairs of 4,000 px sides take 3 MB.
@lru_cache(maxsize=32)
def _lanczos_bands(source: int, target: int) -> tuple[tuple[int, NDArray[np.float32]], ...]:
    """For each band of output columns, the first input column and the (input, output) weights."""
    scale = source / target
    stretch = max(scale, 1.0)
    columns = []
    for column in range(target):
        center = (column + 0.5) * scale
        low = max(int(center - _LOBES * stretch + 0.5), 0)
        high = min(int(center + _LOBES * stretch + 0.5), source)
        offsets = (np.arange(low, high) - center + 0.5) / stretch
        lobes: NDArray[np.float64] = np.sinc(offsets) * np.sinc(offsets / _LOBES)
        weights = np.where((offsets >= -_LOBES) & (offsets < _LOBES), lobes, 0.0)
        # Rounding the running sum instead of each weight: the sum is exact, so that flat areas
        # stay flat, and what an input pixel gets too much its neighbour, much alike, gets less.
        running = np.rint(np.cumsum(weights / weights.sum()) * _WEIGHT_UNIT)
        columns.append((low, np.diff(running, prepend=0)))
    bands = []
    for start in range(0, target, _BAND):
        group = columns[start : start + _BAND]
        first = min(low for low, _ in group)
        last = max(low + len(weights) for low, weights in group)
        band = np.zeros((last - first, len(group)), dtype=np.float32)
        for position, (low, weights) in enumerate(group):
            band[low - first : low - first + len(weights), position] = weights
        bands.append((first, band))
    return tuple(bands)


def _above_median(small: Bytes, cosines: NDArray[np.float64]) -> Bytes:
    """Packed bits: which frequencies of each picture are above the median of them."""
    side, frequencies = cosines.shape
    middle = frequencies**2 // 2
    single = cosines.astype(np.float32)
    hashes = np.empty((len(small), frequencies**2 // 8), dtype=np.uint8)
    gaps = np.empty(len(small), dtype=np.float32)
    step = max(1, _CHUNK // (4 * side**2))
    for part in (slice(start, start + step) for start in range(0, len(small), step)):
        strengths = _frequencies(small[part].astype(np.float32), single)
        # Sorting 64 numbers is vectorized, np.partition is not: two thirds of its time.
        ordered = np.sort(strengths, axis=1)
        hashes[part] = np.packbits(strengths > ordered[:, middle - 1, None], axis=1)
        gaps[part] = ordered[:, middle] - ordered[:, middle - 1]
    doubtful = np.flatnonzero(gaps < _DOUBT)
    for start in range(0, len(doubtful), step):
        again = doubtful[start : start + step]
        precise = _frequencies(small[again].astype(np.float64), cosines)
        exact = np.sort(precise, axis=1)
        median = (exact[:, middle - 1] + exact[:, middle]) / 2
        hashes[again] = np.packbits(precise > median[:, None] + _ZERO, axis=1)
    return hashes


def _frequencies(pixels: NDArray[Float], cosines: NDArray[Float]) -> NDArray[Float]:
    """Two-dimensional DCT of (N, side, side) pictures as (N, frequencies²)."""
    down = np.matmul(np.ascontiguousarray(cosines.T), pixels)
    across: NDArray[Float] = down.reshape(-1, len(cosines)) @ cosines
    return across.reshape(len(pixels), cosines.shape[1] ** 2)


@lru_cache(maxsize=2)
def _cosines(side: int, frequencies: range) -> NDArray[np.float64]:
    """DCT-II as a (side, frequencies) matrix, unscaled as in ``scipy.fftpack.dct``."""
    positions = np.arange(side)[:, None] + 0.5
    return np.asarray(2 * np.cos(np.pi * positions * np.array(frequencies) / side))
