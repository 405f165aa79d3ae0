"""Where faces are, in pictures of many sizes, in bounded memory."""

import numpy as np
import pytest

from netravision.faces import FaceNetwork


@pytest.mark.parametrize("shape", [(768, 384), (384, 768), (960, 736), (100, 100)])
def test_face_search_runs_at_any_size(shape: tuple[int, int]) -> None:
    """768 / 16 and 384 / 8 are 48, which is also one of the constants to be replaced."""
    faces = FaceNetwork()(np.full((*shape, 3), 90, np.uint8), max(shape), 0.5)
    assert faces.shape == (0, 5)


def test_interpreters_are_kept_for_so_many_pixels_the_last_used_first() -> None:
    network = FaceNetwork(pixels_kept=30_000)
    for (height, width), kept in [
        ((128, 128), [(128, 128)]),
        ((64, 128), [(128, 128), (64, 128)]),
        # Used again, nothing is freed.
        ((128, 128), [(64, 128), (128, 128)]),
        # 64 × 128 is longest unused; without it there is room.
        ((128, 64), [(128, 128), (128, 64)]),
        # What is needed is kept even where it is too large alone.
        ((192, 192), [(192, 192)]),
        ((64, 64), [(64, 64)]),
    ]:
        network(np.zeros((height, width, 3), np.uint8), max(height, width), 0.5)
        assert network.sizes_kept == kept


def test_what_was_searched_before_changes_nothing() -> None:
    noise = np.random.default_rng(4).integers(0, 256, (128, 96, 3), dtype=np.uint8)
    used = FaceNetwork(pixels_kept=1)
    first = used(noise, 128, 0.001)
    used(noise.transpose(1, 0, 2), 128, 0.001)
    assert len(first)
    np.testing.assert_array_equal(used(noise, 128, 0.001), first)
