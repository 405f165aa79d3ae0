"""The hands detector: its geometry, its reading of rendered hands, its rules, real photos."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
from netravision import assets
from netravision.core.geometry import box_iou
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import HandsDetector, crops, poses, windows
from netravision.detectors.hands.finder import (
    boxes,
    distinct,
    merged,
    off_faces,
    squares_of_landmarks,
    squares_of_palms,
)
from netravision.detectors.hands.networks import HAND_SIDE, HandNetwork, Palms
from netravision.detectors.hands.poses import PATTERNS, agreed
from netravision.detectors.hands.shown import FINDING_THRESHOLD
from netravision.faces import FaceNetwork
from netravision.imaging.image import read_image
from netravision.watchlist import Number, PoseRule, Watchlist

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def detector() -> HandsDetector:
    return HandsDetector(Watchlist.default(), "balanced", FaceNetwork())


def rendered(pose: str, **how: object) -> NDArray[np.uint8]:
    return np.ascontiguousarray(render_hand(pose, size_px=224, **how).rgb)  # type: ignore[arg-type]


# Geometry of cut-outs


@given(
    st.floats(20, 180),
    st.floats(20, 180),
    st.floats(10, 300),
    st.floats(-3.2, 3.2),
    st.integers(1, 224),
)
def test_corners_of_a_cut_lie_half_a_side_away(
    x: float, y: float, side: float, turn: float, pixels: int
) -> None:
    squares = np.array([[x, y, side, turn]], np.float32)
    middle = np.full((1, 1, 2), pixels / 2, np.float32)
    corners = np.array([[(0, 0), (pixels, 0), (pixels, pixels), (0, pixels)]], np.float32)
    matrices = crops.to_picture(squares, pixels)
    np.testing.assert_allclose(crops.apply(matrices, middle)[0, 0], (x, y), atol=1e-3)
    apart = np.linalg.norm(crops.apply(matrices, corners)[0] - (x, y), axis=1)
    np.testing.assert_allclose(apart, side / np.sqrt(2), rtol=1e-3)


@pytest.mark.parametrize("side", [64, 200, 500])
@pytest.mark.parametrize("turn", [0.0, 0.5, np.pi])
@pytest.mark.parametrize("shape", [(800, 1000), (801, 999)])
def test_cut_shows_what_is_there(side: float, turn: float, shape: tuple[int, int]) -> None:
    """On a picture whose red is x and green is y, a cut-out shows where it was cut."""
    y, x = np.mgrid[: shape[0], : shape[1]] / 4
    rgb = np.stack([x, y, x * 0], axis=2).astype(np.uint8)
    squares = np.array([[500, 400, side, turn]], np.float32)
    (cut,) = crops.cut(ImagePyramid(rgb), squares, 32)
    centers = np.stack(np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5), axis=2)
    where = crops.apply(crops.to_picture(squares, 32), centers.reshape(1, -1, 2).astype(np.float32))
    # Two of 255 levels: what storing x / 4 in whole numbers costs.
    np.testing.assert_allclose(cut[:, :, :2].reshape(-1, 2), (where[0] - 0.5) / 4, atol=2)


def test_outside_the_photo_is_black_or_the_border() -> None:
    white = np.full((40, 60, 3), 255, np.uint8)
    squares = np.array([[30, 20, 200, 0]], np.float32)
    (black,) = crops.cut(ImagePyramid(white), squares, 50, "black")
    (white,) = crops.cut(ImagePyramid(white), squares, 50, "replicate")
    assert black[0, 0].tolist() == [0, 0, 0]
    assert black[25, 25].tolist() == [255, 255, 255]
    assert white.min() == 255


@given(st.floats(-400, 600), st.floats(-400, 600), st.floats(1, 500), st.floats(-3.2, 3.2))
def test_only_the_part_that_is_seen_is_warped_but_nothing_shows_it(
    x: float, y: float, side: float, turn: float
) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (150, 210, 3), np.uint8)
    rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2), np.uint8)
    squares = np.array([[x, y, side, turn]], np.float32)
    halves = ImagePyramid(rgb)
    (cut,) = crops.cut(halves, squares, 40, "replicate")
    times = halves.level_for(side / 40)
    centers = np.stack(np.meshgrid(np.arange(40) + 0.5, np.arange(40) + 0.5), axis=2)
    where = crops.apply(crops.to_picture(squares, 40), centers.reshape(1, -1, 2).astype(np.float32))
    at = (where[0] / 2**times - 0.5).reshape(40, 40, 2)
    whole = cv2.remap(halves.level(times), at, None, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(cut.astype(int), whole.astype(int), atol=2)


@pytest.mark.parametrize("turn", [0, 60, 180, -90])
def test_squares_stand_upright_on_the_wrist(turn: float) -> None:
    angle = np.radians(turn)
    up = np.array((np.sin(angle), -np.cos(angle)))
    right = np.array((np.cos(angle), np.sin(angle)))
    points = np.zeros((1, 7, 2), np.float32)
    points[0, 0], points[0, 2] = -20 * up, 20 * up
    palms = Palms(np.ones(1, np.float32), np.array([[-20, -20, 20, 20]], np.float32), points)
    x, y, side, turned = squares_of_palms(palms)[0]
    np.testing.assert_allclose((x, y), 20 * up, atol=1e-4)
    assert side == pytest.approx(2.6 * 40)
    assert np.cos(turned - angle) == pytest.approx(1)

    hand = np.zeros((1, 21, 3), np.float32)
    hand[0, :, :2] = (np.arange(21) - 10)[:, None] * right + np.arange(21)[:, None] * up
    hand[0, [0, 5, 9, 13], :2] = [-10 * up, 10 * up - 3 * right, 10 * up, 10 * up + 3 * right]
    assert np.cos(squares_of_landmarks(hand)[0, 3] - angle) == pytest.approx(1)


# Merging


@given(st.integers(0, 2**32 - 1))
def test_merging_palms_leaves_none_that_overlap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 100, (12, 2))
    corners = np.concatenate([corner, corner + rng.uniform(5, 60, (12, 1))], axis=1)
    score = rng.uniform(0.2, 1, 12)
    palms = Palms(score.astype(np.float32), corners.astype(np.float32), rng.normal(size=(12, 7, 2)))
    once = merged(palms)
    assert 1 <= len(once.score) <= 12
    assert once.score[0] == palms.score.max()
    assert np.all(np.diff(once.score) <= 0)
    shuffled = rng.permutation(12)
    again = merged(Palms(*(part[shuffled] for part in palms)))
    np.testing.assert_allclose(again.box, once.box, rtol=1e-4)


def test_an_unsure_palm_on_a_face_is_the_face() -> None:
    face = np.array([[100, 100, 200, 200], [500, 100, 600, 200]], np.float32)
    on, half_on, beside = (110, 110, 180, 180), (160, 110, 240, 190), (300, 110, 380, 190)
    corners = np.array([on, on, half_on, beside], np.float32)
    score = np.array([0.4, 0.8, 0.4, 0.4], np.float32)
    palms = Palms(score, corners, np.zeros((4, 7, 2), np.float32))
    np.testing.assert_array_equal(off_faces(palms, face).box, corners[1:])
    np.testing.assert_array_equal(off_faces(palms, face[:0]).box, corners)


def test_a_hand_found_twice_counts_once_but_clasped_hands_twice() -> None:
    rng = np.random.default_rng(0)
    hand = rng.uniform(0, 50, (21, 3)).astype(np.float32)
    again, clasped = hand + 2, (hand * (-1, 1, 1) + (50, 0, 0)).astype(np.float32)
    kept = distinct(np.stack([hand, again, clasped]), np.array([0.8, 0.9, 0.7], np.float32))
    assert kept.tolist() == [1, 2]


# Windows


def row_of_faces(number: int) -> Floats:
    return np.array(
        [(100 + 60 * n, 100, 140 + 60 * n, 150) for n in range(number)], np.float32
    ).reshape(-1, 4)


@pytest.mark.parametrize("number", [0, 1, 2, 10, 200])
def test_neighbours_share_windows(number: int) -> None:
    squares = windows.around_faces(row_of_faces(number), 20_000, 400, 3.0, 1.0)
    alone = windows.around_faces(row_of_faces(1), 20_000, 400, 3.0, 1.0)
    assert squares.shape[1] == 4
    if number == 0:
        assert len(squares) == 0
    else:
        assert len(alone) > 2
        assert len(squares) <= max(len(alone), 0.9 * number * len(alone))
        assert np.all(squares[:, 2] == 120)


@given(st.integers(0, 2**32 - 1), st.sampled_from([2.3, 3.0, 4.0]))
def test_every_square_serves_the_most_that_is_left(seed: int, side: float) -> None:
    """Beside the docstring in plain words: every square with every place, one by one."""
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 300, (3, 2))
    faces = np.hstack([corner, corner + rng.uniform(20, 60, (3, 1))]).astype(np.float32)
    width = np.repeat(faces[:, 2] - faces[:, 0], windows._WEIGHTS.size)
    middle = np.repeat((faces[:, :2] + faces[:, 2:]) / 2, windows._WEIGHTS.size, axis=0)
    reach = np.tile(windows._REACH.reshape(-1, 2), (3, 1))
    place = (middle + reach * width[:, None]).astype(np.float32)
    weight = np.tile(windows._WEIGHTS.ravel(), 3)
    possible = (weight > 0) & np.all((place > 0) & (place < 400), axis=1)
    place, width, weight = place[possible], width[possible], weight[possible]

    def served(x: float, y: float, face: float) -> NDArray[np.bool_]:
        apart = np.abs(place - np.array((x, y), np.float32)).max(axis=1)
        fits = (width > 0.55 * face) & (width < 1.7 * face)
        return fits & (apart < side / 2 * face - 0.55 * width)

    squares = windows.around_faces(faces, 400, 400, side, 1.0)
    for x, y, length, _turn in squares:
        most = max(weight[served(*at, face)].sum() for at, face in zip(place, width, strict=True))
        inside = served(x, y, length / side)
        assert most >= 1
        assert weight[inside].sum() == pytest.approx(most, abs=1e-3)
        weight[inside] = 0


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 4))
def test_less_gain_asked_never_means_fewer_windows(seed: int, gain: float) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 500, (6, 2))
    faces = np.hstack([corner, corner + rng.uniform(10, 90, (6, 1))]).astype(np.float32)
    few = windows.around_faces(faces, 600, 600, 3.0, gain)
    many = windows.around_faces(faces, 600, 600, 3.0, gain / 2)
    np.testing.assert_array_equal(many[: len(few)], few)
    centers = many[:, :2]
    assert np.all((centers > 0) & (centers < 600))


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
    assert overlap[0, 0] > 0.5


def test_the_mirror_image_is_told_as_it_lies_in_the_picture() -> None:
    hand = np.asarray(cv2.resize(rendered("four", seed=1), (HAND_SIDE, HAND_SIDE)), np.uint8)
    network = HandNetwork()
    there, back = network([hand], mirror=True), network([np.fliplr(hand)])
    np.testing.assert_allclose(there.landmarks[0, :, 0], 1 - back.landmarks[0, :, 0], atol=1e-5)
    np.testing.assert_array_equal(there.landmarks[0, :, 1:], back.landmarks[0, :, 1:])
    seen = network([hand]).landmarks[0, :, :2]
    assert np.linalg.norm(there.landmarks[0, :, :2] - seen, axis=1).mean() < 0.05


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


def test_landmarks_agree_with_mediapipe(detector: HandsDetector) -> None:
    os.environ.setdefault("GLOG_minloglevel", "2")
    import mediapipe as mp

    vision = mp.tasks.vision
    base = mp.tasks.BaseOptions(model_asset_buffer=assets.load("hand_landmarker.task"))
    options = vision.HandLandmarkerOptions(base_options=base, num_hands=1)
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for number, pose in enumerate(["one", "two", "four", "five", "ok", "rock"]):
            rgb = rendered(pose, seed=number)
            theirs = landmarker.detect(mp.Image(mp.ImageFormat.SRGB, rgb)).hand_landmarks
            if not theirs:
                continue
            points = np.array([(point.x * 224, point.y * 224) for point in theirs[0]])
            ours = detector._finder(ImagePyramid(rgb)).landmarks[0, :, :2]
            size = np.ptp(points, axis=0).max()
            # Ours are cut out a second time around the first landmarks, so they differ a little.
            assert np.linalg.norm(ours - points, axis=1).mean() < 0.06 * size, pose


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
    detector = HandsDetector(watchlist, "fast", FaceNetwork())
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
    monkeypatch.setitem(POSES, "unnamed", Pose(fingers, THUMB_OVER_FINGERS, flex))
    rgb = rendered("unnamed", seed=2)
    for numbers, rules in (((3,), ["number-3"]), ((1, 2, 4, 5), [])):
        detector = HandsDetector(numbers_only(*numbers), "fast", FaceNetwork())
        detections = detector.detect(ImagePyramid(rgb), "post")

        (hand,) = detections.observations
        assert (hand.label, hand.evidence.number) == ("other", 3)
        assert hand.evidence.fingers == fingers
        assert [finding.rule for finding in detections.findings] == rules


# Several hands


@pytest.mark.parametrize("head_px", [30, 60, 400])
def test_faces_near_and_far_are_seen(detector: HandsDetector, head_px: int) -> None:
    # On 960 pixels: the glance knows no small faces, the search for small ones no large ones.
    person = people([[("two", 0.88)]], head_px=head_px)
    left = max(0, person.shape[1] // 2 - 480)
    rgb = np.full((960, 960, 3), 128, np.uint8)
    shown = person[:960, left : left + 960]
    rgb[: shown.shape[0], : shown.shape[1]] = shown
    (face,) = detector._finder(ImagePyramid(rgb)).faces
    assert 0.4 * head_px < face[2] - face[0] < 1.2 * head_px


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
    assert min(hand.score for hand in twos) > odd.score


@pytest.mark.parametrize(
    ("left", "right", "number"),
    [("five", "one", 6), ("two", "five", 7), ("five", "three", 8), ("five", "five", 10)],
)
def test_two_hands_of_one_person_add_up(left: str, right: str, number: int) -> None:
    detector = HandsDetector(numbers_only(number), "balanced", FaceNetwork())
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
    detector = HandsDetector(numbers_only(6, 7, 8, 9, 10), "balanced", FaceNetwork())
    assert detector.detect(ImagePyramid(people(hands)), "post").findings == []


def test_without_a_rule_for_their_sum_hands_count_one_by_one() -> None:
    detector = HandsDetector(numbers_only(2, 5), "balanced", FaceNetwork())
    found = detector.detect(
        ImagePyramid(people([[("five", -0.88), ("two", 0.88)]])), "post"
    ).findings
    assert {finding.rule for finding in found} == {"number-2", "number-5"}


@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
def test_others_change_what_is_shown_but_not_whether(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    rows = len(poses._ROWS)
    likely = rng.dirichlet(np.full(rows + 1, 0.3), number)[:, :rows]
    together = agreed(likely, rng.uniform(0, 1, number))
    fist = list(PATTERNS).index("fist")
    np.testing.assert_allclose(together[:, fist], likely[:, fist])
    np.testing.assert_allclose(together.sum(axis=1), likely.sum(axis=1))
    np.testing.assert_allclose(agreed(likely, np.zeros(number)), likely, atol=1e-12)


# Real photos


@pytest.mark.data
def test_scenes_and_negatives(detector: HandsDetector, data_dir: Path) -> None:
    """A sample; ``benchmarks/hands.py`` measures all of it."""
    labels = json.loads((data_dir / "hands" / "scenes_labels.json").read_text(encoding="utf-8"))
    hits = []
    for path in sorted(labels)[2::4]:
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
    singles = [row for row in rows if row["split"] == "single" and row["finger_count"]][::12]
    right = []
    for row in singles:
        rgb = read_image(data_dir / "hands" / row["path"]).rgb
        seen = detector.detect(ImagePyramid(rgb), "post").observations
        best = max(seen, key=lambda hand: hand.score, default=None)
        right.append(bool(best) and sum(best.evidence.fingers) == int(row["finger_count"]))
    assert np.mean(right) >= 0.85
    negatives = [row for row in rows if row["split"] == "negatives"][::6]
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


def test_boxes_surround_landmarks() -> None:
    points = np.random.default_rng(0).normal(size=(4, 21, 3)).astype(np.float32)
    corners = boxes(points)
    assert np.all(corners[:, None, :2] <= points[:, :, :2])
    assert np.all(corners[:, None, 2:] >= points[:, :, :2])
    assert boxes(points[:0]).shape == (0, 4)
