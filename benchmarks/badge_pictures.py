"""Drawn pictures with a number badge, and with the numbers that are none.

Drawn with fonts of families that the digit network never saw, so fonts have to be installed. Those
measured with are, on Debian 12: fonts-adf-gillius fonts-adf-libris fonts-adf-verana
fonts-averia-sans-gwf fonts-b612 fonts-bebas-neue fonts-clear-sans fonts-comic-neue
fonts-crosextra-carlito fonts-dancingscript fonts-dejavu fonts-essays1743 fonts-firacode
fonts-freefont-ttf fonts-inter fonts-lato fonts-leckerli-one fonts-manrope fonts-oldstandard
fonts-oxygen fonts-quicksand fonts-stix fonts-vollkorn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fixtures.figures import HAIRS, Person, add_person
from fixtures.hand import SKINS
from models.train_digits import font_families
from netravision.imaging.image import read_image

Rgb = NDArray[np.uint8]
Pen = ImageDraw.ImageDraw

FONTS = 30
BADGES_A_FONT = 5
OTHERS_A_KIND = 60
BADGES_A_PLACE = 30

#: Side of what is drawn before it is laid into a picture, and there: of one plate, and of several.
_SIDE = 400
_SIDES, _SIDES_OF_ROWS = (48, 320), (200, 760)
_WHITE, _BLACK, _RED = (255, 255, 255), (0, 0, 0), (215, 25, 32)
#: Colors of Indonesian campaigns as their logos and shirts show them.
COLORS = {
    "red": "#d71920",
    "yellow": "#ffd500",
    "green": "#00843d",
    "light-blue": "#8fd3f4",
    "blue": "#0054a6",
    "navy": "#1b2a5c",
    "orange": "#f26522",
    "purple": "#6a2c91",
    "teal": "#00a79d",
    "maroon": "#7b1113",
}


class Badge(NamedTuple):
    """A drawn picture with one badge."""

    picture: Rgb
    digits: str
    box: tuple[int, int, int, int]
    font: str
    shape: str


def draw_badges() -> list[Badge]:
    """Badges of 30 fonts never trained with, each on a picture of its own."""
    rng = np.random.default_rng(2024)
    return [_badge(font, rng) for font in unseen_fonts() for _ in range(BADGES_A_FONT)]


def draw_others() -> dict[str, list[Rgb]]:
    """Pictures with numbers that are no badge, by kind, in fonts never trained with."""
    fonts = unseen_fonts()
    drawn = {}
    for seed, (kind, draw) in enumerate(OTHERS.items()):
        rng = np.random.default_rng((2024, seed))
        sides = _SIDES_OF_ROWS if kind in ROWS else _SIDES
        drawn[kind] = [
            _photographed(_other(draw, fonts[int(rng.integers(len(fonts)))], rng), rng, sides)[0]
            for _ in range(OTHERS_A_KIND)
        ]
    return drawn


def draw_on_people() -> dict[str, list[Badge]]:
    """Badges where campaigns show them, with drawn people, by place."""
    fonts = unseen_fonts()
    drawn = {}
    for seed, (place, draw) in enumerate(ON_PEOPLE.items()):
        rng = np.random.default_rng((2025, seed))
        drawn[place] = [
            _on_people(draw, fonts[number % len(fonts)], rng) for number in range(BADGES_A_PLACE)
        ]
    return drawn


def unseen_fonts() -> list[Path]:
    """One file each of 30 fonts that were left out of training."""
    families: dict[str, Path] = {}
    for path in sorted(path for paths in font_families("test").values() for path in paths):
        families.setdefault(path.stem.split("-")[0], path)
    names = sorted(families)
    rows = np.linspace(0, len(names) - 1, min(FONTS, len(names))).astype(int)
    return [families[names[row]] for row in rows]


def rgb_of(color: str) -> tuple[int, ...]:
    """Red, green and blue, 0 to 255, of ``"#rrggbb"``."""
    return tuple(bytes.fromhex(color[1:]))


def _badge(font: Path, rng: np.random.Generator) -> Badge:
    ground, ink = _two_colors(rng)
    plate = Image.new("RGBA", (_SIDE, _SIDE))
    pen = ImageDraw.Draw(plate)
    shape = ("circle", "square", "rounded", "card", "ring")[int(rng.integers(5))]
    rim = _WHITE if rng.random() < 0.5 else ink
    if shape in ("circle", "ring"):
        width = 14 if shape == "ring" else 0
        pen.ellipse((20, 20, 380, 380), fill=ground, outline=rim, width=width)
    elif shape == "square":
        pen.rectangle((30, 30, 370, 370), fill=ground)
    elif shape == "rounded":
        pen.rounded_rectangle((30, 30, 370, 370), 60, fill=ground)
    else:
        pen.rectangle((15, 90, 385, 310), fill=_WHITE)
        ground, ink = _WHITE, _BLACK
    digits = str(rng.integers(1, 10)) if rng.random() < 0.6 else f"{rng.integers(1, 20):02d}"
    height = (0.5 if shape == "card" else 0.55 if len(digits) == 1 else 0.42) * 380
    _write(pen, digits, (200, 200), (260, height), font, ink)
    photo, box = _photographed(plate, rng)
    return Badge(photo, digits, box, font.stem, shape)


def _write(
    pen: Pen,
    text: str,
    middle: tuple[float, float],
    largest: tuple[float, float],
    font: Path,
    ink: tuple[int, ...],
) -> None:
    """Text as large as fits into a width and height, its ink in the middle."""
    face = ImageFont.truetype(str(font), 200)
    left, top, right, bottom = face.getbbox(text, anchor="mm")
    size = int(200 * min(largest[1] / (bottom - top), largest[0] / (right - left)))
    face = ImageFont.truetype(str(font), max(20, size))
    left, top, right, bottom = face.getbbox(text, anchor="mm")
    start = (middle[0] - (left + right) / 2, middle[1] - (top + bottom) / 2)
    pen.text(start, text, fill=ink, font=face, anchor="mm")


def _other(
    draw: Callable[[Pen, Path, np.random.Generator], None], font: Path, rng: np.random.Generator
) -> Image.Image:
    plate = Image.new("RGBA", (_SIDE, _SIDE))
    draw(ImageDraw.Draw(plate), font, rng)
    return plate


def _clock(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A face with all numerals, with four or with twelve alone, and two hands."""
    ground, ink = _two_colors(rng)
    pen.ellipse((20, 20, 380, 380), fill=ground, outline=ink, width=int(rng.integers(0, 16)))
    step = (1, 3, 12)[int(rng.integers(3))]
    for hour in range(step, 13, step):
        angle = np.radians(30 * hour - 90)
        place = (200 + 140 * np.cos(angle), 200 + 140 * np.sin(angle))
        _write(pen, str(hour), place, (50, 38), font, ink)
    for length in (80, 120):
        angle = rng.uniform(0, 2 * np.pi)
        end = (200 + length * np.cos(angle), 200 + length * np.sin(angle))
        pen.line(((200, 200), end), fill=ink, width=int(rng.integers(5, 14)))


def _display(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A digital clock."""
    ground, ink = _two_colors(rng)
    pen.rounded_rectangle((20, 110, 380, 290), int(rng.integers(1, 50)), fill=ground)
    time = f"{rng.integers(24):02d}:{rng.integers(60):02d}"
    _write(pen, time, (200, 200), (320, 140), font, ink)


def _licence_plate(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """Region, one to four figures, one to three letters; month and year below."""
    ground, ink = ((_BLACK, _WHITE), (_WHITE, _BLACK), (_RED, _WHITE))[int(rng.integers(3))]
    pen.rounded_rectangle((10, 130, 390, 270), 12, fill=ground, outline=ink, width=4)
    letters = "".join(chr(int(code)) for code in rng.integers(65, 91, 5))
    region, series = letters[: int(rng.integers(1, 3))], letters[2 : 2 + int(rng.integers(1, 4))]
    number = rng.integers(1, 10 ** int(rng.integers(1, 5)))
    _write(pen, f"{region} {number} {series}", (200, 188), (340, 70), font, ink)
    _write(
        pen, f"{rng.integers(1, 13):02d}·{rng.integers(20, 30)}", (200, 248), (90, 26), font, ink
    )


def _house_number(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A number with its street, with its neighborhood, or with a letter."""
    ground, ink = _two_colors(rng)
    pen.rounded_rectangle((30, 80, 370, 320), int(rng.integers(1, 40)), fill=ground)
    number = int(rng.integers(1, 99))
    kind = int(rng.integers(3))
    if kind == 0:
        _write(pen, "Jl. Merdeka", (200, 120), (280, 40), font, ink)
        _write(pen, f"No. {number}", (200, 220), (280, 110), font, ink)
    elif kind == 1:
        _write(pen, str(number), (200, 160), (280, 120), font, ink)
        block, ward = rng.integers(1, 20, 2)
        _write(pen, f"RT {block:02d} RW {ward:02d}", (200, 280), (280, 45), font, ink)
    else:
        _write(pen, f"{number} {'ABC'[int(rng.integers(3))]}", (200, 200), (280, 140), font, ink)


def _house_number_alone(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """Nothing but one to three figures on enamel: drawn as a badge is."""
    ground, ink = _two_colors(rng)
    pen.rounded_rectangle((30, 80, 370, 320), int(rng.integers(1, 40)), fill=ground)
    _write(pen, str(rng.integers(1, 300)), (200, 200), (260, 140), font, ink)


def _beside_words(words: tuple[str, ...], pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """One or two figures on a plate, with words below it."""
    ground, ink = _two_colors(rng)
    pen.rectangle((0, 0, 400, 400), fill=(225, 225, 220))
    pen.rounded_rectangle((80, 20, 320, 260), int(rng.integers(1, 40)), fill=ground)
    _write(pen, str(rng.integers(1, 100)), (200, 140), (170, 130), font, ink)
    _write(pen, words[int(rng.integers(len(words)))], (200, 330), (340, 60), font, _BLACK)


def _date(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A sheet of a calendar, or a date written out."""
    ground, ink = _two_colors(rng)
    day = int(rng.integers(1, 32))
    if rng.random() < 0.5:
        pen.rectangle((50, 30, 350, 370), fill=_WHITE, outline=ground, width=6)
        if rng.random() < 0.5:
            pen.rectangle((50, 30, 350, 110), fill=ground)
            _write(pen, "AGUSTUS", (200, 70), (240, 44), font, ink)
        else:
            _write(pen, "Agustus", (200, 75), (240, 44), font, _BLACK)
        _write(pen, str(day), (200, 215), (240, 150), font, _BLACK)
        _write(pen, "Sabtu", (200, 335), (240, 36), font, _BLACK)
    else:
        pen.rectangle((10, 130, 390, 270), fill=ground)
        date = f"{day}-{rng.integers(1, 13)}-{rng.integers(2019, 2026)}"
        _write(pen, date, (200, 200), (340, 90), font, ink)


def _telephone(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A mobile number, or three figures to call."""
    ground, ink = _two_colors(rng)
    pen.rounded_rectangle((10, 120, 390, 280), int(rng.integers(1, 60)), fill=ground)
    groups = "-".join(f"{rng.integers(10000):04d}" for _ in range(2))
    number = f"08{rng.integers(10, 99)}-{groups}"
    if rng.random() < 0.3:
        number = f"{rng.integers(110, 200)}"
    _write(pen, number, (200, 200), (340, 100), font, ink)


def _shirt(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """The back of a football shirt: a number of one or two figures, a name above."""
    ground, ink = _two_colors(rng)
    body = [(90, 60), (160, 30), (200, 50), (240, 30), (310, 60), (390, 150), (330, 200)]
    body += [(305, 165), (305, 390), (95, 390), (95, 165), (70, 200), (10, 150)]
    pen.polygon(body, fill=ground)
    if rng.random() < 0.4:
        for x in range(120, 300, 60):
            pen.rectangle((x, 60, x + 20, 390), fill=_two_colors(rng)[0])
    if rng.random() < 0.6:
        _write(pen, "SAPUTRA", (200, 105), (170, 30), font, ink)
    _write(pen, str(rng.integers(1, 40)), (200, 220), (170, 150), font, ink)


def _page(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """Lines of text and a number at the foot, plain or in a ruled box."""
    pen.rectangle((50, 10, 350, 390), fill=_WHITE)
    for y in range(50, 330, 28):
        _write(pen, "Rapat kerja dinas daerah", (200, y), (260, 18), font, _BLACK)
    number = str(rng.integers(1, 100))
    if rng.random() < 0.5:
        number = f"- {number} -" if rng.random() < 0.5 else f"Hal. {number}"
    _write(pen, number, (200, 362), (120, 24), font, _BLACK)


def _letters(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """One or two letters where the digits of a badge are: parking, a logo, a class."""
    ground, ink = _two_colors(rng)
    if rng.random() < 0.5:
        pen.ellipse((20, 20, 380, 380), fill=ground)
    else:
        pen.rounded_rectangle((30, 30, 370, 370), 60, fill=ground)
    # O, I and l are drawn like 0 and 1 in many fonts.
    letters = rng.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ"), int(rng.integers(1, 3)))
    _write(pen, "".join(letters), (200, 200), (260, 190), font, ink)


def _numbered(
    pen: Pen,
    text: str,
    place: tuple[float, float, float],
    shape: str,
    colors: tuple[tuple[int, ...], tuple[int, ...]],
    font: Path,
) -> None:
    """A plate with a number, at this middle and of this side."""
    x, y, side = place
    reach, (ground, ink) = side / 2, colors
    box = (x - reach, y - reach, x + reach, y + reach)
    if shape == "circle":
        pen.ellipse(box, fill=ground)
    elif shape == "rounded":
        pen.rounded_rectangle(box, side / 5, fill=ground)
    elif shape == "card":
        pen.rectangle((x - reach, y - 0.3 * side, x + reach, y + 0.3 * side), fill=ground)
    else:
        pen.rectangle(box, fill=ground)
    height = (0.42 if shape == "card" else 0.55 if len(text) == 1 else 0.42) * side
    _write(pen, text, (x, y), (0.65 * side, height), font, ink)


def _roll_up(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """Points of a banner, "1 ... 2 ... 3 ...", numbered on plates, a line or two beside each."""
    sheet, text = _two_colors(rng)
    pen.rectangle((40, 0, 360, 400), fill=sheet)
    _write(pen, ("VISI", "MISI", "AGENDA", "ALUR")[int(rng.integers(4))], (200, 36), (200, 36),
           font, text)  # fmt: skip
    shape = ("circle", "square", "rounded")[int(rng.integers(3))]
    count = int(rng.integers(3, 6))
    step = 320 / count
    side = min(0.75 * step, 64) * rng.uniform(0.75, 1)
    colors = _two_colors(rng)
    while colors[0] == sheet:
        colors = _two_colors(rng)
    for number in range(count):
        y = 75 + (number + 0.5) * step
        digits = f"{number + 1:02d}" if count == 5 else str(number + 1)
        _numbered(pen, digits, (85, y, side), shape, colors, font)
        rows = 1 + int(rng.random() < 0.5)
        for row in range(rows):
            line = _POINTS[int(rng.integers(len(_POINTS)))]
            height = y + (row - (rows - 1) / 2) * 0.35 * step
            _write(pen, line, (235, height), (210, 0.2 * step), font, text)


def _agenda(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """Steps beside each other, each below its number."""
    sheet, text = _two_colors(rng)
    pen.rectangle((0, 100, 400, 300), fill=sheet)
    shape = ("circle", "square", "rounded")[int(rng.integers(3))]
    count = int(rng.integers(3, 6))
    step = 400 / count
    colors = _two_colors(rng)
    while colors[0] == sheet:
        colors = _two_colors(rng)
    for number in range(count):
        x = (number + 0.5) * step
        _numbered(pen, str(number + 1), (x, 180, 0.6 * step), shape, colors, font)
        line = _POINTS[int(rng.integers(len(_POINTS)))]
        _write(pen, line, (x, 250), (0.9 * step, 16), font, text)


def _jersey_row(pen: Pen, font: Path, rng: np.random.Generator) -> None:
    """A team side by side, a number on a plate on each breast."""
    ground, _ = _two_colors(rng)
    colors = _two_colors(rng)
    while colors[0] == ground:
        colors = _two_colors(rng)
    shape = ("circle", "square", "card")[int(rng.integers(3))]
    numbers = rng.choice(np.arange(1, 30), int(rng.integers(3, 6)), replace=False)
    step = 400 / len(numbers)
    for place, number in enumerate(numbers):
        x, y = (place + 0.5) * step, 230 + rng.uniform(-0.05, 0.05) * step
        pen.rounded_rectangle(
            (x - 0.47 * step, 170, x + 0.47 * step, 400), 0.15 * step, fill=ground
        )
        pen.ellipse((x - 0.2 * step, 165 - 0.5 * step, x + 0.2 * step, 165), fill=(150, 105, 80))
        _numbered(pen, str(number), (x, y + 0.1 * step, 0.5 * step), shape, colors, font)


#: What stands beside the numbers of a roll-up banner.
_POINTS = (
    "Pelayanan prima",
    "Tata kelola",
    "Pendaftaran",
    "Verifikasi",
    "Warga sehat",
    "Desa maju",
)

#: What a badge must not be taken for.
OTHERS = {
    "clocks": _clock,
    "digital clocks": _display,
    "licence plates": _licence_plate,
    "house numbers": _house_number,
    "dates": _date,
    "telephone numbers": _telephone,
    "football shirts": _shirt,
    "page numbers": _page,
    "letters on a plate": _letters,
    "house numbers alone": _house_number_alone,
    "roll-up lists": _roll_up,
    "agendas": _agenda,
    "jersey rows": _jersey_row,
}
#: Of those, with several numbers.
ROWS = ("roll-up lists", "agendas", "jersey rows")


def _ballot(canvas: Rgb, rng: np.random.Generator) -> tuple[Place, str]:
    """A ballot card: a pair of candidates, above them their number on a white strip."""
    add_person(canvas, _person(rng, (240, 240, 244)), 120, 290, 110)
    add_person(canvas, _person(rng, (240, 240, 244)), 280, 300, 110)
    canvas[:100] = 255
    return (200, 50, 400), "strip"


def _banner(canvas: Rgb, rng: np.random.Generator) -> tuple[Place, str]:
    """A pair of candidates above a bar, in it their number on a card."""
    add_person(canvas, _person(rng, (240, 240, 244)), 130, 200, 120)
    add_person(canvas, _person(rng, (240, 240, 244)), 270, 205, 120)
    canvas[290:] = rgb_of(list(COLORS.values())[int(rng.integers(len(COLORS)))])
    return (200, 345, 120), "card"


def _shirt_card(canvas: Rgb, rng: np.random.Generator) -> tuple[Place, str]:
    """A number on a card on somebody's breast."""
    add_person(canvas, _person(rng, (20, 20, 26)), 200, 170, 140)
    return (200, 290, 110), "card"


def _cap(canvas: Rgb, rng: np.random.Generator) -> tuple[Place, str]:
    """A number on a card on a cap."""
    person = _person(rng, (240, 240, 244))
    add_person(canvas, replace(person, cover="cap", hair=(30, 30, 34)), 200, 330, 260)
    return (200, 100, 76), "card"


#: Middle and side of a plate on 400 × 400 pixels.
Place = tuple[float, float, float]
#: Where campaigns show numbers that could, by their plate alone, be those of houses.
ON_PEOPLE: dict[str, Callable[[Rgb, np.random.Generator], tuple[Place, str]]] = {
    "ballots": _ballot,
    "banners": _banner,
    "shirts": _shirt_card,
    "caps": _cap,
}


def _person(rng: np.random.Generator, shirt: tuple[int, int, int]) -> Person:
    return Person(
        skin=list(SKINS)[int(rng.integers(len(SKINS)))],
        shirt=shirt,
        hair=HAIRS[int(rng.integers(len(HAIRS)))],
        cover=("short", "long", "scarf")[int(rng.integers(3))],
        seed=int(rng.integers(10_000)),
    )


def _on_people(
    draw: Callable[[Rgb, np.random.Generator], tuple[Place, str]],
    font: Path,
    rng: np.random.Generator,
) -> Badge:
    canvas = np.full((_SIDE, _SIDE, 3), rng.integers(60, 220, 3), np.uint8)
    place, shape = draw(canvas, rng)
    sheet = Image.fromarray(canvas).convert("RGBA")
    pen = ImageDraw.Draw(sheet)
    digits = str(rng.integers(1, 10))
    if shape == "strip":
        _write(pen, digits, place[:2], (200, 60), font, _BLACK)
    else:
        _numbered(pen, digits, place, shape, _two_colors(rng), font)
    photo, box = _photographed(sheet, rng, _SIDES_OF_ROWS)
    return Badge(photo, digits, box, font.stem, shape)


#: Plates that look alike and are told apart by the words below them: of no ballot, and of one.
BESIDE = {
    "street": ("Jl. Merdeka", "RT 02 RW 05", "Gang Melati", "TPS", "Blok C"),
    "ballot": ("No. Urut", "Coblos", "Pilih", "Nomor Urut", "Paslon"),
}


def draw_beside(which: str, count: int = 30) -> list[Rgb]:
    """Plates with the words of :data:`BESIDE` below, large enough to be read."""
    fonts, rng = unseen_fonts(), np.random.default_rng((2024, len(which)))
    draw = partial(_beside_words, BESIDE[which])
    return [
        _photographed(_other(draw, fonts[number % len(fonts)], rng), rng, (160, 400))[0]
        for number in range(count)
    ]


def _photographed(
    plate: Image.Image, rng: np.random.Generator, sides: tuple[int, int] = _SIDES
) -> tuple[Rgb, tuple[int, int, int, int]]:
    """The drawing somewhere in a picture, tilted, in perspective, shaded, compressed; its box."""
    picture = _backdrop(rng)
    side = int(np.exp(rng.uniform(np.log(sides[0]), np.log(sides[1]))))
    x, y = (int(rng.integers(0, limit - side)) for limit in (1080, 810))
    corners = np.array([[0, 0], [_SIDE, 0], [_SIDE, _SIDE], [0, _SIDE]], np.float32)
    angle = np.radians(rng.normal(0, 4))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (corners / _SIDE - 0.5) @ turn.T * side + side / 2 + [x, y]
    moved += rng.normal(0, 0.02 * side, (4, 2))
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    rgba = np.asarray(plate).astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255
    # Drawn much larger than shown: reduce by area first, or thin strokes alias.
    blur = max(0.0, _SIDE / side / 2 - 0.5)
    if blur > 0:
        rgba = cv2.GaussianBlur(rgba, (0, 0), blur)
    laid = cv2.warpPerspective(rgba, warp, (1080, 810), flags=cv2.INTER_LINEAR)
    shade = 1 - 0.25 * rng.random() * np.linspace(0, 1, 1080)[None, :, None]
    photo = picture * (1 - laid[..., 3:] / 255) + laid[..., :3] * shade
    photo += rng.normal(0, 3, photo.shape)
    _, encoded = cv2.imencode(
        ".jpg", photo.clip(0, 255).astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80]
    )
    return read_image(encoded.tobytes()).rgb, (x, y, x + side, y + side)


def _two_colors(rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ground and ink as printers choose them: easy to tell apart."""
    grounds = (_WHITE, *(rgb_of(color) for color in COLORS.values()))
    while True:
        ground, ink = (
            grounds[int(rng.integers(len(grounds)))],
            (_BLACK, _WHITE, (200, 16, 24), (16, 40, 120))[int(rng.integers(4))],
        )
        luma = [np.dot(color, (0.299, 0.587, 0.114)) for color in (ground, ink)]
        if abs(luma[0] - luma[1]) > 80:
            return ground, ink


def _backdrop(rng: np.random.Generator) -> NDArray[np.float64]:
    """Something between a poster and a blurred room."""
    coarse = rng.uniform(20, 240, (5, 6, 3))
    picture = cv2.resize(coarse, (1080, 810), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(10, 60))):
        color = rng.uniform(0, 255, 3).tolist()
        a, b = (tuple(int(v) for v in rng.integers(0, (1080, 810))) for _ in range(2))
        if rng.random() < 0.5:
            cv2.line(picture, a, b, color, int(rng.integers(1, 12)))
        else:
            cv2.rectangle(
                picture, a, (a[0] + (b[0] - a[0]) // 4, a[1] + (b[1] - a[1]) // 4), color, -1
            )
    return picture.clip(0, 255)
