"""Results as tasks that Label Studio takes."""

import json
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from netravision.convert.label_studio import LOCAL_FILES, label_config, to_tasks
from tests.convert.screened import findings, results, watchlist


def test_boxes_come_back_from_the_percents_of_a_task() -> None:
    tasks = json.loads(json.dumps(list(to_tasks(results()))))
    paths = [unquote(task["data"]["image"].removeprefix(LOCAL_FILES)) for task in tasks]
    assert paths == ["akun_jari/1.jpg", "warga/a b.jpg", "alam/1.jpg"]
    back = []
    for path, task in zip(paths, tasks, strict=True):
        (prediction,) = task["predictions"]
        for region in prediction["result"]:
            value, width, height = (
                region["value"],
                region["original_width"],
                region["original_height"],
            )
            x0, y0 = value["x"] * width / 100, value["y"] * height / 100
            x1, y1 = x0 + value["width"] * width / 100, y0 + value["height"] * height / 100
            (rule,) = value["rectanglelabels"]
            back.append((path, rule, (x0, y0, x1, y1), region["score"]))
    assert back == [
        (result.photo.path, rule, pytest.approx(box), score)
        for result, box, rule, score in findings()
    ]


def test_the_interface_has_a_label_for_each_rule() -> None:
    view = ElementTree.fromstring(label_config(watchlist()))
    named = [label.attrib["value"] for label in view.iter("Label")]
    assert named == [rule.name for rule in watchlist().rules]
    assert view.find("Image").attrib["value"] == "$image"  # type: ignore[union-attr]


def test_label_studio_itself_takes_interface_and_tasks() -> None:
    # Its package brings another OpenCV than ours, so it cannot be in the extra for tests.
    sdk = pytest.importorskip("label_studio_sdk.label_interface")
    interface = sdk.LabelInterface(label_config(watchlist()))
    interface.validate()
    for task in to_tasks(results()):
        assert interface.validate_task({"data": task["data"]})
        for prediction in task["predictions"]:
            assert interface.validate_prediction(prediction, return_errors=True) == []
