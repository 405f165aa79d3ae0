import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.alignment import Aligner
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid
from tests.matching.invented_marks import mark, on_canvas

DRAWINGS = [cut_drawings(Reference("a", [mark(seed)]))[0] for seed in range(3)]


def aligned(drawing, seed, start):
    picture = SearchPyramid(ImagePyramid(on_canvas(mark(seed), 320, 320, 60, 60)), 1.0)
    return Aligner(DRAWINGS[drawing]).align(picture, start)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("dx", "size", "degrees"), [(0, 1, 0), (12, 0.92, 6), (-12, 1.08, -6)])
def test_a_rough_placement_is_made_exact(seed, dx, size, degrees):
    height, width = DRAWINGS[seed].rgb.shape[:2]
    exact = Placement(160, 60 + 0.04 * 200 + height / 2, height, width, 0.0)
    start = exact._replace(x=160 + dx).changed(size, 1.0, degrees)
    found = aligned(seed, seed, start)
    assert found.similarity.overall > 0.9
    assert abs(found.placement.degrees) < 2
    assert found.placement.height == pytest.approx(height, rel=0.05)
    assert found.placement.y == pytest.approx(exact.y, abs=4)


def test_another_drawing_fits_less():
    start = Placement(160, 160, 186, 150, 0.0)
    own, other = aligned(1, 1, start), aligned(2, 1, start)
    assert own.similarity.overall > other.similarity.overall + 0.2
