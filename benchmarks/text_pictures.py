"""Drawn posters, captions and video frames, with and without the phrases of a watchlist.

Drawn with the fonts that benchmarks/badge_pictures.py measures badges with, before shared photos.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.badge_pictures import COLORS, rgb_of, unseen_fonts
from netravision.imaging.image import read_image

Rgb = NDArray[np.uint8]

#: What is asked for. No real candidate has this name.
PHRASES = (
    "menang",
    "coblos nomor 2",
    "lanjutkan perubahan",
    "Sutarno Wijaya",
    "salam dua jari",
    "bersama kita maju",
)

#: What offices write, and what is nearly one of the phrases.
OTHERS = (
    "Pemenang lomba kebersihan",
    "Selamat Hari Raya Idul Fitri",
    "Kemenangan tim bola voli",
    "Nomor antrean 2",
    "Coblos nomor 3",
    "Rapat koordinasi perubahan anggaran",
    "Sutrisno Widodo, kepala dinas",
    "Salam sehat dari kami",
    "Bersama kita bisa",
    "Pelayanan prima untuk warga",
    "Jadwal imunisasi balita",
    "Senang melayani",
)
_LINES = (
    "Kecamatan Sukamaju",
    "Mari bergotong royong",
    "Sabtu, 12 Oktober 2024",
    "Lapangan desa pukul 08.00",
    "Terima kasih",
    "untuk Indonesia",
    "www.contoh.go.id",
)
_LIGHT, _DARK = (255, 255, 255), (20, 20, 24)


class TextPicture(NamedTuple):
    """A drawn picture; ``phrase`` is None where none of :data:`PHRASES` is on it."""

    picture: Rgb
    phrase: str | None
    kind: str
    font: str


def draw_texts(photos: list[Path], seed: int = 18) -> Iterator[TextPicture]:
    """For each of 30 fonts, each kind of picture once with a phrase and once without."""
    rng = np.random.default_rng(seed)
    for font in unseen_fonts():
        for kind, draw in _KINDS.items():
            for asked in (True, False):
                texts = PHRASES if asked else OTHERS
                text = texts[int(rng.integers(len(texts)))]
                photo = read_image(photos[int(rng.integers(len(photos)))]).rgb
                shown = (str, str.upper, str.title)[int(rng.integers(3))](text)
                picture = draw(shown, font, photo, rng)
                yield TextPicture(picture, text if asked else None, kind, font.stem)


def _poster(text: str, font: Path, photo: Rgb, rng: np.random.Generator) -> Rgb:
    """A headline in one to three lines, smaller ones around it, a photo below."""
    ground = rgb_of(list(COLORS.values())[int(rng.integers(len(COLORS)))])
    picture = Image.new("RGB", (1080, 1350), ground)
    picture.paste(_filled(photo, (1080, 600)), (0, 750))
    pen = ImageDraw.Draw(picture)
    ink = _LIGHT if np.dot(ground, (0.299, 0.587, 0.114)) < 140 else _DARK
    pen.text((540, 90), _line(rng), fill=ink, font=_face(font, 44), anchor="mm")
    rows = _broken(text, int(rng.integers(1, 4)))
    face = _fitting(font, rows, 900, int(rng.uniform(70, 170)), pen)
    for number, row in enumerate(rows):
        y = 420 + (number - (len(rows) - 1) / 2) * face.size * 1.25
        pen.text((540, y), row, fill=ink, font=face, anchor="mm")
    pen.text((540, 690), _line(rng), fill=ink, font=_face(font, 38), anchor="mm")
    return _compressed(np.asarray(picture), 80)


def _caption(text: str, font: Path, photo: Rgb, rng: np.random.Generator) -> Rgb:
    """What people write onto a photo: light with a dark rim, or on a strip."""
    picture = _filled(photo, (1080, 1080))
    pen = ImageDraw.Draw(picture)
    face = _fitting(font, [text], 960, int(rng.uniform(44, 100)), pen)
    y = int(rng.choice([120, 540, 960]))
    if rng.random() < 0.5:
        pen.rectangle((0, y - face.size, 1080, y + face.size), fill=_DARK)
        pen.text((540, y), text, fill=_LIGHT, font=face, anchor="mm")
    else:
        pen.text(
            (540, y), text, fill=_LIGHT, font=face, anchor="mm", stroke_width=4, stroke_fill=_DARK
        )
    return _compressed(np.asarray(picture), 75)


def _frame(text: str, font: Path, photo: Rgb, rng: np.random.Generator) -> Rgb:
    """A subtitle in a video of 1280 × 720."""
    picture = _filled(photo, (1280, 720))
    pen = ImageDraw.Draw(picture)
    face = _fitting(font, [text], 1100, int(rng.uniform(34, 56)), pen)
    pen.text((640, 650), text, _LIGHT, face, "mm", stroke_width=3, stroke_fill=_DARK)
    return _compressed(np.asarray(picture), 50)


def _banner(text: str, font: Path, photo: Rgb, rng: np.random.Generator) -> Rgb:
    """A banner of a third to two thirds of a photo's width, seen from aside."""
    ground = rgb_of(list(COLORS.values())[int(rng.integers(len(COLORS)))])
    ink = _LIGHT if np.dot(ground, (0.299, 0.587, 0.114)) < 140 else _DARK
    cloth = Image.new("RGB", (1200, 400), ground)
    pen = ImageDraw.Draw(cloth)
    rows = _broken(text, int(rng.integers(1, 3)))
    face = _fitting(font, rows, 1050, 150, pen)
    for number, row in enumerate(rows):
        y = 170 + (number - (len(rows) - 1) / 2) * face.size * 1.2
        pen.text((600, y), row, fill=ink, font=face, anchor="mm")
    pen.text((600, 355), _line(rng), fill=ink, font=_face(font, 36), anchor="mm")
    scene = np.asarray(_filled(photo, (1280, 960))).astype(np.float32)
    width = 1280 * rng.uniform(0.35, 0.65)
    x, y = rng.uniform(20, 1260 - width), rng.uniform(20, 940 - width / 3)
    corners = np.array([[0, 0], [1, 0], [1, 1 / 3], [0, 1 / 3]], np.float32) * width + (x, y)
    corners += rng.normal(0, 0.02 * width, (4, 2))
    flat = np.array([[0, 0], [1200, 0], [1200, 400], [0, 400]], np.float32)
    warp = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    smooth = cv2.GaussianBlur(np.asarray(cloth), (0, 0), max(0.3, 1200 / width / 2 - 0.3))
    laid = cv2.warpPerspective(smooth.astype(np.float32), warp, (1280, 960))
    inside = cv2.warpPerspective(np.ones((400, 1200), np.float32), warp, (1280, 960))[..., None]
    return _compressed(scene * (1 - inside) + laid * rng.uniform(0.6, 1) * inside, 75)


_KINDS = {"poster": _poster, "caption": _caption, "video frame": _frame, "banner": _banner}


def _line(rng: np.random.Generator) -> str:
    return _LINES[int(rng.integers(len(_LINES)))]


def _broken(text: str, rows: int) -> list[str]:
    words = text.split()
    each = -(-len(words) // rows)
    return [" ".join(words[start : start + each]) for start in range(0, len(words), each)]


def _face(font: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font), size)


def _fitting(
    font: Path, rows: list[str], width: int, size: int, pen: ImageDraw.ImageDraw
) -> ImageFont.FreeTypeFont:
    longest = max(pen.textlength(row, font=_face(font, size)) for row in rows)
    return _face(font, int(size * min(1.0, width / longest)))


def _filled(photo: Rgb, size: tuple[int, int]) -> Image.Image:
    scale = max(size[0] / photo.shape[1], size[1] / photo.shape[0])
    large = cv2.resize(photo, None, fx=scale + 1e-3, fy=scale + 1e-3, interpolation=cv2.INTER_AREA)
    return Image.fromarray(large[: size[1], : size[0]])


def _compressed(pixels: NDArray[np.generic], quality: int) -> Rgb:
    bgr = np.clip(pixels, 0, 255).astype(np.uint8)[..., ::-1]
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return read_image(encoded.tobytes()).rgb
