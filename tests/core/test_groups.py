import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from netravision.core import groups
from netravision.core.groups import near_duplicates
from netravision.core.hamming import hamming_distances, within
from netravision.core.multi_index import split
from netravision.errors import HashWidthError


def groups_by_walking(hashes: np.ndarray, threshold: int) -> np.ndarray:
    """From each hash to all that can be reached, over the matrix of all distances."""
    near = hamming_distances(hashes, hashes) <= threshold
    first = np.full(len(hashes), -1)
    for start in range(len(hashes)):
        edge = {start} if first[start] < 0 else set()
        while edge:
            row = edge.pop()
            first[row] = start
            edge |= {int(other) for other in np.flatnonzero(near[row]) if first[other] < 0}
    return first


def archive(count: int, width: int, flips: float, seed: int = 0) -> np.ndarray:
    """Copies of a fifth as many pictures, each bit flipped with a probability."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (max(1, count // 5), 8 * width), np.uint8)
    bits = bits[rng.integers(0, len(bits), count)]
    return np.packbits(bits ^ (rng.random(bits.shape) < flips), axis=1)


few = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(0, 25), st.sampled_from([8, 32])),
    elements=st.sampled_from([0, 1, 3, 255]),
)


@settings(deadline=None)
@given(few, st.integers(0, 70))
def test_any_hashes_are_grouped_as_by_walking(hashes, threshold):
    assert np.array_equal(near_duplicates(hashes, threshold), groups_by_walking(hashes, threshold))


@pytest.mark.parametrize(("width", "threshold"), [(8, 0), (8, 3), (8, 8), (32, 5), (32, 20)])
@pytest.mark.parametrize("flips", [0.0, 0.01, 0.04])
def test_an_archive_is_grouped_as_by_walking(width, threshold, flips):
    hashes = archive(3000, width, flips)
    assert np.array_equal(near_duplicates(hashes, threshold), groups_by_walking(hashes, threshold))


@pytest.mark.parametrize("width", [8, 32])
def test_every_cut_gives_the_same_groups(width):
    """Small archives are compared pair by pair, so the cuts of large ones are asked for here."""
    hashes = np.unique(archive(1500, width, 0.03), axis=0)
    expected = groups_by_walking(hashes, 6)
    for number in range(1, 8):
        found = groups._Groups(hashes, 6)
        for substring in split(8 * width, 6, number):
            found.search(substring)
        _, first = np.unique(found.labels, return_index=True)
        assert np.array_equal(first[found.labels], expected), number
        assert np.array_equal(np.sort(first)[np.unique(expected, return_inverse=True)[1]], expected)


def test_a_large_archive_is_cut_and_grouped_by_its_pairs():
    hashes = archive(40_000, 8, 0.02)
    pairs = within(hashes, hashes, 4)
    found = near_duplicates(hashes, 4)
    assert np.array_equal(found[pairs.query], found[pairs.reference])
    # As many joins as it takes, and no more: a spanning forest of the pairs.
    first = np.arange(len(hashes))
    for query, reference in zip(pairs.query.tolist(), pairs.reference.tolist(), strict=True):
        while first[query] != query:
            query = int(first[query])
        while first[reference] != reference:
            reference = int(first[reference])
        first[max(query, reference)] = min(query, reference)
    while (first != first[first]).any():
        first = first[first]
    assert np.array_equal(found, first)


def test_variants_of_one_picture_are_one_group(monkeypatch):
    # 20,000 hashes within three bits of one: 200 million pairs, joined while they are found.
    monkeypatch.setattr(groups, "_JOINED_AT_ONCE", 10_000)
    rng = np.random.default_rng(0)
    bits = np.zeros((20_000, 64), np.uint8)
    for _ in range(3):
        bits[np.arange(len(bits)), rng.integers(0, 64, len(bits))] = 1
    found = near_duplicates(np.packbits(bits, axis=1), 6)
    assert (found == 0).all()


@given(st.permutations(range(40)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_archive_does_not_matter(order):
    hashes = archive(40, 8, 0.03, seed=4)
    groups_before, groups_after = near_duplicates(hashes, 5), near_duplicates(hashes[order], 5)
    together = groups_before[:, None] == groups_before
    assert np.array_equal(groups_after[:, None] == groups_after, together[np.ix_(order, order)])


def test_a_larger_step_never_splits_a_group():
    hashes = archive(500, 8, 0.05)
    smaller, larger = near_duplicates(hashes, 4), near_duplicates(hashes, 7)
    assert len(np.unique(larger)) < len(np.unique(smaller))
    assert (larger[smaller] == larger).all()


def test_peers_find_the_same_groups():
    bktree = pytest.importorskip("imagededup.handlers.search.bktree")
    hashes = archive(400, 8, 0.02)
    texts = {str(row): hashes[row].tobytes().hex() for row in range(len(hashes))}
    tree = bktree.BKTree(texts, lambda a, b: (int(a, 16) ^ int(b, 16)).bit_count())
    found = near_duplicates(hashes, 5)
    for row in range(len(hashes)):
        theirs = [int(name) for name, _ in tree.search(texts[str(row)], tol=5)]
        assert (found[theirs] == found[row]).all()
    assert np.array_equal(found, groups_by_walking(hashes, 5))


def test_what_cannot_be_grouped():
    with pytest.raises(HashWidthError, match="8 or 16 or 32 bytes, got 7"):
        near_duplicates(np.zeros((2, 7), np.uint8), 3)
    with pytest.raises(ValueError, match="at least 0, got -1"):
        near_duplicates(np.zeros((2, 8), np.uint8), -1)
