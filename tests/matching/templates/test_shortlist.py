import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.features import WEIGHTS
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid
from netravision.matching.templates.shortlist import Shortlist
from tests.matching.invented_marks import mark, on_canvas


@pytest.fixture(scope="module")
def shortlist():
    return Shortlist([cut_drawings(Reference("a", [mark(seed)]))[0] for seed in range(5)])


def pyramid(seed):
    return SearchPyramid(ImagePyramid(on_canvas(mark(seed), 300, 300, 40, 50)), 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_mark_of_a_place_comes_first(shortlist, seed):
    near = Placement(145, 146, 180, 170, 0.0)
    ranked = shortlist.rank(pyramid(seed), [near], WEIGHTS)
    assert ranked[0].drawing == seed
    assert ranked[0].similarity > 0.6
    assert abs(ranked[0].placement.x - 140) < 24
    assert abs(ranked[0].placement.y - 151) < 24


def test_similarities_fall_and_are_at_most_one(shortlist):
    places = [Placement(145, 146, 180, 170, 0.0), Placement(100, 100, 90, 90, 0.0)]
    values = [each.similarity for each in shortlist.rank(pyramid(2), places, WEIGHTS)]
    assert values == sorted(values, reverse=True)
    assert max(values) <= 1 + 1e-6


def test_no_place_no_hypothesis(shortlist):
    assert shortlist.rank(pyramid(0), [], WEIGHTS) == []


def test_a_uniform_place_resembles_nothing(shortlist):
    flat = SearchPyramid(ImagePyramid(np.full((300, 300, 3), 120, np.uint8)), 1.0)
    assert shortlist.rank(flat, [Placement(150, 150, 150, 150, 0.0)], WEIGHTS) == []
