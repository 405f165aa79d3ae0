"""The whole pipeline: beside the obvious script, by stage, at the start.

    NETRAVISION_DATA=../shared/data python benchmarks/pipeline.py --every 4

prints a table for each of

    peer      processor time a photo of profile fast, three detectors, beside a script of
              imagehash.phash, cv2.matchTemplate at several sizes, stock MediaPipe and an HSV mask
    stages    where the time of a photo goes, and what of it is network inference
    start     import netravision, and netravision --help

or of those named with ``--only``. Photos are those of hands/negatives and hands/scenes of 0.6 to
1.6 megapixels; the watchlist is 8 emblems, 3 numbers, 1 color. All is
held to one core, so that no side gains by threads; ours and theirs take turns photo by photo.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, get_args

# One thread, like a worker; read when NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("GLOG_minloglevel", "3")

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from usual_script import COLOR, hsv_mask, match_templates, stock_hands

from netravision import Screener, Watchlist, assets
from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.detectors.building import build_detectors
from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.inspection import inspect_file
from netravision.inference import Network

Rgb = NDArray[np.uint8]

MEGAPIXELS = (0.6, 1.6)
#: LiteRT plans a network again when the size of its input differs from the last.
NETWORKS = ("networks", "networks at another size")
EMBLEMS = 8


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    tables = ("peer", "stages", "start")
    parser.add_argument("--only", nargs="+", choices=tables, default=tables)
    parser.add_argument("--every", type=int, default=1, help="only every N-th photo")
    parser.add_argument("--profiles", nargs="+", default=list(get_args(Profile)))
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    if set(args.only) != {"start"}:
        data = Path(os.environ["NETRAVISION_DATA"]).resolve()
        photos = sorted(
            path
            for folder in ("negatives", "scenes")
            for path in (data / "hands" / folder).rglob("*.*")
        )
        with tempfile.TemporaryDirectory() as folder:
            watchlist = write_watchlist(data / "logos" / "provinces", Path(folder))
            chosen = [path for path in photos if _about_one_megapixel(path)][:: args.every]
            if "peer" in args.only:
                beside_the_script(chosen, watchlist)
            if "stages" in args.only:
                for profile in args.profiles:
                    by_stage(chosen, watchlist, profile)
    if "start" in args.only:
        start()


def write_watchlist(provinces: Path, folder: Path) -> Path:
    """8 emblems, 3 numbers, 1 color; the first drawing of each province."""
    lines = ["schema = 1", 'name = "Pipeline"']
    for province in sorted(path for path in provinces.iterdir() if path.is_dir())[:EMBLEMS]:
        drawing = next(
            path for path in sorted(province.iterdir()) if path.suffix in (".png", ".jpg")
        )
        image = shutil.copyfile(drawing, folder / f"{province.name}{drawing.suffix}")
        lines += ["[[emblem]]", f'id = "{province.name}"', f'label = "{province.name}"']
        lines += [f'images = ["{image.name}"]']
    for value in (1, 2, 3):
        lines += ["[[number]]", f"value = {value}", f'label = "Paslon {value}"']
    lines += ["[[color]]", 'id = "jingga"', 'label = "Jingga"', f'srgb = "{COLOR}"']
    lines += ["tolerance = 10.0", "min_area = 0.08"]
    file = folder / "watchlist.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _about_one_megapixel(path: Path) -> bool:
    try:
        size = inspect_file(path).size
    except PhotoError:
        return False
    return size is not None and MEGAPIXELS[0] <= size[0] * size[1] / 1e6 <= MEGAPIXELS[1]


# Beside the script


def beside_the_script(photos: list[Path], watchlist: Path) -> None:
    """Processor time a photo of both, in turn."""
    spent: dict[str, list[float]] = defaultdict(list)
    emblems = [
        np.asarray(cv2.cvtColor(read_image(file).rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        for file in sorted(watchlist.parent.iterdir())
        if file != watchlist
    ]
    hands = stock_hands(assets.load("hand_landmarker.task"))
    parts: dict[str, Callable[[Rgb], object]] = {
        "matchTemplate, photo as it is": lambda rgb: match_templates(rgb, emblems),
        "matchTemplate, at 640 pixels": lambda rgb: match_templates(
            resize_longest_side(rgb, 640, enlarge=False), emblems
        ),
        "stock HandLandmarker": hands,
        "HSV mask": hsv_mask,
    }
    with Screener(Watchlist.load(watchlist), "fast") as screener:
        for number, photo in enumerate([photos[0], *photos]):
            if number == 1:
                spent.clear()  # the first is a warm-up
            with timed(spent, "netravision fast"):
                screener.screen(photo)
            with timed(spent, "decode and phash"):
                image = Image.open(photo).convert("RGB")
                imagehash.phash(image)
                rgb = np.asarray(image)
            for name, look in parts.items():
                with timed(spent, name):
                    look(rgb)
    print(f"\n{len(photos)} photos of {MEGAPIXELS[0]} to {MEGAPIXELS[1]} MP, one core")
    print(f"{'ms of processor a photo':32} {'mean':>8} {'median':>8}")
    for name, seconds in spent.items():
        print(f"{name:32} {1e3 * np.mean(seconds):8.1f} {1e3 * median(seconds):8.1f}")
    ours = sum(spent["netravision fast"])
    common = ("decode and phash", "stock HandLandmarker", "HSV mask")
    for how in ("photo as it is", "at 640 pixels"):
        theirs = sum(sum(spent[name]) for name in (*common, f"matchTemplate, {how}"))
        print(
            f"script, matching {how}: {1e3 * theirs / len(photos):.1f} ms, "
            f"netravision does {theirs / ours:.2f} × the photos"
        )
    sys.stdout.flush()


@contextmanager
def timed(spent: dict[str, list[float]], name: str) -> Iterator[None]:
    """Add the processor time of the block."""
    began = time.process_time()
    yield
    spent[name].append(time.process_time() - began)


# By stage


def by_stage(photos: list[Path], watchlist: Path, profile: Profile) -> None:
    """Print milliseconds a photo by stage; of the networks apart from what is around them."""
    spent: dict[str, list[float]] = defaultdict(list)
    calls = 0

    def run(network: Network, pixels: NDArray[np.float32]) -> list[NDArray[Any]]:
        nonlocal calls
        calls += 1
        with timed(spent, "networks"):
            return plain(network, pixels)

    def fit(network: Network, pixels: NDArray[np.float32]) -> None:
        with timed(spent, "networks at another size"):
            plain_fit(network, pixels)

    plain, plain_fit = Network._run, Network._fit
    Network._run, Network._fit = run, fit  # type: ignore[method-assign]
    stages: dict[str, float] = {}
    outside: dict[str, float] = defaultdict(float)
    try:
        (detectors,) = build_detectors(
            Watchlist.load(watchlist), profile, observations=True, threads=1
        )
        emblem, hands, insignia = detectors
        looks: dict[str, Callable[[ImagePyramid], object]] = {
            "emblem": lambda picture: emblem.detect(picture, "post"),
            "hands": lambda picture: hands.detect(picture, "post"),
            "badges": insignia._badges.look,  # type: ignore[attr-defined]
            "colors": insignia._colors.look,  # type: ignore[attr-defined]
        }
        for number, photo in enumerate([photos[0], *photos]):
            if number == 1:
                spent.clear()
                outside.clear()
                calls = 0
            with timed(spent, "decode, fingerprint"):
                picture = ImagePyramid(read_image(photo).rgb)
            for name, look in looks.items():
                before = _of_networks(spent)
                with timed(spent, name):
                    look(picture)
                outside[name] += spent[name][-1] - (_of_networks(spent) - before)
    finally:
        Network._run, Network._fit = plain, plain_fit  # type: ignore[method-assign]
    count = len(photos)
    stages["decode, fingerprint"] = 1e3 * sum(spent["decode, fingerprint"]) / count
    for name in NETWORKS:
        stages[name] = 1e3 * sum(spent[name]) / count
    for name, seconds in outside.items():
        stages[f"{name}, outside networks"] = 1e3 * seconds / count
    total = sum(stages.values())
    print(f"\n{profile}, {count} photos, {total:.0f} ms a photo, {calls / count:.1f} network calls")
    for name, value in stages.items():
        print(f"  {name:26} {value:7.1f} ms {value / total:6.1%}")
    over = 1 - (stages["decode, fingerprint"] + sum(stages[name] for name in NETWORKS)) / total
    print(f"  outside decoding and networks       {over:6.1%}")
    sys.stdout.flush()


def _of_networks(spent: dict[str, list[float]]) -> float:
    return sum(sum(spent[name]) for name in NETWORKS)


# The start


def start() -> None:
    """Time from nothing, the best of several."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "import netravision": ["-c", "import netravision"],
        "netravision --help": ["-m", "netravision", "--help"],
    }
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(9):
        for name, words in commands.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - began)
    print("\nms from nothing, the best of nine; Python's own start is in all three")
    print(json.dumps({name: round(1e3 * seconds) for name, seconds in best.items()}))


if __name__ == "__main__":
    main()
