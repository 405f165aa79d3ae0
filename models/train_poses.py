"""Train ``hand_poses.npz``, the small networks that read poses from landmarks.

    NETRAVISION_DATA=... python models/train_poses.py --folds FOLDER --work FOLDER [--renders 900]

Needs the extra [train] and in ``--folds`` the networks of both folds (``people_a.tflite``,
``signs_a.tflite``, and of ``b``), so that each group photo is looked at by networks that have not
seen its source. Trained on rendered hands of every pose, on random patterns of fingers, and on
half of ``hands/single`` (chosen by the hash of the path), each also shrunk as far as hands in
group photos; and on the labelled hands of ``hands/groups``, whose landmarks err as those of real
small hands do. Tested on the other half of ``single``, whole and shrunk; on each source of
``single`` when only the two others and the renders are known; and on the groups of each fold when
only the other's are known: those weights are written to ``--folds``. Prints what
``models/hand_poses.md`` quotes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # fixtures/ is no installed package
sys.path[1:1] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

from array_cache import cached_arrays  # noqa: E402
from build import MODELS, write_checksums  # noqa: E402
from hand_groups import label_at  # noqa: E402
from hand_photos import Fold, HandPhoto, hand_photos, left_out_sources  # noqa: E402
from render_hands import random_pose  # noqa: E402

from fixtures.hand import SKINS, render_hand  # noqa: E402
from fixtures.poses import (  # noqa: E402
    POSES,
)
from netravision.core import hand_features  # noqa: E402
from netravision.core.logistic import sigmoid  # noqa: E402
from netravision.core.pyramid import ImagePyramid  # noqa: E402
from netravision.detectors.hands import crops  # noqa: E402
from netravision.detectors.hands.detection import EFFORTS, HandDetection  # noqa: E402
from netravision.detectors.hands.landmarks import (  # noqa: E402
    HAND_SIDE,
    LandmarkNetwork,
    landmark_boxes,
    landmark_squares,
)
from netravision.detectors.hands.sign_reader import SignReader  # noqa: E402
from netravision.imaging import image  # noqa: E402
from netravision.people import PeopleNetwork  # noqa: E402

FOLDS: tuple[Fold, Fold] = ("a", "b")
SEEDS = (0, 1, 2)
HIDDEN = 48
MOST_ROUNDS = 120
# Of 0.1, 1 and 5, the best on unseen sources with renders.
WEIGHT_DECAY = 1.0

# Longer sides in pixels to which hands are shrunk, and how often each is. Without shrunk ones
# 0.74 of counts were right from 16 to 22 px and 0.82 from 22 to 30, with them 0.77 and 0.86.
SHRUNK_PX = (16.0, 90.0)
SHRUNK_SINGLES, SHRUNK_RENDERS = 6, 4
# Landmarks of lower presence would not have been found.
LEAST_PRESENCE = 0.3
SIZES_TESTED = ((16, 22), (22, 30), (30, 45), (45, 90))

# Seven answers of each word of the manifest and of each rendered pose, as in
# netravision/detectors/hands/poses.py.
ANSWERS = {
    "fist": "0000000",
    "point": "0100000",
    "victory": "0110000",
    "three": "0111000",
    "three_thumb": "1110000",
    "three_asl7": "0110100",
    "three_asl8": "0101100",
    "four": "0111100",
    "palm": "1111100",
    "like": "1000000",
    "dislike": "1000000",
    "call": "1000100",
    "rock": "0100100",
    "ok": "0011110",
    "zero_o": "0000010",
    "one": "0100000",
    "two": "0110000",
    "five": "1111100",
    "thumb_up": "1000000",
    "thumb_down": "1000000",
    "pistol": "1100000",
    "ily": "1100100",
    "finger_heart": "0000001",
}


# Patterns of each code of ``groups_labels.json``. Where there are several, the one that the
# networks trained without groups find likeliest is taught.
PATTERNS_OF_CODE = {
    "1": ("0100000",),
    "2": ("0110000",),
    "3": ("0111000", "1110000", "0110100", "0101100"),
    "4": ("0111100",),
    "5": ("1111100",),
    "T": ("1000000",),
    "D": ("1000000",),
    "C": ("1000100",),
    "R": ("0100100", "1100100"),
    "L": ("1100000",),
    "O": ("0011110",),
    "H": ("0000001",),
    "F": ("0000000",),
    "P": ("0100000",),
}
# All hands of groups together weigh as much as this share of all others.
GROUPS_WEIGHT = 1.0


class Examples(NamedTuple):
    """Features (N, 68), answers (N, 7), hand sizes (N,) in px, 0 unshrunk, and origins (N,)."""

    features: np.ndarray
    answers: np.ndarray
    sizes: np.ndarray
    origins: np.ndarray

    def of(self, wanted: np.ndarray) -> Examples:
        """Those whose origin is wanted; ``wanted`` has a yes or no for each origin."""
        return Examples(*(part[wanted[self.origins]] for part in self))


class GroupHands(NamedTuple):
    """Landmarks (N, 21, 3), presence (N,), codes (N,) and sources (N,) of labelled hands."""

    points: np.ndarray
    presence: np.ndarray
    codes: np.ndarray
    sources: np.ndarray


class GroupExamples(NamedTuple):
    """Features (N, 68), answers (N, 7), weights (N,) and codes (N,) of labelled hands."""

    features: np.ndarray
    answers: np.ndarray
    weights: np.ndarray
    codes: np.ndarray


def main() -> None:
    """Train, test, print, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renders", type=int, default=900)
    parser.add_argument("--folds", type=Path, required=True, help="networks of both folds")
    parser.add_argument("--work", type=Path, required=True, help="where landmarks are kept")
    options = parser.parse_args()
    renders = options.renders
    cv2.setNumThreads(1)
    detection = HandDetection(EFFORTS["fast"])
    singles, rows = single_examples(detection, Path(os.environ["NETRAVISION_DATA"]) / "hands")
    rendered = rendered_examples(detection, renders)
    print(f"{rendered.origins.max() + 1} of {renders} rendered hands found")
    count = np.array([int(row["finger_count"]) for row in rows])
    # "three_any" does not say which three fingers, so it can test counts but teach nothing.
    known = np.array([row["label_pose"] in ANSWERS for row in rows])
    source = np.array([row["source_repo"] for row in rows])
    first_half = np.array([half(row["path"]) == 0 for row in rows])

    for name in np.unique(source):
        weights = fit(singles.of(known & (source != name)), rendered)
        print(
            f"count right on {name}, never seen: {right(weights, singles, count, source == name)}"
        )
    weights = fit(singles.of(np.zeros(len(rows), bool)), rendered)
    everything = np.ones(len(rows), bool)
    print(f"count right, trained on renders alone: {right(weights, singles, count, everything)}")
    weights = fit(singles.of(known & first_half), rendered)
    print(f"count right on the trained half: {right(weights, singles, count, first_half)}")
    print(f"count right on the other half: {right(weights, singles, count, ~first_half)}")
    for low, high in SIZES_TESTED:
        shrunk = right(weights, singles, count, ~first_half, low, high)
        print(f"count right on the other half, shrunk to {low}-{high} px: {shrunk}")

    taught = singles.of(known & first_half)
    photos = hand_photos()
    hands = {
        fold: group_hands(fold, photos, options.folds, options.work / f"views_{fold}.npz")
        for fold in FOLDS
    }
    for fold, other in (FOLDS, FOLDS[::-1]):
        # Poses of a fold read photos of its sources, so they learn from the other's.
        of_fold = fit(taught, rendered, answered(weights, hands[other]))
        np.savez(options.folds / f"poses_{fold}.npz", **of_fold)
        unseen = answered(weights, hands[fold])
        print(
            f"pose right on groups of {fold}: {named_right(weights, unseen)} without groups,",
            end=" ",
        )
        print(f"{named_right(of_fold, unseen)} with those of {other}")
        print(f"count right on single then: {right(of_fold, singles, count, ~first_half)}")
    both = [answered(weights, hands[fold]) for fold in FOLDS]
    everything = GroupExamples(*(np.concatenate(values) for values in zip(*both, strict=True)))
    weights = fit(taught, rendered, everything)
    print(f"shipped, the other half of single: {right(weights, singles, count, ~first_half)}")
    for low, high in SIZES_TESTED:
        shrunk = right(weights, singles, count, ~first_half, low, high)
        print(f"the same, shrunk to {low}-{high} px: {shrunk}")
    np.savez(MODELS / "hand_poses.npz", **weights)
    write_checksums(MODELS)


def right(
    weights: dict[str, np.ndarray],
    singles: Examples,
    count: np.ndarray,
    wanted: np.ndarray,
    low: float = 0,
    high: float = 1,
) -> str:
    """``0.980 of 352``: counts right where wanted, of hands shrunk to ``low`` to ``high`` px."""
    part = singles.of(wanted)
    sized = (part.sizes >= low) & (part.sizes < high)
    counted = fingers(weights, part.features[sized]).sum(axis=1)
    return f"{(counted == count[part.origins[sized]]).mean():.3f} of {sized.sum()}"


def fit(
    singles: Examples, rendered: Examples, groups: GroupExamples | None = None
) -> dict[str, np.ndarray]:
    """Weights of the networks trained on all parts, named as ``PoseReader`` reads them."""
    features = np.concatenate([singles.features, rendered.features])
    targets = np.concatenate([singles.answers, rendered.answers])
    sample_weight = np.ones(len(features))
    if groups is not None:
        share = groups.weights / groups.weights.sum() * GROUPS_WEIGHT * len(features)
        sample_weight = np.concatenate([sample_weight, share])
        features = np.concatenate([features, groups.features])
        targets = np.concatenate([targets, groups.answers])
    scaler = StandardScaler().fit(features)
    networks = [
        MLPClassifier((HIDDEN,), alpha=WEIGHT_DECAY, max_iter=MOST_ROUNDS, random_state=seed).fit(
            scaler.transform(features), targets, sample_weight
        )
        for seed in SEEDS
    ]
    stacked = {
        "w1": np.stack([network.coefs_[0] for network in networks]),
        "b1": np.stack([network.intercepts_[0] for network in networks])[:, None],
        "w2": np.stack([network.coefs_[1] for network in networks]),
        "b2": np.stack([network.intercepts_[1] for network in networks])[:, None],
        "mean": scaler.mean_,
        "scale": scaler.scale_,
    }
    return {name: values.astype(np.float32) for name, values in stacked.items()}


def answers_of(weights: dict[str, np.ndarray], features: np.ndarray) -> np.ndarray:
    """(N, 7) answers, by the same sums as ``PoseReader.answers``."""
    inputs = (features - weights["mean"]) / weights["scale"]
    hidden = np.maximum(np.einsum("nf,efh->enh", inputs, weights["w1"]) + weights["b1"], 0)
    logits = np.einsum("enh,eho->eno", hidden, weights["w2"]) + weights["b2"]
    return sigmoid(logits).mean(axis=0)


def fingers(weights: dict[str, np.ndarray], features: np.ndarray) -> np.ndarray:
    """(N, 5) which fingers are out."""
    return answers_of(weights, features)[:, :5] > 0.5


def group_hands(fold: Fold, photos: list[HandPhoto], folds: Path, kept: Path) -> GroupHands:
    """Views of the labelled hands of a fold's photos, by networks that have not seen them."""
    left_out = left_out_sources(photos, fold)
    chosen = [photo for photo in photos if photo.part == "groups" and photo.source in left_out]

    def look() -> dict[str, np.ndarray]:
        detection = HandDetection(
            EFFORTS["balanced"],
            PeopleNetwork((folds / f"people_{fold}.tflite").read_bytes()),
            SignReader((folds / f"signs_{fold}.tflite").read_bytes()),
        )
        rows = []
        for photo in chosen:
            hands = detection(ImagePyramid(photo.read()))
            labels = [
                (tuple(box), code) for box, code in zip(photo.boxes, photo.codes, strict=True)
            ]
            for box, *views in zip(
                landmark_boxes(hands.points).tolist(),
                zip(hands.points, hands.presence, strict=True),
                zip(*hands.mirrored, strict=True),
                strict=True,
            ):
                label = label_at(tuple(box), labels)
                if label is not None and labels[label][1] in PATTERNS_OF_CODE:
                    rows += [
                        (points, presence, labels[label][1], photo.source)
                        for points, presence in views
                    ]
        return GroupHands(*(np.array(column) for column in zip(*rows, strict=True)))._asdict()

    return GroupHands(**cached_arrays(kept, look))


def answered(weights: dict[str, np.ndarray], hands: GroupHands) -> GroupExamples:
    """What networks learn of these hands: of several patterns the likeliest by others."""
    sure = hands.presence > LEAST_PRESENCE
    points, codes, sources = hands.points[sure], hands.codes[sure], hands.sources[sure]
    features = hand_features.pose_features(points)
    guesses = answers_of(weights, features)
    answers = []
    for code, guess in zip(codes.tolist(), guesses, strict=True):
        patterns = np.array([bits(pattern) for pattern in PATTERNS_OF_CODE[code]])
        likely = np.where(patterns == 1, guess, 1 - guess).prod(axis=1)
        answers.append(patterns[likely.argmax()])
    number = Counter(sources.tolist())
    each = np.array([number[source] ** -0.5 for source in sources.tolist()])
    return GroupExamples(features, np.array(answers), each * hands.presence[sure], codes)


def named_right(weights: dict[str, np.ndarray], groups: GroupExamples) -> str:
    """``0.73 of 3530``: all seven answers as they should be."""
    same = (answers_of(weights, groups.features) > 0.5) == groups.answers
    return f"{same.all(axis=1).mean():.3f} of {len(same)}"


def single_examples(
    detection: HandDetection, folder: Path
) -> tuple[Examples, list[dict[str, str]]]:
    """The surest hand of each single photo, as it is and shrunk, and its row of the manifest."""
    network, rng = LandmarkNetwork(), np.random.default_rng(3)
    hands, rows = [], []
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["split"] == "single" and row["finger_count"]:
                rgb = image.read_image(folder / row["path"]).rgb
                found = detection(ImagePyramid(rgb))
                if len(found.hand):
                    answer = bits(ANSWERS.get(row["label_pose"], "0111000"))
                    points = found.points[found.presence.argmax()]
                    seen = shrunk(network, rgb, points, SHRUNK_SINGLES, rng)
                    hands.append((answer, [(0.0, points), *seen]))
                    rows.append(row)
    return examples(hands), rows


def rendered_examples(detection: HandDetection, number: int) -> Examples:
    """Rendered hands that were found where they are, as they are and shrunk."""
    network, rng = LandmarkNetwork(), np.random.default_rng(7)
    named = [name for name in POSES if name in ANSWERS]
    hands = []
    for seed in range(number):
        name = named[rng.integers(len(named))]
        answer = bits(ANSWERS[name])
        if rng.random() < 0.45:
            POSES["drawn by lot"], answers = random_pose(rng)
            answer = np.array(answers)
            name = "drawn by lot"
        hand = render_hand(
            name,
            size_px=int(rng.choice((64, 96, 128))),
            skin=list(SKINS)[rng.integers(len(SKINS))],
            mirrored=bool(rng.integers(2)),
            tilt_deg=float(rng.normal(0, 25)),
            yaw_deg=float(rng.normal(0, 24)),
            pitch_deg=float(rng.normal(0, 16)),
            seed=seed,
            back=bool(rng.random() < 0.35),
            sleeve=(40, 60, 120) if rng.random() < 0.4 else None,
            wobble_deg=7.0,
        )
        rgb = np.ascontiguousarray(hand.rgb)
        found = detection(ImagePyramid(rgb)).points
        truth = hand.landmarks.reshape(-1, 21, 2)[0]
        apart = np.linalg.norm(found[:, :, :2] - truth, axis=2).mean(axis=1)
        # Landmarks further off than a fifth of the hand teach nothing about its fingers.
        if len(found) and apart.min() < 0.22 * np.ptp(truth, axis=0).max():
            best = found[apart.argmin()]
            seen = shrunk(network, rgb, best, SHRUNK_RENDERS, rng)
            hands.append((answer, [(0.0, best), *seen]))
    return examples(hands)


def shrunk(
    network: LandmarkNetwork,
    rgb: np.ndarray,
    landmarks: np.ndarray,
    number: int,
    rng: np.random.Generator,
) -> list[tuple[float, np.ndarray]]:
    """Sizes in px and landmarks of a hand shrunk, compressed, and cut out a little askew."""
    halves = ImagePyramid(rgb)
    size = float(np.ptp(landmarks[:, :2], axis=0).max())
    seen = []
    for _ in range(number):
        target = min(size, float(np.exp(rng.uniform(*np.log(SHRUNK_PX)))))
        square = landmark_squares(landmarks[None])
        square[0] += rng.normal(0, (0.04, 0.04, 0.08, 0)) * square[0, 2]
        square[0, 3] += rng.normal(0, 0.12)
        pixels = max(10, round(float(square[0, 2]) * target / size))
        (cut,) = crops.cut(halves, square, pixels, "replicate")
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 95))]
        jpeg = cv2.imencode(".jpg", np.ascontiguousarray(cut[:, :, ::-1]), quality)[1]
        small = np.ascontiguousarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[:, :, ::-1])
        whole = np.array([[HAND_SIDE / 2, HAND_SIDE / 2, HAND_SIDE, 0]], np.float32)
        hand = network(ImagePyramid(cv2.resize(small, (HAND_SIDE, HAND_SIDE))), whole)
        if hand.presence[0] > LEAST_PRESENCE:
            # Poses do not depend on place, size or turn: the cut-out's own coordinates will do.
            seen.append((target, hand.points[0]))
    return seen


def examples(hands: list[tuple[np.ndarray, list[tuple[float, np.ndarray]]]]) -> Examples:
    """Every view of every hand; its origin is the hand's number."""
    flat = [
        (view, answer, size, origin)
        for origin, (answer, views) in enumerate(hands)
        for size, view in views
    ]
    landmarks, answers, sizes, origins = (np.array(column) for column in zip(*flat, strict=True))
    return Examples(hand_features.pose_features(landmarks), answers, sizes, origins)


def bits(pattern: str) -> np.ndarray:
    """``"0110000"`` as numbers."""
    return np.array([int(answer) for answer in pattern])


def half(path: str) -> int:
    """0 or 1, by the path alone, so that the halves never move."""
    return hashlib.sha256(path.encode()).digest()[-1] % 2


if __name__ == "__main__":
    main()
