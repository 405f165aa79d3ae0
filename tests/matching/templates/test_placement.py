import numpy as np
import pytest

from netravision.matching.templates.placement import Placement

HERE = Placement(100, 80, 40, 60, 0.0)


def test_the_box_is_centered_on_the_mark():
    assert HERE.box == (70, 60, 130, 100)
    assert HERE._replace(degrees=30).box == HERE.box


@pytest.mark.parametrize(
    ("placement", "corner"),
    [
        (HERE, (30, 20)),
        (HERE._replace(degrees=90), (-20, 30)),
        (HERE._replace(slant=0.5), (40, 20)),
    ],
    ids=["upright", "turned clockwise", "slanted"],
)
def test_the_linear_map_takes_the_grid_to_pixels(placement, corner):
    # The lower right corner of a grid of 4 rows and 6 columns about 0.
    assert placement.linear(4, 6) @ (3, 2) == pytest.approx(corner)


def test_moves_follow_the_sides_of_the_mark():
    assert HERE.moved(5, 2)[:2] == pytest.approx((105, 82))
    assert HERE._replace(degrees=90).moved(5, 0)[:2] == pytest.approx((100, 85))


def test_a_change_of_aspect_keeps_the_area():
    changed = HERE.changed(1.0, 1.44, 7.0)
    assert changed.width * changed.height == pytest.approx(40 * 60)
    assert changed.width / changed.height == pytest.approx(1.44 * 60 / 40)
    assert changed.degrees == 7
    assert np.allclose(HERE.changed(2.0)[2:4], (80, 120))
