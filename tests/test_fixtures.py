"""The rendered pictures are what their labels say, and rendering them again changes nothing."""

import json
from io import BytesIO
from itertools import combinations, product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from fixtures.figures import HAIRS, Person, draw_head
from fixtures.hand import SKINS, film_grain, render_hand, soft_background, trace_hand
from fixtures.poses import POSES, REPORTED_AS, skeleton
from fixtures.render import encode, label
from fixtures.scenes import catalogue, references
from netravision.watchlist import Pose, Watchlist

MEGABYTE = 1_000_000
ENTRIES = {entry.path: entry for entry in catalogue()}
# One cheap picture of each sort.
RENDERED_AGAIN = (
    "akun_jari/two_036px_dark_left.jpg",
    "akun_jari/five_024px_brown_right.jpg",
    "warga_arunika/avatar_48px.jpg",
    "warga_sagara/avatar_q15.jpg",
    "relawan_fajar/nomor_3_square_stroke.jpg",
    "warga_2/avatar.jpg",
    "galeri_rupa/abstrak_1.jpg",
)


@pytest.fixture(scope="module")
def labels(fixtures_dir: Path) -> dict[str, dict[str, Any]]:
    records = json.loads((fixtures_dir / "labels.json").read_text(encoding="utf-8"))
    assert records["schema"] == "netravision.fixtures/1"
    return {record["path"]: record for record in records["photos"]}


def test_every_picture_is_labelled_and_every_label_has_its_picture(
    fixtures_dir: Path, labels: dict[str, dict[str, Any]]
) -> None:
    photos = fixtures_dir / "photos"
    committed = {path.relative_to(photos).as_posix() for path in photos.rglob("*.*")}
    assert committed == set(labels) == set(ENTRIES)


def test_pictures_stay_small_enough_for_a_repository(fixtures_dir: Path) -> None:
    total = sum(path.stat().st_size for path in fixtures_dir.rglob("*.*") if path.is_file())
    assert total < 10 * MEGABYTE


def test_labels_tell_size_account_and_kind(
    fixtures_dir: Path, labels: dict[str, dict[str, Any]]
) -> None:
    for path, record in labels.items():
        with Image.open(fixtures_dir / "photos" / path) as image:
            assert image.size == (record["width"], record["height"])
        assert record["account"] == path.split("/")[0]
        assert record["kind"] == ENTRIES[path].kind
        assert record["clean"] == (not record["findings"])


def test_boxes_lie_in_their_pictures(labels: dict[str, dict[str, Any]]) -> None:
    for path, record in labels.items():
        for item in (*record["findings"], *record["hands"]):
            if item["box"] is not None:
                x0, y0, x1, y1 = item["box"]
                assert 0 <= x0 < x1 <= record["width"], path
                assert 0 <= y0 < y1 <= record["height"], path


def test_hands_do_not_cover_each_other(labels: dict[str, dict[str, Any]]) -> None:
    for path, record in labels.items():
        for one, other in combinations((hand["box"] for hand in record["hands"]), 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
            assert apart or other[3] <= one[1], path


def test_labels_speak_of_rules_of_the_watchlist(
    fixtures_dir: Path, labels: dict[str, dict[str, Any]]
) -> None:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    rules = {rule.name for rule in watchlist.rules}
    expected = {found["rule"] for record in labels.values() for found in record["findings"]}
    assert expected == rules
    allowed = {rule for record in labels.values() for rule in record["allowed"]}
    assert allowed <= rules


def test_emblems_of_official_accounts_are_no_findings(
    fixtures_dir: Path, labels: dict[str, dict[str, Any]]
) -> None:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    for emblem in watchlist.emblems:
        (official,) = emblem.official_accounts
        theirs = [record for record in labels.values() if record["account"] == official]
        assert theirs
        assert all(record["clean"] for record in theirs)


def test_hands_cover_the_pose_table_skins_sides_and_sizes(
    labels: dict[str, dict[str, Any]],
) -> None:
    hands = [hand for record in labels.values() for hand in record["hands"]]
    assert {(hand["pose"], hand["skin"]) for hand in hands} >= set(product(get_args(Pose), SKINS))
    assert {hand["left"] for hand in hands} == {False, True}
    sides = [max(x1 - x0, y1 - y0) for x0, y0, x1, y1 in (hand["box"] for hand in hands)]
    assert min(sides) == pytest.approx(24, abs=1)
    assert max(sides) == pytest.approx(400, abs=1)


@pytest.mark.parametrize("path", RENDERED_AGAIN)
def test_rendering_again_gives_the_same_bytes_and_the_committed_picture(
    path: str, fixtures_dir: Path, labels: dict[str, dict[str, Any]]
) -> None:
    entry = ENTRIES[path]
    scene = entry.paint()
    content = encode(entry, scene)
    assert encode(entry, entry.paint()) == content
    assert label(entry, scene) == labels[path]
    with Image.open(BytesIO(content)) as image, Image.open(fixtures_dir / "photos" / path) as kept:
        difference = np.abs(np.asarray(image, np.int16) - np.asarray(kept, np.int16))
    # Other versions of NumPy, OpenCV, Pillow or libjpeg may round otherwise.
    assert difference.mean() < 1.0


def test_references_are_those_of_the_watchlist(fixtures_dir: Path) -> None:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    named = {
        image.name
        for rule in (*watchlist.emblems, *watchlist.symbols, *watchlist.materials)
        for image in rule.images
    }
    assert named == set(references())


@pytest.mark.parametrize("pose", POSES)
def test_a_hand_fills_its_box(pose: str) -> None:
    hand = trace_hand(pose, length_px=60, seed=3)
    x0, y0, x1, y1 = hand.box
    assert max(x1 - x0, y1 - y0) == pytest.approx(60, abs=0.1)
    assert hand.alpha[round(y0) : round(y1), round(x0) : round(x1)].mean() > 0.2
    assert (hand.landmarks >= (x0, y0)).all()
    assert (hand.landmarks <= (x1, y1)).all()
    assert hand.pose == REPORTED_AS.get(pose, pose)
    # Every landmark is inside flesh, seen or hidden.
    columns, rows = np.floor(hand.landmarks.reshape(-1, 2)).astype(int).T
    assert (hand.alpha[rows, columns] > 0.9).all()


def test_a_left_hand_is_a_right_hand_in_the_mirror() -> None:
    right, left = (trace_hand("call", length_px=48, mirrored=side) for side in (False, True))
    mirrored = right.alpha.shape[1] - left.landmarks[..., 0]
    np.testing.assert_allclose(mirrored, right.landmarks[..., 0], atol=1.0)
    np.testing.assert_allclose(left.landmarks[..., 1], right.landmarks[..., 1], atol=1e-3)


def test_fingers_of_the_pose_table_reach_farther_when_out() -> None:
    for name, pose in POSES.items():
        if name in {"ok", "hand_heart", "finger_heart"}:  # bent, neither out nor curled
            continue
        joints = skeleton(pose).landmarks
        for finger in range(1, 5):
            knuckle, tip = joints[1 + 4 * finger], joints[4 + 4 * finger]
            reaches = np.linalg.norm(tip) > 1.3 * np.linalg.norm(knuckle)
            assert reaches == bool(pose.fingers[finger]), (name, finger)


@pytest.mark.parametrize(
    ("pose", "skin", "error"),
    [
        ("two", "tan", None),
        ("six", "tan", KeyError),
        ("two", "green", KeyError),
    ],
)
def test_unknown_names_are_refused(pose: str, skin: str, error: type[Exception] | None) -> None:
    if error is None:
        assert render_hand(pose, skin=skin, size_px=40).rgb.shape == (40, 40, 3)
    else:
        with pytest.raises(error):
            render_hand(pose, skin=skin, size_px=40)


@pytest.mark.parametrize("cover", ["short", "long", "scarf", "cap"])
def test_heads_are_opaque_in_the_middle_and_clear_in_the_corners(cover: str) -> None:
    head = draw_head(Person("brown", (90, 90, 90), HAIRS[0], cover, 4), 80)
    height, width = head.shape[:2]
    assert head[height // 2, width // 2, 3] == 255
    assert head[0, 0, 3] == head[0, -1, 3] == 0


def test_backgrounds_and_grain_depend_on_their_generator_alone() -> None:
    first, second, other = (
        film_grain(soft_background(30, 40, rng), rng)
        for rng in map(np.random.default_rng, (5, 5, 6))
    )
    assert first.shape == (30, 40, 3)
    assert (first == second).all()
    assert (first != other).any()
