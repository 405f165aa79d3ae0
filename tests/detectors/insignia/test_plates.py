"""Plain areas with a mark or two alone on them, which may be digits."""

import cv2
import numpy as np
import pytest

from netravision.core.box import pair_iou
from netravision.detectors.insignia.plates import find_plates


def drawn(text: str, *, round_plate: bool) -> np.ndarray:
    rgb = np.full((240, 320, 3), (70, 110, 70), np.uint8)
    if round_plate:
        cv2.circle(rgb, (160, 120), 60, (245, 245, 245), -1, cv2.LINE_AA)
    else:
        cv2.rectangle(rgb, (100, 60), (220, 180), (245, 245, 245), -1)
    size, line = (2.2, 8) if len(text) < 3 else (1.1, 4)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, line)
    at = (160 - width // 2, 120 + height // 2)
    cv2.putText(rgb, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, (20, 20, 20), line, cv2.LINE_AA)
    return rgb


@pytest.mark.parametrize("round_plate", [True, False])
@pytest.mark.parametrize(("text", "marks"), [("2", 1), ("12", 2)])
def test_a_plate_is_found_with_its_marks(text: str, marks: int, round_plate: bool) -> None:
    plates = find_plates(drawn(text, round_plate=round_plate), 960)
    assert {len(plate.glyphs) for plate in plates} == {marks}
    where = (100.0, 60.0, 220.0, 180.0)
    assert max(pair_iou(plate.box, where) for plate in plates) > 0.85
    assert all(plate.glyphs.shape[1:] == (24, 24) for plate in plates)
    assert all(plate.contrast > 150 for plate in plates)


def test_a_larger_image_is_reduced_and_its_boxes_are_not() -> None:
    large = cv2.resize(drawn("2", round_plate=True), None, fx=3, fy=3)
    plates = find_plates(large, 480)
    where = (300.0, 180.0, 660.0, 540.0)
    assert max(pair_iou(plate.box, where) for plate in plates) > 0.8


@pytest.mark.parametrize("text", ["", "2024"])
def test_no_mark_and_more_than_two_are_none(text: str) -> None:
    assert find_plates(drawn(text, round_plate=False), 960) == []
