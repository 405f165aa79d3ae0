"""Which pairs of hashes need comparing: those that share a shelf.

Cut two hashes into nine pieces. If they differ in at most eight bits, at least one piece is the
same in both: eight differences cannot touch nine pieces. So hashes are put on shelves, once for
each piece, by what that piece reads; two hashes that never stand on the same shelf are further
apart than eight bits, and only the others are compared. Nothing is missed.

Longer pieces make more and emptier shelves. Of five pieces, one is the same or one of the other
four differs in a single bit, as it would take one and four times two differences, nine, to avoid
that: a hash is then also looked for on the shelves whose label is one bit off its own.
:func:`cheapest_pieces` weighs up fewer comparisons against more shelves to visit.

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

# Labels of 16 bits are sorted by counting, in time proportional to their number; longer ones make
# shelves so empty that walking them takes longer than comparing.
_LONGEST = 16

# Nanoseconds on the machine of docs/performance.md, of which only the ratios matter: comparing two
# words, copying one, putting a hash on a shelf, looking at a shelf, starting a comparison. Of four
# words, two settle nearly every comparison.
_COMPARE, _COPY, _SHELVE, _LOOK, _START = 0.7, 0.5, 30.0, 500.0, 12_000.0


class Piece(NamedTuple):
    """Some neighbouring bits of every hash, and how many of them may differ."""

    first_bit: int
    bits: int
    radius: int


class Shelves(NamedTuple):
    """Hashes in the order of what one piece of them reads.

    Attributes
    ----------
    order : (N,) int64 ndarray
        Row numbers of the hashes.
    words : (W, N) uint64 ndarray
        Their words, in this order.
    starts : list of int
        Where the shelf of each label starts, and the end.
    """

    order: NDArray[np.int64]
    words: NDArray[np.uint64]
    starts: list[int]

    def labels(self) -> list[int]:
        """Labels of the shelves that hold something."""
        labels: list[int] = np.flatnonzero(np.diff(self.starts)).tolist()
        return labels

    def spans(self, labels: list[int]) -> list[slice]:
        """Where the shelves with these labels are; empty ones are left out."""
        starts = self.starts
        return [
            slice(starts[label], starts[label + 1])
            for label in labels
            if starts[label] < starts[label + 1]
        ]


def cheapest_pieces(
    queries: int, references: int, bits: int, threshold: int, *, among_themselves: bool = False
) -> list[Piece]:
    """The cut with which all pairs within `threshold` are found soonest.

    Parameters
    ----------
    queries, references : int
        Number of hashes on both sides.
    bits : int
        Of a hash.
    threshold : int
        Largest distance looked for.
    among_themselves : bool
        Both sides are the same hashes, and each pair is looked at once.

    Returns
    -------
    list of Piece
        Two hashes within `threshold` are within the radius in at least one piece. Empty if
        comparing every pair is cheaper.
    """
    once = 0.5 if among_themselves else 1.0
    words = bits // 64
    compare = _COMPARE * max(1, words / 2)
    best: list[Piece] = []
    least = once * queries * references * compare
    for number, longest in product(range(1, min(threshold + 1, bits) + 1), range(6, _LONGEST + 1)):
        cost = (references + (0 if among_themselves else queries)) * _SHELVE * number
        if cost >= least:
            break
        pieces = cut(bits, threshold, number, longest)
        for piece in pieces:
            if cost > least:
                break
            visited = min(queries, 2**piece.bits)
            looks = _labels_within(piece)
            found = looks * references / 2**piece.bits
            cost += visited * (_START + once * looks * _LOOK + once * found * words * _COPY)
            cost += once * queries * found * compare
        if cost < least:
            best, least = pieces, cost
    return best


def cut(bits: int, threshold: int, number: int, longest: int = _LONGEST) -> list[Piece]:
    """Cut hashes into `number` pieces, at most one more than the threshold.

    Of a piece of more than `longest` bits only as many are looked at. The radii, each plus one,
    sum up to one more than the threshold: so many differences are needed to be beyond all of them.
    """
    least, more = divmod(threshold + 1, number)
    pieces = []
    for piece in range(number):
        first, end = piece * bits // number, (piece + 1) * bits // number
        radius = least - 1 + (piece < more)
        pieces.append(Piece(first, min(end - first, longest), min(radius, end - first)))
    return pieces


def flips(piece: Piece) -> NDArray[np.int64]:
    """What to XOR a label with to get every label within the radius; zero comes first."""
    masks = [
        sum(1 << bit for bit in bits)
        for flipped in range(piece.radius + 1)
        for bits in combinations(range(piece.bits), flipped)
    ]
    return np.array(masks, dtype=np.int64)


@lru_cache(maxsize=256)
def _labels_within(piece: Piece) -> int:
    return sum(comb(piece.bits, flipped) for flipped in range(piece.radius + 1))


def shelve(hashes: NDArray[np.uint8], words: NDArray[np.uint64], piece: Piece) -> Shelves:
    """Put hashes on shelves.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray
    words : (W, N) uint64 ndarray
        The same, word by word.
    piece : Piece
    """
    # At most 16 bits, wherever they start, lie in three bytes.
    byte, offset = divmod(piece.first_bit, 8)
    window = np.zeros(len(hashes), dtype=np.uint32)
    for position in range(byte, byte + 3):
        window <<= 8
        if position < hashes.shape[1]:
            window |= hashes[:, position]
    window >>= 24 - offset - piece.bits
    labels = (window & (2**piece.bits - 1)).astype(np.uint16)
    order = np.argsort(labels, kind="stable")
    starts = np.zeros(2**piece.bits + 1, dtype=np.int64)
    np.cumsum(np.bincount(labels, minlength=2**piece.bits), out=starts[1:])
    return Shelves(order, np.take(words, order, axis=1), starts.tolist())
