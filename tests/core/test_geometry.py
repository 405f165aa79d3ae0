import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.geometry import box_area, box_intersection, box_iou

LENGTH = st.floats(0, 1e4, allow_nan=False, allow_subnormal=False)
BOX = st.tuples(LENGTH, LENGTH, LENGTH, LENGTH).map(
    lambda v: (v[0], v[1], v[0] + v[2], v[1] + v[3])
)
BOXES = st.lists(BOX, max_size=5).map(lambda boxes: np.array(boxes).reshape(-1, 4))


@pytest.mark.parametrize(
    ("first", "second", "shared", "iou"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 4, 1),  # the same
        ((0, 0, 2, 2), (1, 0, 3, 2), 2, 1 / 3),  # half and half
        ((0, 0, 4, 4), (1, 1, 3, 3), 4, 1 / 4),  # one inside the other
        ((0, 0, 2, 2), (2, 0, 4, 2), 0, 0),  # touching
        ((0, 0, 2, 2), (5, 5, 6, 6), 0, 0),  # apart
        ((1, 1, 1, 1), (1, 1, 1, 1), 0, 0),  # empty
    ],
)
def test_overlap_of_two(first, second, shared, iou):
    assert box_intersection([first], [second]) == shared
    assert box_iou([first], [second]) == pytest.approx(iou)


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
