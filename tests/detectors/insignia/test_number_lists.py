import pytest

from netravision.detectors.insignia.number_lists import NumberedPlate, is_listed


def plates(*places, shape="circle", side=40):
    """Plates (x, y, number)."""
    return [
        NumberedPlate((x - side / 2, y - side / 2, x + side / 2, y + side / 2), shape, number)
        for x, y, number in places
    ]


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        (plates((0, 0, 2)), False),
        (plates((0, 0, 1), (0, 90, 2)), True),
        # Candidates stand beside each other; a list of two would favor one of them as well.
        (plates((0, 0, 1), (90, 0, 2)), False),
        (plates((0, 0, 2), (0, 90, 1)), False),
        (plates((0, 0, 1), (0, 90, 2), (0, 180, 8)), True),
        # One of three misread: no order any more, and still a list.
        (plates((0, 0, 1), (0, 90, 7), (0, 180, 3)), True),
        (plates((0, 0, 1), (0, 90, None), (0, 180, None)), True),
        (plates((0, 0, 4), (90, 0, None), (180, 0, 10)), True),
        (plates((0, 0, 2), (90, 0, 2), (180, 0, None)), False),
        (plates((0, 0, 1), (30, 180, 2), (55, 360, 3)), True),
        (plates((0, 0, 1), (90, 180, 2), (180, 360, 3)), False),
        (plates((0, 0, 1), (0, 400, 2)), False),
        ([*plates((0, 0, 1)), *plates((0, 90, 2), side=60)], False),
        ([*plates((0, 0, 1)), *plates((0, 90, 2), shape="square")], True),
        ([*plates((0, 0, 1)), *plates((0, 90, 2), shape="card")], False),
    ],
)
def test_a_list_is_several_numbers_in_a_line(line, listed):
    assert is_listed(line[0], line) == listed
