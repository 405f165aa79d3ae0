"""Multi-index hashing: which pairs of hashes need comparing.

Split two hashes into nine substrings. If they differ in at most eight bits, at least one
substring is the same in both: eight differences cannot touch nine substrings. So each substring
gets a table whose buckets hold the hashes that read the same there. Two hashes that never share a
bucket are further apart than eight bits, and only the others are compared. Nothing is missed.

Longer substrings make more and emptier buckets. Of five substrings, one is the same or one of the
other four differs in a single bit, as it would take one and four times two differences, nine, to
avoid that: a hash is then also looked up in the buckets whose key is one bit off its own.
:func:`choose_substrings` weighs fewer comparisons against more buckets to visit.

References
----------
M. Norouzi, A. Punjani, D. J. Fleet, "Fast Exact Search in Hamming Space with Multi-Index
Hashing", IEEE Transactions on Pattern Analysis and Machine Intelligence 36 (2014), 1107–1119.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BucketTable", "Substring", "build_table", "choose_substrings", "split", "xor_masks"]

# Keys of 16 bits are sorted by counting, in time proportional to their number; longer ones make
# buckets so empty that visiting them takes longer than comparing.
_LONGEST = 16

# Nanoseconds on the machine of docs/performance.md, of which only the ratios matter: comparing two
# words, copying one, putting a hash into its bucket, visiting a bucket, starting a comparison. Of
# four words, two settle nearly every comparison.
_COMPARE, _COPY, _INSERT, _VISIT, _START = 0.7, 0.5, 30.0, 500.0, 12_000.0


class Substring(NamedTuple):
    """A run of neighboring bits of every hash.

    Attributes
    ----------
    first_bit : int
        Number of its first bit, 0 being the highest of the first byte.
    bits : int
        Its length, at most 16.
    radius : int
        How many of its bits may differ.
    """

    first_bit: int
    bits: int
    radius: int


class BucketTable(NamedTuple):
    """Hashes sorted by the key that one substring of them gives.

    Attributes
    ----------
    order : (N,) int64 ndarray
        Row numbers of the hashes.
    words : (W, N) uint64 ndarray
        Their words, in this order.
    starts : list of int
        Where the bucket of each key starts, and the end: one more than there are keys.
    """

    order: NDArray[np.int64]
    words: NDArray[np.uint64]
    starts: list[int]

    def occupied(self) -> list[int]:
        """Keys of the buckets that hold something, ascending."""
        keys: list[int] = np.flatnonzero(np.diff(self.starts)).tolist()
        return keys

    def spans(self, keys: list[int]) -> list[slice]:
        """Where the buckets of these keys are in :attr:`order`; empty ones are left out.

        Parameters
        ----------
        keys : list of int

        Returns
        -------
        list of slice
        """
        starts = self.starts
        return [
            slice(starts[key], starts[key + 1]) for key in keys if starts[key] < starts[key + 1]
        ]


def choose_substrings(
    queries: int, references: int, bits: int, threshold: int, *, among_themselves: bool = False
) -> list[Substring]:
    """Split hashes so that all pairs within `threshold` are found soonest.

    Parameters
    ----------
    queries, references : int
        Number of hashes on each side.
    bits : int
        Length of a hash: 64, 128 or 256.
    threshold : int
        Largest distance looked for, in bits.
    among_themselves : bool
        Both sides are the same hashes, and each pair is compared once.

    Returns
    -------
    list of Substring
        Two hashes within `threshold` are within the radius in at least one substring. Empty if
        comparing every pair is cheaper.
    """
    once = 0.5 if among_themselves else 1.0
    words = bits // 64
    compare = _COMPARE * max(1, words / 2)
    best: list[Substring] = []
    least = once * queries * references * compare
    for number, longest in product(range(1, min(threshold + 1, bits) + 1), range(6, _LONGEST + 1)):
        cost = (references + (0 if among_themselves else queries)) * _INSERT * number
        if cost >= least:
            break
        substrings = split(bits, threshold, number, longest)
        for substring in substrings:
            if cost > least:
                break
            visited = min(queries, 2**substring.bits)
            probes = _keys_within(substring)
            found = probes * references / 2**substring.bits
            cost += visited * (_START + once * probes * _VISIT + once * found * words * _COPY)
            cost += once * queries * found * compare
        if cost < least:
            best, least = substrings, cost
    return best


def split(bits: int, threshold: int, number: int, longest: int = _LONGEST) -> list[Substring]:
    """Split hashes into substrings.

    The radii, each plus one, sum to `threshold` plus one: so many differences are needed to be
    beyond all of them.

    Parameters
    ----------
    bits : int
        Length of a hash.
    threshold : int
        Largest distance looked for, in bits.
    number : int
        Number of substrings, 1 to `threshold` + 1.
    longest : int
        Of a longer substring, only the first `longest` bits are used.

    Returns
    -------
    list of Substring
        Disjoint, in the order of their bits.
    """
    least, more = divmod(threshold + 1, number)
    substrings = []
    for substring in range(number):
        first, end = substring * bits // number, (substring + 1) * bits // number
        radius = least - 1 + (substring < more)
        substrings.append(Substring(first, min(end - first, longest), min(radius, end - first)))
    return substrings


def xor_masks(substring: Substring) -> NDArray[np.int64]:
    """What to XOR a key with to get every key within the substring's radius.

    Parameters
    ----------
    substring : Substring

    Returns
    -------
    (M,) int64 ndarray
        Zero first, then by the number of bits set.

    Examples
    --------
    >>> xor_masks(Substring(first_bit=0, bits=3, radius=1))
    array([0, 1, 2, 4])
    """
    masks = [
        sum(1 << bit for bit in bits)
        for flipped in range(substring.radius + 1)
        for bits in combinations(range(substring.bits), flipped)
    ]
    return np.array(masks, dtype=np.int64)


@lru_cache(maxsize=256)
def _keys_within(substring: Substring) -> int:
    return sum(comb(substring.bits, flipped) for flipped in range(substring.radius + 1))


def build_table(
    hashes: NDArray[np.uint8], words: NDArray[np.uint64], substring: Substring
) -> BucketTable:
    """Sort hashes into buckets by what one substring of them reads.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray
        Packed, eight bits a byte.
    words : (W, N) uint64 ndarray
        The same hashes word by word, as :func:`netravision.core.hamming.to_words` gives them.
    substring : Substring
        At most 16 bits long; its radius does not matter here.

    Returns
    -------
    BucketTable
    """
    # At most 16 bits, wherever they start, lie in three bytes.
    byte, offset = divmod(substring.first_bit, 8)
    window = np.zeros(len(hashes), dtype=np.uint32)
    for position in range(byte, byte + 3):
        window <<= 8
        if position < hashes.shape[1]:
            window |= hashes[:, position]
    window >>= 24 - offset - substring.bits
    keys = (window & (2**substring.bits - 1)).astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    starts = np.zeros(2**substring.bits + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=2**substring.bits), out=starts[1:])
    return BucketTable(order, np.take(words, order, axis=1), starts.tolist())
