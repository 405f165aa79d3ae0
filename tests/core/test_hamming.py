import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from netravision.core import hamming
from netravision.core.hamming import hamming_distances, nearest, within
from netravision.core.multi_index import choose_substrings, split
from netravision.errors import HashWidthError, NetravisionError


def reference_distances(queries: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Counted bit by bit."""
    a = np.unpackbits(queries, axis=1)[:, None]
    b = np.unpackbits(references, axis=1)[None]
    return (a != b).sum(axis=2)


def hashes_of(count: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, width), np.uint8)


def clustered(count: int, width: int, seed: int = 0) -> np.ndarray:
    """A few hashes and many near copies of them, so that ties and near neighbours are common."""
    rng = np.random.default_rng(seed)
    bits = np.unpackbits(hashes_of(7, width, seed), axis=1)[rng.integers(0, 7, count)]
    bits ^= rng.random(bits.shape) < 0.03
    return np.packbits(bits, axis=1)


def sets(width: int) -> st.SearchStrategy[np.ndarray]:
    # Few different bytes, so that equal and near hashes turn up.
    return arrays.arrays(
        np.uint8,
        st.tuples(st.integers(0, 12), st.just(width)),
        elements=st.sampled_from([0, 1, 255]),
    )


widths = pytest.mark.parametrize("width", [8, 16, 32])

# Around the sizes of a block (8 queries, 8,192 references), and none at all.
sizes = pytest.mark.parametrize(
    ("queries", "references"),
    [(0, 5), (5, 0), (1, 1), (1, 70_000), (8, 8192), (9, 8193), (33, 9000), (9000, 2)],
)


@widths
@sizes
def test_distances(width, queries, references):
    a, b = hashes_of(queries, width, 1), hashes_of(references, width, 2)
    distances = hamming_distances(a, b)
    assert distances.dtype == np.uint16
    assert np.array_equal(distances, reference_distances(a, b))


@widths
def test_the_largest_distance_is_not_wrapped(width):
    zeros, ones = np.zeros((2, width), np.uint8), np.full((3, width), 255, np.uint8)
    assert (hamming_distances(zeros, ones) == 8 * width).all()
    assert within(zeros, ones, 8 * width - 1).distance.size == 0
    assert (within(zeros, ones, 8 * width).distance == 8 * width).all()


@settings(deadline=None)
@given(sets(8), sets(8))
def test_a_metric(a, b):
    everything = np.concatenate([a, b])
    d = hamming_distances(everything, everything).astype(int)
    same = (everything[:, None] == everything[None]).all(axis=2)
    assert np.array_equal(d == 0, same)
    assert np.array_equal(d, d.T)
    assert (d[:, :, None] <= d[:, None, :] + d.T[None, :, :].transpose(0, 2, 1)).all()


@widths
@sizes
@pytest.mark.parametrize("threshold", [-1, 0, 3, 12])
def test_within_finds_every_pair_in_order(width, queries, references, threshold):
    a, b = clustered(queries, width), clustered(references, width)
    pairs = within(a, b, threshold)
    d = reference_distances(a, b)
    query, reference = np.nonzero(d <= threshold)
    assert np.array_equal(pairs.query, query)
    assert np.array_equal(pairs.reference, reference)
    assert np.array_equal(pairs.distance, d[query, reference])


@widths
def test_every_cut_finds_the_same_pairs(width):
    """Small sets are compared pair by pair, so the cuts of large ones are asked for here."""
    a, b = clustered(120, width, 1), clustered(3000, width, 1)
    d = reference_distances(a, b)
    near = {(int(q), int(r), int(d[q, r])) for q, r in zip(*np.nonzero(d <= 6), strict=True)}
    for number in range(1, 8):
        found = list(hamming._near_in_buckets(a, b, 6, split(8 * width, 6, number)))
        rows = {
            (int(query), int(reference), int(distance))
            for pairs in found
            for query, reference, distance in zip(*pairs, strict=True)
        }
        assert rows == near, number


@pytest.mark.parametrize("threshold", [0, 2, 5])
def test_a_large_search_is_cut_and_finds_every_pair_once_in_order(threshold):
    a, b = hashes_of(2000, 8, 1), hashes_of(40_000, 8, 2)
    bits = np.unpackbits(a[:1500], axis=1)
    bits[np.arange(1500), np.arange(1500) % 64] ^= 1
    b[7:1507] = np.packbits(bits, axis=1)
    b[30_000:30_500] = a[:500]
    assert choose_substrings(len(a), len(b), 64, threshold)
    pairs = within(a, b, threshold)
    expected = [
        (query, reference, distance)
        for start in range(0, 2000, 250)
        for part in [hamming_distances(a[start : start + 250], b)]
        for query, reference in zip(*np.nonzero(part <= threshold), strict=True)
        for query, distance in [(query + start, part[query, reference])]
    ]
    assert len(expected) >= 500
    assert list(zip(*pairs, strict=True)) == expected


@widths
@pytest.mark.parametrize("threshold", [3, 9, 20])
def test_faiss_finds_the_same_neighbours(width, threshold):
    faiss = pytest.importorskip("faiss")
    a, b = clustered(60, width, 3), clustered(5000, width, 3)
    index = faiss.IndexBinaryFlat(8 * width)
    index.add(b)
    limits, distances, labels = index.range_search(a, threshold + 1)
    query = np.repeat(np.arange(len(a)), np.diff(limits.astype(np.int64)))
    order = np.lexsort((labels, query))
    pairs = within(a, b, threshold)
    assert np.array_equal(pairs.query, query[order])
    assert np.array_equal(pairs.reference, labels[order])
    assert np.array_equal(pairs.distance, distances.astype(int)[order])
    assert np.array_equal(nearest(a, b, 5)[1], index.search(a, 5)[0])


@widths
@sizes
@pytest.mark.parametrize("k", [1, 3, 50])
def test_nearest_are_the_nearest_and_the_first_of_equals(width, queries, references, k):
    a, b = clustered(queries, width), clustered(references, width)
    indices, distances = nearest(a, b, k)
    d = reference_distances(a, b)
    expected = np.argsort(d, axis=1, kind="stable")[:, :k]
    assert np.array_equal(indices, expected)
    assert np.array_equal(distances, np.take_along_axis(d, expected, axis=1))


@settings(deadline=None)
@given(sets(32), sets(32), st.integers(1, 14), st.integers(0, 256))
def test_the_three_agree(a, b, k, threshold):
    d = hamming_distances(a, b)
    assert len(within(a, b, threshold).query) == (d <= threshold).sum()
    indices, distances = nearest(a, b, k)
    assert np.array_equal(np.sort(d, axis=1)[:, :k], distances)
    assert np.array_equal(np.take_along_axis(d, indices, axis=1), distances)


def test_views_are_searched_as_copies():
    wide = hashes_of(100, 16)
    view = wide[::2, ::2]
    assert np.array_equal(hamming_distances(view, view), reference_distances(view, view))


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ((2, 8), (2, 32), "got 8 bytes in queries and 32 in references"),
        ((2, 7), (2, 7), "8 or 16 or 32 bytes.*got 7"),
        ((2, 24), (2, 24), "got 24"),
        ((8,), (2, 8), r"\(N, B\), got \(8,\)"),
    ],
)
@pytest.mark.parametrize("search", [hamming_distances, nearest, lambda a, b: within(a, b, 1)])
def test_widths_that_cannot_be_searched(search, a, b, said):
    with pytest.raises(HashWidthError, match=said) as raised:
        search(np.zeros(a, np.uint8), np.zeros(b, np.uint8))
    assert isinstance(raised.value, NetravisionError)
    assert isinstance(raised.value, ValueError)


def test_hashes_that_are_no_bytes():
    with pytest.raises(TypeError, match="uint8, got int64"):
        nearest(np.zeros((2, 8), np.int64), np.zeros((2, 8), np.uint8))


def test_no_neighbour_can_be_asked_for():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        nearest(hashes_of(2, 8), hashes_of(2, 8), 0)
