"""Hands: recall by size, numbers, false alarms and time, beside stock MediaPipe and blind tiles.

    NETRAVISION_DATA=... python benchmarks/hands.py                       everything, long
    NETRAVISION_DATA=... python benchmarks/hands.py --methods stock balanced --every 3
    NETRAVISION_DATA=... python benchmarks/hands.py --plots FOLDER        curves and confusion too
    NETRAVISION_DATA=... python benchmarks/hands.py --methods balanced --cutouts FOLDER
                          200 observed boxes of scenes and negatives as one sheet, to be looked at
    NETRAVISION_DATA=... python benchmarks/hands.py --splits scenes --mirrored
                          the mirror images of the scenes, on which nothing was chosen
    NETRAVISION_DATA=... python benchmarks/hands.py --splits groups --folds FOLDER
                          group photos, each looked at by networks that have not seen its source:
                          what to expect of new photos (see models/train_hand_scorer.py)
    NETRAVISION_DATA=... python benchmarks/hands.py --splits groups --methods balanced
                          the same photos by the shipped networks, which were trained on them: time
    python benchmarks/hands.py --tones                  recall on rendered people of four skin tones

A clear box of ``scenes`` is found if the center of a hand's box lies in it, enlarged by a quarter
of its size on each side. Times are processor time, without decoding; compare them only with each
other. Figures marked A and B are of the two halves of the files (by the hash of the path):
choices were made on A.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "2")
# fixtures/ and models/ are not installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "models"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import hand_groups
import mediapipe as mp
import numpy as np
from hand_photos import hand_photos, left_out_sources
from numpy.typing import NDArray

from fixtures.figures import HAIRS, Person, add_person, add_raised_hand
from fixtures.hand import SKINS, film_grain, soft_background
from netravision import assets
from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import HandsDetector, crops
from netravision.detectors.hands.detection import EFFORTS, HandDetection
from netravision.detectors.hands.poses import OTHER, PoseReader
from netravision.detectors.hands.scoring import HandScorer
from netravision.detectors.hands.sign_reader import SignReader
from netravision.imaging.image import read_image
from netravision.people import PeopleNetwork
from netravision.watchlist import Watchlist

Rgb = NDArray[np.uint8]
Box = tuple[float, float, float, float]

SIZES = ((0, 30), (30, 60), (60, 100), (100, 10_000))
NUMBER_WORDS = {"point", "victory", "three", "three_thumb", "four", "palm"}
POSE_OF_WORD = {
    "point": "one",
    "victory": "two",
    "palm": "five",
    "like": "thumb_up",
    "dislike": "thumb_down",
    "l": "pistol",
    "three_any": "three",
    "three_thumb": "three",
    "three_asl7": OTHER,
    "three_asl8": OTHER,
    "zero_o": OTHER,
}


@dataclass
class Seen:
    """A hand: its box, and what was read, where the method reads."""

    box: Box
    pose: str = OTHER
    fingers: tuple[int, ...] = ()
    number: int | None = None
    rule: str | None = None
    score: float = 0.0

    @property
    def flagged(self) -> bool:
        """Whether a rule asks for it."""
        return self.rule is not None


Method = Callable[[Rgb], list[Seen]]


def main() -> None:
    """Run the methods asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--every", type=int, default=1, help="take every Nth file of each split")
    parser.add_argument("--splits", nargs="+", default=["scenes", "single", "negatives"])
    parser.add_argument("--mirrored", action="store_true", help="ask about mirror images")
    parser.add_argument("--plots", type=Path, help="folder for plots; needs matplotlib")
    parser.add_argument("--cutouts", type=Path, help="folder for a sheet of observed boxes")
    parser.add_argument("--folds", type=Path, help="networks of both folds, for unseen groups")
    parser.add_argument("--tones", action="store_true", help="only recall by skin tone, rendered")
    options = parser.parse_args()
    if options.mirrored and options.cutouts:
        parser.error("--cutouts are cut out of the photos as they are; leave out --mirrored")
    cv2.setNumThreads(1)
    if options.tones:
        print_tones()
        return
    folder = Path(os.environ["NETRAVISION_DATA"]) / "hands"
    results: dict[str, dict[str, list[Any]]] = {}
    for name in options.methods:
        method = METHODS[name]()
        results[name] = {}
        for split in options.splits:
            if split == "groups" or (split != "scenes" and name not in PROFILES):
                continue
            results[name][split] = list(run(method, folder, split, options.every, options.mirrored))
    if "scenes" in options.splits:
        print_recall({name: parts["scenes"] for name, parts in results.items()})
    for name, parts in results.items():
        if name in PROFILES:
            print_reading(name, parts)
    if "groups" in options.splits:
        groups = hand_groups.read_groups(folder)[:: options.every]
        looked: dict[str, list[hand_groups.Looked]] = {}
        for name in PROFILES:
            if name in options.methods:
                print(f"\n{name}")
                method_of = by_fold(name, options.folds) if options.folds else None
                looked[name] = list(run_groups(groups, method_of or one(name)))
                hand_groups.print_groups(looked[name])
        if options.plots:
            options.plots.mkdir(parents=True, exist_ok=True)
            hand_groups.plot_groups(looked, options.plots / "hands-groups.svg")
    if "negatives" in options.splits and "balanced" in results:
        print_without_people(folder)
    if options.plots and "scenes" in options.splits:
        plot(results, options.plots)
    if options.cutouts:
        cut_out(results["balanced"], folder, options.cutouts)


def run(
    method: Method, folder: Path, split: str, every: int, mirrored: bool
) -> Iterator[tuple[dict[str, str], list[dict[str, Any]], list[Seen], float]]:
    """Row of the manifest, labels, hands seen and seconds of each photo."""
    labels_of = json.loads((folder / "scenes_labels.json").read_text(encoding="utf-8"))
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == split][::every]
    warmed_up = False
    for row in rows:
        rgb, labels = read_image(folder / row["path"]).rgb, labels_of.get(row["path"], [])
        if mirrored:
            rgb, labels = mirror_image(rgb, labels)
        if not warmed_up:
            method(rgb)
            warmed_up = True
        started = time.process_time()
        seen = method(rgb)
        yield row, labels, seen, time.process_time() - started


def run_groups(
    groups: list[hand_groups.Group], method_of: Callable[[str], Method]
) -> Iterator[hand_groups.Looked]:
    """Group photo, outcomes of its findings, numbers of its labelled hands, and seconds."""
    method_of(groups[0].source)(read_image(groups[0].path).rgb)  # the first time warms up
    for group in groups:
        rgb, method = read_image(group.path).rgb, method_of(group.source)
        started = time.process_time()
        hands = method(rgb)
        seconds = time.process_time() - started
        findings = [(seen.box, seen.rule, seen.score) for seen in hands if seen.rule]
        numbers: dict[int, int | None] = {}
        for seen in sorted(hands, key=lambda seen: seen.score):
            label = hand_groups.label_at(seen.box, group.labels)
            if label is not None:
                numbers[label] = seen.number
        yield group, hand_groups.judge(findings, group), numbers, seconds


def mirror_image(rgb: Rgb, labels: list[dict[str, Any]]) -> tuple[Rgb, list[dict[str, Any]]]:
    """A photo and its labels, left and right exchanged."""
    width = rgb.shape[1]
    exchanged = [
        {**label, "bbox": [width - x1, y0, width - x0, y1]}
        for label in labels
        for x0, y0, x1, y1 in [label["bbox"]]
    ]
    return np.ascontiguousarray(rgb[:, ::-1]), exchanged


def print_recall(results: dict[str, list[Any]]) -> None:
    """Recall of clear boxes, all and by size, with time."""
    print("Recall of the clear boxes of scenes")
    heads = [f"{low}-{high if high < 1000 else ''} px" for low, high in SIZES]
    print(f"{'method':10}{'all':>6}{'A':>6}{'B':>6}{'>=30':>6}", end="")
    print("".join(f"{head:>10}" for head in heads), end="")
    print(f"{'hands':>7}{'ms':>7}{'/fifths':>8}{'recall/s':>9}")
    fifths = mean_ms(results["fifths"]) if "fifths" in results else None
    for name, photos in results.items():
        hits = clear_hits(photos)
        size, hit, part = (np.array(column) for column in zip(*hits, strict=True))
        columns = [hit.mean(), share(hit[part == 0]), share(hit[part == 1]), share(hit[size >= 30])]
        columns += [share(hit[(size >= low) & (size < high)]) for low, high in SIZES]
        ms = mean_ms(photos)
        ratio = f"{ms / fifths:8.2f}" if fifths else f"{'':8}"
        print(f"{name:10}" + "".join(f"{value:6.2f}" for value in columns[:4]), end="")
        print("".join(f"{value:10.2f}" for value in columns[4:]), end="")
        hands = sum(len(seen) for _row, _labels, seen, _time in photos)
        print(f"{hands:7}{ms:7.0f}{ratio}{1000 * columns[0] / ms:9.2f}")
    sizes = Counter(
        next(low for low, high in SIZES if low <= size < high)
        for size, _hit, _part in clear_hits(next(iter(results.values())))
    )
    print("clear boxes: " + ", ".join(f"{sizes[low]} from {low} px" for low, _high in SIZES))


def print_reading(name: str, parts: dict[str, list[Any]]) -> None:
    """What a profile reads and flags."""
    print(f"\n{name}")
    if scenes := parts.get("scenes"):
        right = [
            (seen.number == label["finger_count"], half(row["path"]))
            for row, labels, hands, _time in scenes
            for label in labels
            if not label["ambiguous"] and label["pose"] in NUMBER_WORDS
            for seen in hands_at(label, hands)
        ]
        print(f"number right among found one to five in scenes: {halves(right)}")
        empty = [
            (any(seen.flagged for seen in hands), half(row["path"]))
            for row, labels, hands, _time in scenes
            if not labels
        ]
        print(f"scenes without poses flagged: {halves(empty)}")
        fists = [
            (seen.flagged, half(row["path"]))
            for row, labels, hands, _time in scenes
            for label in labels
            if label["pose"] == "fist"
            for seen in hands_at(label, hands)
        ]
        print(f"found fists flagged: {halves(fists)}")
        shown = [
            (any(seen.flagged for seen in hands_at(label, hands)), half(row["path"]))
            for row, labels, hands, _time in scenes
            for label in labels
            if not label["ambiguous"] and label["pose"] in FLAGGED_WORDS
        ]
        print(f"clear boxes of listed poses that become findings: {halves(shown)}")
        pairs = confusion(scenes)
        wrong = [f"{a} as {b}: {n}" for (a, b), n in sorted(pairs.items()) if a != b]
        agreed = sum(n for (a, b), n in pairs.items() if a == b)
        print(f"poses of found clear boxes: {agreed} of {sum(pairs.values())} right; {wrong}")
    if singles := parts.get("single"):
        counted = [
            (
                bool(hands)
                and sum(max(hands, key=lambda seen: seen.score).fingers)
                == int(row["finger_count"]),
                half(row["path"]),
            )
            for row, _labels, hands, _time in singles
            if row["finger_count"]
        ]
        print(f"count right on single: {halves(counted)}")
        found = [(bool(hands), half(row["path"])) for row, _labels, hands, _time in singles]
        print(f"single with a hand found: {halves(found)}; {mean_ms(singles):.0f} ms a photo")
    if negatives := parts.get("negatives"):
        flagged = [
            (any(seen.flagged for seen in hands), half(row["path"]))
            for row, _labels, hands, _time in negatives
        ]
        print(f"negatives flagged: {halves(flagged)}; {mean_ms(negatives):.0f} ms a photo")
    reliability = [
        (seen.score, right)
        for seen, right in judged(parts.get("scenes", []), parts.get("negatives", []))
    ]
    for low, high in ((0.5, 0.65), (0.65, 0.8), (0.8, 0.9), (0.9, 1.01)):
        inside = [right for score, right in reliability if low <= score < high]
        if inside:
            print(
                f"findings scored {low} to {min(high, 1.0)}: {share(np.array(inside)):.2f}", end=""
            )
            print(f" right of {len(inside)}")


# Negatives in which, looked at one by one, nobody is and no hand: the first digits of the SHA-256
# of their files. Stock photos of desks and cafes are left out where a hand lies on the desk.
WITHOUT_PEOPLE = frozenset(
    (Path(__file__).parent / "without_people.txt").read_text(encoding="ascii").split()
)


def print_without_people(folder: Path) -> None:
    """Time of ``balanced`` against one stock call, photo by photo, on negatives without people."""
    methods = {name: METHODS[name]() for name in ("balanced", "stock")}
    spent = dict.fromkeys(methods, 0.0)
    pictures = [read_image(path) for path in sorted((folder / "negatives").rglob("*.*"))]
    empty = [picture.rgb for picture in pictures if picture.sha256[:12] in WITHOUT_PEOPLE]
    for rgb in [empty[0], *empty]:
        if rgb is empty[0]:
            spent = dict.fromkeys(methods, 0.0)  # the first time warms up
        for name, method in methods.items():
            started = time.process_time()
            method(rgb)
            spent[name] += time.process_time() - started
    print(f"\nphotos without people: {len(empty)}", end="")
    for name, seconds in spent.items():
        print(f"; {name} {1000 * seconds / len(empty):.0f} ms", end="")
    print(f"; {spent['balanced'] / spent['stock']:.1f} times")


FLAGGED_WORDS = {"point", "victory", "three", "four", "palm", "like", "l", "rock", "call"} | {
    "finger_heart"
}


def judged(scenes: list[Any], negatives: list[Any]) -> Iterator[tuple[Seen, bool]]:
    """Each finding and whether the label there has its pose; unsure labels are left out."""
    for _row, labels, hands, _time in [*scenes, *negatives]:
        for seen in hands:
            if not seen.flagged:
                continue
            at = [label for label in labels if hand_groups.middle_in(seen.box, label["bbox"])]
            if any(label["ambiguous"] for label in at):
                continue
            yield seen, any(pose_of(label) == seen.pose for label in at)


def confusion(scenes: list[Any]) -> Counter[tuple[str, str]]:
    """How often a labelled pose was read as which."""
    return Counter(
        (pose_of(label), seen.pose)
        for _row, labels, hands, _time in scenes
        for label in labels
        if not label["ambiguous"]
        for seen in hands_at(label, hands)
    )


def pose_of(label: dict[str, Any]) -> str:
    """The label's word as the pose table names it."""
    return POSE_OF_WORD.get(label["pose"], label["pose"])


def clear_hits(photos: list[Any]) -> list[tuple[float, bool, int]]:
    """Longer side, found or not, and half, of every clear box."""
    return [
        (
            max(label["bbox"][2] - label["bbox"][0], label["bbox"][3] - label["bbox"][1]),
            bool(hands_at(label, hands)),
            half(row["path"]),
        )
        for row, labels, hands, _time in photos
        for label in labels
        if not label["ambiguous"]
    ]


def hands_at(label: dict[str, Any], hands: list[Seen]) -> list[Seen]:
    """The surest hand whose center lies in the enlarged label, if any."""
    there = [seen for seen in hands if hand_groups.middle_in(seen.box, label["bbox"])]
    return sorted(there, key=lambda seen: -seen.score)[:1]


def halves(outcomes: list[tuple[bool, int]]) -> str:
    """``0.91 of 30 (A 0.90, B 0.92)``."""
    values = np.array([value for value, _part in outcomes], float)
    part = np.array([part for _value, part in outcomes])
    a, b = share(values[part == 0]), share(values[part == 1])
    return f"{share(values):.3f} of {len(values)} (A {a:.3f}, B {b:.3f})"


def share(values: NDArray[Any]) -> float:
    """Mean, or not a number of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def mean_ms(photos: list[Any]) -> float:
    """Milliseconds a photo."""
    return 1000 * float(np.mean([seconds for _row, _labels, _seen, seconds in photos]))


def half(path: str) -> int:
    """0 (A) or 1 (B), by the path alone."""
    return hashlib.sha256(path.encode()).digest()[-1] % 2


def one(name: str) -> Callable[[str], Method]:
    """The shipped networks, whatever the source."""
    method = METHODS[name]()
    return lambda _source: method


def by_fold(name: Profile, folder: Path) -> Callable[[str], Method]:
    """For each source the networks that have not seen it."""

    def model(kind: str, fold: str) -> bytes:
        return next(folder.glob(f"{kind}_{fold}.*")).read_bytes()

    methods = {
        fold: profile(
            name,
            HandsDetector(
                Watchlist.default(),
                name,
                HandDetection(
                    EFFORTS[name],
                    PeopleNetwork(model("people", fold)),
                    SignReader(model("signs", fold)),
                ),
                PoseReader(model("poses", fold)),
                HandScorer(model("scorer", fold)),
            ),
        )
        for fold in ("a", "b")
    }
    photos = hand_photos()
    left_out_of_a = left_out_sources(photos, "a")
    return lambda source: methods["a" if source in left_out_of_a else "b"]


def profile(name: Profile, detector: HandsDetector | None = None) -> Method:
    """A profile of netravision under the default watchlist."""
    detector = detector or HandsDetector(Watchlist.default(), name)

    def look(rgb: Rgb) -> list[Seen]:
        detections = detector.detect(ImagePyramid(rgb), "post")
        rule_of = {finding.box: finding.rule for finding in detections.findings}
        return [
            Seen(
                seen.box or (0, 0, 0, 0),
                seen.label,
                tuple(seen.evidence.fingers),
                seen.evidence.number,
                rule_of.get(seen.box),
                seen.score,
            )
            for seen in detections.observations
        ]

    return look


def stock() -> Method:
    """MediaPipe's own task on the whole photo."""
    vision = mp.tasks.vision
    landmarker = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=mp.tasks.BaseOptions(
                model_asset_buffer=assets.load("hand_landmarker.task")
            ),
            num_hands=30,
        )
    )

    def look(rgb: Rgb) -> list[Seen]:
        height, width = rgb.shape[:2]
        image = mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(rgb))
        hands = landmarker.detect(image).hand_landmarks
        points = [np.array([(p.x * width, p.y * height) for p in hand]) for hand in hands]
        return [Seen((*p.min(axis=0), *p.max(axis=0))) for p in points]

    return look


def tiles(parts: int) -> Method:
    """Stock MediaPipe on square tiles, half overlapping, without knowing where people are."""
    whole = stock()

    def look(rgb: Rgb) -> list[Seen]:
        height, width = rgb.shape[:2]
        side = max(height, width) // parts
        hands = whole(rgb)
        for top in range(0, max(1, height - side // 2), side // 2):
            for left in range(0, max(1, width - side // 2), side // 2):
                for seen in whole(rgb[top : top + side, left : left + side]):
                    x0, y0, x1, y1 = seen.box
                    hands.append(Seen((x0 + left, y0 + top, x1 + left, y1 + top)))
        return hands

    return look


def print_tones() -> None:
    """Recall of ``balanced`` on the same rendered groups in each skin tone."""
    method = METHODS["balanced"]()
    shares = []
    for skin in SKINS:
        hits: list[bool] = []
        right: list[bool] = []
        for seed in range(TONE_SCENES):
            rgb, truths = rendered_group(skin, seed)
            hands = method(rgb)
            for pose, box in truths:
                at = hands_at({"bbox": list(box)}, hands)
                hits.append(bool(at))
                right.extend(seen.pose == pose for seen in at)
        shares.append(np.mean(hits))
        print(f"{skin:8} recall {np.mean(hits):.3f} of {len(hits)}, ", end="")
        print(f"pose right {np.mean(right):.3f} of {len(right)}", flush=True)
    print(f"spread of recall: {100 * (max(shares) - min(shares)):.1f} points")


TONE_SCENES = 12
TONE_POSES = ("one", "two", "three", "four", "five", "fist", "thumb_up", "rock")


def rendered_group(skin: str, seed: int) -> tuple[Rgb, list[tuple[str, Box]]]:
    """A row of people of one tone with raised hands of 15 to 60 px; the same but for the tone."""
    rng = np.random.default_rng(seed)
    width, chin = 960, 200.0
    canvas = soft_background(400, width, rng)
    head = float(rng.uniform(22, 80))
    places = np.linspace(1.5 * head, width - 1.5 * head, min(12, int(width // (2.6 * head))))
    people = [
        Person(skin, (150, 60, 60), HAIRS[place % 4], ("short", "long", "cap")[place % 3], place)
        for place in range(len(places))
    ]
    for person, x in zip(people, places, strict=True):
        add_person(canvas, person, float(x), chin, head)
    truths = []
    for place, (person, x) in enumerate(zip(people, places, strict=True)):
        side = 1 if place % 2 else -1
        pose = TONE_POSES[(place + seed) % len(TONE_POSES)]
        _hand, box = add_raised_hand(
            canvas,
            person,
            pose,
            x=float(x),
            chin_y=chin,
            head_px=head,
            at=(side * 0.88, 0.18),
            mirrored=side > 0,
            tilt_deg=float(rng.uniform(-9, 9)),
            seed=seed * 31 + place,
        )
        truths.append((pose, box))
    return np.ascontiguousarray(film_grain(canvas, rng, sigma=2.0)), truths


CUTOUTS, CUTOUT_PX = 200, 96


def cut_out(parts: dict[str, list[Any]], data: Path, folder: Path) -> None:
    """A numbered sheet of observed boxes drawn at random, each with as much around it again."""
    seen = [
        (row["path"], hand.box)
        for split in ("scenes", "negatives")
        for row, _labels, hands, _time in parts.get(split, [])
        for hand in hands
    ]
    chosen = np.random.default_rng(0).choice(len(seen), min(CUTOUTS, len(seen)), replace=False)
    sheet = np.zeros((-(-len(chosen) // 20) * CUTOUT_PX, 20 * CUTOUT_PX, 3), np.uint8)
    for number, choice in enumerate(sorted(chosen)):
        path, (x0, y0, x1, y1) = seen[choice]
        side = 2 * max(x1 - x0, y1 - y0)
        square = np.array([[(x0 + x1) / 2, (y0 + y1) / 2, side, 0]], np.float32)
        (cut,) = crops.cut(ImagePyramid(read_image(data / path).rgb), square, CUTOUT_PX - 4)
        row, column = divmod(number, 20)
        y, x = row * CUTOUT_PX, column * CUTOUT_PX
        sheet[y : y + CUTOUT_PX - 4, x : x + CUTOUT_PX - 4] = cut
        cv2.putText(sheet, str(number), (x + 2, y + 12), 0, 0.4, (255, 255, 0))
    folder.mkdir(parents=True, exist_ok=True)
    encoded = cv2.imencode(".png", sheet[:, :, ::-1])[1]
    (folder / "hands-cutouts.png").write_bytes(encoded.tobytes())
    print(f"{len(chosen)} of {len(seen)} observed boxes in {folder / 'hands-cutouts.png'}")


def plot(results: dict[str, dict[str, list[Any]]], folder: Path) -> None:
    """Recall against time, recall against size, and who is taken for whom."""
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    plot_recall_by_time(results, folder / "hands-recall-by-time.png")
    plot_recall_by_size(results, folder / "hands-recall-by-size.png")
    for name in results.keys() & PROFILES.keys():
        plot_reliability(results[name], folder / f"hands-reliability-{name}.png")
        pairs = confusion(results[name]["scenes"])
        poses = sorted({pose for pair in pairs for pose in pair})
        table = np.array([[pairs[a, b] for b in poses] for a in poses])
        figure, axes = plt.subplots(figsize=(7, 6))
        axes.imshow(table, cmap="Blues", vmax=max(1, np.percentile(table, 98)))
        axes.set_xticks(range(len(poses)), poses, rotation=60, ha="right")
        axes.set_yticks(range(len(poses)), poses)
        axes.set(xlabel="read as", ylabel="labelled")
        for (row, column), number in np.ndenumerate(table):
            if number:
                axes.text(column, row, number, ha="center", va="center")
        figure.savefig(folder / f"hands-confusion-{name}.png", dpi=100, bbox_inches="tight")


def plot_recall_by_time(results: dict[str, dict[str, list[Any]]], path: Path) -> None:
    """Recall of the clear boxes of each method against its time a photo."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.4))
    for name, parts in results.items():
        hits = [hit for _size, hit, _part in clear_hits(parts["scenes"])]
        at = mean_ms(parts["scenes"]), float(np.mean(hits))
        axes.plot(*at, "o")
        axes.annotate(name, at, xytext=(-6, 4), textcoords="offset points", ha="right")
    axes.set(xscale="log", xlabel="ms a photo", ylabel="recall", xlim=(10, 3000), ylim=(0, 1.02))
    axes.set_xticks([10, 30, 100, 300, 1000, 3000], ["10", "30", "100", "300", "1000", "3000"])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=90, bbox_inches="tight")


def plot_recall_by_size(results: dict[str, dict[str, list[Any]]], path: Path) -> None:
    """Recall of each method against hand size, with the number of boxes behind each point."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.4))
    edges = np.array([14, 24, 32, 44, 64, 100, 600])
    for name, parts in results.items():
        hits = clear_hits(parts["scenes"])
        size, hit, _part = (np.array(column) for column in zip(*hits, strict=True))
        bins = [(size >= low) & (size < high) for low, high in pairwise(edges)]
        middles = [float(np.median(size[inside])) for inside in bins if inside.any()]
        axes.plot(
            middles, [share(hit[inside]) for inside in bins if inside.any()], "o-", label=name
        )
    for inside in bins:
        if inside.any():
            axes.annotate(f"n={inside.sum()}", (np.median(size[inside]), 1.03), ha="center")
    axes.set(xscale="log", xlabel="longer side of the hand, px", ylabel="recall", ylim=(0, 1.1))
    axes.set_xticks([20, 30, 50, 100, 200], ["20", "30", "50", "100", "200"])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, dpi=90, bbox_inches="tight")


def plot_reliability(parts: dict[str, list[Any]], path: Path) -> None:
    """Share of findings that are right against their score."""
    from matplotlib import pyplot as plt

    outcomes = list(judged(parts.get("scenes", []), parts.get("negatives", [])))
    score = np.array([seen.score for seen, _right in outcomes])
    right = np.array([correct for _seen, correct in outcomes])
    figure, axes = plt.subplots(figsize=(4.5, 4))
    axes.plot([0.5, 1], [0.5, 1], ":", color="gray")
    for low, high in pairwise((0.5, 0.65, 0.8, 0.9, 1.01)):
        inside = (score >= low) & (score < high)
        if inside.any():
            axes.plot(score[inside].mean(), right[inside].mean(), "o", color="C0")
            axes.annotate(f"n={inside.sum()}", (score[inside].mean(), right[inside].mean()))
    axes.set(xlabel="score", ylabel="share right", xlim=(0.45, 1.02), ylim=(0, 1.02))
    figure.savefig(path, dpi=90, bbox_inches="tight")


PROFILES: dict[str, Callable[[], Method]] = {
    "fast": lambda: profile("fast"),
    "balanced": lambda: profile("balanced"),
    "thorough": lambda: profile("thorough"),
}
METHODS: dict[str, Callable[[], Method]] = {
    "stock": stock,
    "thirds": lambda: tiles(3),
    "fifths": lambda: tiles(5),
    **PROFILES,
}

if __name__ == "__main__":
    main()
