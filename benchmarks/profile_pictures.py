"""Worn or present: 30 profile pictures composed of shared emblems, faces and photos.

    NETRAVISION_DATA=../shared/data python benchmarks/profile_pictures.py

People put rings, frames, dates and slogans around what they wear. In 15 compositions the emblem
is what the picture is about (*worn*), in 15 it stands beside something else (*present*). Each is
made of the province, the face and the photo of its own number, from drawings that are not
enrolled. The script prints what was said as a confusion matrix, and each picture that was told
wrongly. ``--rounds 5`` makes five of each, with other provinces.
"""

from __future__ import annotations

import argparse
import io
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import exam
import numpy as np
from PIL import Image

from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.detectors.emblem import EFFORTS, THRESHOLD, wear
from netravision.imaging.image import read_image
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.index import TemplateIndex
from netravision.watchlist_check.augmentations import Rgb, Rgba

Wear = Literal["worn", "present"]
Color = tuple[int, int, int]

#: Side of a profile picture in pixels, as networks serve them.
SIDE = 400

_WHITE: Color = (255, 255, 255)
_BLUE, _RED, _GREEN, _GOLD = (25, 70, 150), (190, 30, 45), (20, 110, 70), (230, 180, 40)


class Scene(NamedTuple):
    """What one composition is made of."""

    emblem: Rgba
    face: Rgb
    photo: Rgb


class Composition(NamedTuple):
    """A way to make a profile picture, and what the emblem is in it."""

    name: str
    wear: Wear
    compose: Callable[[Scene], Rgb]


def main() -> None:
    """Compose, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=1, help="pictures of each composition")
    parser.add_argument("--save", type=Path, help="folder to write the pictures to")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    marks = exam.read_marks(data, "provinces")
    enrolled = exam.enrol(marks)
    index = TemplateIndex(exam.references(enrolled))
    others = [mark for mark in marks if mark.drawing != enrolled[mark.slug][0].drawing]
    faces = sorted((data / "logos" / "avatars_negative" / "faces").iterdir())
    photos = exam.photo_paths(data)
    said: Counter[tuple[str, str]] = Counter()
    for number in range(arguments.rounds * len(COMPOSITIONS)):
        composition = COMPOSITIONS[number % len(COMPOSITIONS)]
        mark = others[number * 7 % len(others)]
        scene = Scene(
            _upright(exam.read_rgba(mark.path)),
            _square(read_image(faces[number * 3 % len(faces)]).rgb),
            _square(read_image(photos[number * 5 % len(photos)]).rgb),
        )
        picture = composition.compose(scene)
        found = index.search(ImagePyramid(picture), EFFORTS["balanced"])
        sure = [match for match in found if match.score >= THRESHOLD]
        answer = "not found"
        if sure:
            answer = wear(sure[0], ImagePyramid(picture).size_wh, "avatar")
            answer = answer if sure[0].id == mark.slug else "another"
        said[composition.wear, answer] += 1
        if answer != composition.wear:
            score = max((match.score for match in found if match.id == mark.slug), default=0.0)
            print(f"{composition.name}, {mark.slug}: {answer}, score {score:.3f}")
        if arguments.save:
            arguments.save.mkdir(parents=True, exist_ok=True)
            name = f"{number:03}_{composition.wear}_{composition.name.replace(' ', '_')}.png"
            Image.fromarray(picture).save(arguments.save / name)
    report(said)


def report(said: Counter[tuple[str, str]]) -> None:
    """The confusion matrix: a row for each truth, a column for each answer."""
    answers = ("worn", "present", "not found", "another")
    print(f"{'is':<10}" + "".join(f"{answer:>11}" for answer in answers))
    for truth in ("worn", "present"):
        print(f"{truth:<10}" + "".join(f"{said[truth, answer]:11}" for answer in answers))
    right = sum(count for (truth, answer), count in said.items() if truth == answer)
    print(f"right: {right / said.total():.3f} of {said.total()}")


def _canvas(color: Color) -> Rgb:
    return np.full((SIDE, SIDE, 3), color, np.uint8)


def _square(rgb: Rgb) -> Rgb:
    """The middle of a picture, as networks crop it."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    y, x = (height - side) // 2, (width - side) // 2
    middle = np.ascontiguousarray(rgb[y : y + side, x : x + side])
    return np.asarray(cv2.resize(middle, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _upright(rgba: Rgba) -> Rgba:
    """The emblem cut to what is not its background."""
    drawing = cut_drawings(Reference("emblem", [rgba]))[0]
    return np.dstack([drawing.rgb, drawing.mask * np.uint8(255)])


def _put(canvas: Rgb, emblem: Rgba, height: float, x: float, y: float) -> Rgb:
    """An emblem of a height, its center at x and y, all as shares of the picture's side."""
    scale = height * SIDE / emblem.shape[0]
    size = (max(1, round(emblem.shape[1] * scale)), max(1, round(emblem.shape[0] * scale)))
    small = np.asarray(cv2.resize(emblem, size, interpolation=cv2.INTER_AREA), np.float32)
    left, top = round(x * SIDE - size[0] / 2), round(y * SIDE - size[1] / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + size[0], SIDE), min(top + size[1], SIDE)
    small = small[y0 - top : y1 - top, x0 - left : x1 - left]
    out = canvas.copy()
    alpha = small[..., 3:] / 255
    out[y0:y1, x0:x1] = np.rint(small[..., :3] * alpha + out[y0:y1, x0:x1] * (1 - alpha))
    return out


def _circled(picture: Rgb, outside: Color = _WHITE) -> Rgb:
    rows, columns = np.ogrid[:SIDE, :SIDE]
    radius = SIDE / 2
    beyond = (rows - radius + 0.5) ** 2 + (columns - radius + 0.5) ** 2 > radius**2
    out = picture.copy()
    out[beyond] = outside
    return out


def _ringed(picture: Rgb, *colors: Color) -> Rgb:
    """Rings around the circle, the outermost first."""
    out = picture.copy()
    for number, color in enumerate(colors):
        radius = round(SIDE * (0.485 - 0.03 * number))
        cv2.circle(out, (SIDE // 2, SIDE // 2), radius, color, round(SIDE * 0.03), cv2.LINE_AA)
    return out


def _words(picture: Rgb, text: str, y: float, ground: Color | None, ink: Color = _WHITE) -> Rgb:
    """A line of text across the picture, on a bar if it has a ground."""
    out = picture.copy()
    if ground is not None:
        cv2.rectangle(
            out, (0, round((y - 0.09) * SIDE)), (SIDE, round((y + 0.05) * SIDE)), ground, -1
        )
    font = cv2.FONT_HERSHEY_SIMPLEX
    (width, _), _ = cv2.getTextSize(text, font, 1.0, 2)
    scale = 0.8 * SIDE / width
    cv2.putText(
        out, text, (SIDE // 10, round(y * SIDE)), font, min(scale, 1.2), ink, 2, cv2.LINE_AA
    )
    return out


def _framed(picture: Rgb, color: Color, text: str) -> Rgb:
    """A twibbon: a wave of color below, a corner above, and the words of a campaign."""
    out = picture.copy()
    columns = np.arange(SIDE)
    edge = (SIDE * (0.84 + 0.04 * np.sin(columns / SIDE * 2 * np.pi))).astype(int)
    out[np.arange(SIDE)[:, None] > edge] = color
    corner = np.array([[0, 0], [round(SIDE * 0.3), 0], [0, round(SIDE * 0.18)]])
    cv2.fillPoly(out, [corner], color)
    return _words(out, text, 0.95, None)


def _animated(picture: Rgb) -> Rgb:
    """The first frame of a GIF, with the palette that the format allows."""
    frames = [Image.fromarray(picture), Image.fromarray(255 - picture)]
    stored = io.BytesIO()
    frames[0].save(stored, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return read_image(stored.getvalue()).rgb


def _in_words(scene: Scene) -> Rgb:
    picture = _put(_canvas(_WHITE), scene.emblem, 0.55, 0.5, 0.36)
    return _words(_words(picture, "BANGGA MELAYANI", 0.78, None, _BLUE), "BANGSA", 0.94, None, _RED)


def _beside(scene: Scene) -> Rgb:
    picture = _canvas(_WHITE)
    half = scene.face[:, SIDE // 4 : SIDE // 4 + SIDE // 2]
    picture[:, SIDE // 2 :] = half
    return _put(picture, scene.emblem, 0.55, 0.26, 0.5)


def _soft(photo: Rgb) -> Rgb:
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), 8), np.uint8)


def _small_face(scene: Scene) -> Rgb:
    picture = _put(_canvas(_WHITE), scene.emblem, 0.8, 0.45, 0.5)
    small = resize_longest_side(scene.face, SIDE * 0.25)
    picture[-small.shape[0] :, -small.shape[1] :] = small
    return picture


def _half_transparent(scene: Scene) -> Rgb:
    """A face with the emblem as a watermark in its corner."""
    marked = _put(scene.face, scene.emblem, 0.3, 0.82, 0.82)
    return np.asarray(cv2.addWeighted(marked, 0.75, scene.face, 0.25, 0), np.uint8)


def _letterhead(scene: Scene) -> Rgb:
    picture = _put(_canvas(_WHITE), scene.emblem, 0.22, 0.5, 0.14)
    picture = _words(picture, "PEMERINTAH", 0.35, None, (0, 0, 0))
    for line in range(8):
        y = round(SIDE * (0.42 + 0.07 * line))
        cv2.line(picture, (SIDE // 10, y), (SIDE - SIDE // 10, y), (120, 120, 120), 3)
    return picture


def _cornered(height: float, x: float, y: float) -> Callable[[Scene], Rgb]:
    return lambda scene: _put(scene.face, scene.emblem, height, x, y)


COMPOSITIONS = (
    Composition("on white", "worn", lambda s: _put(_canvas(_WHITE), s.emblem, 0.9, 0.5, 0.5)),
    Composition(
        "circle", "worn", lambda s: _circled(_put(_canvas(_WHITE), s.emblem, 0.75, 0.5, 0.5))
    ),
    Composition(
        "ring",
        "worn",
        lambda s: _ringed(_circled(_put(_canvas(_WHITE), s.emblem, 0.7, 0.5, 0.5)), _RED),
    ),
    Composition(
        "story ring on black",
        "worn",
        lambda s: _ringed(
            _circled(_put(_canvas(_WHITE), s.emblem, 0.65, 0.5, 0.5), (0, 0, 0)),
            _GOLD,
            _RED,
            _WHITE,
        ),
    ),
    Composition(
        "twibbon",
        "worn",
        lambda s: _framed(_put(_canvas(_WHITE), s.emblem, 0.7, 0.5, 0.46), _GREEN, "DIRGAHAYU"),
    ),
    Composition(
        "twibbon on blue",
        "worn",
        lambda s: _framed(_put(_canvas(_BLUE), s.emblem, 0.65, 0.5, 0.45), _RED, "HUT RI 79"),
    ),
    Composition(
        "date",
        "worn",
        lambda s: _words(
            _put(_canvas(_WHITE), s.emblem, 0.8, 0.5, 0.45), "27 NOVEMBER 2024", 0.94, None, _RED
        ),
    ),
    Composition("slogan below", "worn", _in_words),
    Composition(
        "slogan across its foot",
        "worn",
        lambda s: _words(_put(_canvas(_WHITE), s.emblem, 0.9, 0.5, 0.5), "SIAP", 0.92, _BLUE),
    ),
    Composition("face beside it", "worn", _beside),
    Composition("small face in the corner", "worn", _small_face),
    Composition("before a photo", "worn", lambda s: _put(_soft(s.photo), s.emblem, 0.75, 0.5, 0.5)),
    Composition(
        "animated", "worn", lambda s: _animated(_put(_canvas(_GOLD), s.emblem, 0.8, 0.5, 0.5))
    ),
    Composition(
        "animated ring",
        "worn",
        lambda s: _animated(
            _ringed(_circled(_put(_canvas(_WHITE), s.emblem, 0.68, 0.5, 0.5)), _GREEN)
        ),
    ),
    Composition(
        "padded", "worn", lambda s: _circled(_put(_canvas(_BLUE), s.emblem, 0.5, 0.5, 0.5))
    ),
    Composition("top left of a face", "present", _cornered(0.25, 0.17, 0.17)),
    Composition("top right of a face", "present", _cornered(0.3, 0.82, 0.2)),
    Composition("bottom left of a face", "present", _cornered(0.35, 0.22, 0.78)),
    Composition("bottom right of a face", "present", _cornered(0.4, 0.78, 0.76)),
    Composition("large, top left of a face", "present", _cornered(0.45, 0.24, 0.25)),
    Composition(
        "corner within the circle",
        "present",
        lambda s: _circled(_put(s.face, s.emblem, 0.25, 0.75, 0.75)),
    ),
    Composition(
        "ring and corner",
        "present",
        lambda s: _ringed(_circled(_put(s.face, s.emblem, 0.25, 0.26, 0.74)), _RED),
    ),
    Composition(
        "twibbon of a face",
        "present",
        lambda s: _put(_framed(s.face, _GREEN, "DIRGAHAYU"), s.emblem, 0.22, 0.87, 0.13),
    ),
    Composition(
        "twibbon of a face, date",
        "present",
        lambda s: _put(
            _words(_framed(s.face, _RED, "HUT KE 67"), "9 JANUARI", 0.82, None, _WHITE),
            s.emblem,
            0.25,
            0.15,
            0.2,
        ),
    ),
    Composition(
        "slogan under a face",
        "present",
        lambda s: _put(_words(s.face, "MELAYANI", 0.94, _BLUE), s.emblem, 0.28, 0.8, 0.2),
    ),
    Composition("watermark of a face", "present", _half_transparent),
    Composition(
        "in a photo's corner", "present", lambda s: _put(s.photo, s.emblem, 0.25, 0.85, 0.16)
    ),
    Composition("letterhead", "present", _letterhead),
    Composition("on the chest", "present", lambda s: _put(s.face, s.emblem, 0.2, 0.66, 0.86)),
    Composition(
        "animated face", "present", lambda s: _animated(_put(s.face, s.emblem, 0.3, 0.2, 0.2))
    ),
)


if __name__ == "__main__":
    main()
