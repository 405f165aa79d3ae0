import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.boxes import area, overlap, shared
from netravision.core.geometry import box_area, box_intersection, box_iou

coordinate = st.floats(0, 1000)
boxes = st.builds(
    lambda x, y, w, h: (x, y, x + w, y + h),
    coordinate,
    coordinate,
    st.floats(1, 500),
    st.floats(1, 500),
)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (20, 20, 30, 30), 0.0),
        ((0, 0, 10, 10), (0, 0, 5, 5), 0.25),
        ((5, 5, 5, 5), (5, 5, 5, 5), 0.0),
    ],
)
def test_overlap(a, b, expected):
    assert overlap(a, b) == pytest.approx(expected)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_a_share(a, b):
    assert overlap(a, b) == overlap(b, a)
    assert 0 <= overlap(a, b) <= 1 + 1e-9


@given(boxes, boxes)
def test_it_is_what_arrays_give(a, b):
    assert overlap(a, b) == pytest.approx(float(box_iou([a], [b])[0, 0]))
    assert shared(a, b) == pytest.approx(float(box_intersection([a], [b])[0, 0]))
    assert area(a) == pytest.approx(float(box_area(a)))


@given(boxes)
def test_a_box_overlaps_itself_wholly(box):
    assert overlap(box, box) == pytest.approx(1)
    assert area(box) > 0
