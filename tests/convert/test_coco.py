"""Results in COCO's own library."""

import pytest

from netravision.convert.coco import to_coco
from tests.convert.screened import findings, results

coco = pytest.importorskip("pycocotools.coco")


def test_boxes_come_back_from_cocos_own_library() -> None:
    loaded = coco.COCO()
    loaded.dataset = to_coco(results())
    loaded.createIndex()
    names = {image["id"]: image["file_name"] for image in loaded.loadImgs(loaded.getImgIds())}
    assert [*names.values()] == ["akun_jari/1.jpg", "warga/a b.jpg", "alam/1.jpg"]
    back = []
    for annotation in loaded.loadAnns(loaded.getAnnIds()):
        x, y, width, height = annotation["bbox"]
        (category,) = loaded.loadCats(annotation["category_id"])
        box = (x, y, x + width, y + height)
        back.append((names[annotation["image_id"]], category["name"], box, annotation["score"]))
    expected = [
        (result.photo.path, rule, pytest.approx(box, abs=0.11), pytest.approx(score, abs=1e-4))
        for result, box, rule, score in findings()
    ]
    assert back == expected
    assert len(back) > 1
