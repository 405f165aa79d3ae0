"""Where people's clothes are."""

import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.torsos import Torso, find_torsos
from netravision.imaging.image import read_image
from netravision.people import PeopleNetwork


def test_the_share_of_a_torso_is_of_what_no_head_covers() -> None:
    mask = np.zeros((10, 10), bool)
    mask[4:6] = True
    visible = np.ones((4, 4), bool)
    visible[3] = False
    torso = Torso(slice(4, 8), slice(0, 4), visible)
    assert torso.share(mask) == pytest.approx(2 / 3)


def test_below_each_head_and_within_the_mask(fixtures_dir) -> None:
    image = ImagePyramid(
        read_image(fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg").rgb
    )
    network = PeopleNetwork()
    torsos = find_torsos(network, image, (160, 256))
    assert len(torsos) >= 3
    for torso in torsos:
        assert 0 <= torso.rows.start < torso.rows.stop <= 160
        assert 0 <= torso.columns.start < torso.columns.stop <= 256
        assert torso.visible.shape == (
            torso.rows.stop - torso.rows.start,
            torso.columns.stop - torso.columns.start,
        )
    blank = ImagePyramid(np.full((800, 1280, 3), 128, np.uint8))
    assert find_torsos(network, blank, (160, 256)) == []
