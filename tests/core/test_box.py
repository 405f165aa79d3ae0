"""Two boxes in plain floats: overlaps by hand, and the same as of arrays."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.core.box import area, pair_intersection, pair_ios, pair_iou
from netravision.core.geometry import box_area, box_intersection, box_ios, box_iou

LENGTH = st.floats(0, 1e4, allow_nan=False, allow_subnormal=False)
BOX = st.tuples(LENGTH, LENGTH, LENGTH, LENGTH).map(
    lambda v: (v[0], v[1], v[0] + v[2], v[1] + v[3])
)


@pytest.mark.parametrize(
    ("first", "second", "shared", "iou", "ios"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 4, 1, 1),  # the same
        ((0, 0, 2, 2), (1, 0, 3, 2), 2, 1 / 3, 1 / 2),  # half and half
        ((0, 0, 4, 4), (1, 1, 3, 3), 4, 1 / 4, 1),  # one inside the other
        ((0, 0, 2, 2), (2, 0, 4, 2), 0, 0, 0),  # touching
        ((1, 1, 1, 1), (1, 1, 1, 1), 0, 0, 0),  # empty
    ],
)
def test_overlap_by_hand(first, second, shared, iou, ios):
    assert pair_intersection(first, second) == shared
    assert pair_iou(first, second) == pytest.approx(iou)
    assert pair_ios(first, second) == pytest.approx(ios)


@given(BOX, BOX)
def test_a_pair_gives_what_arrays_give(first, second):
    assert pair_intersection(first, second) == box_intersection([first], [second])[0, 0]
    assert pair_iou(first, second) == box_iou([first], [second])[0, 0] == pair_iou(second, first)
    assert pair_ios(first, second) == box_ios([first], [second])[0, 0] == pair_ios(second, first)
    assert area(first) == box_area(first)


def test_no_numpy_is_loaded():
    code = "import netravision.core.box, sys; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
