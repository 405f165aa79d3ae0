import cv2
import numpy as np
import pytest

from netravision.core.box import pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.coarse_search import CoarseSearch
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.search_pyramid import SearchPyramid
from tests.matching.invented_marks import mark, scene


@pytest.fixture(scope="module")
def search():
    drawings = [cut_drawings(Reference("a", [mark(seed)]))[0] for seed in range(4)]
    return CoarseSearch(drawings)


def photo(seed, side, x, y):
    picture = scene(9)
    small = cv2.resize(mark(seed), (side, side), interpolation=cv2.INTER_AREA)
    region = picture[y : y + side, x : x + side]
    region[small[..., 3] > 127] = small[..., :3][small[..., 3] > 127]
    return picture


@pytest.mark.parametrize(("side", "x", "y"), [(90, 40, 60), (160, 300, 200), (330, 150, 40)])
@pytest.mark.parametrize("seed", range(4))
def test_the_place_of_a_mark_is_among_the_first(search, seed, side, x, y):
    pyramid = SearchPyramid(ImagePyramid(photo(seed, side, x, y)), 1.0)
    places = search.search(pyramid, 0.15, 4)
    box = (x + 0.12 * side, y + 0.04 * side, x + 0.88 * side, y + 0.97 * side)
    assert max(pair_iou(place.box, box) for place in places) > 0.5


def test_places_are_distinct_and_at_most_so_many(search):
    pyramid = SearchPyramid(ImagePyramid(scene(3)), 1.0)
    for limit in (1, 3, 8):
        places = search.search(pyramid, 0.15, limit)
        assert 0 < len(places) <= limit
        for number, place in enumerate(places):
            assert all(pair_iou(place.box, other.box) < 0.5 for other in places[:number])


def test_places_are_no_smaller_than_asked_for(search):
    pyramid = SearchPyramid(ImagePyramid(photo(0, 90, 40, 60)), 1.0)
    heights = [place.height for place in search.search(pyramid, 0.5, 8)]
    assert min(heights) >= 0.4 * 400


def test_without_drawings_there_are_no_places():
    pyramid = SearchPyramid(ImagePyramid(np.zeros((50, 60, 3), np.uint8)), 1.0)
    assert CoarseSearch([]).search(pyramid, 0.15, 4) == []
