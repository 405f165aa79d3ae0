"""Exact search among packed hashes: all within a distance, or the nearest few.

Nothing is approximated. Hashes are compared eight bytes at a time, in blocks that stay in the
processor's cache, and the matrix of all distances is never held in memory. For a small distance
most pairs need no comparison at all: :mod:`netravision.core.multi_index` tells which do. How fast
this is, and why: ``docs/performance.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.multi_index import Substring, build_table, choose_substrings, xor_masks
from netravision.errors import HashWidthError

__all__ = [
    "WIDTHS",
    "Bytes",
    "Comparer",
    "Pairs",
    "Words",
    "check_width",
    "hamming_distances",
    "nearest",
    "to_words",
    "within",
]

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]

#: Bytes of a hash that can be searched: 64, 128 and 256 bits.
WIDTHS = (8, 16, 32)

# Pairs compared at once: their XOR takes 512 kB. 8 queries × 8,192 references compared 1.7 G pairs
# a second of 64 bits, 32 × 2,048 1.1, 1 × 65,536 1.5, 1 × 8,192 1.15.
_PAIRS = 1 << 16
_QUERIES = 8


class Pairs(NamedTuple):
    """Pairs of hashes that are close to each other.

    Attributes
    ----------
    query, reference : (P,) int64 ndarray
        Row numbers.
    distance : (P,) uint16 ndarray
        Number of differing bits.
    """

    query: NDArray[np.int64]
    reference: NDArray[np.int64]
    distance: NDArray[np.uint16]


def hamming_distances(queries: Bytes, references: Bytes) -> NDArray[np.uint16]:
    """Hamming distance between every query and every reference hash.

    For a few thousand hashes; :func:`within` and :func:`nearest` need no such matrix.

    Parameters
    ----------
    queries : (Q, B) uint8 ndarray
        Packed hashes, eight bits a byte; B is 8, 16 or 32.
    references : (R, B) uint8 ndarray

    Returns
    -------
    (Q, R) uint16 ndarray
        Number of differing bits, 0 to 8 * B.

    Raises
    ------
    HashWidthError
        If a width cannot be searched or the two differ; the message names both.

    Examples
    --------
    >>> a = np.array([[0, 0, 0, 0, 0, 0, 0, 0b1011]], dtype=np.uint8)
    >>> hamming_distances(a, np.zeros((2, 8), np.uint8))
    array([[3, 3]], dtype=uint16)
    """
    left, right = _checked(queries, references)
    distances = np.empty((len(queries), len(references)), dtype=np.uint16)
    comparer = Comparer()
    for rows, columns in comparer.tiles(left, right):
        distances[rows, columns] = comparer.distances(left[:, rows], right[:, columns])
    return distances


def within(queries: Bytes, references: Bytes, threshold: int) -> Pairs:
    """Every pair that differs in at most `threshold` bits.

    Parameters
    ----------
    queries : (Q, B) uint8 ndarray
        Packed hashes; B is 8, 16 or 32.
    references : (R, B) uint8 ndarray
    threshold : int
        Largest distance, in bits.

    Returns
    -------
    Pairs
        Ordered by query, then by reference.

    Raises
    ------
    HashWidthError
        If a width cannot be searched or the two differ.

    Examples
    --------
    >>> hashes = np.array([[0] * 8, [255] * 8, [0] * 7 + [1]], dtype=np.uint8)
    >>> within(hashes[:1], hashes, 2)
    Pairs(query=array([0, 0]), reference=array([0, 2]), distance=array([0, 1], dtype=uint16))
    """
    left, right = _checked(queries, references)
    substrings = choose_substrings(len(queries), len(references), 8 * queries.shape[1], threshold)
    if substrings:
        found = list(_near_in_buckets(queries, references, threshold, substrings))
    else:
        found = list(Comparer().near(left, right, threshold))
    if not found:
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none.copy(), np.empty(0, dtype=np.uint16))
    query, reference, distance = (np.concatenate(parts) for parts in zip(*found, strict=True))
    # A pair that is near in several substrings is found with each.
    order = np.lexsort((reference, query))
    query, reference, distance = query[order], reference[order], distance[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(query) != 0) | (np.diff(reference) != 0)
    return Pairs(query[first], reference[first], distance[first])


def nearest(
    queries: Bytes, references: Bytes, k: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """The `k` references nearest to each query, nearest first.

    Parameters
    ----------
    queries : (Q, B) uint8 ndarray
        Packed hashes; B is 8, 16 or 32.
    references : (R, B) uint8 ndarray
    k : int
        At least 1.

    Returns
    -------
    indices : (Q, min(k, R)) int64 ndarray
        Row numbers of references; of equally near ones, the first.
    distances : (Q, min(k, R)) uint16 ndarray

    Raises
    ------
    HashWidthError
        If a width cannot be searched or the two differ.
    ValueError
        If `k` is below 1.

    Examples
    --------
    >>> hashes = np.array([[0] * 8, [255] * 8, [0] * 7 + [1]], dtype=np.uint8)
    >>> nearest(hashes[:1], hashes, k=2)
    (array([[0, 2]]), array([[0, 1]], dtype=uint16))
    """
    if k < 1:
        raise ValueError(f"expected k of at least 1, got {k}")
    left, right = _checked(queries, references)
    k = min(k, len(references))
    indices = np.full((len(queries), k), -1, dtype=np.int64)
    distances = np.full((len(queries), k), np.iinfo(np.uint16).max, dtype=np.uint16)
    comparer = Comparer()
    for rows, columns in comparer.tiles(left, right):
        block = comparer.distances(left[:, rows], right[:, columns])
        # Blocks come in the order of references, so one that is only as near comes too late.
        for row in np.flatnonzero(block.min(axis=1) < distances[rows, -1]):
            asker = rows.start + row
            candidates = np.flatnonzero(block[row] < distances[asker, -1])
            distance = np.concatenate([distances[asker], block[row, candidates]])
            index = np.concatenate([indices[asker], candidates + columns.start])
            order = np.argsort(distance, kind="stable")[:k]
            distances[asker], indices[asker] = distance[order], index[order]
    return indices, distances


class Comparer:
    """Compares hashes block by block, each in the memory of the one before."""

    def __init__(self) -> None:
        self._xor = np.empty(_PAIRS, dtype=np.uint64)
        self._counts = np.empty((3, _PAIRS), dtype=np.uint8)
        self._total = np.empty(_PAIRS, dtype=np.uint16)
        self._near = np.empty(_PAIRS, dtype=np.bool_)

    def tiles(self, left: Words, right: Words) -> Iterator[tuple[slice, slice]]:
        """Blocks of rows and columns that fit, all columns of some rows first.

        Parameters
        ----------
        left : (W, Q) uint64 ndarray
        right : (W, R) uint64 ndarray
            Words of the hashes, each word of all of them in one piece.

        Yields
        ------
        (slice, slice)
            Rows of `left`, columns of `right`.
        """
        if 0 in (left.shape[1], right.shape[1]):
            return
        # 10 queries as 5 and 5, not as 8 and 2; few references with many queries.
        rows = ceil(left.shape[1] / ceil(left.shape[1] / _QUERIES))
        columns = min(_PAIRS // rows, right.shape[1])
        rows = min(_PAIRS // columns, left.shape[1])
        for row in range(0, left.shape[1], rows):
            for column in range(0, right.shape[1], columns):
                yield (
                    slice(row, min(row + rows, left.shape[1])),
                    slice(column, min(column + columns, right.shape[1])),
                )

    def near(self, left: Words, right: Words, threshold: int) -> Iterator[Pairs]:
        """Pairs within `threshold`, of one block after the other; blocks without any are left out.

        Parameters
        ----------
        left : (W, Q) uint64 ndarray
        right : (W, R) uint64 ndarray
            Words of the hashes, each word of all of them in one piece.
        threshold : int

        Yields
        ------
        Pairs
        """
        for rows, columns in self.tiles(left, right):
            block = self.distances(left[:, rows], right[:, columns], threshold)
            # Most blocks hold nothing, and min() is far cheaper than nonzero().
            if block.min() <= threshold:
                # Flat, nonzero() takes a seventh of the time.
                near = self._near[: block.size].reshape(block.shape)
                flat = np.flatnonzero(np.less_equal(block, threshold, out=near))
                query, reference = np.divmod(flat, block.shape[1])
                distance = block.ravel()[flat].astype(np.uint16)
                yield Pairs(query + rows.start, reference + columns.start, distance)

    def distances(
        self, left: Words, right: Words, enough: int = 256
    ) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Distances of one block, overwritten by the next.

        Beyond `enough` they need not be exact: if half of the words leave no pair within it, the
        other half is not looked at.

        Parameters
        ----------
        left : (W, Q) uint64 ndarray
        right : (W, R) uint64 ndarray
        enough : int

        Returns
        -------
        (Q, R) uint8 or uint16 ndarray
        """
        shape = left.shape[1], right.shape[1]
        size = shape[0] * shape[1]
        xor = self._xor[:size].reshape(shape)
        first, second, more = (block[:size].reshape(shape) for block in self._counts)
        np.bitwise_xor(left[0][:, None], right[0], out=xor)
        np.bitwise_count(xor, out=first)
        if len(left) == 1:
            return first
        np.bitwise_xor(left[1][:, None], right[1], out=xor)
        first += np.bitwise_count(xor, out=more)
        if len(left) == 2 or first.min() > enough:
            return first
        np.bitwise_xor(left[2][:, None], right[2], out=xor)
        np.bitwise_count(xor, out=second)
        np.bitwise_xor(left[3][:, None], right[3], out=xor)
        second += np.bitwise_count(xor, out=more)
        # 256 differing bits do not fit eight; adding different types takes four times as long.
        total = self._total[:size].reshape(shape)
        return np.add(first, second, out=total, dtype=np.uint16)


def _near_in_buckets(
    queries: Bytes, references: Bytes, threshold: int, substrings: list[Substring]
) -> Iterator[Pairs]:
    comparer = Comparer()
    left, right = to_words(queries), to_words(references)
    for substring in substrings:
        asking, asked = (
            build_table(queries, left, substring),
            build_table(references, right, substring),
        )
        masks = xor_masks(substring)
        for key in asking.occupied():
            [own] = asking.spans([key])
            spans = asked.spans((key ^ masks).tolist())
            if not spans:
                continue
            bucket = np.concatenate([asked.words[:, span] for span in spans], axis=1)
            near = list(comparer.near(asking.words[:, own], bucket, threshold))
            if near:
                rows = np.concatenate([asked.order[span] for span in spans])
            for pairs in near:
                query, reference = asking.order[own][pairs.query], rows[pairs.reference]
                yield Pairs(query, reference, pairs.distance)


def to_words(hashes: Bytes) -> Words:
    """Packed hashes as words, so that each word of a block lies in one piece.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray
        B a multiple of 8.

    Returns
    -------
    (B / 8, N) uint64 ndarray
    """
    return np.ascontiguousarray(np.ascontiguousarray(hashes).view(np.uint64).T)


def check_width(hashes: Bytes) -> None:
    """Refuse what cannot be searched.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray

    Raises
    ------
    TypeError
        If the array is not of uint8.
    HashWidthError
        If it has another shape, or B is none of :data:`WIDTHS`.
    """
    if hashes.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8, got {hashes.dtype}")
    if hashes.ndim != 2:
        raise HashWidthError(f"expected hashes of shape (N, B), got {hashes.shape}")
    if hashes.shape[1] not in WIDTHS:
        raise HashWidthError(
            f"expected hashes of {' or '.join(map(str, WIDTHS))} bytes, got {hashes.shape[1]}"
        )


def _checked(queries: Bytes, references: Bytes) -> tuple[Words, Words]:
    check_width(queries)
    check_width(references)
    if queries.shape[1] != references.shape[1]:
        raise HashWidthError(
            f"expected hashes of one width, got {queries.shape[1]} bytes in queries and "
            f"{references.shape[1]} in references"
        )
    return to_words(queries), to_words(references)
