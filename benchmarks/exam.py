"""Pictures for the emblem and symbol exams, made from the shared marks by 13 augmentations.

Everything is deterministic: a picture depends on its file and its augmentation alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from netravision.core.resizing import resize_longest_side
from netravision.imaging.image import read_image
from netravision.matching.references import Reference, read_references
from netravision.watchlist_check import augmentations
from netravision.watchlist_check.augmentations import AUGMENTATIONS, SCENE_SIDE, Rgb, Rgba

LONG_SIDE = 512


@dataclass(frozen=True)
class Mark:
    """One file of a mark.

    Attributes
    ----------
    drawing : str
        The rendition group: files of one are copies or recolorings of one drawing.
    """

    path: Path
    kind: str
    slug: str
    drawing: str


@dataclass(frozen=True)
class Rule:
    """What a watchlist says of a mark, as far as enrolment needs it."""

    id: str
    images: tuple[Path, ...]


@dataclass(frozen=True)
class Case:
    """One question of the exam; ``truth`` is None where nothing enrolled is in the picture."""

    picture: Rgb
    truth: str | None
    augmentation: str
    same_drawing: bool
    source: str


def read_marks(data: Path, kind: str) -> list[Mark]:
    """Files of one kind, in the manifest's order."""
    marks = []
    with (data / "logos" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["kind"] != kind or row["path"].endswith(".svg"):
                continue
            group = re.search(r"rendition_group=(\w+)", row["notes"])
            drawing = group.group(1) if group else row["path"]
            marks.append(Mark(data / "logos" / row["path"], kind, row["slug"], drawing))
    return marks


def enrol(marks: list[Mark], nth: int = 0, drawings: int = 1) -> dict[str, list[Mark]]:
    """The files to enrol of each slug: the first of ``drawings`` drawings, from the nth on."""
    enrolled: dict[str, list[Mark]] = {}
    for slug in dict.fromkeys(mark.slug for mark in marks):
        own = [mark for mark in marks if mark.slug == slug]
        firsts: dict[str, Mark] = {}
        for mark in own:
            firsts.setdefault(mark.drawing, mark)
        files = list(firsts.values())
        enrolled[slug] = [files[(nth + i) % len(files)] for i in range(min(drawings, len(files)))]
    return enrolled


def references(enrolled: dict[str, list[Mark]]) -> list[Reference]:
    """The enrolled files as references, read as a watchlist's are."""
    return read_references(
        [Rule(slug, tuple(mark.path for mark in marks)) for slug, marks in enrolled.items()]
    )


def positives(
    data: Path, kind: str, enrolled: dict[str, list[Mark]], names: tuple[str, ...] | None = None
) -> Iterator[Case]:
    """Every file that is not enrolled, through every augmentation."""
    photos = backgrounds(data)
    for mark in read_marks(data, kind):
        known = enrolled.get(mark.slug, [])
        if mark in known:
            continue
        same = mark.drawing in {other.drawing for other in known}
        rgba = read_rgba(mark.path)
        for name in names or tuple(AUGMENTATIONS):
            picture = augment(rgba, name, _key(mark.path, data), photos)
            yield Case(picture, mark.slug, name, same, _key(mark.path, data))


def negatives(data: Path, kinds: tuple[str, ...]) -> Iterator[Case]:
    """Marks of other kinds as they are, and the crests through every augmentation."""
    photos = backgrounds(data)
    for kind in kinds:
        for mark in read_marks(data, kind):
            source = _key(mark.path, data)
            yield Case(read_image(mark.path).rgb, None, "as it is", False, source)
            if "crest" in source:
                rgba = read_rgba(mark.path)
                for name in AUGMENTATIONS:
                    yield Case(augment(rgba, name, source, photos), None, name, False, source)


def photo_negatives(data: Path) -> Iterator[Case]:
    """Ordinary photos without a mark of interest."""
    for path in photo_paths(data):
        yield Case(read_image(path).rgb, None, "photo", False, _key(path, data))


def read_rgba(path: Path) -> Rgba:
    """Pixels with their transparency, at most :data:`LONG_SIDE` long."""
    with Image.open(path) as image:
        rgba = image.convert("RGBA")
    rgba.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return np.array(rgba)


def backgrounds(data: Path) -> list[Path]:
    """Every fifth ordinary photo, to place marks on."""
    return photo_paths(data)[::5]


def augment(rgba: Rgba, name: str, seed: str, photos: list[Path]) -> Rgb:
    """One of the 13 augmentations, with its random choices drawn from the seed."""

    def photo(rng: np.random.Generator) -> Rgb:
        return resize_longest_side(read_image(photos[rng.integers(len(photos))]).rgb, SCENE_SIDE)

    return augmentations.augment(rgba, name, seed, photo)


def _key(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()


def photo_paths(data: Path) -> list[Path]:
    """Ordinary photos, in which nobody shows a number on purpose."""
    suffixes = {".jpg", ".jpeg", ".png"}
    folder = data / "hands" / "negatives"
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)
