import numpy as np
import pytest

from netravision.matching.references import Reference
from netravision.matching.templates.bank import UPRIGHT, render_templates
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.features import GROUPS
from netravision.matching.templates.similarity import compare
from tests.matching.invented_marks import mark

SIDE = 14


def rendered(seed):
    drawing = cut_drawings(Reference("a", [mark(seed)]))[0]
    cells, masks = render_templates(drawing, SIDE, SIDE, [UPRIGHT], margin=1)
    return cells[0], masks[0, 1:-1, 1:-1]


def own(cells):
    return cells[1:-1, 1:-1]


ALL = np.ones((SIDE, SIDE), np.float32)


def test_a_drawing_is_most_similar_to_itself():
    cells, mask = rendered(0)
    other, _ = rendered(1)
    same, different = (compare(own(cells), each, mask, ALL) for each in (cells, other))
    for name in ("edges", "light", "color", "parts", "weakest", "core_edges", "core_color"):
        assert getattr(same, name) == pytest.approx(1, abs=0.1)
        assert getattr(different, name) < getattr(same, name) - 0.2
    assert same.hue == pytest.approx(1, abs=0.02)
    assert same.cast == pytest.approx(0, abs=1e-6)
    assert same.visible == pytest.approx(1)
    assert same.overall == pytest.approx(1, abs=0.1)


def test_parts_may_sit_a_cell_off():
    cells, mask = rendered(0)
    shifted = compare(own(cells), np.roll(cells, 1, axis=1), mask, ALL)
    assert shifted.parts > shifted.edges + 0.1


def test_another_light_is_seen_in_the_hue_alone():
    cells, mask = rendered(0)
    tinted = cells.copy()
    tinted[..., GROUPS[2]] += (0.1, -0.1)
    similarity = compare(own(cells), tinted, mask, ALL)
    assert similarity.color == pytest.approx(1, abs=0.1)
    assert similarity.hue < 0.9
    assert similarity.cast == pytest.approx(np.hypot(0.1, 0.1), rel=0.01)


def test_what_is_not_visible_is_not_compared():
    cells, mask = rendered(0)
    damaged, half = cells.copy(), ALL.copy()
    damaged[:, : SIDE // 2 + 1], half[:, : SIDE // 2] = 0, 0
    similarity = compare(own(cells), damaged, mask, half)
    assert similarity.edges == pytest.approx(1, abs=0.1)
    assert 0.3 < similarity.visible < 0.7


def test_nothing_visible_is_no_similarity():
    cells, mask = rendered(0)
    assert compare(own(cells), cells, mask, 0 * ALL)[:-1] == (0,) * 9


def test_flat_places_are_similar_to_nothing():
    cells, mask = rendered(0)
    flat = compare(own(cells), np.zeros_like(cells), mask, ALL)
    assert flat.overall == pytest.approx(0, abs=1e-6)
