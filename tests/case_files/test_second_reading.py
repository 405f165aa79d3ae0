"""What another program sees in the hands of a case."""

import numpy as np

from netravision.case_files.second_reading import second_readings
from netravision.core.box import Box
from netravision.finding import Finding
from netravision.imaging.image import DecodedImage
from tests.made_evidence import TWO_HANDS
from tests.made_run import BLUE, TWO, TWO_POSE

BLANK = DecodedImage(np.full((120, 200, 3), 128, np.uint8), "0" * 64)


def in_place(finding: Finding) -> Box | None:
    return finding.box


def test_each_hand_is_asked_about_once() -> None:
    readings = second_readings(None, in_place, [TWO, TWO_POSE, BLUE])
    assert [(each.outcome, each.pose, each.fingers) for each in readings] == [
        ("unavailable", "two", (0, 1, 1, 0, 0))
    ]
    pair = Finding("hands", "number-7", "seven", 0.8, (10, 10, 99, 60), TWO_HANDS)
    assert [each.pose for each in second_readings(None, in_place, [pair])] == ["five", "two"]


def test_where_nothing_can_be_seen_nothing_is_read() -> None:
    (reading,) = second_readings(BLANK, in_place, [TWO])
    assert reading.outcome in ("no_hand", "unavailable")  # MediaPipe is not everywhere
    assert reading.second_pose is None
    assert second_readings(BLANK, lambda _finding: None, [TWO]) == []
