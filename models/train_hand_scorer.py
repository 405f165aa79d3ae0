"""Train ``hand_scorer.npz``: how sure it is that a hand shows the pose it is read as.

    NETRAVISION_DATA=... python models/train_hand_scorer.py --folds FOLDER --work FOLDER
        [--output FILE]

Needs the extra [train], the evaluation data (``hands/`` with its manifests and labels), and in
``--folds`` the networks of both folds: ``people_a.tflite``, ``people_b.tflite`` of
``train_people.py --leave-out a|b`` and ``signs_a.tflite``, ``signs_b.tflite`` of
``train_sign_reader.py``, made integer by ``quantize_networks.py``, and ``poses_a.npz``,
``poses_b.npz`` of ``train_poses.py``. Each photo of ``groups`` is looked at with the networks that
have not seen its source, so that the scorer learns how sure they are of photos they do not know;
so is half of ``negatives`` and ``single``, of which they have seen nothing. Rendered hands stand
for large lone ones. What was seen is kept in ``--work``.

Prints what the findings of ``groups`` would be, each scored by trees that were trained without its
source.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]  # netravision/ need not be installed

from array_cache import cached_arrays  # noqa: E402
from build import MODELS, write_checksums  # noqa: E402
from hand_groups import LISTED, RULES_OF_CODE, SMALL_PX, UNKNOWN, label_at  # noqa: E402
from hand_photos import SIGN_OF_CODE, Fold, HandPhoto, half, hand_photos, left_out_sources  # noqa: E402

from fixtures.hand import SKINS, render_hand  # noqa: E402
from netravision.core.pyramid import ImagePyramid  # noqa: E402
from netravision.detectors.hands.detection import EFFORTS, HandDetection  # noqa: E402
from netravision.detectors.hands.landmarks import landmark_boxes  # noqa: E402
from netravision.detectors.hands.poses import PoseReader  # noqa: E402
from netravision.detectors.hands.scoring import (  # noqa: E402
    HandScorer,
    one_handed,
    score_features,
    surest,
)
from netravision.detectors.hands.sign_reader import SignReader  # noqa: E402
from netravision.people import PeopleNetwork  # noqa: E402

Floats = NDArray[np.float64]

OUTPUT = MODELS / "hand_scorer.npz"
FOLDS: tuple[Fold, ...] = ("a", "b")
# Small trees, many of them, each correcting a little. Trees of 24 leaves, or 200 of them, are no
# better on unseen sources; 90 of 8 leaves find 0.04 less.
TREES = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 16,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
}
# Parts of the sources, each scored by trees that have not seen it.
PARTS = 8
CODE_OF_SIGN = {sign: code for code, sign in SIGN_OF_CODE.items()}
LISTED_RULES = frozenset[str]().union(*RULES_OF_CODE.values())
RENDERED = 240
# Every so many of them hangs upside down.
UPSIDE_DOWN = 7
RENDERED_POSES = (
    *("one", "two", "three", "three_thumb", "four", "five", "thumb_up", "pistol", "call"),
    *("rock", "ily", "fist"),
)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Examples(NamedTuple):
    """N readings.

    Attributes
    ----------
    features : (N, F) float64 ndarray
        From :func:`netravision.detectors.hands.scoring.score_features`.
    right : (N,) bool ndarray
        Whether the hand shows what it is read as.
    known : (N,) bool ndarray
        False where nobody can tell.
    listed : (N,) bool ndarray
        Whether the default watchlist asks for what is read.
    photo : (N,) intp ndarray
        Number of the photo.
    label : (N,) intp ndarray
        Number of the labelled hand there, or -1.
    hand : (N,) intp ndarray
        Number of the hand in its photo: it may be read in several ways.
    points : (N, 21, 2) float32 ndarray
        Its landmarks.
    """

    features: Floats
    right: NDArray[np.bool_]
    known: NDArray[np.bool_]
    listed: NDArray[np.bool_]
    photo: NDArray[np.intp]
    label: NDArray[np.intp]
    hand: NDArray[np.intp]
    points: NDArray[np.float32]


def main() -> None:
    """Look at all photos, train, print what unseen sources would give, and write the trees."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=Path, required=True, help="networks of both folds")
    parser.add_argument("--work", type=Path, required=True, help="where looks are kept")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    everything = hand_photos()
    photos: list[HandPhoto] = []
    parts: list[Examples] = []
    fold_of: list[Fold] = []
    for fold in FOLDS:
        unseen = unseen_photos(everything, fold)
        networks = (
            HandDetection(
                EFFORTS["balanced"],
                PeopleNetwork((options.folds / f"people_{fold}.tflite").read_bytes()),
                SignReader((options.folds / f"signs_{fold}.tflite").read_bytes()),
            ),
            PoseReader((options.folds / f"poses_{fold}.npz").read_bytes()),
        )
        looks = options.work / f"readings_{fold}.npz"
        arrays = cached_arrays(looks, lambda: look_at(*networks, unseen)._asdict())  # noqa: B023
        seen = Examples(**arrays)
        parts.append(seen._replace(photo=seen.photo + len(photos)))
        photos += unseen
        fold_of += [fold] * len(unseen)
    drawn = rendered_photos()
    arrays = cached_arrays(
        options.work / "readings_rendered.npz", lambda: look_at(*networks, drawn)._asdict()
    )
    seen = Examples(**arrays)
    parts.append(seen._replace(photo=seen.photo + len(photos)))
    photos += drawn
    fold_of += ["none"] * len(drawn)
    examples = Examples(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    sources = np.array([photos[number].source for number in examples.photo])

    part = part_of_source(photos)[examples.photo]
    scores = np.empty(len(examples.right))
    for number in range(PARTS):
        inside = part == number
        trees = trained(examples, sources, ~inside)
        features = examples.features[inside]
        scores[inside] = trees.predict_proba(features)[:, 1] * one_handed(features)
    print_table(examples, photos, scores)

    seen_by = np.array(fold_of)[examples.photo]
    for fold in FOLDS:
        # What scores photos of a fold has seen neither them nor any other of their sources.
        np.savez(
            options.folds / f"scorer_{fold}.npz",
            **arrays_of(trained(examples, sources, seen_by != fold)),
        )
    trees = trained(examples, sources, np.ones(len(scores), bool))
    arrays = arrays_of(trees)
    np.savez(options.output, **arrays)
    check(trees, options.output, examples)
    if options.output == OUTPUT:
        write_checksums(MODELS)


def unseen_photos(photos: Sequence[HandPhoto], fold: Fold) -> list[HandPhoto]:
    """Photos that the networks of a fold have not seen; each photo is one fold's."""
    left_out = left_out_sources(photos, fold)
    return [
        photo
        for photo in photos
        if (photo.part == "groups" and photo.source in left_out)
        or (
            photo.part in ("negatives", "single")
            and half(photo.path) == 1
            and FOLDS[half(photo.path[::-1])] == fold
        )
    ]


@dataclass(frozen=True, slots=True)
class RenderedPhoto(HandPhoto):
    """A rendered hand, nothing else."""

    pixels: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0, 3), np.uint8))

    def read(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB, upright."""
        return self.pixels


def rendered_photos() -> list[HandPhoto]:
    """Hands of all sizes in poses of the published lists, and a fist among them."""
    rng = np.random.default_rng(1)
    photos: list[HandPhoto] = []
    for seed in range(RENDERED):
        pose = RENDERED_POSES[seed % len(RENDERED_POSES)]
        hand = render_hand(
            pose,
            size_px=int(np.exp(rng.uniform(np.log(40), np.log(420)))),
            skin=list(SKINS)[rng.integers(len(SKINS))],
            mirrored=bool(rng.integers(2)),
            tilt_deg=float(rng.normal(0, 15)) + (180 if seed % UPSIDE_DOWN == 0 else 0),
            yaw_deg=float(rng.normal(0, 15)),
            back=bool(rng.random() < 0.3),
            sleeve=(40, 60, 120) if rng.random() < 0.4 else None,
            wobble_deg=4.0,
            seed=10_000 + seed,
        )
        sign = {"three_thumb": "three", "ily": "rock"}.get(pose, pose)
        pixels = np.ascontiguousarray(hand.rgb)
        photos.append(
            RenderedPhoto(f"{pose}_{seed}", "rendered", "rendered", sign=sign, pixels=pixels)
        )
    return photos


def look_at(detection: HandDetection, reader: PoseReader, photos: Sequence[HandPhoto]) -> Examples:
    """Read every hand of some photos in every way and compare it with what people say."""
    rows = []
    for number, photo in enumerate(photos):
        hands, readings = reader(detection(ImagePyramid(photo.read())))
        features = score_features(hands, readings)
        labels = [(tuple(box), code) for box, code in zip(photo.boxes, photo.codes, strict=True)]
        boxes = landmark_boxes(hands.points).tolist()
        for row, (reading, box) in enumerate(zip(readings, boxes, strict=True)):
            label = label_at(tuple(box), labels)
            code = CODE_OF_SIGN.get(photo.sign) if label is None else labels[label][1]
            rule = f"pose-{reading.pose}" if reading.number is None else f"number-{reading.number}"
            right = rule in RULES_OF_CODE.get(code, ()) or (
                reading.pose == SIGN_OF_CODE.get(code) != "unnamed"
            )
            rows.append(
                (
                    features[row],
                    right,
                    code != UNKNOWN,
                    rule in LISTED_RULES,
                    number,
                    -1 if label is None else label,
                    hands.hand[row],
                    hands.points[row, :, :2],
                )
            )
        if number % 20 == 0:
            print(f"{number} of {len(photos)} photos", flush=True)
    return Examples(*(np.array(column) for column in zip(*rows, strict=True)))


def part_of_source(photos: Sequence[HandPhoto]) -> NDArray[np.intp]:
    """Part of each photo: sources with the most photos are dealt out one by one."""
    number = Counter(photo.source for photo in photos)
    ordered = sorted(number, key=lambda source: (-number[source], source))
    part = {source: place % PARTS for place, source in enumerate(ordered)}
    return np.array([part[photo.source] for photo in photos], np.intp)


def trained(
    examples: Examples, sources: NDArray[np.str_], chosen: NDArray[np.bool_]
) -> HistGradientBoostingClassifier:
    """Trees for some of the examples; the more a source has, the less each of them counts.

    Readings that no list asks for teach nothing: with them 0.10 less is found at 0.5.
    """
    chosen = chosen & examples.known & examples.listed
    number = Counter(sources[chosen].tolist())
    weights = np.array([number[source] ** -0.5 for source in sources[chosen]])
    trees = HistGradientBoostingClassifier(**TREES, early_stopping=False, random_state=0)
    return trees.fit(
        examples.features[chosen], examples.right[chosen], sample_weight=weights / weights.mean()
    )


def arrays_of(trees: HistGradientBoostingClassifier) -> dict[str, NDArray[np.generic]]:
    """The trees as :class:`netravision.detectors.hands.scoring.HandScorer` reads them."""
    nodes = [round_[0].nodes for round_ in trees._predictors]
    shape = len(nodes), max(map(len, nodes))
    own = np.broadcast_to(np.arange(shape[1], dtype=np.uint8), shape)
    arrays = {
        "feature": np.zeros(shape, np.uint8),
        "threshold": np.zeros(shape),
        "left": own.copy(),
        "right": own.copy(),
        "value": np.zeros(shape, np.float32),
        "bias": np.float64(trees._baseline_prediction.item()),
        "depth": np.uint8(max(each["depth"].max() for each in nodes)),
    }
    for number, each in enumerate(nodes):
        inner = each["is_leaf"] == 0
        place = np.flatnonzero(inner)
        arrays["feature"][number, place] = each["feature_idx"][inner]
        arrays["threshold"][number, place] = each["num_threshold"][inner]
        arrays["left"][number, place] = each["left"][inner]
        arrays["right"][number, place] = each["right"][inner]
        arrays["value"][number, : len(each)] = each["value"]
    return arrays


def check(trees: HistGradientBoostingClassifier, file: Path, examples: Examples) -> None:
    """The product must say what the trees say."""
    ours = HandScorer(file.read_bytes()).of_features(examples.features)
    theirs = trees.predict_proba(examples.features)[:, 1] * one_handed(examples.features)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def print_table(examples: Examples, photos: Sequence[HandPhoto], scores: Floats) -> None:
    """Print recall, precision and quiet photos flagged, of ``groups``, at several thresholds."""
    groups = [number for number, photo in enumerate(photos) if photo.part == "groups"]
    wanted = [
        (number, label, max(box[2] - box[0], box[3] - box[1]) < SMALL_PX)
        for number in groups
        for label, (box, code) in enumerate(
            zip(photos[number].boxes, photos[number].codes, strict=True)
        )
        if code in LISTED
    ]
    quiet = {number for number in groups if not set(photos[number].codes) & (LISTED | {UNKNOWN})}
    others = [number for number, photo in enumerate(photos) if photo.part == "negatives"]
    found = set(zip(examples.photo.tolist(), examples.label.tolist(), strict=True))
    located = [(number, label) in found for number, label, _small in wanted]
    print(f"shown hands whose landmarks are found: {np.mean(located):.3f} of {len(located)}")
    chosen = np.zeros(len(scores), bool)
    chosen[surest_of_each(examples, scores)] = True
    in_groups = np.isin(examples.photo, groups)
    for threshold in THRESHOLDS:
        findings = chosen & (scores >= threshold) & examples.listed & examples.known
        good = findings & examples.right
        hit = set(zip(examples.photo[good].tolist(), examples.label[good].tolist(), strict=True))
        recall = [(number, label) in hit for number, label, _small in wanted]
        small = [(number, label) in hit for number, label, is_small in wanted if is_small]
        flagged = set(examples.photo[findings].tolist())
        print(
            f"score {threshold}: found {np.mean(recall):.3f}, small {np.mean(small):.3f}, "
            f"right {examples.right[findings & in_groups].mean():.3f} "
            f"of {(findings & in_groups).sum()}, "
            f"quiet flagged {len(flagged & quiet)} of {len(quiet)}, "
            f"negatives {len(flagged & set(others))} of {len(others)}"
        )


def surest_of_each(examples: Examples, scores: Floats) -> NDArray[np.intp]:
    """The reading of each hand that scores highest, as the detector chooses it."""
    rows = []
    for photo in np.unique(examples.photo):
        here = np.flatnonzero(examples.photo == photo)
        rows.append(here[surest(examples.hand[here], examples.points[here], scores[here])])
    return np.concatenate(rows)


if __name__ == "__main__":
    main()
