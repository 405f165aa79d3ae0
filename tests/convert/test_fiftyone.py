"""Results as the labels that FiftyOne reads."""

import json

import pytest

from netravision.convert.fiftyone import to_labels
from tests.convert.screened import findings, results


def test_boxes_come_back_from_the_shares_of_a_photo() -> None:
    read = json.loads(json.dumps(to_labels(results())))["labels"]
    assert list(read) == ["akun_jari/1", "warga/a b", "alam/1"]
    sizes = {result.photo.path: (result.photo.width, result.photo.height) for result in results()}
    back = []
    for name, detections in read.items():
        width, height = sizes[f"{name}.jpg"]
        for detection in detections:
            x, y, across, down = detection["bounding_box"]
            box = (x * width, y * height, (x + across) * width, (y + down) * height)
            back.append((f"{name}.jpg", detection["label"], box, detection["confidence"]))
    assert back == [
        (result.photo.path, rule, pytest.approx(box), score)
        for result, box, rule, score in findings()
    ]
