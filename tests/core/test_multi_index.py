import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.hamming import to_words
from netravision.core.multi_index import Substring, build_table, choose_substrings, split, xor_masks


def reading(hashes: np.ndarray, substring: Substring) -> np.ndarray:
    """What a substring reads, bit by bit."""
    bits = np.unpackbits(hashes, axis=1)[
        :, substring.first_bit : substring.first_bit + substring.bits
    ]
    return bits.astype(np.int64) @ (1 << np.arange(substring.bits)[::-1])


@given(
    st.sampled_from([64, 256]),
    st.integers(0, 40).flatmap(lambda t: st.tuples(st.just(t), st.integers(1, t + 1))),
    st.data(),
)
def test_hashes_within_the_threshold_are_within_the_radius_of_a_substring(bits, cutting, data):
    threshold, number = cutting
    differing = data.draw(st.sets(st.integers(0, bits - 1), max_size=threshold))
    assert any(
        sum(p.first_bit <= bit < p.first_bit + p.bits for bit in differing) <= p.radius
        for p in split(bits, threshold, number)
    )


@pytest.mark.parametrize("bits", [64, 256])
def test_substrings_do_not_overlap_and_stay_in_the_hash(bits):
    for threshold in range(0, bits, 5):
        for number in range(1, threshold + 2):
            substrings = split(bits, threshold, number)
            ends = [substring.first_bit + substring.bits for substring in substrings]
            starts = [substring.first_bit for substring in substrings[1:]]
            assert all(end <= start for end, start in zip(ends, [*starts, bits], strict=True))
            assert all(
                1 <= substring.bits <= 16 and substring.radius >= 0 for substring in substrings
            )


@pytest.mark.parametrize(
    ("substring", "masks"),
    [
        (Substring(5, 3, 0), {0}),
        (Substring(5, 3, 1), {0, 1, 2, 4}),
        (Substring(0, 3, 2), {0, 1, 2, 4, 3, 5, 6}),
        (Substring(0, 2, 2), {0, 1, 2, 3}),
    ],
)
def test_xor_masks_reach_every_key_within_the_radius_once(substring, masks):
    assert xor_masks(substring)[0] == 0
    assert sorted(xor_masks(substring).tolist()) == sorted(masks)


@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize(
    "substring", [(0, 1), (0, 16), (3, 13), (7, 10), (48, 16), (51, 13), (60, 4)]
)
def test_a_bucket_holds_the_hashes_that_read_its_key(width, substring):
    substring = Substring(*substring, 0)
    hashes = np.random.default_rng(3).integers(0, 256, (5000, width), np.uint8)
    table = build_table(hashes, to_words(hashes), substring)
    keys = reading(hashes, substring)
    assert sorted(table.order.tolist()) == list(range(5000))
    assert table.occupied() == np.unique(keys).tolist()
    assert np.array_equal(table.words, to_words(hashes)[:, table.order])
    for key in table.occupied():
        [span] = table.spans([key])
        assert np.array_equal(table.order[span], np.flatnonzero(keys == key))


def test_empty_buckets_are_left_out():
    hashes = np.array([[255] * 8, [0] * 8, [255] * 8], np.uint8)
    table = build_table(hashes, to_words(hashes), Substring(8, 4, 0))
    assert table.occupied() == [0, 15]
    assert table.spans([3, 15, 7, 0]) == [slice(1, 3), slice(0, 1)]


def test_few_hashes_and_large_distances_are_compared_pair_by_pair():
    assert choose_substrings(10, 1000, 64, 3) == []
    assert choose_substrings(1000, 1_000_000, 64, 32) == []
    assert choose_substrings(1000, 1_000_000, 64, 64) == []
    assert choose_substrings(1000, 1_000_000, 64, -1) == []


def test_a_million_hashes_and_a_small_distance_are_not():
    assert len(choose_substrings(1000, 1_000_000, 64, 0)) == 1
    assert 1 < len(choose_substrings(1000, 1_000_000, 64, 8)) <= 9
    assert choose_substrings(1_000_000, 1_000_000, 256, 31, among_themselves=True)
