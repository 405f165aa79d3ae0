"""Avatars that are settled where their hash proposes, as a search would, and those that are not."""

import cv2
import numpy as np
import pytest

from netravision.core.box import pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.foreground import bounds
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.templates.usual_avatars import MAX_DISTANCE
from tests.matching.invented_marks import mark, on_canvas, scene


@pytest.fixture(scope="module")
def index():
    references = [Reference(f"mark-{seed}", [mark(seed)]) for seed in range(6)]
    return TemplateIndex(references, usual_avatars=True)


def on_white(seed, side=300):
    """The mark itself in the middle, whatever its drawing leaves empty."""
    rgba = mark(seed)
    x0, y0, x1, y1 = bounds((rgba[..., 3] > 127).astype(np.uint8))
    cut = np.ascontiguousarray(rgba[y0:y1, x0:x1])
    return on_canvas(cut, side, side, (side - x1 + x0) // 2, (side - y1 + y0) // 2)


def circled(seed):
    avatar = on_white(seed, 240)
    rows, columns = np.ogrid[:240, :240]
    avatar[np.hypot(rows - 119.5, columns - 119.5) > 120] = 0
    return avatar


def with_another_in_the_corner(seed):
    avatar = on_white(seed)
    other = cv2.resize(mark(seed + 1), (48, 48), interpolation=cv2.INTER_AREA)
    inside = avatar[:48, :48]
    inside[other[..., 3] > 127] = other[..., :3][other[..., 3] > 127]
    return avatar


def resized(rgb, side):
    return cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("side", [48, 160, 640])
def test_a_usual_avatar_is_settled_as_a_search_finds_it(index, seed, side):
    avatar = ImagePyramid(resized(circled(seed) if seed % 2 else on_white(seed), side))
    settled, found = index.settle(avatar), index.search(avatar)[0]
    assert settled is not None
    assert settled.id == found.id == f"mark-{seed}"
    assert settled.hash_distance <= MAX_DISTANCE
    assert found.hash_distance is None
    # Measured in this photo, not in the usual avatar.
    assert pair_iou(settled.box, found.box) > 0.9
    assert settled.score == pytest.approx(found.score, abs=0.02)
    assert settled.alignment.similarity.edges == pytest.approx(
        found.alignment.similarity.edges, abs=0.02
    )


@pytest.mark.parametrize("seed", range(6))
def test_an_avatar_with_something_beside_the_mark_is_left_to_a_search(index, seed):
    avatar = ImagePyramid(with_another_in_the_corner(seed))
    assert index.settle(avatar) is None
    assert f"mark-{seed}" in {match.id for match in index.search(avatar)}


@pytest.mark.parametrize("seed", range(100, 106))
def test_what_is_not_enrolled_is_not_settled(index, seed):
    assert index.settle(ImagePyramid(on_white(seed))) is None
    assert index.settle(ImagePyramid(scene(seed))) is None


def test_a_blank_avatar_is_not_settled(index):
    assert index.settle(ImagePyramid(np.full((200, 200, 3), 255, np.uint8))) is None


def test_without_usual_avatars_every_avatar_is_searched():
    plain = TemplateIndex([Reference("mark-0", [mark(0)])])
    assert plain.settle(ImagePyramid(on_white(0))) is None
