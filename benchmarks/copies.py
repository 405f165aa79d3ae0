"""Could a photo be passed over because it is another one recompressed? What each way overlooks.

    python -m benchmarks.copies               ways to compare: what they recognise and overlook
    python -m benchmarks.copies --findings    whether a recompressed photo has the same findings

Real photos (NETRAVISION_DATA) are compressed as platforms do it, and changed where it matters: a
finger more on a hand of the usual size, a number drawn. Each way gets the largest threshold at
which it takes no changed picture for a copy among the even photos; printed is what it then does
to the odd ones. The results are read in ``docs/decisions/0014-copies.md``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fixtures.hand import paste, trace_hand
from netravision import Screener, Watchlist
from netravision.core.box import pair_iou
from netravision.core.hamming import hamming_distances
from netravision.core.hashing import luma, phash256
from netravision.core.resizing import longest_side_size
from netravision.finding import Finding
from netravision.imaging.image import read_image

Rgb = NDArray[np.uint8]
Difference = Callable[[Rgb, Rgb], float]

ROOT = Path(__file__).parents[1]

#: Larger photos are reduced first, as they would be by the platform they come from.
LONGEST = 2048

#: A hand's longer side in the longer side of the photo: the median of real scenes, and twice that.
HANDS = (0.024, 0.048)

#: Bits of 256 up to which PDQ, after which the hash is made, speaks of a match.
MATCH = 31

FRAMES = "a series, other fingers"

#: Levels of 255 by which a change must show somewhere, over the breadth of a finger. What shows
#: less is no change to a person either.
SHOWS = 10.0


def main() -> None:
    """Print one of the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("NETRAVISION_DATA"))
    parser.add_argument("--every", type=int, default=1, help="only every N-th photo")
    parser.add_argument("--findings", action="store_true")
    args = parser.parse_args()
    if args.data is None:
        parser.error("name the evaluation data with --data, or set NETRAVISION_DATA")
    cv2.setNumThreads(1)
    folder = Path(args.data) / "hands"
    if args.findings:
        print_findings(folder, args.every)
    else:
        print_ways(folder, args.every)


def print_ways(folder: Path, every: int) -> None:
    """Recompressed pictures recognised, and changed ones taken for copies, way by way."""
    halves: list[dict[tuple[str, str], list[dict[str, float]]]] = [
        defaultdict(list),
        defaultdict(list),
    ]
    labels = json.loads((folder / "scenes_labels.json").read_text(encoding="utf-8"))
    scenes = sorted(labels)
    negatives = sorted(p.relative_to(folder).as_posix() for p in folder.glob("negatives/**/*.*"))
    for number, path in enumerate([*scenes, *negatives[::4]][::every]):
        photo = read_image(folder / path).rgb
        scale = min(1.0, LONGEST / max(photo.shape[:2]))
        photo = reduced(photo, LONGEST)
        boxes = [[scale * value for value in hand["bbox"]] for hand in labels.get(path, [])]
        found = halves[number % 2]
        for name, copy in platforms(photo):
            found["same", name].append(differences(photo, copy))
        for name, before, after in changes(photo, boxes, np.random.default_rng(number)):
            if shows(before, after):
                for _, copy in list(platforms(after))[:: len(PLATFORMS) - 1]:
                    found["changed", name].append(differences(before, copy))
    for number, (one, other) in enumerate(frames(folder)):
        halves[number % 2]["changed", FRAMES].append(differences(one, other))
    tuned, tried = halves
    thresholds = {
        way: min(d[way] for (what, _), rows in tuned.items() if what == "changed" for d in rows)
        for way in WAYS
    }
    print("| | number |", " | ".join(WAYS), "|\n|---|---|" + "---|" * len(WAYS))
    print("| threshold, below | |", " | ".join(f"{thresholds[way]:.3g}" for way in WAYS), "|")
    for (what, name), rows in sorted(tried.items(), reverse=True):
        cells = []
        for way in WAYS:
            taken = sum(row[way] < thresholds[way] for row in rows)
            cells.append(f"{taken / len(rows):.2f}" if what == "same" else str(taken))
        print(f"| {what}: {name} | {len(rows)} |", " | ".join(cells), "|")
    print("\n256-bit hash, bits apart:")
    for what in ("same", "changed"):
        apart = [row["256 bits"] for key, rows in tried.items() if key[0] == what for row in rows]
        least, most = min(apart), max(apart)
        print(f"{what}: {least:.0f} to {most:.0f}, median {np.median(apart):.0f}")
    apart = [row["256 bits"] for half in halves for row in half["changed", FRAMES]]
    print(f"{FRAMES}: {len(apart)} pairs within {MATCH}, the nearest {min(apart):.0f}")


def print_findings(folder: Path, every: int) -> None:
    """How often a recompressed scene has other findings than the scene."""
    scenes = sorted(json.loads((folder / "scenes_labels.json").read_text(encoding="utf-8")))
    other: dict[str, list[tuple[bool, int, int]]] = defaultdict(list)
    with Screener(Watchlist.default(), "balanced") as screener:
        for path in scenes[::every]:
            photo = reduced(read_image(folder / path).rgb, LONGEST)
            own = screener.screen(photo).findings
            for name, copy in platforms(photo):
                scale = max(photo.shape) / max(copy.shape)
                again = screener.screen(copy).findings
                lost = sum(not any(agree(f, g, scale) for g in again) for f in own)
                new = sum(not any(agree(f, g, scale) for f in own) for g in again)
                other[name].append((bool(own or again), lost, new))
    print("| | photos with findings in either | of these with other findings | lost | new |")
    print("|---|---|---|---|---|")
    for name, rows in other.items():
        differing = sum(bool(lost or new) for _, lost, new in rows)
        lost, new = (sum(row[i] for row in rows) for i in (1, 2))
        print(f"| {name} | {sum(row[0] for row in rows)} | {differing} | {lost} | {new} |")


def agree(one: Finding, copied: Finding, scale: float) -> bool:
    """Whether a finding in the copy says the same of the same place."""
    if one.rule != copied.rule or (one.box is None) != (copied.box is None):
        return False
    if one.box is None or copied.box is None:
        return True
    x0, y0, x1, y1 = (value * scale for value in copied.box)
    return pair_iou(one.box, (x0, y0, x1, y1)) > 0.5


def reduced(rgb: Rgb, longer: float, how: Image.Resampling = Image.Resampling.LANCZOS) -> Rgb:
    """Shrunken to a longer side of so many pixels, if it has more."""
    height, width = rgb.shape[:2]
    if longer >= max(height, width):
        return rgb
    return np.asarray(Image.fromarray(rgb).resize(longest_side_size((width, height), longer), how))


def compressed(rgb: Rgb, quality: int, **options: object) -> Rgb:
    """Through a JPEG file and back."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality, **options)
    return read_image(file.getvalue()).rgb


#: Longer side in pixels or in parts of the photo's, whichever is less; quality.
PLATFORMS = {
    "q90": [(9999, 1.0, 90)],
    "q75": [(9999, 1.0, 75)],
    "q60": [(9999, 1.0, 60)],
    "q45": [(9999, 1.0, 45)],
    "q30": [(9999, 1.0, 30)],
    "1600 q75": [(1600, 0.8, 75)],
    "1280 q80": [(1280, 0.75, 80)],
    "720 q80": [(720, 0.5, 80)],
    "1600 q75, then 1080 q75": [(1600, 0.8, 75), (1080, 0.67, 75)],
    "1080 q75": [(1080, 0.67, 75)],
}


def platforms(photo: Rgb) -> Iterator[tuple[str, Rgb]]:
    """The photo as it comes back from chat programs and social media."""
    for name, chain in PLATFORMS.items():
        copy = photo
        for pixels, share, quality in chain:
            copy = reduced(copy, min(pixels, share * max(photo.shape)), Image.Resampling.BICUBIC)
            copy = compressed(copy, quality)
        yield name, copy


def changes(
    photo: Rgb, boxes: list[list[float]], rng: np.random.Generator
) -> Iterator[tuple[str, Rgb, Rgb]]:
    """The photo before and after something changed that a person would have to see."""
    height, width = photo.shape[:2]
    longer = max(height, width)
    for share in HANDS:
        length = max(16.0, share * longer)
        left = int(rng.uniform(0, max(1, width - 2 * length)))
        top = int(rng.uniform(0, max(1, height - 2 * length)))
        seed = int(rng.integers(1000))
        for fewer, more in (("two", "three"), ("three", "four")):
            one, other = photo.copy(), photo.copy()
            for canvas, pose in ((one, fewer), (other, more)):
                hand = trace_hand(pose, length_px=length, seed=seed)
                paste(canvas, hand.rgb, hand.alpha, left, top)
            yield f"a finger more, {100 * share:.1f} %", one, other
    for x0, y0, x1, y1 in boxes:
        box = np.s_[max(0, int(y0)) : int(y1), max(0, int(x0)) : int(x1)]
        if min(photo[box].shape[:2]) < 8:
            continue
        other = photo.copy()
        other[box] = photo[box][:, ::-1]
        yield "a hand mirrored", photo, other
        painted = np.zeros((height, width), np.uint8)
        side = max(x1 - x0, y1 - y0)
        x, y = x0 + rng.uniform(0.3, 0.7) * (x1 - x0), y0 + 0.05 * (y1 - y0)
        tip, root = (int(x), int(y)), (int(x), int(y + 0.4 * side))
        cv2.line(painted, tip, root, 255, max(2, round(0.14 * side)))
        yield "a finger painted out", photo, cv2.inpaint(photo, painted, 3, cv2.INPAINT_TELEA)
    other = photo.copy()
    place = int(rng.uniform(0, 0.8 * width)), int(rng.uniform(0.1, 0.9) * height)
    cv2.putText(other, str(rng.integers(1, 5)), place, 0, 0.0015 * longer, (210, 30, 30), 2)
    yield "a number drawn", photo, other
    mark = Image.open(ROOT / "fixtures" / "marks" / "fajar.png").convert("RGBA")
    mark.thumbnail((0.05 * longer, 0.05 * longer))
    other = photo.copy()
    rgba = np.asarray(mark)
    paste(other, rgba[..., :3], rgba[..., 3].astype(np.float32) / 255, *place)
    yield "a symbol pasted", photo, other
    yield "mirrored", photo, np.ascontiguousarray(photo[:, ::-1])
    edge_y, edge_x = max(1, height // 100), max(1, width // 100)
    cut = np.ascontiguousarray(photo[edge_y:-edge_y, edge_x:-edge_x])
    yield "cut by 2 %", photo, cut


def shows(before: Rgb, after: Rgb) -> bool:
    """Whether a change can be seen at all."""
    if before.shape != after.shape:
        return True
    breadth = max(2, round(0.1 * HANDS[0] * max(before.shape)))
    change = cv2.blur(before.astype(np.float32) - after.astype(np.float32), (breadth, breadth))
    return bool(np.abs(change).max() >= SHOWS)


def frames(folder: Path) -> Iterator[tuple[Rgb, Rgb]]:
    """Real pictures so alike that the hash takes them for one, with another count of fingers."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["split"] == "single" and r["finger_count"]]
    pictures = [read_image(folder / row["path"]).rgb for row in rows]
    hashes, _ = phash256([luma(rgb) for rgb in pictures])
    close = hamming_distances(hashes, hashes) <= MATCH
    for i, j in np.argwhere(np.triu(close, 1)):
        same_size = pictures[i].shape == pictures[j].shape
        if same_size and rows[i]["finger_count"] != rows[j]["finger_count"]:
            yield pictures[i], pictures[j]


def differences(photo: Rgb, copy: Rgb) -> dict[str, float]:
    """How far apart two pictures are, by each way."""
    return {way: difference(photo, copy) for way, difference in WAYS.items()}


def bits(photo: Rgb, copy: Rgb) -> float:
    """Of the 256-bit hash: 32 bytes a photo to keep."""
    one, other = phash256([luma(photo), luma(copy)])[0]
    return float(hamming_distances(one[None], other[None])[0, 0])


def cells(photo: Rgb, copy: Rgb) -> float:
    """Largest difference among mean brightnesses of 128 cells a side: some 10 kB to keep."""
    one, other = (
        cv2.resize(luma(rgb).astype(np.float32), (128, 128), interpolation=cv2.INTER_AREA)
        for rgb in (photo, copy)
    )
    return float(np.abs(one - other).max())


def pixels(photo: Rgb, copy: Rgb) -> float:
    """Largest difference over 5 × 5 pixels; both files must be at hand."""
    one, other = _grays(photo, copy)
    return float(np.abs(cv2.blur(one - other, (5, 5))).max())


def contrast(photo: Rgb, copy: Rgb) -> float:
    """The same, forgiven where there are edges, which compression changes most."""
    one, other = _grays(photo, copy)
    edges = cv2.blur(np.abs(cv2.Laplacian(one, cv2.CV_32F)), (9, 9))
    return float((np.abs(cv2.blur(one - other, (5, 5))) / (4 + edges)).max())


def _grays(photo: Rgb, copy: Rgb) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    size = copy.shape[1::-1]
    if photo.shape != copy.shape:
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return luma(photo).astype(np.float32), luma(copy).astype(np.float32)


WAYS: dict[str, Difference] = {
    "256 bits": bits,
    "128 × 128 cells": cells,
    "every pixel": pixels,
    "pixels, less edges": contrast,
}


if __name__ == "__main__":
    main()
