"""COCO: every box in its picture, every id met, whatever the names."""

import json
from dataclasses import replace

import pytest

from netravision.export.coco import coco_json
from netravision.finding import Finding
from netravision.result import Failure, Photo, Result
from tests.made_evidence import BADGE as BADGE_EVIDENCE
from tests.made_evidence import COLOR, HAND
from tests.made_evidence import VIDEO as SPAN

PHOTO = Photo('a/"1"\n\u202e.png', "ab" * 32, 200, 120, "a", posted_at="2024-10-01")
TWO = Finding("hands", "number-2", "two", 0.91239, (10.04, 20.0, 50.0, 60.0), HAND)
BADGE = Finding("insignia", "number-2", "2", 0.9, (100.0, 20.0, 140.0, 60.0), BADGE_EVIDENCE)
BLUE = Finding("insignia", "color-biru", "biru", 0.4, None, COLOR)
VIDEO = Photo("a/v.mp4", "cd" * 32, 640, 360, "a", kind="frame", frame_s=2.0)


def at(finding: Finding, second: float) -> Finding:
    return replace(finding, evidence=replace(finding.evidence, video=replace(SPAN, frame_s=second)))


@pytest.mark.parametrize(
    ("results", "images", "boxes", "categories"),
    [
        ([], [], [], []),
        ([Result(PHOTO, Failure("empty", "x"))], [], [], []),
        ([Result(PHOTO)], [(PHOTO.path, None)], [], []),
        (
            [Result(replace(PHOTO, path="b.png")), Result(PHOTO, None, (TWO, BADGE, BLUE))],
            [("b.png", None), (PHOTO.path, None)],
            [
                (2, 1, [10.0, 20.0, 40.0, 40.0]),
                (2, 2, [100.0, 20.0, 40.0, 40.0]),
                (2, 3, [0.0, 0.0, 200, 120]),
            ],
            [("hands", "number-2"), ("insignia", "number-2"), ("insignia", "color-biru")],
        ),
        (
            [Result(VIDEO, None, (at(TWO, 2.0), at(BADGE, 9.5), at(TWO, 9.5)))],
            [("a/v.mp4", 2.0), ("a/v.mp4", 9.5)],
            [
                (1, 1, [10.0, 20.0, 40.0, 40.0]),
                (2, 2, [100.0, 20.0, 40.0, 40.0]),
                (2, 1, [10.0, 20.0, 40.0, 40.0]),
            ],
            [("hands", "number-2"), ("insignia", "number-2")],
        ),
    ],
)
def test_images_boxes_and_categories(results, images, boxes, categories):
    record = json.loads(b"".join(coco_json(results)).decode("ascii"))
    assert [(image["file_name"], image["frame_s"]) for image in record["images"]] == images
    assert [image["id"] for image in record["images"]] == [*range(1, len(images) + 1)]
    found = record["annotations"]
    boxed = [(each["image_id"], each["category_id"], each["bbox"]) for each in found]
    assert boxed == boxes
    assert [a["id"] for a in found] == [*range(1, len(found) + 1)]
    named = [(each["supercategory"], each["name"]) for each in record["categories"]]
    assert named == categories
    assert [each["id"] for each in record["categories"]] == [*range(1, len(named) + 1)]
    for annotation in found:
        assert annotation["iscrowd"] == 0
        assert annotation["area"] == pytest.approx(
            annotation["bbox"][2] * annotation["bbox"][3], 0.01
        )
