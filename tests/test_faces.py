"""Where faces are, in pictures of many sizes with one network."""

import numpy as np
import pytest

from netravision import faces
from netravision.faces import FaceNetwork


@pytest.mark.parametrize("shape", [(768, 384), (384, 768), (960, 736), (100, 100)])
def test_face_search_runs_at_any_size(shape: tuple[int, int]) -> None:
    found = FaceNetwork()(np.full((*shape, 3), 90, np.uint8), max(shape), 0.5)
    assert found.shape == (0, 5)


def test_what_was_searched_before_changes_nothing() -> None:
    """Neither larger pictures, whose memory is kept, nor smaller ones."""
    noise = np.random.default_rng(4).integers(0, 256, (128, 96, 3), dtype=np.uint8)
    used = FaceNetwork()
    first = used(noise, 128, 0.001)
    assert len(first)
    for side in (64, 320, 192):
        used(noise.transpose(1, 0, 2), side, 0.001)
        np.testing.assert_array_equal(used(noise, 128, 0.001), first)


@pytest.mark.parametrize("shape", [(448, 320), (130, 448), (40, 448)])
def test_bands_say_what_the_whole_picture_at_once_would(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (*shape, 3), dtype=np.uint8)
    network = FaceNetwork()
    in_bands = network(noise, 448, 0.001)
    assert len(in_bands)
    monkeypatch.setattr(faces, "_BAND", 448)
    np.testing.assert_array_equal(network(noise, 448, 0.001), in_bands)
