import numpy as np
import pytest

from netravision.matching.references import Reference
from netravision.matching.templates.bank import (
    UPRIGHT,
    Variant,
    grid_shape,
    group_by_grid,
    normalize_templates,
    render_templates,
)
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.features import CHANNELS, GROUPS
from tests.matching.invented_marks import mark, white_mark


def drawing(rgba):
    return cut_drawings(Reference("a", [rgba]))[0]


@pytest.mark.parametrize(
    ("aspect", "area", "shape"),
    [(1.0, 36, (6, 6)), (1.0, 64, (8, 8)), (0.5, 64, (11, 6)), (100.0, 36, (4, 12))],
)
def test_a_grid_has_the_shape_of_the_drawing(aspect, area, shape):
    assert grid_shape(aspect, area) == shape


def test_drawings_of_one_grid_are_grouped():
    wide = np.ascontiguousarray(mark(1)[60:120])
    groups = group_by_grid([drawing(mark(0)), drawing(wide), drawing(mark(0))], 64)
    assert sorted(groups.values()) == [[0, 2], [1]]
    assert group_by_grid([], 64) == {}


def test_templates_have_a_cell_for_each_place_of_the_grid_and_its_margin():
    variants = [UPRIGHT, Variant(degrees=14), Variant(0.9, 1.1)]
    cells, masks = render_templates(drawing(mark(0)), 8, 7, variants, margin=1)
    assert cells.shape == (3, 10, 9, CHANNELS)
    assert masks.shape == (3, 10, 9)
    assert masks.max() <= 1
    assert masks[0, 0].max() < 0.5 < masks[0, 5, 4]
    assert masks[2].sum() < masks[0].sum()


def test_a_smaller_variant_is_the_drawing_scaled():
    cells, _ = render_templates(drawing(mark(0)), 14, 12, [UPRIGHT, Variant(0.5)])
    outside = np.abs(cells[1, :2, :2, : CHANNELS - 3]).max()
    assert outside < 1e-3


def test_a_white_mark_has_edges():
    _, shapes = render_templates(drawing(white_mark(1)), 8, 8, [UPRIGHT])
    cells, _ = render_templates(drawing(white_mark(1)), 8, 8, [UPRIGHT])
    assert cells[0, ..., GROUPS[0]][shapes[0] > 0].sum(axis=-1).mean() > 0.2


def test_normalized_templates_have_unit_norm_in_each_group_and_no_mean():
    cells, masks = render_templates(drawing(mark(0)), 8, 8, [UPRIGHT])
    unit = normalize_templates(cells, masks)
    for group in GROUPS:
        assert np.linalg.norm(unit[0, ..., group]) == pytest.approx(1, abs=1e-3)
    full = normalize_templates(cells, np.ones_like(masks))
    assert np.abs(full.sum(axis=(1, 2))).max() < 1e-3
    colored = normalize_templates(cells, np.ones_like(masks), subtract_mean_color=False)
    assert np.abs(colored[..., GROUPS[2]].sum(axis=(1, 2))).max() > 0.1


def test_a_gray_drawing_has_no_color():
    gray = mark(0)
    gray[..., :3] = gray[..., :3].mean(axis=2, keepdims=True)
    unit = normalize_templates(*render_templates(drawing(gray), 8, 8, [UPRIGHT]))
    assert np.abs(unit[..., GROUPS[2]]).max() == 0
