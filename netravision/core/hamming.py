"""Exact search among packed hashes: all within a distance, or the nearest few.

Nothing is indexed and nothing is approximated. Hashes are compared eight bytes at a time, in
blocks that stay in the processor's cache, which is fast enough for millions: see
``docs/performance.md``. The matrix of all distances is never held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.errors import HashWidthError

Bytes = NDArray[np.uint8]

#: Bytes of a hash that can be searched: 64 and 256 bits.
WIDTHS = (8, 32)

# Pairs compared at once. One block of references serves a block of queries before the next is
# touched; their XOR takes 512 kB.
_QUERIES = 16
_REFERENCES = 4096


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
        Packed hashes, eight bits a byte; B is 8 or 32.
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
    distances = np.empty((len(queries), len(references)), dtype=np.uint16)
    for rows, columns, block in _blocks(queries, references):
        distances[rows : rows + len(block), columns : columns + block.shape[1]] = block
    return distances


def within(queries: Bytes, references: Bytes, threshold: int) -> Pairs:
    """Every pair that differs in at most `threshold` bits.

    Parameters
    ----------
    queries : (Q, B) uint8 ndarray
        Packed hashes; B is 8 or 32.
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
    found: list[Pairs] = []
    for rows, columns, block in _blocks(queries, references):
        near = block <= threshold
        # Most blocks hold nothing, and any() is far cheaper than nonzero().
        if near.any():
            query, reference = np.nonzero(near)
            distance = block[query, reference].astype(np.uint16)
            found.append(Pairs(query + rows, reference + columns, distance))
    if not found:
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none.copy(), np.empty(0, dtype=np.uint16))
    query, reference, distance = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((reference, query))
    return Pairs(query[order], reference[order], distance[order])


def nearest(
    queries: Bytes, references: Bytes, k: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """The `k` references nearest to each query, nearest first.

    Parameters
    ----------
    queries : (Q, B) uint8 ndarray
        Packed hashes; B is 8 or 32.
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
    k = min(k, len(references))
    indices = np.full((len(queries), k), -1, dtype=np.int64)
    distances = np.full((len(queries), k), np.iinfo(np.uint16).max, dtype=np.uint16)
    for rows, columns, block in _blocks(queries, references):
        # Blocks come in the order of references, so one that is only as near comes too late.
        nearer = block < distances[rows : rows + len(block), -1:]
        for row in np.flatnonzero(nearer.any(axis=1)):
            candidates = np.flatnonzero(nearer[row])
            distance = np.concatenate([distances[rows + row], block[row, candidates]])
            index = np.concatenate([indices[rows + row], candidates + columns])
            order = np.argsort(distance, kind="stable")[:k]
            distances[rows + row], indices[rows + row] = distance[order], index[order]
    return indices, distances


def _blocks(
    queries: Bytes, references: Bytes
) -> Iterator[tuple[int, int, NDArray[np.uint8] | NDArray[np.uint16]]]:
    """First query, first reference, and the distances of one block after the other.

    The array of distances is used again for the next block.
    """
    query_words, reference_words = _words(queries, references)
    xor = np.empty((_QUERIES, _REFERENCES), dtype=np.uint64)
    count = np.empty((_QUERIES, _REFERENCES), dtype=np.uint8)
    total = np.empty((_QUERIES, _REFERENCES), dtype=np.uint16)
    for rows in range(0, query_words.shape[1], _QUERIES):
        for columns in range(0, reference_words.shape[1], _REFERENCES):
            left = query_words[:, rows : rows + _QUERIES]
            right = reference_words[:, columns : columns + _REFERENCES]
            part = np.s_[: left.shape[1], : right.shape[1]]
            for number, (query, reference) in enumerate(zip(left, right, strict=True)):
                np.bitwise_xor(query[:, None], reference, out=xor[part])
                np.bitwise_count(xor[part], out=count[part])
                if len(left) > 1:
                    # 256 differing bits do not fit eight.
                    np.add(total[part] if number else 0, count[part], out=total[part])
            yield rows, columns, (count if len(left) == 1 else total)[part]


def _words(queries: Bytes, references: Bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both sets as (B / 8, N) words, so that each word of a block lies in one piece."""
    for hashes in (queries, references):
        if hashes.dtype != np.uint8:
            raise TypeError(f"expected an array of uint8, got {hashes.dtype}")
        if hashes.ndim != 2:
            raise HashWidthError(f"expected hashes of shape (N, B), got {hashes.shape}")
    if queries.shape[1] != references.shape[1] or queries.shape[1] not in WIDTHS:
        raise HashWidthError(
            f"expected hashes of {' or '.join(map(str, WIDTHS))} bytes, the same in both; "
            f"got {queries.shape[1]} in queries and {references.shape[1]} in references"
        )
    return (
        np.ascontiguousarray(np.ascontiguousarray(queries).view(np.uint64).T),
        np.ascontiguousarray(np.ascontiguousarray(references).view(np.uint64).T),
    )
