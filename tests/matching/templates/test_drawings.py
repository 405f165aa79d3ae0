import numpy as np
import pytest

from netravision.errors import WatchlistError
from netravision.matching.references import WHITE, Reference, composite
from netravision.matching.templates.drawings import MAX_SIDE, cut_drawings
from tests.matching.invented_marks import mark, on_canvas

SPECKS = np.full((300, 300, 3), 255, np.uint8)
SPECKS[10:290:56, 10:290:56] = 0
SPECKS[5:9, 5:9] = SPECKS[290:294, 290:294] = 0


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (np.full((100, 100, 3), 255, np.uint8), "blank"),
        (on_canvas(mark(0, 20), 100, 100, 40, 40), "at least 32"),
        (on_canvas(mark(0, 20), 20, 20, 0, 0), "at least 32"),
        (np.zeros((64, 64, 4), np.uint8), "blank"),
        (SPECKS, "mostly background"),
    ],
    ids=["blank", "small mark", "small picture", "transparent", "specks"],
)
def test_pictures_that_cannot_serve_are_refused_with_a_reason(picture, reason):
    with pytest.raises(WatchlistError, match=reason) as caught:
        cut_drawings(Reference("the-id", [picture]))
    assert "the-id" in str(caught.value)


def test_a_reference_needs_a_picture():
    with pytest.raises(WatchlistError, match="at least one picture"):
        cut_drawings(Reference("the-id", []))


def test_transparency_and_a_plain_background_give_the_same_mark():
    rgba = mark(3)
    cut = cut_drawings(Reference("a", [rgba]))[0]
    opaque = cut_drawings(Reference("a", [on_canvas(rgba, 300, 260, 30, 60)]))[0]
    assert np.abs(np.subtract(cut.rgb.shape, opaque.rgb.shape)).max() <= 3
    assert cut.aspect == pytest.approx(opaque.aspect, rel=0.03)
    assert cut.mask.mean() == pytest.approx(opaque.mask.mean(), abs=0.03)


def silhouette(rgba, color):
    """The mark in one color, its transparency kept."""
    one_color = rgba.copy()
    one_color[..., :3] = color
    return one_color


def test_a_white_mark_on_transparent_ground_is_put_on_gray():
    rgba = silhouette(mark(3), 255)
    drawing = cut_drawings(Reference("a", [rgba]))[0]
    assert drawing.ground != (255, 255, 255)
    assert drawing.mask.sum() == pytest.approx((rgba[..., 3] >= 128).sum(), rel=0.03)
    assert (drawing.rgb[drawing.mask > 0] == 255).mean() > 0.95
    assert np.abs(drawing.rgb[drawing.mask == 0].astype(int) - drawing.ground).max() < 130


@pytest.mark.parametrize("color", [0, 100, 200])
def test_other_marks_are_put_on_white(color):
    assert cut_drawings(Reference("a", [silhouette(mark(3), color)]))[0].ground == (255, 255, 255)


def test_white_parts_at_the_rim_of_a_transparent_mark_belong_to_it():
    rgba = mark(3)
    rgba[:60, :, :3] = 255
    drawing = cut_drawings(Reference("a", [rgba]))[0]
    assert drawing.ground == (255, 255, 255)
    assert drawing.mask.sum() == pytest.approx((rgba[..., 3] >= 128).sum(), rel=0.03)
    on_white = cut_drawings(Reference("a", [composite(rgba, WHITE)]))[0]
    assert on_white.mask.sum() < 0.9 * drawing.mask.sum()


@pytest.mark.parametrize("seed", range(6))
def test_where_white_hides_nothing_transparency_changes_nothing(seed):
    rgba = mark(seed)
    # No part in near-white.
    rgba[..., :3] = np.minimum(rgba[..., :3], 225)
    drawing, on_white = (
        cut_drawings(Reference("a", [each]))[0] for each in (rgba, composite(rgba, WHITE))
    )
    np.testing.assert_array_equal(drawing.mask, on_white.mask)
    np.testing.assert_array_equal(drawing.rgb, on_white.rgb)


def test_a_mark_that_reaches_to_the_edges_is_cut_by_its_transparency():
    rgba = mark(3)
    rows, columns = (
        np.flatnonzero(rgba[..., 3].any(axis=1)),
        np.flatnonzero(rgba[..., 3].any(axis=0)),
    )
    tight = np.ascontiguousarray(rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    assert cut_drawings(Reference("a", [tight]))[0].mask.mean() < 0.9


def test_specks_of_transparency_do_not_make_the_background_part_of_the_mark():
    opaque = on_canvas(mark(3), 300, 260, 30, 60)
    rgba = np.dstack([opaque, np.full(opaque.shape[:2], 255, np.uint8)])
    rgba[:4, :4, 3] = 0
    with_specks, without = (cut_drawings(Reference("a", [each]))[0] for each in (rgba, opaque))
    np.testing.assert_array_equal(with_specks.mask, without.mask)
    np.testing.assert_array_equal(with_specks.rgb, without.rgb)


def test_large_references_are_scaled_down():
    assert max(cut_drawings(Reference("a", [mark(1, 1500)]))[0].rgb.shape) == MAX_SIDE


@pytest.mark.parametrize(("light", "dark"), [(255, 204), (254, 239), (153, 102)])
def test_a_checkerboard_that_stood_for_transparent_is_background(light, dark):
    rgba = mark(3)
    board = np.full((360, 360), light, np.uint8)
    board[(np.indices(board.shape) // 12).sum(axis=0) % 2 == 1] = dark
    picture = np.repeat(board[..., None], 3, axis=2)
    height, width = rgba.shape[:2]
    inside = rgba[..., 3] >= 128
    picture[40 : 40 + height, 50 : 50 + width][inside] = rgba[..., :3][inside]
    cut, alone = (cut_drawings(Reference("a", [each]))[0] for each in (picture, rgba))
    assert cut.aspect == pytest.approx(alone.aspect, rel=0.03)
    assert cut.mask.mean() == pytest.approx(alone.mask.mean(), rel=0.03)


def test_a_checkerboard_in_color_is_the_mark():
    board = np.full((360, 360, 3), 255, np.uint8)
    board[(np.indices(board.shape[:2]) // 60).sum(axis=0) % 2 == 1] = (200, 30, 30)
    assert cut_drawings(Reference("a", [board]))[0].mask.mean() > 0.4
