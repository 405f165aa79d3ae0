"""The material exam: photos enrolled as material, asked about edits of them and other pictures.

    NETRAVISION_DATA=../shared/data python benchmarks/material.py
    NETRAVISION_DATA=... python benchmarks/material.py --posters 4800 --edited 13 --every 12

Two hundred ordinary photos and scenes are enrolled, and every second one is edited in twelve ways;
the score was fitted on edits of the others. Photos that are not enrolled are what the edits are
laid on. They, an edit of each, single hands, marks, Pillow's test pictures and the rendered
photos of ``fixtures`` are the pictures that nothing enrolled is in.

A name counts as wrong unless the picture, or what it was laid on, comes from the repository that
the enrolled photo comes from: there one portrait lies in several files, and one moment in several
photos. Those names are counted apart.

Drawn posters may be enrolled beside the photos: parts of the photos of hands/pool and hands/groups,
of other repositories, with words over them. No name of theirs is right.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.errors import NetravisionError
from netravision.imaging.image import read_image
from netravision.matching.copies.index import CopyIndex
from netravision.matching.references import Reference
from netravision.watchlist_check.augmentations import Rgb

ENROLLED = 200
LONG_SIDE = 1080
ORDINARY = ("hands/negatives", "hands/scenes")
OTHERS = ("logos", "hands/single", "hostile")

#: On drawn posters; none of those that an edit writes.
WORDS = ("COBLOS", "MENANG", "BERSAMA RAKYAT", "UNTUK SEMUA", "CALON BUPATI", "SIAP MELAYANI")

Around = list[Rgb]
Edit = Callable[[Rgb, Around, np.random.Generator], Rgb]


class Photo(NamedTuple):
    """A picture and the repository it comes from."""

    rgb: Rgb
    source: str


class Name(NamedTuple):
    """A reference found where it is not."""

    score: float
    id: str
    where: str


class Exam:
    """Asks an index, and keeps what it says."""

    def __init__(self, enrolled: list[Photo], index: CopyIndex) -> None:
        self.enrolled = enrolled
        self.index = index
        self.asked = 0
        self.seconds = 0.0
        self.wrong: list[Name] = []
        self.alike: list[Name] = []

    def ask(self, rgb: Rgb, where: str, truth: int | None, of: list[Photo]) -> float:
        """Search a picture made of photos; the score of the enrolled one that is in it."""
        begun = time.process_time()
        found = self.index.search(ImagePyramid(rgb))
        self.seconds += time.process_time() - begun
        self.asked += 1
        score = 0.0
        for each in found:
            if each.id == str(truth):
                score = each.score
                continue
            named = self.enrolled[int(each.id)].source if each.id.isdecimal() else each.id
            same = any(photo.source == named for photo in of)
            (self.alike if same else self.wrong).append(Name(each.score, each.id, where))
        return score


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--enrolled", type=int, default=ENROLLED)
    parser.add_argument("--posters", type=int, default=0, help="drawn ones, enrolled beside")
    parser.add_argument("--edited", type=int, default=None, help="of them; all if not given")
    parser.add_argument("--every", type=int, default=1, help="of the other pictures, every so many")
    parser.add_argument("--fitting", action="store_true", help="edit those the score was fitted on")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    sources = _sources(data)
    paths = [path for folder in ORDINARY for path in _pictures(data / folder)]
    photos = [_photo(paths[i], data, sources) for i in _order(len(paths))]
    enrolled, unknown = photos[: arguments.enrolled], photos[arguments.enrolled :]
    references = [
        Reference(str(i), [photo.rgb], [f"photo {i}"]) for i, photo in enumerate(enrolled)
    ]
    references += _posters(data, arguments.posters)
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        CopyIndex(references, Path(folder))
        enrolling = time.process_time() - start
        start = time.perf_counter()
        index = CopyIndex(references, Path(folder))
        opening = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        print(f"{len(references)} enrolled in {enrolling:.0f} s (CPU), with their drawing")
        print(f"a file of {size:.0f} MB, opened again in {1000 * opening:.0f} ms", flush=True)
        _ask_all(arguments, data, sources, Exam(enrolled, index), unknown)


def _ask_all(
    arguments: argparse.Namespace,
    data: Path,
    sources: dict[str, str],
    exam_: Exam,
    unknown: list[Photo],
) -> None:
    enrolled = exam_.enrolled
    edited = range(int(arguments.fitting), len(enrolled), 2)[: arguments.edited]
    scores: dict[str, list[float]] = {}
    for edit in EDITS:
        scores[edit] = []
        for number in edited:
            rgb, of = _edited(edit, enrolled[number], unknown, number)
            scores[edit].append(exam_.ask(rgb, f"{edit} of {number}", number, of))
    others = 0
    for rgb, where, of in islice(_others(data, unknown, sources), 0, None, arguments.every):
        others += 1
        exam_.ask(rgb, where, None, of)
    each = 1000 * exam_.seconds / exam_.asked
    print(f"{exam_.asked} pictures, {others} of them others; {each:.0f} ms each (CPU)")
    highest = max((name.score for name in exam_.wrong), default=0.0)
    print(f"{f'edits of {len(edited)}':<28} recall at 0.5  above all wrong ({highest:.3f})")
    for edit, theirs in scores.items():
        at, above = (np.mean(np.array(theirs) > limit) for limit in (0.5, highest))
        print(f"{edit:<28} {at:<14.3f} {above:.3f}")
    for title, names in (("wrong", exam_.wrong), ("from one repository", exam_.alike)):
        print(f"{title}, above 0.5: {sum(name.score >= 0.5 for name in names)}; the likeliest:")
        for name in sorted(names, reverse=True)[:8]:
            print(f"  {name.score:.3f}  {name.id} in {name.where}")


def _order(count: int) -> list[int]:
    return [int(i) for i in np.random.default_rng(0).permutation(count)]


def _sources(data: Path) -> dict[str, str]:
    sources = {}
    for part in ("hands", "logos"):
        with (data / part / "manifest.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                sources[f"{part}/{row['path']}"] = row["source_repo"]
    return sources


def _photo(path: Path, data: Path, sources: dict[str, str]) -> Photo:
    rgb = resize_longest_side(read_image(path).rgb, LONG_SIDE)
    place = path.relative_to(data).as_posix() if path.is_relative_to(data) else path.name
    return Photo(rgb, sources.get(place, place))


def _posters(data: Path, count: int) -> list[Reference]:
    paths = [path for name in ("pool", "groups") for path in _pictures(data / "hands" / name)]
    names = [f"poster {number}" for number in range(count)]
    return [
        Reference(name, _Drawn(paths[number % len(paths)], number), [name])
        for number, name in enumerate(names)
    ]


class _Drawn(Sequence[Rgb]):
    """One poster, drawn when it is asked for: 5,000 of them are 5 GB."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def __len__(self) -> int:
        return 1

    def __getitem__(self, number: Any) -> Any:
        return _poster(resize_longest_side(read_image(self._path).rgb, LONG_SIDE), self._number)


def _poster(rgb: Rgb, number: int) -> Rgb:
    """A part of a photo on two colors, with lines of words."""
    rng = np.random.default_rng([7, number])
    width, height = (480, 640) if rng.random() < 0.7 else (640, 480)
    top, bottom = rng.integers(0, 256, (2, 1, 1, 3))
    down = np.linspace(0, 1, height)[:, None, None]
    out = np.ascontiguousarray((top * (1 - down) + bottom * down).repeat(width, 1), np.uint8)
    part = _crop(rgb, rng.uniform(0.35, 0.6), rng)
    across, tall = round(width * rng.uniform(0.6, 1)), round(height * rng.uniform(0.5, 0.75))
    x, y = int(rng.integers(width - across + 1)), int(rng.integers(height - tall + 1))
    out[y : y + tall, x : x + across] = _filling(part, across, tall)
    for _ in range(int(rng.integers(3, 6))):  # with fewer, some posters are too plain to enroll
        color = [int(value) for value in rng.integers(0, 256, 3)]
        line = int(rng.integers(30, height - 10))
        if rng.random() < 0.6:
            out[line - 34 : line + 10] = [255 - value for value in color]
        words = f"{rng.choice(WORDS)} {rng.integers(1, 10)}"
        at = (int(rng.integers(width // 3)), line)
        font, size, thick = int(rng.integers(1, 5)), rng.uniform(0.8, 1.6), int(rng.integers(1, 4))
        cv2.putText(out, words, at, font, size, color, thick, cv2.LINE_AA)
    return out


def _edited(edit: str, photo: Photo, unknown: list[Photo], number: int) -> tuple[Rgb, list[Photo]]:
    """The edited picture, and the photos it is made of."""
    count, apply = EDITS[edit]
    around = [unknown[(number + 7 * i) % len(unknown)] for i in range(count)]
    rgb = apply(photo.rgb, [each.rgb for each in around], np.random.default_rng(number))
    return rgb, [photo, *around]


def _others(
    data: Path, unknown: list[Photo], sources: dict[str, str]
) -> Iterator[tuple[Rgb, str, list[Photo]]]:
    """Pictures nothing enrolled is in, with the photos they are made of."""
    for number, photo in enumerate(unknown):
        yield photo.rgb, f"unknown {number}", [photo]
        edit = ("a quarter, q15", "a third of a photo", "in a collage of nine")[number % 3]
        rgb, of = _edited(edit, photo, unknown, number + 1)
        yield rgb, f"{edit} of unknown {number}", of
    fixtures = Path(__file__).resolve().parents[1] / "fixtures" / "photos"
    for folder in [*(data / name for name in OTHERS), fixtures]:
        for path in _pictures(folder):
            try:
                photo = _photo(path, data, sources)
            except NetravisionError:
                continue
            yield photo.rgb, f"{folder.name}/{path.relative_to(folder).as_posix()}", [photo]


def _pictures(folder: Path) -> list[Path]:
    suffixes = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


def _crop(rgb: Rgb, share: float, rng: np.random.Generator) -> Rgb:
    height, width = (round(side * share) for side in rgb.shape[:2])
    y = int(rng.integers(rgb.shape[0] - height + 1))
    x = int(rng.integers(rgb.shape[1] - width + 1))
    return np.ascontiguousarray(rgb[y : y + height, x : x + width])


def _on(photo: Rgb, rgb: Rgb, share: float, rng: np.random.Generator) -> Rgb:
    small = resize_longest_side(rgb, photo.shape[1] * share * max(rgb.shape[:2]) / rgb.shape[1])
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
    half = resize_longest_side(rgb, max(rgb.shape[:2]) / 2)
    encoded = cv2.imencode(".jpg", half[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


def _off_a_wall(photo: Rgb, rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Half a photo wide, seen from the side, darker to one end, a little blurred, with noise."""
    small = resize_longest_side(rgb, photo.shape[1] / 2)
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


def _filling(rgb: Rgb, width: int, height: int) -> Rgb:
    """The middle of a picture, as large as a frame takes."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    size = (max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale)))
    large = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    y, x = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.asarray(large[y : y + height, x : x + width], np.uint8)


def _collage(rgb: Rgb, around: Around, rng: np.random.Generator) -> Rgb:
    """Nine squares with white lines between them."""
    cell, line = 360, 12
    squares = list(around)
    squares.insert(int(rng.integers(9)), rgb)
    out = np.full((3 * cell, 3 * cell, 3), 255, np.uint8)
    for number, each in enumerate(squares):
        y, x = (cell * place + line // 2 for place in divmod(number, 3))
        out[y : y + cell - line, x : x + cell - line] = _filling(each, cell - line, cell - line)
    return out


def _frame(rgb: Rgb) -> Rgb:
    """The ninth frame of a video of 640 × 360 that moves in on the middle."""
    width, height = 640, 360
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "video.mp4")
        codec = cv2.VideoWriter.fourcc(*"mp4v")
        writer = cv2.VideoWriter(path, codec, 25, (width, height))
        for step in range(12):
            grown = _filling(rgb, round(width * (1 + step / 100)), round(height * (1 + step / 100)))
            y, x = (grown.shape[0] - height) // 2, (grown.shape[1] - width) // 2
            frame = grown[y : y + height, x : x + width, ::-1]
            writer.write(np.ascontiguousarray(frame))
        writer.release()
        video = cv2.VideoCapture(path)
        for _ in range(9):
            _, frame = video.read()
        video.release()
    return np.ascontiguousarray(frame[..., ::-1])


# How many photos each edit is laid on, and the edit.
EDITS: dict[str, tuple[int, Edit]] = {
    "whole, q15, half size": (0, lambda rgb, around, rng: _recompressed(rgb)),
    "a quarter": (0, lambda rgb, around, rng: _crop(rgb, 0.5, rng)),
    "a quarter, q15": (0, lambda rgb, around, rng: _recompressed(_crop(rgb, 0.5, rng))),
    "mirrored": (0, lambda rgb, around, rng: np.ascontiguousarray(rgb[:, ::-1])),
    "text over it": (0, lambda rgb, around, rng: _texted(rgb)),
    "photographed off a wall": (1, lambda rgb, around, rng: _off_a_wall(around[0], rgb, rng)),
    "in a collage of nine": (8, _collage),
    "a frame of a video": (0, lambda rgb, around, rng: _frame(rgb)),
    "a third of a photo": (1, lambda rgb, around, rng: _on(around[0], rgb, 1 / 3, rng)),
    "a quarter, third of a photo": (
        1,
        lambda rgb, around, rng: _on(around[0], _crop(rgb, 0.5, rng), 1 / 3, rng),
    ),
    "a tenth of the width": (1, lambda rgb, around, rng: _on(around[0], rgb, 0.1, rng)),
    "a tenth, mirrored": (
        1,
        lambda rgb, around, rng: _on(around[0], np.ascontiguousarray(rgb[:, ::-1]), 0.1, rng),
    ),
}


if __name__ == "__main__":
    main()
