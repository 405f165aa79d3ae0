"""The hands detector: its geometry, its reading of rendered hands, its rules, real photos."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.figures import HAIRS, Person, add_person, add_raised_hand
from fixtures.hand import film_grain, render_hand, soft_background
from fixtures.poses import (
    CURLED,
    POSES,
    REPORTED_AS,
    STRAIGHT,
    THUMB_OVER_FINGERS,
    Pose,
)
from netravision.core.geometry import box_iou
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import HandsDetector
from netravision.detectors.hands.scoring import FINDING_THRESHOLD
from netravision.imaging.image import read_image
from netravision.watchlist import Number, PoseRule, Watchlist

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def detector() -> HandsDetector:
    return HandsDetector(Watchlist.default(), "balanced")


@cache
def rendered(pose: str, **how: object) -> NDArray[np.uint8]:
    return np.ascontiguousarray(render_hand(pose, size_px=224, **how).rgb)  # type: ignore[arg-type]


# Rendered hands: exact ground truth


@pytest.mark.parametrize("pose", [name for name in POSES if name != "hand_heart"])
@pytest.mark.parametrize("how", [{"skin": "tan"}, {"skin": "dark", "mirrored": True}])
def test_rendered_pose_is_read(detector: HandsDetector, pose: str, how: dict[str, object]) -> None:
    truth = render_hand(pose, size_px=224, seed=5, wobble_deg=2.0, **how)  # type: ignore[arg-type]
    seen = detector.detect(ImagePyramid(np.ascontiguousarray(truth.rgb)), "post").observations
    assert seen
    best = max(seen, key=lambda hand: hand.score)
    assert best.label == REPORTED_AS.get(pose, pose)
    assert best.evidence.fingers == truth.fingers
    assert best.rule is None
    assert best.box is not None
    overlap = box_iou(np.array([best.box], np.float32), np.array([truth.box], np.float32))
    assert overlap[0, 0] > 0.4


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_turned_hand_shows_the_same_fingers(detector: HandsDetector, turn: int) -> None:
    rgb = np.ascontiguousarray(np.rot90(rendered("two", seed=3), turn // 90))
    seen = detector.detect(ImagePyramid(rgb), "post").observations
    assert [hand.evidence.fingers for hand in seen] == [(0, 1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("how", "change"),
    [
        ({"tilt_deg": 180.0}, None),
        ({"tilt_deg": 90.0}, None),
        ({"tilt_deg": -90.0, "skin": "dark"}, None),
        ({"back": True}, None),
        ({"back": True, "skin": "brown", "tilt_deg": 150.0}, None),
        ({"sleeve": (40, 60, 120)}, None),
        ({"sleeve": (210, 205, 190), "back": True, "mirrored": True}, None),
        pytest.param({}, np.fliplr, id="mirrored"),
        pytest.param({"skin": "light", "sleeve": (20, 20, 20)}, np.fliplr, id="sleeved-mirrored"),
    ],
    ids=str,
)
@pytest.mark.parametrize("pose", ["one", "two", "four"])
def test_hands_in_every_position(
    detector: HandsDetector, pose: str, how: dict[str, object], change: object
) -> None:
    rgb = rendered(pose, seed=4, wobble_deg=2.0, **how)
    if callable(change):
        rgb = np.ascontiguousarray(change(rgb))
    seen = detector.detect(ImagePyramid(rgb), "post").observations
    assert [hand.label for hand in seen] == [pose]


@pytest.mark.parametrize("pose", ["one", "two", "four", "five"])
@pytest.mark.parametrize("skin", ["light", "dark"])
def test_rings_change_nothing(detector: HandsDetector, pose: str, skin: str) -> None:
    hand = render_hand(pose, size_px=224, seed=4, wobble_deg=2.0, skin=skin)
    rgb, points = np.ascontiguousarray(hand.rgb), hand.landmarks.reshape(-1, 21, 2)[0]
    for finger in (5, 9, 13):  # gold, between the knuckle and the first joint
        base, joint = points[finger], points[finger + 1]
        across = np.array([joint[1] - base[1], base[0] - joint[0]]) * 0.18
        middle = (base + joint) / 2
        ends = np.rint([middle - across, middle + across]).astype(int).tolist()
        cv2.line(rgb, ends[0], ends[1], (212, 175, 55), 4, cv2.LINE_AA)
    seen = detector.detect(ImagePyramid(rgb), "post").observations
    assert [each.label for each in seen] == [pose]


def test_hand_that_fills_the_frame_is_found(detector: HandsDetector) -> None:
    truth = render_hand("five", size_px=224, seed=1, fill=0.95)
    assert detector.detect(ImagePyramid(np.ascontiguousarray(truth.rgb)), "post").observations


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 2), (64, 64), (700, 900)])
def test_nothing_to_see_gives_nothing(detector: HandsDetector, shape: tuple[int, int]) -> None:
    assert detector.detect(ImagePyramid(np.full((*shape, 3), 128, np.uint8)), "post") == ([], [])


# Rules


@pytest.mark.parametrize(
    ("pose", "numbers", "listed", "rule"),
    [
        ("two", [2], [], "number-2"),
        ("two", [], ["two"], "pose-two"),
        ("two", [2], ["two"], "number-2"),
        ("two", [1, 3], ["one"], None),
        ("pistol", [2], ["pistol"], "number-2"),
        ("pistol", [1], ["pistol"], "pose-pistol"),
        ("three_thumb", [3], [], "number-3"),
        ("thumb_up", [1], ["thumb_up"], "pose-thumb_up"),
        ("fist", [1, 2, 3, 4, 5], ["one"], None),
        ("fist", [], ["fist"], "pose-fist"),
    ],
)
def test_rule(pose: str, numbers: list[int], listed: list[str], rule: str | None) -> None:
    watchlist = Watchlist.default().model_copy(
        update={
            "numbers": tuple(Number(value=value, label=f"Nomor {value}") for value in numbers),
            "poses": tuple(PoseRule(name=name) for name in listed),  # type: ignore[arg-type]
        }
    )
    detector = HandsDetector(watchlist, "fast")
    found = detector.detect(ImagePyramid(rendered(pose, seed=6, wobble_deg=2.0)), "post").findings

    assert {finding.rule for finding in found} == ({rule} if rule else set())
    for finding in found:
        assert FINDING_THRESHOLD <= finding.score <= 1
        json.dumps(finding.to_dict())


@pytest.mark.parametrize("folded", ["ring", "middle"])
def test_three_fingers_in_no_pose_of_the_table_show_three(
    monkeypatch: pytest.MonkeyPatch, folded: str
) -> None:
    fingers = (0, 1, 1, 0, 1) if folded == "ring" else (0, 1, 0, 1, 1)
    flex = tuple(STRAIGHT if out else CURLED for out in fingers[1:])
    pose = f"unnamed with {folded} folded"
    monkeypatch.setitem(POSES, pose, Pose(fingers, THUMB_OVER_FINGERS, flex))
    rgb = rendered(pose, seed=2)
    for numbers, rules in (((3,), ["number-3"]), ((1, 2, 4, 5), [])):
        detector = HandsDetector(numbers_only(*numbers), "fast")
        detections = detector.detect(ImagePyramid(rgb), "post")

        (hand,) = detections.observations
        assert (hand.label, hand.evidence.number) == ("other", 3)
        assert hand.evidence.fingers == fingers
        assert [finding.rule for finding in detections.findings] == rules


# Several hands


def people(
    hands: list[list[tuple[str, float]]], head_px: float = 110, skin: str = "tan"
) -> NDArray[np.uint8]:
    """People in a row, each with some raised hands: pose, and head heights right of the chin."""
    rng = np.random.default_rng(5)
    width = round(3.4 * head_px * len(hands))
    canvas = soft_background(round(4 * head_px), width, rng)
    for number, raised in enumerate(hands):
        x, chin = width * (number + 0.5) / len(hands), 1.7 * head_px
        person = Person(skin, (150, 60, 60), HAIRS[number % 4], "short", number)
        add_person(canvas, person, x, chin, head_px)
        for pose, right in raised:
            add_raised_hand(
                canvas,
                person,
                pose,
                x=x,
                chin_y=chin,
                head_px=head_px,
                at=(right, 0.18),
                mirrored=right > 0,
                seed=number,
            )
    return np.ascontiguousarray(film_grain(canvas, rng, sigma=2.0))


def numbers_only(*values: int) -> Watchlist:
    numbers = tuple(Number(value=value, label=f"Nomor {value}") for value in values)
    return Watchlist.default().model_copy(update={"numbers": numbers, "poses": ()})


def test_hands_that_show_the_same_are_counted_and_make_each_other_credible(
    detector: HandsDetector,
) -> None:
    together = detector.detect(ImagePyramid(people([[("two", 0.88)]] * 4)), "post").observations
    mixed = detector.detect(
        ImagePyramid(
            people([[("two", 0.88)], [("four", 0.88)], [("five", 0.88)], [("fist", 0.88)]])
        ),
        "post",
    ).observations
    twos = [hand for hand in together if hand.label == "two"]
    (odd,) = [hand for hand in mixed if hand.label == "two"]
    assert [hand.evidence.same_number for hand in twos] == [4] * 4
    assert {hand.evidence.raised_hands for hand in twos} == {4}
    assert "4 of 4 raised hands show 2" in twos[0].reason
    assert "4 dari 4 tangan terangkat menunjukkan 2" in twos[0].explain("id")
    assert odd.evidence.same_number == 1
    assert "raised hands" not in odd.reason
    assert np.mean([hand.score for hand in twos]) > odd.score


@pytest.mark.parametrize(
    ("left", "right", "number"),
    [("five", "one", 6), ("two", "five", 7), ("five", "three", 8), ("five", "five", 10)],
)
def test_two_hands_of_one_person_add_up(left: str, right: str, number: int) -> None:
    detector = HandsDetector(numbers_only(number), "balanced")
    rgb = people([[(left, -0.88), (right, 0.88)]])
    (finding,) = detector.detect(ImagePyramid(rgb), "post").findings
    assert (finding.rule, finding.label) == (f"number-{number}", str(number))
    assert sum(finding.evidence.fingers) == number == finding.evidence.number
    assert [hand.pose for hand in finding.evidence.hands] == [left, right]
    for hand in finding.evidence.hands:
        assert finding.box is not None
        np.testing.assert_array_less(finding.box[:2], np.array(hand.box[2:]))
        assert box_iou(np.array([finding.box]), np.array([hand.box]))[0, 0] > 0.05
    assert f"show {number} together" in finding.reason
    assert f"menunjukkan {number}" in finding.explain("id")
    json.dumps(finding.to_dict())


@pytest.mark.parametrize(
    "hands",
    [
        [[("five", 0.88)], [("two", -0.88)]],
        [[("two", -0.88), ("two", 0.88)]],
        [[("five", -0.88), ("fist", 0.88)]],
    ],
    ids=["two people", "no five", "a fist"],
)
def test_other_hands_do_not_add_up(hands: list[list[tuple[str, float]]]) -> None:
    detector = HandsDetector(numbers_only(6, 7, 8, 9, 10), "balanced")
    assert detector.detect(ImagePyramid(people(hands)), "post").findings == []


def test_without_a_rule_for_their_sum_hands_count_one_by_one() -> None:
    detector = HandsDetector(numbers_only(2, 5), "balanced")
    found = detector.detect(
        ImagePyramid(people([[("five", -0.88), ("two", 0.88)]])), "post"
    ).findings
    assert {finding.rule for finding in found} == {"number-2", "number-5"}


# Pages, panoramas, backs of hands


@pytest.fixture(scope="module")
def group(fixtures_dir: Path) -> NDArray[np.uint8]:
    """A meeting at which four people show two fingers."""
    return read_image(fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg").rgb


def rules_in(detector: HandsDetector, rgb: NDArray[np.uint8]) -> list[str | None]:
    detections = detector.detect(ImagePyramid(np.ascontiguousarray(rgb)), "post")
    return [finding.rule for finding in detections.findings]


def test_a_group_in_a_story_page_is_seen_as_alone(
    detector: HandsDetector, group: NDArray[np.uint8]
) -> None:
    small = np.asarray(cv2.resize(group, (540, 338), interpolation=cv2.INTER_AREA), np.uint8)
    page = np.full((1920, 1080, 3), (250, 245, 240), np.uint8)
    page[700 : 700 + 338, 270 : 270 + 540] = small
    assert rules_in(detector, small) == ["number-2"] * 4
    assert rules_in(detector, page) == ["number-2"] * 4


def test_every_piece_of_a_panorama_is_seen(
    detector: HandsDetector, group: NDArray[np.uint8]
) -> None:
    assert rules_in(detector, np.tile(group, (1, 5, 1))) == ["number-2"] * 20


@pytest.mark.parametrize("pose", ["two", "four", "five"])
def test_the_back_of_a_hand_counts_as_its_palm(detector: HandsDetector, pose: str) -> None:
    number = {"two": 2, "four": 4, "five": 5}[pose]
    for back in (False, True):
        rgb = rendered(pose, seed=8, wobble_deg=2.0, back=back)
        assert rules_in(detector, rgb) == [f"number-{number}"]


# Real photos


@pytest.mark.data
def test_scenes_and_negatives(detector: HandsDetector, data_dir: Path) -> None:
    """A sample; ``benchmarks/hands.py`` measures all of it."""
    labels = json.loads((data_dir / "hands" / "scenes_labels.json").read_text(encoding="utf-8"))
    hits = []
    for path in sorted(labels)[2::8]:
        seen = detector.detect(
            ImagePyramid(read_image(data_dir / "hands" / path).rgb), "post"
        ).observations
        found = boxes_of(seen)
        for label in labels[path]:
            if not label["ambiguous"]:
                low, high = np.array(label["bbox"]).reshape(2, 2)
                slack = (high - low) / 4
                middle = (found[:, :2] + found[:, 2:]) / 2
                near = (middle >= low - slack) & (middle <= high + slack)
                hits.append(bool(near.all(axis=1).any()))
    assert len(hits) > 20
    assert np.mean(hits) > 0.5


@pytest.mark.data
def test_singles_and_negatives(detector: HandsDetector, data_dir: Path) -> None:
    with (data_dir / "hands" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    singles = [row for row in rows if row["split"] == "single" and row["finger_count"]][::48]
    right = []
    for row in singles:
        rgb = read_image(data_dir / "hands" / row["path"]).rgb
        seen = detector.detect(ImagePyramid(rgb), "post").observations
        best = max(seen, key=lambda hand: hand.score, default=None)
        right.append(bool(best) and sum(best.evidence.fingers) == int(row["finger_count"]))
    assert np.mean(right) >= 0.85
    negatives = [row for row in rows if row["split"] == "negatives"][::24]
    flagged = [
        bool(
            detector.detect(
                ImagePyramid(read_image(data_dir / "hands" / row["path"]).rgb), "post"
            ).findings
        )
        for row in negatives
    ]
    assert np.mean(flagged) <= 0.05


def boxes_of(seen: list) -> Floats:  # type: ignore[type-arg]
    return np.array([hand.box for hand in seen], np.float32).reshape(-1, 4)
