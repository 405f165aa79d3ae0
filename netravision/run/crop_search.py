"""Photos that may show a part of a picture: those whose hashes are near to that of a crop of it.

The hash of a whole picture says next to nothing about a crop of it, so crops of it are hashed, too.
Hundreds of them and a million photos are compared in steps: by the lowest frequencies, which a
crop that misses by some pixels keeps best, 16 of them and then 64, then by the whole hash, the few
pairs that are near.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.hamming import Comparer, to_words, within
from netravision.core.hashing import PHASH256_SIDE, luma, phash256, resize_lanczos
from netravision.core.multi_index import Substring, build_table, xor_masks
from netravision.core.resizing import resize_longest_side
from netravision.picture_hashes import LEAST_QUALITY

__all__ = ["Limits", "choose_limits", "crop_hashes", "nearest_first"]

# Crops of the picture that are asked about: shares of its width or height, and in how many places;
# with each other 441.
_CROPS = ((1.0, 1), (0.9, 2), (0.8, 3), (0.7, 4), (0.6, 5), (0.5, 6))

# Long side in pixels of the picture that is cropped.
_CROPPED_SIDE = 512

# The 8 × 8 lowest of the 16 × 16 frequencies: of each of the first eight rows the first byte.
_LOWEST = slice(0, 16, 2)

# A crop that misses by some pixels keeps the lower frequencies best: up to what side of a square of
# them a differing bit counts how much, the 16 lowest most.
_WEIGHTS = {4: 6, 8: 4, 12: 2, 16: 1}

# The 4 × 4 lowest are what photos are looked up by, where so many pairs are too many to compare.
_KEY = Substring(first_bit=0, bits=16, radius=0)
_COMPARED = 40_000_000

# Pairs of a crop and a photo that are near by chance: so many in the 16 lowest frequencies, in the
# 64 lowest, and in all, which get on the list. Of 179 crops at chance, half to 0.95 of each side
# and saved again, 0.73 are then on the list among a million photos, and 0.93 of 60 cut at one side
# only: ``docs/decisions/0046-find-looks-photos-up.md``.
_LOOKED_UP_BY_CHANCE = 5_000_000
_NEAR_BY_CHANCE = 20_000
_LISTED_BY_CHANCE = 12


class Limits(NamedTuple):
    """How far a hash may be from that of a crop.

    Attributes
    ----------
    key : int
        Differing bits of the 16 lowest frequencies, at most.
    lowest : int
        Differing bits of the 64 lowest frequencies, at most.
    weighted : int
        Differing bits of all 256, at most, those of lower frequencies counted up to six times.
    """

    key: int
    lowest: int
    weighted: int


def crop_hashes(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hashes of crops of a picture, of those that have enough in them.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray

    Returns
    -------
    (N, 32) uint8 ndarray
        As :func:`netravision.core.hashing.phash256` makes them of each crop.
    """
    gray = resize_longest_side(luma(rgb), _CROPPED_SIDE, enlarge=False)
    rows, columns = (_spans(side) for side in gray.shape)
    # Each is shrunk across first, which crops of the same columns share.
    narrow = np.concatenate(
        [resize_lanczos(gray[None, :, column], len(gray), PHASH256_SIDE) for column in columns]
    )
    small = [resize_lanczos(narrow[:, row], PHASH256_SIDE, PHASH256_SIDE) for row in rows]
    hashes, quality = phash256(np.concatenate(small))
    return hashes[quality >= LEAST_QUALITY]


def nearest_first(queries: NDArray[np.uint8], hashes: NDArray[np.uint8]) -> list[int]:
    """Numbers of the hashes that are near to any query, nearest first.

    Parameters
    ----------
    queries, hashes : (N, 32) uint8 ndarray

    Returns
    -------
    list of int
        From 0, each once.
    """
    limits = choose_limits(len(queries) * len(hashes))
    asked, stored = _lowest_first(queries), _lowest_first(hashes)
    if limits.key == _KEY.bits:
        query, number, _distance = within(asked, stored, limits.lowest)
    else:
        none = np.empty(0, np.int64), np.empty(0, np.int64)
        near = [none, *_looked_up(asked, stored, limits)]
        query, number = map(np.concatenate, zip(*near, strict=True))
    differing = queries[query] ^ hashes[number]
    distance = sum(
        weight * np.bitwise_count(differing & ring).sum(axis=1)
        for weight, ring in zip(_WEIGHTS.values(), _rings(), strict=True)
    )
    order = np.argsort(distance, kind="stable")
    return list(dict.fromkeys(number[order][distance[order] <= limits.weighted].tolist()))


def choose_limits(pairs: int) -> Limits:
    """How near is near, so that it says as much in any number of comparisons.

    Parameters
    ----------
    pairs : int
        Of a crop and a photo.

    Returns
    -------
    Limits
        That so many pairs of unrelated hashes come to, in each step, as are few to look at in the
        next.
    """
    sizes = [int(np.unpackbits(ring).sum()) for ring in _rings()]
    inner, outer, *others = map(_distances, sizes)
    key = sizes[0]
    if pairs > _COMPARED:
        key = _most_bits(pairs * inner, _LOOKED_UP_BY_CHANCE)
    # How likely both distances are that make up that of the 64 lowest.
    both = np.outer(inner, outer)
    one, other = np.indices(both.shape)
    both[one > key] = 0
    near = _most_bits(pairs * _sums(one + other, both), _NEAR_BY_CHANCE)
    both[one + other > near] = 0
    weights = [*_WEIGHTS.values()]
    weighted = _sums(weights[0] * one + weights[1] * other, both)
    for likely, weight in zip(others, weights[2:], strict=True):
        spread = np.zeros(weight * (len(likely) - 1) + 1)
        spread[::weight] = likely
        weighted = np.convolve(weighted, spread)
    return Limits(key, near, _most_bits(pairs * weighted, _LISTED_BY_CHANCE))


def _lowest_first(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The 64 lowest frequencies of hashes, in (N, 8), with the 16 lowest in the first two bytes."""
    rows = np.ascontiguousarray(hashes[:, _LOWEST].T)
    upper, lower = rows[0:4:2], rows[1:4:2]
    key, rest = upper & 0xF0 | lower >> 4, upper << 4 | lower & 0x0F
    return np.ascontiguousarray(np.concatenate([key, rest, rows[4:]]).T)


def _looked_up(
    asked: NDArray[np.uint8], stored: NDArray[np.uint8], limits: Limits
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Numbers of queries and hashes that are near in the 16 and the 64 lowest frequencies."""
    asking, table = (build_table(each, to_words(each), _KEY) for each in (asked, stored))
    masks = xor_masks(_KEY._replace(radius=limits.key))
    starts, comparer = np.array(table.starts), Comparer()
    for key in asking.occupied():
        [own] = asking.spans([key])
        first, end = starts[key ^ masks], starts[(key ^ masks) + 1]
        count = end - first
        rows = np.arange(count.sum()) + np.repeat(end - np.cumsum(count), count)
        for pairs in comparer.near(asking.words[:, own], table.words[:, rows], limits.lowest):
            yield asking.order[own][pairs.query], table.order[rows[pairs.reference]]


def _most_bits(expected: NDArray[np.float64], pairs: int) -> int:
    """The distance up to which at most so many pairs come by chance."""
    return int(np.searchsorted(np.cumsum(expected), pairs, side="right")) - 1


def _sums(distances: NDArray[np.intp], likely: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each distance is, of how likely each of several ways to it is."""
    return np.asarray(np.bincount(distances.ravel(), likely.ravel()), np.float64)


@lru_cache
def _distances(bits: int) -> NDArray[np.float64]:
    """How likely each distance of two unrelated hashes is."""
    return np.array([comb(bits, differing) / 2**bits for differing in range(bits + 1)])


def _rings() -> list[NDArray[np.uint8]]:
    """The bits of a hash that lie in each square of low frequencies and in no smaller one."""
    side = np.maximum(*np.indices((16, 16)))
    return [
        np.packbits((smaller <= side) & (side < larger))
        for smaller, larger in pairwise((0, *_WEIGHTS))
    ]


def _spans(side: int) -> list[slice]:
    """Where crops begin and end along one side of a picture."""
    spans = []
    for share, places in _CROPS:
        length = max(1, round(share * side))
        starts = np.linspace(0, side - length, places).round().astype(int)
        spans += [slice(start, start + length) for start in starts.tolist()]
    return spans
