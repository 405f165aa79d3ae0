"""The material exam: photos enrolled as material, asked about edits of them and other pictures.

    NETRAVISION_DATA=../shared/data python benchmarks/material.py

Two hundred ordinary photos and scenes are enrolled, and each is edited in ten ways; the others are
what the edits are laid on, and with single hands, marks and the rendered photos of ``fixtures``
they are the pictures that nothing enrolled is in. The score's intercept was set on edits of every
fourth enrolled photo; asked here are the other three quarters.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import exam
import numpy as np

from netravision.errors import NetravisionError
from netravision.matching.reference import Reference
from netravision.matching.reuse import ReuseIndex
from netravision.matching.transformations import Rgb
from netravision.photo import read_picture

ENROLLED = 200
LONG_SIDE = 1080

Edit = Callable[[Rgb, Rgb, np.random.Generator], Rgb]


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--enrolled", type=int, default=ENROLLED)
    parser.add_argument("--edited", type=int, default=None, help="of them; all if not given")
    parser.add_argument("--others", type=int, default=None, help="other pictures; all if not given")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    folders = [data / "hands" / name for name in ("negatives", "scenes")]
    paths = [path for folder in folders for path in _pictures(folder)]
    paths = [paths[i] for i in np.random.default_rng(0).permutation(len(paths))]
    enrolled, references = {}, []
    for number, path in enumerate(paths[: arguments.enrolled]):
        reference = Reference(f"material-{number}", [_read(path)])
        try:
            ReuseIndex([reference])
        except NetravisionError:
            continue
        references.append(reference)
        enrolled[number] = reference
    start = time.process_time()
    index = ReuseIndex(references)
    print(f"{len(references)} enrolled in {time.process_time() - start:.0f} s (CPU)")

    wrong: list[tuple[float, str, str]] = []
    asked, seconds = 0, 0.0

    def search(rgb: Rgb, truth: str | None, name: str) -> bool:
        nonlocal asked, seconds
        begun = time.process_time()
        found = index.search(rgb)
        seconds += time.process_time() - begun
        asked += 1
        wrong.extend((each.score, each.id, name) for each in found if each.id != truth)
        return any(each.id == truth and each.score >= 0.5 for each in found)

    backgrounds = [_read(path) for path in paths[arguments.enrolled :][:60]]
    edited = [number for number in enrolled if number % 4][: arguments.edited]
    print(f"{'edits of ' + str(len(edited)):<28} recall at score 0.5")
    for edit, apply in EDITS.items():
        hits = []
        for number in edited:
            photo = backgrounds[number % len(backgrounds)]
            rgb = np.asarray(enrolled[number].pictures[0])
            picture = apply(rgb, photo, np.random.default_rng(number))
            hits.append(search(picture, enrolled[number].id, f"{edit} of {number}"))
        print(f"{edit:<28} {np.mean(hits):.3f}", flush=True)
    others = [*paths[arguments.enrolled :], *_other_pictures(data)][: arguments.others]
    for path in others:
        search(_read(path), None, path.relative_to(path.parents[2]).as_posix())
    print(
        f"{asked} pictures, {len(others)} of them others; "
        f"{1000 * seconds / asked:.0f} ms each (CPU)"
    )
    wrong.sort(reverse=True)
    print(f"wrong names above 0.5: {sum(score >= 0.5 for score, *_ in wrong)}; the likeliest:")
    for score, name, where in wrong[:8]:
        print(f"  {score:.3f}  {name} in {where}")


def _pictures(folder: Path) -> list[Path]:
    suffixes = {".jpg", ".jpeg", ".png", ".webp"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


def _other_pictures(data: Path) -> Iterator[Path]:
    yield from _pictures(data / "logos")
    yield from _pictures(data / "hands" / "single")
    yield from _pictures(Path(__file__).resolve().parents[1] / "fixtures" / "photos")


def _read(path: Path) -> Rgb:
    return exam.resize(read_picture(path).rgb, LONG_SIDE)


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


def _off_a_wall(photo: Rgb, rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Half a photo wide, seen from the side, darker to one end, a little blurred, with noise."""
    small = exam.resize(rgb, photo.shape[1] / 2)
    height, width = small.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    lean = rng.uniform(-0.06, 0.06, (4, 2)) * (width, height)
    place = rng.uniform(0.15, 0.4, 2) * (photo.shape[1] - width, photo.shape[0] - height)
    moved = (corners + lean + place.clip(0.08 * width)).astype(np.float32)
    warp = cv2.getPerspectiveTransform(corners, moved)
    size = (photo.shape[1], photo.shape[0])
    lit = small * np.linspace(1.0, rng.uniform(0.5, 0.8), width)[None, :, None]
    laid = cv2.warpPerspective(cv2.GaussianBlur(lit, (0, 0), 1.0), warp, size)
    inside = cv2.warpPerspective(np.ones((height, width), np.float32), warp, size)[..., None]
    seen = photo * (1 - inside) + laid * inside + rng.normal(0, 5, photo.shape)
    return np.asarray(seen.clip(0, 255), np.uint8)


EDITS: dict[str, Edit] = {
    "whole, q15, half size": lambda rgb, photo, rng: _recompressed(rgb),
    "a quarter": lambda rgb, photo, rng: _crop(rgb, 0.5, rng),
    "a quarter, q15": lambda rgb, photo, rng: _recompressed(_crop(rgb, 0.5, rng)),
    "mirrored": lambda rgb, photo, rng: np.ascontiguousarray(rgb[:, ::-1]),
    "text over it": lambda rgb, photo, rng: _texted(rgb),
    "photographed off a wall": lambda rgb, photo, rng: _off_a_wall(photo, rgb, rng),
    "a third of a photo": lambda rgb, photo, rng: _on(photo, rgb, 1 / 3, rng),
    "a quarter, third of a photo": lambda rgb, photo, rng: _on(
        photo, _crop(rgb, 0.5, rng), 1 / 3, rng
    ),
    "a tenth of the width": lambda rgb, photo, rng: _on(photo, rgb, 0.1, rng),
    "a tenth, mirrored": lambda rgb, photo, rng: _on(
        photo, np.ascontiguousarray(rgb[:, ::-1]), 0.1, rng
    ),
}


if __name__ == "__main__":
    main()
