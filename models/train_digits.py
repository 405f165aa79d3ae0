"""Train the digit reader of the number badges: ``python -m models.train_digits``.

Learns from glyphs of the fonts installed on this machine, bent, blurred and made small, against
letters, signs and shapes. Writes ``models/badge_digits.npz``. Every third font family is left
out; benchmarks/insignia.py measures with those.
"""

from __future__ import annotations

import io
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

from netravision.detectors.insignia.digits import normalized_glyph

DIGITS = "0123456789"
#: O, o and l are drawn like 0 and 1 in many fonts; where they stand, no number is read.
SIGNS = "ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz!?&#%@*+=<>$/"
OTHER = 10

DIGIT_SAMPLES = 24_000
SIGN_SAMPLES = 18_000
SHAPE_SAMPLES = 6_000


def font_files(part: Literal["train", "test"]) -> list[Path]:
    """One or more files of each installed family of this part that has digits and letters.

    A family belongs to a part by its name, so that the parts stay the same as fonts are added.
    """
    chosen = []
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
            chosen.append(Path(name))
    return chosen


def _drawn_glyph(sign: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    picture = Image.new("L", (200, 200))
    ImageDraw.Draw(picture).text((100, 100), sign, fill=255, font=font, anchor="mm")
    return np.asarray(picture)


def _drawn_shape(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A blob, ring, bar, polygon or a few strokes."""
    picture = np.zeros((200, 200), np.uint8)
    center, kind = (100, 100), rng.integers(6)
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
    else:
        noise = cv2.GaussianBlur(rng.normal(0, 1, (200, 200)), (0, 0), float(rng.uniform(6, 20)))
        picture[40:160, 60:140] = (noise > 0)[40:160, 60:140] * 255
    return picture


def _photographed(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32] | None:
    """The glyph tilted, in perspective, made small and blurred, as the detector would cut it."""
    corners = np.array([[0, 0], [200, 0], [200, 200], [0, 200]], np.float32)
    angle, stretch = np.radians(rng.normal(0, 6)), rng.uniform(0.75, 1.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (corners - 100) * [stretch, 1] @ turn.T + 100 + rng.normal(0, 5, (4, 2))
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    picture = cv2.warpPerspective(glyph, warp, (200, 200))
    ys, _ = np.nonzero(picture > 127)
    if len(ys) < 20:
        return None
    scale = np.exp(rng.uniform(np.log(11), np.log(60))) / (ys.max() - ys.min() + 1)
    size = max(8, round(200 * scale))
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), float(rng.uniform(0.3, 1.0)))
    small += rng.normal(0, rng.uniform(2, 14), small.shape).astype(np.float32)
    ink = (small > rng.uniform(90, 160)).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    # What falls to pieces when made this small is no longer the glyph that it was.
    if stats[largest, cv2.CC_STAT_HEIGHT] < 0.9 * (ys.max() - ys.min() + 1) * size / 200:
        return None
    return normalized_glyph(small / 255, parts == largest)


def _samples(fonts: list[Path], seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    loaded = [ImageFont.truetype(str(path), 100) for path in fonts]
    patches: list[NDArray[np.float32]] = []
    labels: list[int] = []
    for index in range(DIGIT_SAMPLES + SIGN_SAMPLES + SHAPE_SAMPLES):
        font = loaded[rng.integers(len(loaded))]
        if index < DIGIT_SAMPLES:
            label = int(rng.integers(10))
            glyph = _drawn_glyph(DIGITS[label], font)
        elif index < DIGIT_SAMPLES + SIGN_SAMPLES:
            label = OTHER
            glyph = _drawn_glyph(SIGNS[rng.integers(len(SIGNS))], font)
        else:
            label = OTHER
            glyph = _drawn_shape(rng)
        patch = _photographed(glyph, rng)
        if patch is not None:
            patches.append(patch.ravel())
            labels.append(label)
    return np.stack(patches), np.array(labels)


def main() -> None:
    """Train and write the weights."""
    cv2.setNumThreads(1)
    patches, labels = _samples(font_files("train"), seed=0)
    network = MLPClassifier(
        (128,), alpha=1e-4, batch_size=256, max_iter=20, random_state=0, verbose=True
    )
    network.fit(patches, labels)
    tested, truth = _samples(font_files("test"), seed=1)
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
