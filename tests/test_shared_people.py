import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.detection import EFFORTS
from netravision.detectors.insignia.torsos import LOOKS
from netravision.imaging.image import read_image
from netravision.people import PeopleNetwork, find_people
from netravision.shared_people import SharedPeopleNetwork


@pytest.fixture(scope="module")
def photos(fixtures_dir):
    names = ("akun_jari/two_400px_tan_left.jpg", "alam_raya/pemandangan_1.jpg")
    return [ImagePyramid(read_image(fixtures_dir / "photos" / name).rgb) for name in names]


def test_what_is_remembered_is_what_a_look_of_its_own_sees(photos):
    shared, alone = SharedPeopleNetwork(), PeopleNetwork()
    for image in (*photos, photos[0]):
        for threshold in (0.22, 0.5, 0.1):
            seen = find_people(shared, image, LOOKS, threshold)
            for boxes, own in zip(seen, find_people(alone, image, LOOKS, threshold), strict=True):
                np.testing.assert_array_equal(boxes, own)


def test_hands_begin_with_the_looks_that_colors_need():
    assert {effort.areas[: len(LOOKS)] for effort in EFFORTS.values()} == {LOOKS}
