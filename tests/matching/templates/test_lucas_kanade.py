"""Alignment beyond turn and scale: marks seen from the side, stretched, slanted."""

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.bank import Variant, render_templates
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.templates.lucas_kanade import LucasKanade
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.search_pyramid import SearchPyramid
from tests.matching.invented_marks import mark, on_canvas, scene

SIDE = 14


@pytest.fixture(scope="module")
def lucas_kanade():
    drawing = cut_drawings(Reference("mark", [on_canvas(mark(3), 200, 200, 0, 0)]))[0]
    cells, masks = render_templates(drawing, SIDE, SIDE, [Variant()], margin=1)
    return LucasKanade(cells[0], masks[0, 1:-1, 1:-1])


@pytest.fixture(scope="module")
def cut_mark():
    """What of the mark's square is the mark, as the reference cuts it."""
    return cut_drawings(Reference("mark", [on_canvas(mark(3), 200, 200, 0, 0)]))[0].rgb


def picture_with(placement, rgb, background=(230, 230, 230)):
    """A picture in which a mark lies by a placement."""
    height, width = rgb.shape[:2]
    linear = placement.linear(height, width)
    middle = np.array([width / 2 - 0.5, height / 2 - 0.5])
    matrix = np.column_stack([linear, (placement.x - 0.5, placement.y - 0.5) - linear @ middle])
    return cv2.warpAffine(rgb, matrix, (320, 320), borderValue=background)


TRUE = Placement(x=160, y=150, height=150, width=110, degrees=8, slant=0.15)


@pytest.mark.parametrize(
    "start",
    [
        TRUE._replace(x=165, y=146),
        TRUE._replace(height=135, width=122),
        TRUE._replace(degrees=0, slant=0),
        Placement(163, 152, 140, 122, 3.0),
    ],
    ids=["moved", "stretched", "turned and slanted", "all of it"],
)
def test_the_pose_is_found_again(lucas_kanade, cut_mark, start):
    pyramid = SearchPyramid(ImagePyramid(picture_with(TRUE, cut_mark)), 1.0)
    before = lucas_kanade.evaluate(pyramid, start)
    refined = lucas_kanade.refine(pyramid, start)
    assert refined.similarity > max(0.85, before.similarity)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    found, true = (
        corners @ placement.linear(1, 1).T + (placement.x, placement.y)
        for placement in (refined.placement, TRUE)
    )
    assert np.abs(found - true).max() < 6


def test_it_is_never_worse_than_at_the_start(lucas_kanade):
    for seed in range(6):
        pyramid = SearchPyramid(ImagePyramid(scene(seed)), 1.0)
        start = Placement(200, 150, 180, 160, 0.0)
        refined = lucas_kanade.refine(pyramid, start)
        assert refined.similarity >= lucas_kanade.evaluate(pyramid, start).similarity


def test_nothing_of_the_mark_in_the_picture_is_no_error(lucas_kanade):
    placement = Placement(-900, -900, 100, 100, 0.0)
    assert (
        lucas_kanade.refine(SearchPyramid(ImagePyramid(scene(1)), 1.0), placement).placement
        == placement
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_mark_seen_from_the_side_is_named(seed):
    references = [Reference(f"mark-{each}", [mark(each)]) for each in range(4)]
    placement = Placement(170, 150, 190, 125, 0.0, 0.15)
    picture = picture_with(placement, on_canvas(mark(seed), 200, 200, 0, 0), (255, 255, 255))
    best = TemplateIndex(references).search(ImagePyramid(picture))[0]
    assert best.id == f"mark-{seed}"
    assert best.score > 0.5
