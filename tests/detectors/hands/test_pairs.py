"""Numbers above five: which two hands are one person's."""

from __future__ import annotations

import numpy as np
import pytest

from netravision.detectors.hands.pairs import Pair, pairs

HEAD = (100.0, 100.0, 140.0, 150.0)


def hand(x: float, y: float = 160, size: float = 40) -> tuple[float, float, float, float]:
    return (x - size / 2, y - size / 2, x + size / 2, y + size / 2)


@pytest.mark.parametrize(
    ("boxes", "numbers", "heads", "expected"),
    [
        ([hand(60), hand(180)], [5, 2], [HEAD], [Pair(0, 1, 7)]),
        ([hand(180), hand(60)], [2, 5], [HEAD], [Pair(1, 0, 7)]),
        ([hand(60), hand(180)], [5, 5], [HEAD], [Pair(0, 1, 10)]),
        ([hand(60), hand(180)], [3, 2], [HEAD], []),
        ([hand(60), hand(180)], [5, None], [HEAD], []),
        ([hand(60), hand(180), hand(120)], [5, 2, 1], [HEAD], []),
        ([hand(60), hand(180)], [5, 2], [], []),
        ([hand(60, 100), hand(180, 220)], [5, 2], [HEAD], []),
        ([hand(60, size=80), hand(180)], [5, 2], [HEAD], []),
        ([hand(60), hand(480)], [5, 2], [HEAD], []),
    ],
    ids=[
        *("five and two", "from left to right", "ten", "no five", "a hand that shows nothing"),
        *("a third hand", "no head", "not level", "not alike", "too far from the head"),
    ],
)
def test_pairs(
    boxes: list[tuple[float, ...]],
    numbers: list[int | None],
    heads: list[tuple[float, ...]],
    expected: list[Pair],
) -> None:
    assert pairs(np.array(boxes), numbers, np.array(heads).reshape(-1, 4)) == expected
