"""Near-duplicate groups of a whole archive, without an N × N matrix.

Two pictures are in one group if a chain of pictures leads from one to the other in which each is
within a distance of the next. That is exact and does not depend on the order of the archive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from netravision.core.hamming import Bytes, Comparer, Words, check_width, to_words
from netravision.core.multi_index import Substring, build_table, choose_substrings, xor_masks

__all__ = ["near_duplicates"]

Rows = NDArray[np.int64]

# Pairs gathered before they are joined: joining takes some 50 ms for a million hashes, however
# few the pairs are; a pair takes 16 bytes.
_JOINED_AT_ONCE = 1 << 20

# Hashes of a bucket compared with all they may be near to, before looking again whether they still
# need to be: as many as make copying those (0.5 ns) nothing beside comparing them (0.6 ns each).
_ROWS = 256


def near_duplicates(hashes: Bytes, threshold: int) -> Rows:
    """Group hashes that are connected by steps of at most `threshold` bits.

    Parameters
    ----------
    hashes : (N, B) uint8 ndarray
        Packed hashes; B is 8, 16 or 32.
    threshold : int
        Largest distance of one step, in bits, at least 0.

    Returns
    -------
    (N,) int64 ndarray
        For each hash the row number of the first of its group; its own if it is alone or first.

    Raises
    ------
    HashWidthError
        If the width cannot be searched.
    ValueError
        If `threshold` is negative.

    Examples
    --------
    >>> hashes = np.array([[0] * 8, [255] * 8, [0] * 7 + [3], [0] * 7 + [15]], dtype=np.uint8)
    >>> near_duplicates(hashes, 2)
    array([0, 1, 0, 0])
    """
    check_width(hashes)
    if threshold < 0:
        raise ValueError(f"expected a threshold of at least 0, got {threshold}")
    # A picture posted a thousand times would be compared half a million times with itself.
    order = np.lexsort(to_words(hashes))
    new = np.ones(len(hashes), dtype=np.bool_)
    new[1:] = (hashes[order[1:]] != hashes[order[:-1]]).any(axis=1)
    different = _Groups(hashes[order[new]], threshold)
    for substring in choose_substrings(
        len(different.hashes),
        len(different.hashes),
        8 * hashes.shape[1],
        threshold,
        among_themselves=True,
    ) or [Substring(0, 0, 0)]:
        different.search(substring)
    groups = np.empty(len(hashes), dtype=np.int64)
    groups[order] = different.labels[np.cumsum(new) - 1]
    _, first, number = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(first[number], dtype=np.int64)


class _Groups:
    """Groups that grow as pairs are found."""

    def __init__(self, hashes: Bytes, threshold: int) -> None:
        self.hashes = hashes
        self.labels: Rows = np.arange(len(hashes))
        self._words = to_words(hashes)
        self._threshold = threshold
        self._comparer = Comparer()
        self._pairs: list[tuple[Rows, Rows]] = []
        self._waiting = 0

    def search(self, substring: Substring) -> None:
        """Join all that are near and within the radius in `substring`."""
        # Members of one group side by side, so that whole stretches need no comparison.
        side_by_side = np.argsort(self.labels, kind="stable")
        words = np.take(self._words, side_by_side, axis=1)
        table = build_table(self.hashes[side_by_side], words, substring)
        rows = side_by_side[table.order]
        masks = xor_masks(substring)
        for key in table.occupied():
            [own] = table.spans([key])
            beside = table.spans([other for other in (key ^ masks).tolist() if other > key])
            for start in range(own.start, own.stop, _ROWS):
                some = slice(start, min(start + _ROWS, own.stop))
                spans = [slice(start, own.stop), *beside]
                self._compare(
                    rows[some],
                    table.words[:, some],
                    np.concatenate([rows[span] for span in spans]),
                    np.concatenate([table.words[:, span] for span in spans], axis=1),
                )
        self._join()

    def _compare(self, rows: Rows, left: Words, others: Rows, right: Words) -> None:
        labels = self.labels[rows]
        # All variants of one picture end up in one bucket, and would be compared pair by pair.
        if len(rows) > 1 and (labels == labels[0]).all():
            foreign = self.labels[others] != labels[0]
            others, right = others[foreign], right[:, foreign]
        for pairs in self._comparer.near(left, right, self._threshold):
            one, other = rows[pairs.query], others[pairs.reference]
            apart = self.labels[one] != self.labels[other]
            if apart.any():
                self._pairs.append((one[apart], other[apart]))
                self._waiting += int(apart.sum())
                if self._waiting >= _JOINED_AT_ONCE:
                    self._join()

    def _join(self) -> None:
        if not self._pairs:
            return
        one, other = (np.concatenate(side) for side in zip(*self._pairs, strict=True))
        count = int(self.labels.max()) + 1
        links = coo_array(
            (np.ones(len(one), dtype=np.bool_), (self.labels[one], self.labels[other])),
            shape=(count, count),
        )
        _, joined = connected_components(links, directed=False)
        self.labels = joined[self.labels].astype(np.int64)
        self._pairs, self._waiting = [], 0
