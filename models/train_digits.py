"""Train the digit reader of the number badges: ``python -m models.train_digits``.

Learns from glyphs of the fonts installed on this machine, slanted, bent, blurred and made small,
against letters, signs and shapes. Writes ``models/badge_digits.npz``. Every third font family is
left out; benchmarks/badge_pictures.py draws with those.

The shipped weights learned from 139 families, of these packages of Debian 12: fonts-3270
fonts-adf-accanthis fonts-adf-baskervald fonts-adf-berenis fonts-adf-ikarius fonts-adf-irianis
fonts-adf-mekanus fonts-adf-oldania fonts-adf-romande fonts-adf-switzera fonts-adf-tribun
fonts-adf-universalis fonts-agave fonts-anonymous-pro fonts-arapey fonts-beteckna fonts-breip
fonts-cabin fonts-cantarell fonts-cardo fonts-century-catalogue fonts-cmu fonts-comfortaa
fonts-courier-prime fonts-croscore fonts-crosextra-caladea fonts-dkg-handwriting fonts-dosis
fonts-dustin fonts-ebgaramond fonts-ebgaramond-extra fonts-elstob fonts-fantasque-sans
fonts-fanwood fonts-freefont-ttf fonts-go fonts-goudybookletter fonts-hermit fonts-humor-sans
fonts-inconsolata fonts-jetbrains-mono fonts-junction fonts-junicode fonts-jura fonts-karla
fonts-karmilla fonts-kaushanscript fonts-kristi fonts-league-mono fonts-league-spartan
fonts-liberation fonts-liberation2 fonts-lindenhill fonts-lobster fonts-lobstertwo fonts-monoid
fonts-noto-mono fonts-okolaks fonts-open-sans fonts-oxygen fonts-paratype fonts-play fonts-prociono
fonts-quattrocento fonts-roboto-slab fonts-roboto-unhinted fonts-routed-gothic fonts-rufscript
fonts-sjfonts fonts-sora fonts-stix fonts-texgyre fonts-tiresias fonts-tuffy
fonts-yanone-kaffeesatz.
"""

from __future__ import annotations

import io
import itertools
import zlib
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from matplotlib import font_manager
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from sklearn.neural_network import MLPClassifier

from netravision.detectors.insignia.digits import normalized_glyph, without_edges

DIGITS = "0123456789"
#: O, o and l are drawn like 0 and 1 in many fonts; where they stand, no number is read.
SIGNS = "ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz!?&#%@*+=<>$/"
#: Greek, Cyrillic, Hebrew, arrows, mathematics, shapes, symbols, dingbats: first and last sign.
BLOCKS = ("ΑΩ", "αω", "Ая", "את", "←⇿", "∀⋿", "■◿", "☀⛿", "✁✵", "➔➾")
#: What is drawn like a digit in those.
LIKE_DIGITS = "ΟοΙιОоІіЗзбЭТч∣∤│"
OTHER = 10

DIGIT_SAMPLES = 120_000
SIGN_SAMPLES = 105_000
SHAPE_SAMPLES = 45_000
#: Of the signs: symbols of other scripts, and question marks, which come closest to a digit.
SYMBOL_SHARE = 0.25
QUESTION_SHARE = 0.05
#: Standard deviation of the slant, width by height: italics lean by a fifth.
SLANT = 0.16


def font_families(part: Literal["train", "test"]) -> dict[str, list[Path]]:
    """Files of each installed family of this part that has digits and letters.

    A family belongs to a part by its name, so that the parts stay the same as fonts are added.
    """
    chosen: dict[str, list[Path]] = {}
    for name in sorted(font_manager.findSystemFonts()):
        try:
            with TTFont(name, fontNumber=0, lazy=True) as font:
                family = font["name"].getBestFamilyName()
                known = font.getBestCmap() or {}
        except (TTLibError, OSError, KeyError, AssertionError):
            continue
        if family is None or any(ord(sign) not in known for sign in DIGITS + SIGNS):
            continue
        test = zlib.crc32(family.split()[0].encode()) % 3 == 0
        if test == (part == "test"):
            chosen.setdefault(family, []).append(Path(name))
    return chosen


def _drawn_glyph(sign: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    picture = Image.new("L", (200, 200))
    ImageDraw.Draw(picture).text((100, 100), sign, fill=255, font=font, anchor="mm")
    return np.asarray(picture)


def _drawn_pair(rng: np.random.Generator, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    """Two digits so close that they may be one mark."""
    picture = Image.new("L", (200, 200))
    pen, font = ImageDraw.Draw(picture), font.font_variant(size=80)
    reach = font.getlength("0") * rng.uniform(0.6, 0.95) / 2
    for x in (100 - reach, 100 + reach):
        digit = DIGITS[int(rng.integers(10))]
        pen.text((x, 100), digit, fill=255, font=font, anchor="mm")
    return np.asarray(picture)


def _drawn_shape(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A blob, ring, bar, polygon or a few strokes, straight or bent."""
    picture = np.zeros((200, 200), np.uint8)
    center, kind = (100, 100), rng.integers(9)
    axes = tuple(int(value) for value in rng.integers(12, 60, 2))
    if kind == 0:
        cv2.ellipse(picture, center, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1)
    elif kind == 1:
        start = float(rng.uniform(0, 360))
        end = start + float(rng.uniform(90, 360))
        cv2.ellipse(picture, center, axes, 0, start, end, 255, int(rng.integers(5, 20)))
    elif kind == 2:
        half = int(rng.integers(2, 12))
        cv2.rectangle(picture, (100 - half, 50), (100 + half, 150), 255, -1)
    elif kind == 3:
        corners = rng.integers(45, 155, (int(rng.integers(3, 9)), 2)).astype(np.int32)
        cv2.fillPoly(picture, [corners], 255)
    elif kind == 4:
        corners = rng.integers(50, 150, (int(rng.integers(2, 6)), 2)).astype(np.int32)
        cv2.polylines(picture, [corners], bool(rng.integers(2)), 255, int(rng.integers(4, 18)))
    elif kind == 5:
        noise = cv2.GaussianBlur(rng.normal(0, 1, (200, 200)), (0, 0), float(rng.uniform(6, 20)))
        picture[40:160, 60:140] = (noise > 0)[40:160, 60:140] * 255
    else:
        for _ in range(int(rng.integers(1, 3))):
            stroke = _bezier(rng.uniform(45, 155, (int(rng.integers(3, 6)), 2)))
            cv2.polylines(picture, [stroke.astype(np.int32)], False, 255, int(rng.integers(4, 24)))
    return picture


def _bezier(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """60 points (60, 2) of the curve with these control points, by de Casteljau."""
    along = np.linspace(0, 1, 60)[:, None]
    parts = [np.broadcast_to(point, (60, 2)) for point in points]
    while len(parts) > 1:
        parts = [(1 - along) * a + along * b for a, b in itertools.pairwise(parts)]
    return np.asarray(parts[0])


def _photographed(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32] | None:
    """The glyph tilted, in perspective, made small and blurred, as the detector would cut it."""
    corners = np.array([[0, 0], [200, 0], [200, 200], [0, 200]], np.float32)
    angle, stretch, slant = (
        np.radians(rng.normal(0, 6)),
        rng.uniform(0.65, 1.3),
        rng.normal(0, SLANT),
    )
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bent = (corners - 100) @ np.array([[stretch, 0], [-slant, 1]])
    moved = bent @ turn.T + 100 + rng.normal(0, 5, (4, 2))
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    picture = cv2.warpPerspective(glyph, warp, (200, 200))
    ys, _ = np.nonzero(picture > 127)
    if len(ys) < 20:
        return None
    scale = np.exp(rng.uniform(np.log(11), np.log(60))) / (ys.max() - ys.min() + 1)
    size = max(8, round(200 * scale))
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), float(rng.uniform(0.3, 1.0)))
    small += rng.normal(0, rng.uniform(2, 18), small.shape).astype(np.float32)
    ink = (small > rng.uniform(0.35, 0.6) * np.percentile(small, 99.5)).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    # What falls to pieces when made this small is no longer the glyph that it was.
    if stats[largest, cv2.CC_STAT_HEIGHT] < 0.9 * (ys.max() - ys.min() + 1) * size / 200:
        return None
    part = parts == largest
    return normalized_glyph(small / np.median(small[without_edges(part)]), part)


def _symbols(font: Path) -> list[str]:
    with TTFont(font, fontNumber=0, lazy=True) as opened:
        known = opened.getBestCmap() or {}
    signs = [chr(code) for first, last in BLOCKS for code in range(ord(first), ord(last) + 1)]
    return [sign for sign in signs if ord(sign) in known and sign not in LIKE_DIGITS]


def _samples(
    families: list[list[Path]], seed: int, share: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Glyphs (N, 576) and their labels, with every family as often as the others."""
    rng = np.random.default_rng(seed)
    loaded = [[ImageFont.truetype(str(path), 100) for path in paths] for paths in families]
    known = [(fonts[0], _symbols(paths[0])) for fonts, paths in zip(loaded, families, strict=True)]
    symbols = [(font, signs) for font, signs in known if signs]
    digits, signs, shapes = (
        int(count * share) for count in (DIGIT_SAMPLES, SIGN_SAMPLES, SHAPE_SAMPLES)
    )
    patches: list[NDArray[np.float32]] = []
    labels: list[int] = []
    for index in range(digits + signs + shapes):
        family = loaded[rng.integers(len(loaded))]
        font = family[rng.integers(len(family))]
        label, kind = OTHER, rng.random()
        if index < digits:
            label = int(rng.integers(10))
            glyph = _drawn_glyph(DIGITS[label], font)
        elif index < digits + signs:
            if kind < SYMBOL_SHARE:
                font, choice = symbols[rng.integers(len(symbols))]
            else:
                choice = ["?"] if kind < SYMBOL_SHARE + QUESTION_SHARE else list(SIGNS)
            glyph = _drawn_glyph(choice[rng.integers(len(choice))], font)
        else:
            glyph = _drawn_pair(rng, font) if kind < 0.1 else _drawn_shape(rng)
        patch = _photographed(glyph, rng)
        if patch is not None:
            patches.append(patch.ravel())
            labels.append(label)
    return np.stack(patches), np.array(labels)


def main() -> None:
    """Train and write the weights."""
    cv2.setNumThreads(1)
    patches, labels = _samples(list(font_families("train").values()), seed=0)
    network = MLPClassifier(
        (256, 64), alpha=1e-4, batch_size=256, max_iter=14, random_state=0, verbose=True
    )
    network.fit(patches, labels)
    # Small steps at the end: the network is as sure as it is right.
    network.set_params(warm_start=True, learning_rate_init=1e-4, max_iter=5)
    network.fit(patches, labels)
    tested, truth = _samples(list(font_families("test").values()), seed=1, share=0.1)
    print(f"fonts never seen: {np.mean(network.predict(tested) == truth):.4f} right")
    stream = io.BytesIO()
    weights = {
        f"{name}{layer}": array.astype(np.float16)
        for name, arrays in (("weights", network.coefs_), ("bias", network.intercepts_))
        for layer, array in enumerate(arrays)
    }
    np.savez_compressed(stream, **weights)
    Path(__file__).with_name("badge_digits.npz").write_bytes(stream.getvalue())


if __name__ == "__main__":
    main()
