import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.geometry import (
    box_area,
    box_intersection,
    box_ios,
    box_iou,
    group_boxes,
    non_max_suppression,
)

LENGTH = st.floats(0, 1e4, allow_nan=False, allow_subnormal=False)
BOX = st.tuples(LENGTH, LENGTH, LENGTH, LENGTH).map(
    lambda v: (v[0], v[1], v[0] + v[2], v[1] + v[3])
)
BOXES = st.lists(BOX, max_size=5).map(lambda boxes: np.array(boxes).reshape(-1, 4))


@pytest.mark.parametrize(
    ("first", "second", "shared", "iou", "ios"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 4, 1, 1),  # the same
        ((0, 0, 2, 2), (1, 0, 3, 2), 2, 1 / 3, 1 / 2),  # half and half
        ((0, 0, 4, 4), (1, 1, 3, 3), 4, 1 / 4, 1),  # one inside the other
        ((0, 0, 4, 4), (3, 0, 5, 2), 2, 1 / 9, 1 / 2),  # a small one half inside
        ((0, 0, 2, 2), (2, 0, 4, 2), 0, 0, 0),  # touching
        ((0, 0, 2, 2), (5, 5, 6, 6), 0, 0, 0),  # apart
        ((1, 1, 1, 1), (1, 1, 1, 1), 0, 0, 0),  # empty
        ((0, 0, 4, 4), (1, 1, 1, 3), 0, 0, 0),  # a line inside
    ],
)
def test_overlap_of_two(first, second, shared, iou, ios):
    assert box_intersection([first], [second]) == shared
    assert box_iou([first], [second]) == pytest.approx(iou)
    assert box_ios([first], [second]) == pytest.approx(ios)


@given(BOXES, BOXES)
def test_iou_lies_between_0_and_1_and_is_symmetric(first, second):
    iou = box_iou(first, second)
    assert iou.shape == (len(first), len(second))
    assert ((iou >= 0) & (iou <= 1 + 1e-9)).all()
    np.testing.assert_allclose(iou, box_iou(second, first).T)


@given(BOXES)
def test_a_box_with_area_is_itself(boxes):
    solid = boxes[box_area(boxes) > 1e-6]
    np.testing.assert_allclose(np.diag(box_iou(solid, solid)), 1)


@pytest.mark.parametrize("shape", [(), (3,), (2, 5)])
def test_boxes_have_four_numbers(shape):
    with pytest.raises(ValueError, match=r"expected boxes of shape \(\.\.\., 4\)"):
        box_area(np.zeros(shape))


def test_iou_of_every_pair_and_of_none() -> None:
    first = np.array([[0, 0, 2, 2]], np.float32)
    second = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]], np.float32)
    np.testing.assert_allclose(box_iou(first, second), [[1, 1 / 3, 0]])
    assert box_iou(first[:0], second).shape == (0, 3)


@pytest.mark.parametrize(
    ("boxes", "scores", "strongest"),
    [
        ([], [], []),
        ([(0, 0, 2, 2)], [0.1], [0]),
        ([(0, 0, 2, 2), (0, 0, 2, 2)], [0.5, 0.5], [0, 0]),  # of equals the first
        ([(0, 0, 9, 9), (1, 0, 10, 9), (20, 0, 29, 9)], [0.7, 0.9, 0.8], [1, 1, 2]),
        # A chain: the ends overlap the middle and not each other; a weak middle joins the
        # stronger end and does not pull the other one in.
        ([(0, 0, 9, 9), (4, 0, 13, 9), (8, 0, 17, 9)], [0.9, 0.1, 0.8], [0, 0, 2]),
        ([(1, 1, 1, 1), (1, 1, 1, 1)], [0.5, 0.9], [0, 1]),  # points overlap nothing
    ],
)
def test_overlapping_boxes_go_to_the_strongest(boxes, scores, strongest):
    boxes = np.array(boxes, float).reshape(-1, 4)
    assert group_boxes(boxes, scores, iou_threshold=0.3).tolist() == strongest


@given(BOXES, st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_the_strongest_do_not_overlap_and_the_others_overlap_theirs(boxes, overlap, seed):
    scores = np.random.default_rng(seed).random(len(boxes))
    strongest = group_boxes(boxes, scores, overlap)
    kept = np.unique(strongest)
    iou = box_iou(boxes, boxes)
    assert (strongest[kept] == kept).all()
    between = iou[np.ix_(kept, kept)]
    assert (between[~np.eye(len(kept), dtype=bool)] <= overlap).all()
    others = np.setdiff1d(np.arange(len(boxes)), kept)
    assert (iou[others, strongest[others]] > overlap).all()
    assert (scores[strongest] >= scores).all()


@pytest.mark.parametrize(
    ("boxes", "scores", "options", "kept"),
    [
        ([], [], {}, []),
        ([(0, 0, 2, 2), (0, 0, 2, 2)], [0.5, 0.5], {}, [0]),  # of equals the first
        ([(0, 0, 9, 9), (1, 0, 10, 9), (20, 0, 29, 9)], [0.7, 0.9, 0.8], {}, [1, 2]),
        # A box suppressed suppresses no other.
        ([(0, 0, 9, 9), (4, 0, 13, 9), (8, 0, 17, 9)], [0.9, 0.8, 0.7], {}, [0, 2]),
        # Small inside large: little of the union, all of the smaller.
        ([(0, 0, 9, 9), (1, 1, 3, 3)], [0.9, 0.8], {}, [0, 1]),
        ([(0, 0, 9, 9), (1, 1, 3, 3)], [0.9, 0.8], {"ios_threshold": 0.8}, [0]),
        ([(0, 0, 1, 1), (2, 0, 3, 1), (4, 0, 5, 1)], [0.1, 0.3, 0.2], {"most": 2}, [1, 2]),
        ([(0, 0, 1, 1)], [0.1], {"most": 0}, []),
    ],
)
def test_the_strongest_of_overlapping_boxes_is_kept(boxes, scores, options, kept):
    boxes = np.array(boxes, float).reshape(-1, 4)
    assert non_max_suppression(boxes, scores, 0.3, **options).tolist() == kept


def test_overlap_equal_to_the_threshold_is_allowed():
    boxes = [(0, 0, 3, 1), (1, 0, 4, 1)]
    assert non_max_suppression(boxes, [0.9, 0.8], 0.5).tolist() == [0, 1]
    assert non_max_suppression(boxes, [0.9, 0.8], np.nextafter(0.5, 0)).tolist() == [0]


@given(BOXES, st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_suppression_keeps_the_strongest_of_each_group(boxes, threshold, seed):
    scores = np.random.default_rng(seed).random(len(boxes))
    kept = non_max_suppression(boxes, scores, threshold)
    assert np.array_equal(np.sort(kept), np.unique(group_boxes(boxes, scores, threshold)))
    assert (np.diff(scores[kept]) <= 0).all()


def test_every_box_has_a_score():
    with pytest.raises(ValueError, match=r"each of 2 boxes, got \(3,\)"):
        group_boxes(np.zeros((2, 4)), [1, 2, 3], 0.5)
    with pytest.raises(ValueError, match=r"each of 2 boxes, got \(3,\)"):
        non_max_suppression(np.zeros((2, 4)), [1, 2, 3], 0.5)
