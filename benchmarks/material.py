"""The material exam: photos enrolled as material, asked about edits of them and other photos.

    NETRAVISION_DATA=../shared/data python benchmarks/material.py

Twenty-four ordinary photos are enrolled; the others are pictures they are not in, and what
their edits are laid on. Weights are fitted on half of the enrolled photos and half of the
others, and asked about the rest, both ways; ``--fit`` prints those fitted on all.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from pathlib import Path

import cv2
import exam
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from netravision.matching.reference import Reference
from netravision.matching.reuse import Reuse, ReuseIndex

Rgb = NDArray[np.uint8]

ENROLLED = 24
OTHERS = 100


def main() -> None:
    """Ask, fit crosswise, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fit", action="store_true", help="print the weights for reuse.py")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    pictures = [exam.resize(case.picture, 1080) for case in exam.photo_negatives(data)]
    order = np.random.default_rng(0).permutation(len(pictures))
    enrolled = {f"material-{i}": pictures[i] for i in order[:ENROLLED]}
    others = [pictures[i] for i in order[ENROLLED : ENROLLED + OTHERS]]
    index = ReuseIndex([Reference(name, [rgb]) for name, rgb in enrolled.items()])

    cases: list[tuple[str, str | None, int, list[Reuse]]] = []
    seconds = 0.0
    for number, (name, rgb) in enumerate(enrolled.items()):
        for edit in EDITS:
            rng = np.random.default_rng(number)
            picture = EDITS[edit](rgb, others[number], rng)
            start = time.process_time()
            cases.append((edit, name, number % 2, index.candidates(picture)))
            seconds += time.process_time() - start
    for number, rgb in enumerate(others):
        cases.append(("other photo", None, number % 2, index.candidates(rgb)))
    print(f"{ENROLLED} enrolled, {len(others)} other photos; ", end="")
    print(f"{1000 * seconds / (ENROLLED * len(EDITS)):.0f} ms a picture (CPU)")
    report(cases)
    if arguments.fit:
        print("weights of log(inliers), structure; intercept:", *fit(cases))


def fit(
    cases: list[tuple[str, str | None, int, list[Reuse]]],
) -> tuple[NDArray[np.float64], float]:
    """Logistic weights of the logarithm of the inliers and of the structure."""
    features = np.array([_features(found) for *_, reuses in cases for found in reuses])
    right = np.array([found.id == truth for _, truth, _, reuses in cases for found in reuses])
    model = LogisticRegression(C=1.0, max_iter=2000).fit(features, right)
    return model.coef_[0], float(model.intercept_[0])


def report(cases: list[tuple[str, str | None, int, list[Reuse]]]) -> None:
    """Recall of each edit at the lowest threshold without a false name, and at 0.5."""
    models = [fit([case for case in cases if case[2] != half]) for half in (0, 1)]
    right: dict[str, list[float]] = defaultdict(list)
    wrong: list[float] = [0.0]
    for edit, truth, half, reuses in cases:
        weights, intercept = models[half]
        scores = {
            found.id: 1 / (1 + np.exp(-(_features(found) @ weights + intercept)))
            for found in reuses
        }
        if truth is not None:
            right[edit].append(scores.pop(truth, 0.0))
        wrong += scores.values()
    print(
        f"highest score of a wrong name {max(wrong):.3f}; "
        f"above 0.5: {np.sum(np.array(wrong) > 0.5)}"
    )
    print(f"{'':<24} no false name   score 0.5")
    for edit, values in right.items():
        scores_ = np.array(values)
        print(f"{edit:<24} {np.mean(scores_ > max(wrong)):13.3f} {np.mean(scores_ > 0.5):11.3f}")


def _features(found: Reuse) -> NDArray[np.float64]:
    return np.array([np.log(found.inliers), found.structure])


def _crop(rgb: Rgb, share: float, rng: np.random.Generator) -> Rgb:
    height, width = (round(side * share) for side in rgb.shape[:2])
    y = int(rng.integers(rgb.shape[0] - height + 1))
    x = int(rng.integers(rgb.shape[1] - width + 1))
    return np.ascontiguousarray(rgb[y : y + height, x : x + width])


def _on(photo: Rgb, rgb: Rgb, share: float, rng: np.random.Generator) -> Rgb:
    small = exam.resize(rgb, photo.shape[1] * share * max(rgb.shape[:2]) / rgb.shape[1])
    small = small[: photo.shape[0], : photo.shape[1]]
    out = photo.copy()
    y = int(rng.integers(photo.shape[0] - small.shape[0] + 1))
    x = int(rng.integers(photo.shape[1] - small.shape[1] + 1))
    out[y : y + small.shape[0], x : x + small.shape[1]] = small
    return out


def _texted(rgb: Rgb) -> Rgb:
    out = rgb.copy()
    height, width = rgb.shape[:2]
    out[round(0.6 * height) : round(0.85 * height)] = (200, 20, 30)
    at = (width // 20, round(0.76 * height))
    size = width / 500
    cv2.putText(out, "PILIH NOMOR", at, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), 3)
    return out


def _recompressed(rgb: Rgb) -> Rgb:
    half = exam.resize(rgb, max(rgb.shape[:2]) / 2)
    encoded = cv2.imencode(".jpg", half[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


EDITS = {
    "whole, q15, half size": lambda rgb, photo, rng: _recompressed(rgb),
    "a quarter": lambda rgb, photo, rng: _crop(rgb, 0.5, rng),
    "a quarter, q15": lambda rgb, photo, rng: _recompressed(_crop(rgb, 0.5, rng)),
    "mirrored": lambda rgb, photo, rng: np.ascontiguousarray(rgb[:, ::-1]),
    "text over it": lambda rgb, photo, rng: _texted(rgb),
    "a third of a photo": lambda rgb, photo, rng: _on(photo, rgb, 1 / 3, rng),
    "a tenth of the width": lambda rgb, photo, rng: _on(photo, rgb, 0.1, rng),
}


if __name__ == "__main__":
    main()
