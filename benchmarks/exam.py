"""Pictures for the emblem and symbol exams, made from the shared marks by 13 transformations.

Everything is deterministic: a picture depends on its file and its transformation alone.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.matching.reference import Reference
from netravision.photo import read_picture

Rgb = NDArray[np.uint8]
Rgba = NDArray[np.uint8]

LONG_SIDE = 512
PHOTO_SIDE = 800


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
class Case:
    """One question of the exam; ``truth`` is None where nothing enrolled is in the picture."""

    picture: Rgb
    truth: str | None
    transformation: str
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
    return [
        Reference(slug, [read_picture(mark.path).rgb for mark in marks])
        for slug, marks in enrolled.items()
    ]


def positives(
    data: Path, kind: str, enrolled: dict[str, list[Mark]], names: tuple[str, ...] | None = None
) -> Iterator[Case]:
    """Every file that is not enrolled, through every transformation."""
    photos = backgrounds(data)
    for mark in read_marks(data, kind):
        known = enrolled.get(mark.slug, [])
        if mark in known:
            continue
        same = mark.drawing in {other.drawing for other in known}
        rgba = read_rgba(mark.path)
        for name in names or tuple(TRANSFORMATIONS):
            picture = transform(rgba, name, _key(mark.path, data), photos)
            yield Case(picture, mark.slug, name, same, _key(mark.path, data))


def negatives(data: Path, kinds: tuple[str, ...]) -> Iterator[Case]:
    """Marks of other kinds as they are, and the crests through every transformation."""
    photos = backgrounds(data)
    for kind in kinds:
        for mark in read_marks(data, kind):
            source = _key(mark.path, data)
            yield Case(read_picture(mark.path).rgb, None, "as it is", False, source)
            if "crest" in source:
                rgba = read_rgba(mark.path)
                for name in TRANSFORMATIONS:
                    yield Case(transform(rgba, name, source, photos), None, name, False, source)


def photo_negatives(data: Path) -> Iterator[Case]:
    """Ordinary photos without a mark of interest."""
    for path in _photo_paths(data):
        yield Case(read_picture(path).rgb, None, "photo", False, _key(path, data))


def read_rgba(path: Path) -> Rgba:
    """Pixels with their transparency, at most :data:`LONG_SIDE` long."""
    with Image.open(path) as image:
        rgba = image.convert("RGBA")
    rgba.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return np.array(rgba)


def backgrounds(data: Path) -> list[Path]:
    """Every fifth ordinary photo, to place marks on."""
    return _photo_paths(data)[::5]


def transform(rgba: Rgba, name: str, seed: str, photos: list[Path]) -> Rgb:
    """One of the 13 transformations, with its random choices drawn from the seed."""
    rng = np.random.default_rng(zlib.crc32(f"{seed}:{name}".encode()))
    return TRANSFORMATIONS[name](rgba, rng, photos)


def _key(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()


def _photo_paths(data: Path) -> list[Path]:
    suffixes = {".jpg", ".jpeg", ".png"}
    folder = data / "hands" / "negatives"
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


def _over(rgba: Rgba, canvas: Rgb, x: int, y: int) -> Rgb:
    height, width = rgba.shape[:2]
    out = canvas.copy()
    alpha = rgba[..., 3:].astype(np.float32) / 255
    region = out[y : y + height, x : x + width]
    region[:] = np.rint(rgba[..., :3] * alpha + region * (1 - alpha))
    return out


def resize(image: NDArray[np.uint8], long_side: float) -> NDArray[np.uint8]:
    """Scale to a long side in pixels."""
    scale = long_side / max(image.shape[:2])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _canvas(height: int, width: int, color: tuple[int, ...] | Rgb) -> Rgb:
    return np.full((height, width, 3), color, np.uint8)


def _color(rng: np.random.Generator) -> Rgb:
    return rng.integers(20, 256, 3).astype(np.uint8)


def _plain(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    return _over(rgba, _canvas(*rgba.shape[:2], (255, 255, 255)), 0, 0)


def _on_square(rgba: Rgba, share: float, color: tuple[int, ...] | Rgb) -> Rgb:
    side = round(max(rgba.shape[:2]) / share)
    x, y = (side - rgba.shape[1]) // 2, (side - rgba.shape[0]) // 2
    return _over(rgba, _canvas(side, side, color), x, y)


def _padded(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    return _on_square(rgba, rng.uniform(0.45, 0.8), _color(rng))


def _circle(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    inside = (255, 255, 255) if rng.random() < 0.6 else _color(rng)
    outside = (255, 255, 255) if rng.random() < 0.6 else (0, 0, 0)
    square = _on_square(rgba, rng.uniform(0.8, 0.98), inside)
    side = square.shape[0]
    y, x = np.ogrid[:side, :side]
    radius = side / 2
    square[(x - radius + 0.5) ** 2 + (y - radius + 0.5) ** 2 > radius**2] = outside
    return square


def _tiny(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    return resize(_on_square(rgba, 0.96, (255, 255, 255)), 48)


def _q15(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    small = resize(_plain(rgba, rng, photos), 200)
    encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


def _gray(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    gray = cv2.cvtColor(_plain(rgba, rng, photos), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB), np.uint8)


def _tint(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    plain = _plain(rgba, rng, photos).astype(np.float32)
    gains, contrast = rng.uniform(0.7, 1.15, 3), rng.uniform(0.6, 1.3)
    return np.clip((plain * gains - 128) * contrast + 128, 0, 255).astype(np.uint8)


def _rotated(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    square = _on_square(rgba, 0.75, (255, 255, 255))
    side = square.shape[0]
    angle = rng.uniform(8, 20) * rng.choice((-1, 1))
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    turned = cv2.warpAffine(
        square, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    return np.asarray(turned, np.uint8)


def _banner(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    square = _on_square(rgba, 0.92, (255, 255, 255))
    side = square.shape[0]
    color = _color(rng)
    square[round(side * 0.8) :] = color
    ink = (0, 0, 0) if int(color.sum()) > 380 else (255, 255, 255)
    at = (round(side * 0.08), round(side * 0.93))
    font, width = cv2.FONT_HERSHEY_SIMPLEX, max(1, side // 200)
    cv2.putText(square, "KAMI SIAP", at, font, side / 220, ink, width, cv2.LINE_AA)
    return square


def _photo(rng: np.random.Generator, photos: list[Path]) -> Rgb:
    return resize(read_picture(photos[rng.integers(len(photos))]).rgb, PHOTO_SIDE)


def _half(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    photo = _photo(rng, photos)
    mark = resize(rgba, min(photo.shape[:2]) * 0.5)
    x = rng.integers(photo.shape[1] - mark.shape[1] + 1)
    y = rng.integers(photo.shape[0] - mark.shape[0] + 1)
    return _over(mark, photo, int(x), int(y))


def _fifth(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    photo = _photo(rng, photos)
    mark = resize(rgba, min(photo.shape[:2]) * 0.2)
    gap = round(min(photo.shape[:2]) * 0.03)
    x = gap if rng.random() < 0.5 else photo.shape[1] - mark.shape[1] - gap
    y = gap if rng.random() < 0.5 else photo.shape[0] - mark.shape[0] - gap
    return _over(mark, photo, x, y)


def _cropped(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    plain = _plain(rgba, rng, photos)
    height, width = (round(side * 0.8) for side in plain.shape[:2])
    y = int(rng.integers(plain.shape[0] - height + 1))
    x = int(rng.integers(plain.shape[1] - width + 1))
    return np.ascontiguousarray(plain[y : y + height, x : x + width])


def _print(rgba: Rgba, rng: np.random.Generator, photos: list[Path]) -> Rgb:
    square = _on_square(resize(rgba, 320), 0.75, rng.integers(190, 256, 3).astype(np.uint8))
    side = square.shape[0]
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    moved = corners + rng.uniform(-0.08, 0.08, (4, 2)).astype(np.float32) * side
    matrix = cv2.getPerspectiveTransform(corners, moved)
    warped = cv2.warpPerspective(square, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    blurred = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.8, 2.0)).astype(np.float32)
    shade = np.linspace(rng.uniform(0.7, 1), rng.uniform(0.7, 1), side)[None, :, None]
    noisy = blurred * shade + rng.normal(0, 8, blurred.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


TRANSFORMATIONS: dict[str, Callable[[Rgba, np.random.Generator, list[Path]], Rgb]] = {
    "plain": _plain,
    "padded": _padded,
    "circle": _circle,
    "48 px": _tiny,
    "q15": _q15,
    "gray": _gray,
    "tint": _tint,
    "rotated": _rotated,
    "banner": _banner,
    "half of a photo": _half,
    "fifth of a photo": _fifth,
    "cropped": _cropped,
    "printed": _print,
}
