"""The list of photos that may show a part: the one that comparing every bit of every pair gives."""

import numpy as np
import pytest

from netravision.core.hamming import hamming_distances
from netravision.core.hashing import luma, phash256
from netravision.core.resizing import resize_longest_side
from netravision.imaging.image import read_image
from netravision.picture_hashes import LEAST_QUALITY
from netravision.run import crop_search
from netravision.run.crop_search import choose_limits, crop_hashes, nearest_first

EDGES = [(1.0, 1), (0.9, 2), (0.8, 3), (0.7, 4), (0.6, 5), (0.5, 6)]


def noise(seed, number):
    return np.random.default_rng(seed).integers(0, 256, (number, 32), np.uint8)


def flipped(hashes, seed, share):
    """Hashes of which some bits differ, more of the higher frequencies, as those of a near crop."""
    rows, columns = np.indices((16, 16))
    likely = share * (1 + np.maximum(rows, columns) / 8).ravel()
    flips = np.random.default_rng(seed).random((len(hashes), 256)) < likely
    return hashes ^ np.packbits(flips, axis=1)


def by_every_bit(queries, hashes):
    """What :func:`nearest_first` promises, in loops over matrices of all pairs."""
    limits = choose_limits(len(queries) * len(hashes))
    rows, columns = np.indices((16, 16))

    def within(side):
        square = np.packbits(np.maximum(rows, columns) < side)
        return hamming_distances(queries & square, hashes & square).astype(int)

    weighted = 2 * within(4) + 2 * within(8) + within(12) + within(16)
    near = (within(4) <= limits.key) & (within(8) <= limits.lowest)
    near &= weighted <= limits.weighted
    best = np.where(near, weighted, 9999).min(axis=0)
    return {int(number): int(best[number]) for number in np.flatnonzero(best < 9999)}


@pytest.mark.parametrize(("seed", "asked", "stored"), [(0, 441, 3000), (1, 3, 40), (2, 2, 1)])
def test_the_list_is_that_of_every_bit_compared(seed, asked, stored):
    queries, hashes = noise(seed, asked), noise(seed + 9, stored)
    shown = np.random.default_rng(seed).choice(stored, min(20, stored), replace=False)
    crops = np.random.default_rng(seed).integers(0, asked, len(shown))
    hashes[shown] = flipped(queries[crops], seed, 0.16)
    expected = by_every_bit(queries, hashes)
    found = nearest_first(queries, hashes)
    assert set(found) == set(expected)
    assert len(found) == len(expected) >= len(shown) / 2
    distances = [expected[number] for number in found]
    assert distances == sorted(distances)


def test_looking_up_finds_the_pairs_that_comparing_finds():
    queries, hashes = noise(5, 60), noise(6, 4000)
    limits = crop_search.Limits(key=3, lowest=20, weighted=0)
    found = crop_search._looked_up(*map(crop_search._lowest_first, (queries, hashes)), limits)
    pairs = {tuple(pair) for block in found for pair in np.transpose(block).tolist()}
    near = np.ones((60, 4000), bool)
    for side, limit in ((4, limits.key), (8, limits.lowest)):
        square = np.packbits(np.maximum(*np.indices((16, 16))) < side)
        near &= hamming_distances(queries & square, hashes & square) <= limit
    assert pairs == set(map(tuple, np.argwhere(near).tolist()))
    assert len(pairs) > 20


def test_few_photos_come_by_chance_however_many_there_are():
    queries = noise(0, 400)
    listed = [len(nearest_first(queries, noise(1, number))) for number in (300, 3000, 30000)]
    assert all(2 <= number <= 30 for number in listed)
    limits = [choose_limits(10**power) for power in range(10)]
    assert limits == sorted(limits, reverse=True)
    assert choose_limits(1) == (16, 64, 6 * 16 + 4 * 48 + 2 * 80 + 112)


def test_crops_are_hashed_as_if_each_were_cut_out(fixtures_dir):
    rgb = read_image(fixtures_dir / "photos" / "alam_raya" / "pemandangan_1.jpg").rgb
    gray = resize_longest_side(luma(rgb), 512)

    def spans(side):
        for share, places in EDGES:
            length = round(share * side)
            for start in np.linspace(0, side - length, places).round().astype(int):
                yield slice(start, start + length)

    crops = [gray[down, across] for down in spans(gray.shape[0]) for across in spans(gray.shape[1])]
    hashes, quality = phash256(crops)
    assert len(crops) == 441
    assert np.array_equal(crop_hashes(rgb), hashes[quality >= LEAST_QUALITY])
    assert len(crop_hashes(np.full((300, 200, 3), 90, np.uint8))) == 0
    assert crop_hashes(rgb[:1, :1]).shape == (0, 32)


def test_many_photos_of_which_none_is_near_are_no_photos() -> None:
    blank = np.zeros((100_000, 32), np.uint8)
    queries = np.full((441, 32), 255, np.uint8)
    assert choose_limits(len(queries) * len(blank)).key < 16
    assert nearest_first(queries, blank) == []
