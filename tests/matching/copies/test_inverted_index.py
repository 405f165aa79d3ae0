import numpy as np
import pytest

from netravision.matching.copies import inverted_index
from netravision.matching.copies.inverted_index import _principal_components, build_inverted_index
from netravision.matching.copies.keypoints import Keypoints, detect_keypoints
from tests.matching.copies.test_hough_voting import texture


def described(descriptors):
    none = np.zeros(len(descriptors), np.float32)
    return Keypoints(np.zeros((len(descriptors), 2), np.float32), none, none, descriptors)


def drawn(count, seed=0):
    """Sparse descriptors, as those of SIFT are."""
    numbers = np.random.default_rng(seed).exponential(20, (count, 128)) ** 1.5
    return np.minimum(numbers, 255).astype(np.uint8)


def test_summed_up_one_by_one_the_main_directions_are_those_of_all():
    references = [detect_keypoints(texture(seed), 60, 20) for seed in range(3)]
    descriptors = np.concatenate([each.root_sift() for each in references])
    _, expected = np.linalg.eigh(np.cov(descriptors.T))
    mean, components = _principal_components(references)
    assert mean == pytest.approx(descriptors.mean(axis=0), abs=1e-5)
    main = expected[:, -components.shape[1] :]
    assert np.square(components.T @ main).sum() == pytest.approx(components.shape[1], abs=0.05)


@pytest.mark.parametrize("count", [24, 400, 6000])
def test_noisy_descriptors_are_nearest_to_their_own(count):
    enrolled = drawn(count)
    index = build_inverted_index(
        [described(part) for part in np.array_split(enrolled, 1 + count // 50)]
    )
    asked = np.arange(0, count, 1 + count // 300)
    noise = np.random.default_rng(1).normal(1, 0.15, (len(asked), 128))
    noisy = described((enrolled[asked] * noise).clip(0, 255).astype(np.uint8)).root_sift()
    found = index.nearest(noisy, 2)
    assert (found.numbers[:, 0] == asked).mean() >= 0.98
    assert (found.squared[:, 0] <= found.squared[:, 1]).all()
    exact = described(enrolled).root_sift()[found.numbers[:, 0]] - noisy
    reduced = exact @ index.components
    assert found.squared[:, 0] == pytest.approx((reduced**2).sum(axis=1), abs=0.02)


def test_what_no_cell_holds_is_as_far_as_strangers_are():
    index = build_inverted_index([described(drawn(2))])
    found = index.nearest(described(drawn(2)).root_sift(), 4)
    assert found.numbers[:, 0].tolist() == [0, 1]
    assert (found.squared[:, 2:] == inverted_index._ABSENT).all()


def test_compared_bit_by_bit_the_nearest_are_the_same(monkeypatch):
    index = build_inverted_index([described(drawn(3000))])
    asked = described(drawn(200, seed=2)).root_sift()
    at_once = index.nearest(asked, 4)
    monkeypatch.setattr(inverted_index, "_PAIRS_AT_ONCE", 100)
    parts = index.nearest(asked, 4)
    assert (at_once.numbers == parts.numbers).all()
    assert (at_once.squared == parts.squared).all()
