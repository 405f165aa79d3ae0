"""Symbols, badges, colors and material, one measured line each.

    python -m benchmarks.insignia --data ../shared/data

Badges are drawn with fonts of families that the digit network never saw: see
benchmarks/badge_pictures.py for the packages to install.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import time
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.badge_pictures import (
    BESIDE,
    COLORS,
    draw_badges,
    draw_beside,
    draw_on_people,
    draw_others,
    rgb_of,
)
from netravision.arguments import Profile
from netravision.core.color import linear_to_srgb, srgb_to_linear
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.detectors.insignia.badges import Badges
from netravision.detectors.insignia.colors import Colors
from netravision.detectors.insignia.marks import Marks
from netravision.detectors.insignia.text_reader import TextReader
from netravision.imaging.image import read_image
from netravision.shared_people import SharedPeopleNetwork
from netravision.watchlist import Color, Material, Number, Symbol, Watchlist

Rgb = NDArray[np.uint8]

GROUPS_A_COLOR = 10

#: What a campaign is annotated with, and the color that stands for it.
CAMPAIGNS = {"golkar": "yellow", "pdip": "red"}

#: Gains of linear red, green and blue.
LIGHTS = {
    "daylight": (1.0, 1.0, 1.0),
    "lamp": (1.3, 1.0, 0.62),
    "shade": (0.85, 1.0, 1.25),
    "tube": (0.9, 1.08, 0.85),
}


def ordinary_photos(data: Path) -> list[Path]:
    """The photos on which nobody shows anything."""
    with (data / "hands" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [data / "hands" / row["path"] for row in rows if row["split"] == "negatives"]


def single_hands(data: Path) -> list[Path]:
    """Photos of one hand."""
    return sorted((data / "hands" / "single").rglob("*.*g"))


def scenes(data: Path) -> list[Path]:
    """Groups of people, events, streets."""
    return sorted(
        path for path in (data / "hands" / "scenes").rglob("*.*") if path.suffix != ".json"
    )


def in_the_wild(data: Path) -> list[dict[str, Any]]:
    """Annotated screens, posters and photos."""
    text = (data / "logos" / "in_the_wild" / "annotations.json").read_text(encoding="utf-8")
    return list(json.loads(text))


def measure_symbols_and_material(data: Path) -> None:
    """Party marks enrolled from one drawing, looked for in the annotated pictures."""
    files = sorted((data / "logos" / "parties").glob("*/01.*"))
    rules = tuple(
        Symbol(id=path.parent.name, label=path.parent.name, images=(path,)) for path in files
    )
    wild = in_the_wild(data)
    materials = tuple(
        Material(id=f"photo-{number}", label="photo", images=(data / "logos" / str(item["path"]),))
        for number, item in enumerate(wild[:10])
    )
    watchlist = Watchlist(schema=1, name="measured", symbol=rules, material=materials)
    finder = Marks(watchlist)
    enrolled = {rule.id for rule in rules}
    found = labelled = named_wrongly = reused = reused_wrongly = 0
    for number, item in enumerate(wild):
        truth = {
            box["label"].removeprefix("party:")
            for box in item["boxes"]
            if box["label"].startswith("party:")
        } & enrolled
        picture = read_image(data / "logos" / str(item["path"])).rgb
        height, width = picture.shape[:2]
        corner = picture[: int(height * 0.6), : int(width * 0.6)]
        rules_seen = {finding.rule for finding in finder.look(ImagePyramid(picture)).findings}
        symbols = {rule.removeprefix("symbol-") for rule in rules_seen if "symbol-" in str(rule)}
        labelled, found = labelled + len(truth), found + len(truth & symbols)
        named_wrongly += len(symbols - truth)
        again = {finding.rule for finding in finder.look(ImagePyramid(corner)).findings}
        again = {rule for rule in again if str(rule).startswith("material-")}
        reused += f"material-photo-{number}" in again
        reused_wrongly += bool(again - {f"material-photo-{number}"})
    print(
        f"symbols   | {found} of {labelled} labelled party marks in {len(wild)} real pictures "
        f"found, {named_wrongly} named that are not labelled"
    )
    print(
        f"material  | {reused} of {len(materials)} enrolled pictures found in a crop of 36 %, "
        f"{reused_wrongly} of {len(wild)} crops given a wrong one"
    )


def measure_badges(data: Path, profile: Profile) -> None:
    """Drawn badges, and every number 1 to 99 asked for on pictures without a badge."""
    numbers = tuple(Number(value=value, label=str(value)) for value in range(1, 100))
    finder = Badges(Watchlist(version=1, name="badges", numbers=numbers), profile)
    drawn = draw_badges()
    right = wrong = 0
    for badge in drawn:
        found = finder.look(ImagePyramid(badge.picture)).findings
        right += any(int(finding.label) == int(badge.digits) for finding in found)
        wrong += any(int(finding.label) != int(badge.digits) for finding in found)
    fonts = len({badge.font for badge in drawn})
    print(
        f"badges    | {len(drawn)} drawn with {fonts} fonts not trained with: recall "
        f"{right / len(drawn):.3f}, wrong number on {wrong / len(drawn):.3f}"
    )
    for place, badges in draw_on_people().items():
        right = sum(
            any(
                int(finding.label) == int(badge.digits)
                for finding in finder.look(ImagePyramid(badge.picture)).findings
            )
            for badge in badges
        )
        print(f"badges    | {right} of {len(badges)} on drawn {place} found")
    for kind, pictures in draw_others().items():
        flagged = sum(bool(finder.look(ImagePyramid(picture)).findings) for picture in pictures)
        print(f"badges    | {flagged} of {len(pictures)} drawn {kind} flagged")
    found = labelled = wrong = 0
    wild = in_the_wild(data)
    for item in wild:
        prefix = "ballot-number:"
        truth = {
            int(box["label"].removeprefix(prefix))
            for box in item["boxes"]
            if box["label"].startswith(prefix)
        }
        seen = finder.look(
            ImagePyramid(read_image(data / "logos" / str(item["path"])).rgb)
        ).findings
        values = {int(finding.label) for finding in seen}
        labelled, found = labelled + len(truth), found + len(truth & values)
        wrong += bool(values - truth)
    print(
        f"badges    | {found} of {labelled} ballot numbers of {len(wild)} real pictures found, "
        f"{wrong} pictures flagged for another"
    )
    avatars = sorted((data / "logos" / "avatars_negative").rglob("*.*g"))
    for name, paths in (
        ("ordinary photos", ordinary_photos(data)),
        ("group scenes", scenes(data)),
        ("photos of single hands", single_hands(data)),
        ("avatars", avatars),
    ):
        flagged, seconds = 0, 0.0
        for path in paths:
            picture = read_image(path).rgb
            start = time.perf_counter()
            flagged += bool(finder.look(ImagePyramid(picture)).findings)
            seconds += time.perf_counter() - start
        pace = 1000 * seconds / len(paths)
        print(f"badges    | {flagged} of {len(paths)} {name} flagged, {pace:.0f} ms each")


def measure_words_beside_badges() -> None:
    """Plates that only the words below them tell apart; needs the extra ``text``."""
    numbers = tuple(Number(value=value, label=str(value)) for value in range(1, 100))
    finder = Badges(Watchlist(version=1, name="badges", numbers=numbers), "balanced")
    reader = TextReader("balanced")
    for which in BESIDE:
        pictures = [ImagePyramid(picture) for picture in draw_beside(which)]
        without = sum(bool(finder.look(picture).findings) for picture in pictures)
        read = sum(bool(finder.look(picture, reader(picture)).findings) for picture in pictures)
        print(
            f"badges    | {len(pictures)} with words of a {which}: {without} found, {read} where "
            "words are read"
        )


def measure_colors(data: Path) -> None:
    """Drawn groups under four lights, ordinary photos, and the annotated campaigns.

    What the thresholds were chosen on and what is new to them is told apart by :func:`half`.
    """
    rules = {name: Color(id=name, label=name, srgb=srgb) for name, srgb in COLORS.items()}
    rules |= {
        pattern: Color(id=pattern, label=pattern, srgb=("#d71920", "#ffffff"), pattern=pattern)
        for pattern in ("pair", "checks")
    }
    people = SharedPeopleNetwork()
    finders = {name: Colors((rule,), people) for name, rule in rules.items()}
    together = Colors(tuple(rules.values()), people)
    for chosen in "AB":
        paths = [path for path in ordinary_photos(data) if half(path, data) == chosen]
        photos = [resize_longest_side(read_image(path).rgb, 256) for path in paths]
        rng = np.random.default_rng(5)
        recalls: dict[str, list[bool]] = {light: [] for light in LIGHTS}
        for name, srgb in COLORS.items():
            for light, gains in LIGHTS.items():
                for _ in range(GROUPS_A_COLOR):
                    photo = photos[int(rng.integers(len(photos)))]
                    group = draw_group(photo, srgb, gains, rng)
                    seen = finders[name].look(ImagePyramid(group), beside_others=True)
                    recalls[light].append(bool(seen.findings))
        # Circles are no heads: a drawn group is found beside something else, or not at all.
        print(
            f"colors    | half {chosen}: groups in shirts of {len(COLORS)} colors, recall in "
            + ", ".join(f"{light} {np.mean(found):.2f}" for light, found in recalls.items())
        )
        drawn = [
            draw_flag(photos[int(rng.integers(len(photos)))], gains, rng)
            for gains in LIGHTS.values()
            for _ in range(GROUPS_A_COLOR)
        ]
        hits = [bool(finders["pair"].look(ImagePyramid(picture)).findings) for picture in drawn]
        print(f"colors    | half {chosen}: red and white pair, recall {np.mean(hits):.2f}")
        flagged = dict.fromkeys(("any of ten", *finders), 0)
        for path in paths:
            seen = together.look(ImagePyramid(read_image(path).rgb))
            names = {finding.label for finding in seen.findings}
            flagged["any of ten"] += bool(names & COLORS.keys())
            for name in names:
                flagged[name] += 1
        counts = ", ".join(f"{name} {n}" for name, n in flagged.items() if n)
        print(f"colors    | half {chosen}: of {len(paths)} ordinary photos flagged alone: {counts}")
    for item in in_the_wild(data):
        for box in item["boxes"]:
            campaign = box["label"].removeprefix("campaign-colours:")
            if campaign in CAMPAIGNS:
                color = CAMPAIGNS[campaign]
                seen = finders[color].look(
                    ImagePyramid(read_image(data / "logos" / str(item["path"])).rgb)
                )
                told = seen.observations[0].reason if seen.observations else "not seen."
                print(f"colors    | campaign photo, {color}: {len(seen.findings)} found. {told}")


def half(path: Path, data: Path) -> str:
    """``"A"`` for photos that thresholds may be chosen on, ``"B"`` for those to report."""
    name = path.relative_to(data).as_posix()
    return "AB"[hashlib.sha256(name.encode()).digest()[0] % 2]


def draw_flag(photo: Rgb, light: tuple[float, float, float], rng: np.random.Generator) -> Rgb:
    """A red and white flag, of halves or stripes, before a photo."""
    scene = srgb_to_linear(cv2.resize(photo, (256, 192)) / 255)
    height, width = int(rng.integers(70, 130)), int(rng.integers(90, 180))
    y, x = int(rng.integers(0, 192 - height)), int(rng.integers(0, 256 - width))
    rows = np.mgrid[:height, :width][0]
    odd = rows // (height // (2 * int(rng.integers(1, 4))) + 1) % 2
    cloth = np.where(odd[..., None], 0.9, srgb_to_linear(np.array(rgb_of(COLORS["red"])) / 255))
    folds = 1 - 0.25 * rng.random() * (1 + np.sin(np.linspace(0, rng.uniform(4, 12), width))) / 2
    scene[y : y + height, x : x + width] = cloth * folds[:, None]
    seen = linear_to_srgb(np.clip(scene * light, 0, 1)) * 255 + rng.normal(0, 3, scene.shape)
    return np.asarray(seen.clip(0, 255), np.uint8)


def draw_group(
    photo: Rgb, color: str, light: tuple[float, float, float], rng: np.random.Generator
) -> Rgb:
    """Four to eight people in shaded shirts of a color before a photo, under a light."""
    scene = srgb_to_linear(cv2.resize(photo, (256, 192)) / 255)
    shirt = srgb_to_linear(np.array(rgb_of(color)) / 255)
    people = int(rng.integers(4, 9))
    pitch = 256 / people
    for person in range(people):
        x0, x1 = int((person + 0.1) * pitch), int((person + 0.9) * pitch)
        y0 = int(rng.integers(70, 95))
        y1 = min(192, y0 + int(pitch * rng.uniform(1.4, 2.2)))
        across = 0.25 + 0.75 * np.sin(np.linspace(0.25, 2.6, x1 - x0))
        folds = 1 + 0.15 * np.sin(np.linspace(0, rng.uniform(5, 15), y1 - y0))
        shade = folds[:, None] * across[None] * rng.uniform(0.7, 1.1)
        scene[y0:y1, x0:x1] = np.clip(shirt * shade[..., None], 0, 1)
        scene[y1:, x0:x1] = (0.03, 0.03, 0.05)
        skin = (np.array([0.5, 0.28, 0.18]) * rng.uniform(0.3, 1.2)).tolist()
        cv2.circle(scene, ((x0 + x1) // 2, y0 - int(0.22 * pitch)), int(0.22 * pitch), skin, -1)
    seen = linear_to_srgb(np.clip(scene * light, 0, 1)) * 255 + rng.normal(0, 3, scene.shape)
    return np.asarray(seen.clip(0, 255), np.uint8)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of evaluation pictures")
    parser.add_argument("--only", choices=("symbols", "badges", "words", "colors"))
    parser.add_argument(
        "--profile", choices=get_args(Profile), default="balanced", help="of badges"
    )
    arguments = parser.parse_args()
    if arguments.only in (None, "symbols"):
        measure_symbols_and_material(arguments.data)
    if arguments.only in (None, "badges"):
        measure_badges(arguments.data, arguments.profile)
    if arguments.only == "words":
        measure_words_beside_badges()
    if arguments.only in (None, "colors"):
        measure_colors(arguments.data)


if __name__ == "__main__":
    main()
