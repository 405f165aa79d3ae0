"""Results as the labels that FiftyOne reads."""

import json
from pathlib import Path

import pytest
from PIL import Image

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


def test_fiftyone_reads_what_was_written(tmp_path: Path) -> None:
    # It brings another OpenCV, so it is in no extra; its importer needs no database.
    data = pytest.importorskip("fiftyone.utils.data")
    for result in results():
        photo = result.photo
        if photo.width and photo.height and photo.path:
            (tmp_path / "foto" / photo.path).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (photo.width, photo.height)).save(tmp_path / "foto" / photo.path)
    (tmp_path / "labels.json").write_text(json.dumps(to_labels(results())))
    with data.FiftyOneImageDetectionDatasetImporter(
        data_path=str(tmp_path / "foto"), labels_path=str(tmp_path / "labels.json")
    ) as importer:
        read = {
            Path(path).relative_to(tmp_path / "foto").as_posix(): [
                (each.label, each.confidence, each["reason"]) for each in label.detections
            ]
            for path, _metadata, label in importer
        }
    assert read == {
        result.photo.path: [(f.rule, f.score, f.reason) for f in result.findings]
        for result in results()
        if result.error is None
    }
