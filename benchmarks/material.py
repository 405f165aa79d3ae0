"""The material exam: photos enrolled as material, asked about edits of them and other photos.

    NETRAVISION_DATA=../shared/data python benchmarks/material.py

Sixteen ordinary photos are enrolled; sixty others are pictures they are not in, and what their
edits are laid on. Nothing was fitted to them.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import exam
import numpy as np
from numpy.typing import NDArray

from netravision.matching.reference import Reference
from netravision.matching.reuse import ReuseIndex

Rgb = NDArray[np.uint8]

ENROLLED = 16
OTHERS = 60


def main() -> None:
    """Ask and print."""
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    pictures = [exam.resize(case.picture, 1080) for case in exam.photo_negatives(data)]
    order = np.random.default_rng(0).permutation(len(pictures))
    enrolled = {f"material-{i}": pictures[i] for i in order[:ENROLLED]}
    others = [pictures[i] for i in order[ENROLLED : ENROLLED + OTHERS]]
    index = ReuseIndex([Reference(name, [rgb]) for name, rgb in enrolled.items()])

    wrong: list[float] = []
    asked, start = 0, time.process_time()
    print(f"{'':<24} recall at score 0.5")
    for edit, apply in EDITS.items():
        hits = []
        for number, (name, rgb) in enumerate(enrolled.items()):
            found = index.search(apply(rgb, others[number], np.random.default_rng(number)))
            hits.append(any(each.id == name and each.score >= 0.5 for each in found))
            wrong += [each.score for each in found if each.id != name]
            asked += 1
        print(f"{edit:<24} {np.mean(hits):.3f}")
    for rgb in others:
        wrong += [each.score for each in index.search(rgb)]
        asked += 1
    print(f"{asked} pictures, {1000 * (time.process_time() - start) / asked:.0f} ms each (CPU);")
    above = np.sum(np.array(wrong) >= 0.5)
    print(f"wrong names above 0.5: {above}, highest {max(wrong, default=0):.3f}")


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
