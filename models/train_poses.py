"""Train ``hand_poses.npz``, the small network that reads poses from landmarks.

    NETRAVISION_DATA=... python models/train_poses.py [--renders 900]

Needs scikit-learn. Trained on rendered hands of every pose, on random patterns of fingers, and
on half of ``hands/single`` (chosen by the hash of the path); tested on the other half, and, with
other weights that are not kept, on each source of ``single`` when only the two others and the
renders are known. Prints what ``models/hand_poses.md`` quotes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import sys
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # fixtures/ is no installed package
sys.path.insert(0, str(ROOT / "models"))

from build import MODELS, write_checksums  # noqa: E402

from fixtures.hand import SKINS, render_hand  # noqa: E402
from fixtures.poses import (  # noqa: E402
    CURLED,
    POSES,
    STRAIGHT,
    THUMB_ACROSS_PALM,
    THUMB_OUT,
    THUMB_OVER_FINGERS,
    THUMB_SQUARE,
    Pose,
)
from netravision import photo  # noqa: E402
from netravision.core import joints  # noqa: E402
from netravision.detectors.hands.finder import EFFORTS, Finder  # noqa: E402

SEEDS = (0, 1, 2)
HIDDEN = 48
# Of 0.1, 1 and 5, the best on unseen sources with renders.
WEIGHT_DECAY = 1.0

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


def main() -> None:
    """Train, test, print, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renders", type=int, default=900)
    renders = parser.parse_args().renders
    finder = Finder(EFFORTS["fast"])
    rendered, rendered_answers = render_features(finder, renders)
    print(f"{len(rendered)} of {renders} rendered hands found")
    singles, rows = single_features(finder, Path(os.environ["NETRAVISION_DATA"]) / "hands")
    count = np.array([int(row["finger_count"]) for row in rows])
    # "three_any" does not say which three fingers, so it can test counts but teach nothing.
    known = np.array([row["label_pose"] in ANSWERS for row in rows])
    answers = np.array([bits(ANSWERS.get(row["label_pose"], "0111000")) for row in rows])
    source = np.array([row["source_repo"] for row in rows])
    first_half = np.array([half(row["path"]) == 0 for row in rows])

    for name in np.unique(source):
        train = known & (source != name)
        weights = fit(singles[train], answers[train], rendered, rendered_answers)
        test = source == name
        right = (fingers(weights, singles[test]).sum(axis=1) == count[test]).mean()
        print(f"count right on {name}, never seen: {right:.3f} of {test.sum()}")
    nothing = np.zeros(len(rows), bool)
    weights = fit(singles[nothing], answers[nothing], rendered, rendered_answers)
    right = (fingers(weights, singles).sum(axis=1) == count).mean()
    print(f"count right, trained on renders alone: {right:.3f} of {len(rows)}")
    weights = fit(
        singles[known & first_half], answers[known & first_half], rendered, rendered_answers
    )
    for name, part in (("trained", first_half), ("other", ~first_half)):
        right = (fingers(weights, singles[part]).sum(axis=1) == count[part]).mean()
        print(f"count right on the {name} half: {right:.3f} of {part.sum()}")
    np.savez(MODELS / "hand_poses.npz", **weights)
    write_checksums(MODELS)


def fit(
    singles: np.ndarray, answers: np.ndarray, rendered: np.ndarray, rendered_answers: np.ndarray
) -> dict[str, np.ndarray]:
    """Weights of the networks trained on both parts, named as ``PoseReader`` reads them."""
    features = np.concatenate([singles, rendered])
    targets = np.concatenate([answers, rendered_answers])
    scaler = StandardScaler().fit(features)
    networks = [
        MLPClassifier((HIDDEN,), alpha=WEIGHT_DECAY, max_iter=400, random_state=seed).fit(
            scaler.transform(features), targets
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


def fingers(weights: dict[str, np.ndarray], features: np.ndarray) -> np.ndarray:
    """(N, 5) which fingers are out, by the same sums as ``PoseReader.answers``."""
    inputs = (features - weights["mean"]) / weights["scale"]
    hidden = np.maximum(np.einsum("nf,efh->enh", inputs, weights["w1"]) + weights["b1"], 0)
    logits = np.einsum("enh,eho->eno", hidden, weights["w2"]) + weights["b2"]
    return (1 / (1 + np.exp(-logits))).mean(axis=0)[:, :5] > 0.5


def single_features(finder: Finder, folder: Path) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Features of the surest hand of each single photo, and its row of the manifest."""
    features, rows = [], []
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["split"] == "single" and row["finger_count"]:
                hands = finder(photo.read_picture(folder / row["path"]).rgb)
                if len(hands.landmarks):
                    features.append(joints.describe(hands.landmarks[:1])[0])
                    rows.append(row)
    return np.array(features), rows


def render_features(finder: Finder, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and answers of rendered hands that were found where they are."""
    rng = np.random.default_rng(7)
    named = [name for name in POSES if name in ANSWERS]
    features, answers = [], []
    for seed in range(number):
        name = named[rng.integers(len(named))]
        answer = bits(ANSWERS[name])
        if rng.random() < 0.45:
            POSES["drawn by lot"], answer = random_pose(rng)
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
        found = finder(np.ascontiguousarray(hand.rgb)).landmarks
        truth = hand.landmarks.reshape(-1, 21, 2)[0]
        apart = np.linalg.norm(found[:, :, :2] - truth, axis=2).mean(axis=1)
        # Landmarks further off than a fifth of the hand teach nothing about its fingers.
        if len(found) and apart.min() < 0.22 * np.ptp(truth, axis=0).max():
            features.append(joints.describe(found[[apart.argmin()]])[0])
            answers.append(answer)
    return np.array(features), np.array(answers)


def random_pose(rng: np.random.Generator) -> tuple[Pose, np.ndarray]:
    """Any pattern of fingers, a curled O, a relaxed hand, or a loose thumb."""
    kind = rng.random()
    if kind < 0.12:
        flex = ((40, 50, 26), (44, 52, 28), (46, 54, 28), (48, 56, 30))
        return Pose((0,) * 5, ((34, 46), (22, 34), (10, 24)), flex), bits("0000010")
    if kind < 0.30:
        bend = rng.uniform(0.25, 0.75)
        relaxed = tuple(tuple(bend * np.array(CURLED) + rng.normal(0, 8, 3)) for _ in range(4))
        return Pose((0,) * 5, ((40, 30), (20, 20), (10, 12)), relaxed), bits("0000000")
    if kind < 0.42:
        # People who show one or two often let the thumb lie along the hand: it is not out.
        share = rng.uniform(0.35, 0.65)
        loose = tuple(
            tuple(share * np.array(out) + (1 - share) * np.array(folded))
            for out, folded in zip(THUMB_OUT, THUMB_ACROSS_PALM, strict=True)
        )
        middle = int(rng.integers(2))
        flex = (STRAIGHT, STRAIGHT if middle else CURLED, CURLED, CURLED)
        turn = (float(rng.choice((0, 60, 90))), 0.0, 0.0)
        pose = Pose((0, 1, middle, 0, 0), loose, flex, (8, -6, -5, -8), turn)
        return pose, np.array([0, 1, middle, 0, 0, 0, 0])
    thumbs = ((THUMB_OUT, 1), (THUMB_SQUARE, 1), (THUMB_ACROSS_PALM, 0), (THUMB_OVER_FINGERS, 0))
    thumb, thumb_out = thumbs[rng.integers(4)]
    out = rng.integers(0, 2, 4)
    pose = Pose(
        (thumb_out, *out),
        thumb,
        tuple(STRAIGHT if finger else CURLED for finger in out),
        tuple(rng.uniform((0, -8, -13, -24), (14, 3, -3, -6))),
        (float(rng.choice((0, 0, 90, -90))), 0.0, 0.0),
    )
    return pose, np.array([thumb_out, *out, 0, 0])


def bits(pattern: str) -> np.ndarray:
    """``"0110000"`` as numbers."""
    return np.array([int(answer) for answer in pattern])


def half(path: str) -> int:
    """0 or 1, by the path alone, so that the halves never move."""
    return hashlib.sha256(path.encode()).digest()[-1] % 2


if __name__ == "__main__":
    main()
