"""An inverted index of descriptors: which enrolled keypoints are most like those of an image.

Descriptors are reduced to their principal components. Both halves of the components are quantized
by centers of their own, and the two nearest centers name the cell that holds a keypoint: some
hundred centers make some ten thousand cells (Babenko and Lempitsky, "The inverted multi-index",
CVPR 2012). A descriptor is compared with what the cells around it hold.

All of it is arrays that no search changes, so any number of processes can read one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.copies.keypoints import Keypoints

__all__ = ["InvertedIndex", "Neighbors", "build_inverted_index"]

# Principal components of a descriptor. In 90 copies as many keypoints agree as with all 128.
_DIMENSIONS = 32

# Keypoints of a cell, in the mean, and the most centers of a half: more take longer than the
# comparisons that they save. With cells of 16 a search takes a third longer.
_IN_CELL = 8
_MOST_CENTERS = 512

# Keypoints for each center from which the centers are learned, and rounds of k-means.
_SAMPLES = 40
_ROUNDS = 8

# Cells that a descriptor is compared with, among those of so many centers of each half. Twice as
# many find the same copies among 3,000 references.
_PROBES = 8
_NEAR_CENTERS = 6

# Components are kept as bytes. With this scale the squared distance of two descriptors, at most 2,
# fits into 16 bits.
_SCALE = 127

# Squared distance that a neighbor is taken to have which none of the cells holds.
_ABSENT = 0.5

# Pairs that are compared at a time, each of some 150 bytes: they stay in the processor's cache.
# With 200,000 a search of 5,000 references takes half as long again.
_PAIRS_AT_ONCE = 16_000


class Neighbors(NamedTuple):
    """The enrolled keypoints most like each of an image.

    Attributes
    ----------
    numbers : (Q, K) int64 ndarray
        Of keypoints, in the order in which they were enrolled, nearest first.
    squared : (Q, K) float64 ndarray
        Squared distance of the reduced descriptors, 0 to 2. One that was not found is as far as
        those usually are.
    """

    numbers: NDArray[np.int64]
    squared: NDArray[np.float64]


class InvertedIndex(NamedTuple):
    """The descriptors of all references, by cell.

    Attributes
    ----------
    mean : (128,) float32 ndarray
        Of all descriptors, as :meth:`Keypoints.root_sift` gives them.
    components : (128, D) float32 ndarray
        Principal components, those of the first half before those of the second.
    centers : (2, C, D / 2) float32 ndarray
    starts : (C * C + 1,) int64 ndarray
        Where each cell begins in `numbers` and `codes`, and their end.
    numbers : (N,) int32 ndarray
        Of the keypoints, cell by cell.
    codes : (N, D) int8 ndarray
        Their reduced descriptors.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    centers: NDArray[np.float32]
    starts: NDArray[np.int64]
    numbers: NDArray[np.int32]
    codes: NDArray[np.int8]

    def nearest(self, descriptors: NDArray[np.float32], count: int) -> Neighbors:
        """The nearest enrolled keypoints of each descriptor, as far as its cells hold them.

        Parameters
        ----------
        descriptors : (Q, 128) float32 ndarray
            As :meth:`Keypoints.root_sift` gives them.
        count : int
            How many of each.

        Returns
        -------
        Neighbors
        """
        reduced = _reduced(descriptors, self.mean, self.components)
        cells = self._near_cells(reduced)
        codes = _codes(reduced)
        first = self.starts[cells]
        lengths = self.starts[cells + 1] - first
        numbers = np.zeros((len(cells), count), np.int64)
        squared = np.full((len(cells), count), _ABSENT)
        for part in _parts(lengths.sum(axis=1)):
            self._compare(codes[part], first[part], lengths[part], numbers[part], squared[part])
        return Neighbors(numbers, squared)

    def _near_cells(self, reduced: NDArray[np.float32]) -> NDArray[np.int64]:
        """The cells with the nearest centers, (Q, P)."""
        near, apart = [], []
        for half, centers in zip(_halves(reduced), self.centers, strict=True):
            distance = _distances(half, centers)
            some = min(_NEAR_CENTERS, len(centers))
            nearest = np.argpartition(distance, some - 1, axis=1)[:, :some]
            near.append(nearest)
            apart.append(np.take_along_axis(distance, nearest, 1))
        pairs = near[0][:, :, None] * len(self.centers[0]) + near[1][:, None, :]
        cells = pairs.reshape(len(reduced), -1)
        sums = (apart[0][:, :, None] + apart[1][:, None, :]).reshape(len(reduced), -1)
        probes = min(_PROBES, cells.shape[1])
        best = np.argpartition(sums, probes - 1, axis=1)[:, :probes]
        return np.take_along_axis(cells, best, 1)

    def _compare(
        self,
        codes: NDArray[np.int8],
        first: NDArray[np.int64],
        lengths: NDArray[np.int64],
        numbers: NDArray[np.int64],
        squared: NDArray[np.float64],
    ) -> None:
        """Fill in the nearest of what the cells of some descriptors hold."""
        each = lengths.sum(axis=1)
        total = int(each.sum())
        if not total:
            return
        first, lengths = first.ravel(), lengths.ravel()
        pairs = np.arange(total)
        places = pairs + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
        ours = codes.take(np.repeat(np.arange(len(each)), each), axis=0)
        apart = np.subtract(self.codes.take(places, axis=0), ours, dtype=np.int16)
        distance = np.einsum("ij,ij->i", apart, apart).view(np.uint16)
        # The distance with the number of the pair behind it: the smallest is the nearest.
        keys = distance.astype(np.int64) << 32 | pairs
        some = np.flatnonzero(each)
        begin = (np.cumsum(each) - each)[some]
        taken = np.int64(2**48)
        for rank in range(numbers.shape[1]):
            nearest = np.minimum.reduceat(keys, begin)
            there = nearest < taken
            rows, nearest = some[there], nearest[there]
            pair = nearest & (2**32 - 1)
            numbers[rows, rank] = self.numbers[places[pair]]
            squared[rows, rank] = (nearest >> 32) / _SCALE**2
            keys[pair] = taken


def build_inverted_index(references: Sequence[Keypoints]) -> InvertedIndex:
    """Index the keypoints of all references.

    Parameters
    ----------
    references : sequence of Keypoints
        Together at least two keypoints.

    Returns
    -------
    InvertedIndex
        The same for the same references in every process.
    """
    mean, components = _principal_components(references)
    count = sum(len(each.points) for each in references)
    side = int(np.clip(round((count / _IN_CELL) ** 0.5), 1, _MOST_CENTERS))
    every = max(1, count // (_SAMPLES * side))
    sample = np.concatenate(
        [_reduced(each[::every], mean, components) for each in _descriptors(references)]
    )
    centers = np.stack([_learned_centers(half, side) for half in _halves(sample)])
    cells, codes = np.empty(count, np.int64), np.empty((count, _DIMENSIONS), np.int8)
    end = 0
    for each in _descriptors(references):
        part = slice(end, end := end + len(each))
        reduced = _reduced(each, mean, components)
        one, other = (
            _distances(half, its).argmin(axis=1)
            for half, its in zip(_halves(reduced), centers, strict=True)
        )
        cells[part], codes[part] = one * side + other, _codes(reduced)
    order = np.argsort(cells, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=side * side))])
    return InvertedIndex(mean, components, centers, starts, order.astype(np.int32), codes[order])


def _descriptors(references: Sequence[Keypoints]) -> Iterator[NDArray[np.float32]]:
    """Reference by reference: those of 5,000 posters as floats are a gigabyte."""
    return (each.root_sift() for each in references)


def _principal_components(
    references: Sequence[Keypoints],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and main directions of all descriptors: (128,) and (128, dimensions)."""
    count, total, products = 0, np.zeros(128), np.zeros((128, 128))
    for descriptors in _descriptors(references):
        count += len(descriptors)
        total += descriptors.sum(axis=0)
        products += descriptors.T @ descriptors
    mean = total / count
    _, components = np.linalg.eigh(products / count - np.outer(mean, mean))
    main = components[:, -_DIMENSIONS:]
    # Every second one, so that both halves tell keypoints apart equally well.
    main = np.hstack([main[:, ::2], main[:, 1::2]])
    return mean.astype(np.float32), np.ascontiguousarray(main, np.float32)


def _learned_centers(sample: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    # Seeded: the same watchlist is searched in the same way in every process.
    cv2.setRNGSeed(0)
    rounds = (cv2.TERM_CRITERIA_MAX_ITER, _ROUNDS, 0)
    sample = np.ascontiguousarray(sample)
    _, _, centers = cv2.kmeans(sample, count, None, rounds, 1, cv2.KMEANS_RANDOM_CENTERS)  # type: ignore[call-overload]
    return np.asarray(centers, np.float32)


def _reduced(
    descriptors: NDArray[np.float32],
    mean: NDArray[np.float32],
    components: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Projection on the principal components."""
    return np.asarray((descriptors - mean) @ components, np.float32)


def _codes(reduced: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.rint(reduced * _SCALE).astype(np.int8)


def _halves(reduced: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    half = _DIMENSIONS // 2
    return reduced[:, :half], reduced[:, half:]


def _distances(points: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances, (N, C), less what is the same for all centers."""
    return np.asarray((centers * centers).sum(axis=1) - 2 * points @ centers.T, np.float32)


def _parts(pairs: NDArray[np.int64]) -> Iterator[slice]:
    """Descriptors whose pairs are compared together."""
    ends = np.cumsum(pairs)
    start = 0
    while start < len(pairs):
        before = ends[start - 1] if start else 0
        end = int(np.searchsorted(ends, before + _PAIRS_AT_ONCE, side="right"))
        yield slice(start, end := max(end, start + 1))
        start = end
