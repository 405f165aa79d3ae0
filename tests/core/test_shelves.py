import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.hamming import to_words
from netravision.core.shelves import Piece, cheapest_pieces, cut, flips, shelve


def reading(hashes: np.ndarray, piece: Piece) -> np.ndarray:
    """What a piece reads, bit by bit."""
    bits = np.unpackbits(hashes, axis=1)[:, piece.first_bit : piece.first_bit + piece.bits]
    return bits.astype(np.int64) @ (1 << np.arange(piece.bits)[::-1])


@given(
    st.sampled_from([64, 256]),
    st.integers(0, 40).flatmap(lambda t: st.tuples(st.just(t), st.integers(1, t + 1))),
    st.data(),
)
def test_hashes_within_the_threshold_are_within_the_radius_of_a_piece(bits, cutting, data):
    threshold, number = cutting
    differing = data.draw(st.sets(st.integers(0, bits - 1), max_size=threshold))
    assert any(
        sum(p.first_bit <= bit < p.first_bit + p.bits for bit in differing) <= p.radius
        for p in cut(bits, threshold, number)
    )


@pytest.mark.parametrize("bits", [64, 256])
def test_pieces_do_not_overlap_and_stay_in_the_hash(bits):
    for threshold in range(0, bits, 5):
        for number in range(1, threshold + 2):
            pieces = cut(bits, threshold, number)
            ends = [piece.first_bit + piece.bits for piece in pieces]
            starts = [piece.first_bit for piece in pieces[1:]]
            assert all(end <= start for end, start in zip(ends, [*starts, bits], strict=True))
            assert all(1 <= piece.bits <= 16 and piece.radius >= 0 for piece in pieces)


@pytest.mark.parametrize(
    ("piece", "masks"),
    [
        (Piece(5, 3, 0), {0}),
        (Piece(5, 3, 1), {0, 1, 2, 4}),
        (Piece(0, 3, 2), {0, 1, 2, 4, 3, 5, 6}),
        (Piece(0, 2, 2), {0, 1, 2, 3}),
    ],
)
def test_flips_reach_every_label_within_the_radius_once(piece, masks):
    assert flips(piece)[0] == 0
    assert sorted(flips(piece).tolist()) == sorted(masks)


@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize("piece", [(0, 1), (0, 16), (3, 13), (7, 10), (48, 16), (51, 13), (60, 4)])
def test_a_shelf_holds_the_hashes_that_read_its_label(width, piece):
    piece = Piece(*piece, 0)
    hashes = np.random.default_rng(3).integers(0, 256, (5000, width), np.uint8)
    shelves = shelve(hashes, to_words(hashes), piece)
    labels = reading(hashes, piece)
    assert sorted(shelves.order.tolist()) == list(range(5000))
    assert shelves.labels() == np.unique(labels).tolist()
    assert np.array_equal(shelves.words, to_words(hashes)[:, shelves.order])
    for label in shelves.labels():
        [span] = shelves.spans([label])
        assert np.array_equal(shelves.order[span], np.flatnonzero(labels == label))


def test_empty_shelves_are_left_out():
    hashes = np.array([[255] * 8, [0] * 8, [255] * 8], np.uint8)
    shelves = shelve(hashes, to_words(hashes), Piece(8, 4, 0))
    assert shelves.labels() == [0, 15]
    assert shelves.spans([3, 15, 7, 0]) == [slice(1, 3), slice(0, 1)]


def test_few_hashes_and_large_distances_are_compared_pair_by_pair():
    assert cheapest_pieces(10, 1000, 64, 3) == []
    assert cheapest_pieces(1000, 1_000_000, 64, 32) == []
    assert cheapest_pieces(1000, 1_000_000, 64, 64) == []
    assert cheapest_pieces(1000, 1_000_000, 64, -1) == []


def test_a_million_hashes_and_a_small_distance_are_not():
    assert len(cheapest_pieces(1000, 1_000_000, 64, 0)) == 1
    assert 1 < len(cheapest_pieces(1000, 1_000_000, 64, 8)) <= 9
    assert cheapest_pieces(1_000_000, 1_000_000, 256, 31, among_themselves=True)
