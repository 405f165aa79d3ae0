"""Number badges: a digit or two alone on a plain circle, square or ballot card.

The plate is found first, because it is what makes a number a badge: at several brightness
levels, a plain area of one color with a simple outline that holds one or two marks and nothing
else. Clocks, number plates, dates and telephone numbers hold more, shirts and pages have no such
outline. Only then is it asked whether the marks are digits.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.geometry import group_boxes
from netravision.detectors.protocol import Sightings
from netravision.result import Box, Finding, Profile
from netravision.watchlist import Number

#: Long side at which plates are looked for; halving it doubles the smallest badge.
LONG_SIDE = {"fast": 480, "balanced": 800, "thorough": 1280}

#: Side of a glyph as the digit network sees it.
GLYPH_SIDE = 24
_GLYPH_INK = 20

#: Smallest digit in pixels of the reduced picture, the smallest the network was trained with.
_MIN_DIGIT_HEIGHT = 11

#: Brightness levels at which plates are cut out.
_LEVELS = tuple(range(24, 250, 24))

#: A plate fills this much of its convex hull, and of its enclosing ellipse or rectangle.
_MIN_SOLIDITY = 0.89
_MIN_ROUND_FILL = 0.93
_MIN_SQUARE_FILL = 0.82
_MAX_ASPECT = 4.5

#: Digits as a part of the plate: height, and how far their middle lies from the plate's.
_DIGIT_HEIGHT = (0.24, 0.97)
_MAX_OFFSET = 0.16
_DIGIT_ASPECT = (0.12, 1.1)
#: Between two digits, as a part of their height; slanted ones overlap.
_GAP = (-0.15, 0.5)
#: Marks smaller than this part of the plate's height are specks.
_SPECK = 0.12
#: Ink may touch the plate's edge here and there, not all around.
_MAX_INK_AT_EDGE = 0.06

#: Digit and plate differ by this much brightness; and each is plain within this deviation,
#: a part of that difference.
_MIN_CONTRAST = 45.0
_MAX_UNEVENNESS = 0.28
#: A digit on a plate makes its brightness vary at least this much; a plain area ends here.
_MIN_DEVIATION = 10.0

_LINE_WIDTH = np.ones((5, 5), np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)

#: On pictures without a badge the network was sure of a digit to 0.65, 0.75, 0.80 and 0.92; of
#: nine in ten drawn badges to more than 0.95. Its word squared puts the first below what the
#: second reach, and half is where a finding begins: nothing on 277 ordinary photos.
MIN_SCORE = 0.5
#: A house number on a round plate looks the same; no badge is certain.
_MAX_SCORE = 0.95
MIN_OBSERVED_SCORE = 0.05

#: Plates that overlap this much are one plate seen at two levels.
_SAME_PLATE_IOU = 0.3


class Plate(NamedTuple):
    """A candidate: where, in which shape, and its marks from left to right."""

    box: Box
    shape: str
    glyphs: NDArray[np.float32]
    contrast: float


class Badges:
    """Finds the numbers of a watchlist as printed badges."""

    def __init__(self, rules: tuple[Number, ...], profile: Profile) -> None:
        # No ballot has a number 0, and every ring on a plate looks like one.
        self._wanted = {rule.value for rule in rules} - {0}
        self._long_side = LONG_SIDE[profile]
        self._reader = DigitReader.shipped()

    def look(self, rgb: NDArray[np.uint8]) -> Sightings:
        """Number badges of one (H, W, 3) picture."""
        seen: list[Finding] = []
        for plate in find_plates(rgb, self._long_side):
            digits, chance = self._reader.read(plate.glyphs)
            score = min(chance**2, _MAX_SCORE)
            if score >= MIN_OBSERVED_SCORE:
                evidence = {
                    "kind": "badge",
                    "digits": digits,
                    "shape": plate.shape,
                    "contrast": round(plate.contrast, 1),
                }
                seen.append(Finding("insignia", None, digits, score, plate.box, evidence))
        observations = _strongest_of_each_place(seen)
        findings = [
            replace(badge, rule=f"number-{int(badge.label)}")
            for badge in observations
            if badge.score >= MIN_SCORE and int(badge.label) in self._wanted
        ]
        return Sightings(findings, observations)


def _strongest_of_each_place(seen: list[Finding]) -> list[Finding]:
    boxes = np.array([badge.box for badge in seen], dtype=np.float64).reshape(-1, 4)
    strongest = group_boxes(boxes, [badge.score for badge in seen], _SAME_PLATE_IOU)
    return sorted((seen[row] for row in np.unique(strongest)), key=lambda badge: -badge.score)


def find_plates(rgb: NDArray[np.uint8], long_side: int) -> list[Plate]:
    """Plain convex areas with one or two marks alone on them.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    long_side : int
        Pixels to which larger pictures are reduced first.

    Returns
    -------
    list of Plate
        Boxes in pixels of ``rgb``. The same plate may appear at several levels.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    # The reduced sides are rounded, each in its own way.
    across, down = width / rgb.shape[1], height / rgb.shape[0]
    plates = []
    # A red plate on green grass is no plate in gray: each channel is cut at each level, and the
    # spread of the three, which alone lifts the plates found from 0.85 to 0.92.
    spread = rgb.max(axis=2) - rgb.min(axis=2)
    for channel in (*cv2.split(rgb), spread):
        for level in _LEVELS:
            above = (channel >= level).astype(np.uint8)
            # Lines that run up to a plate are cut off: 0.87 of the plates without, 0.92 with.
            for way in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE):
                smooth = cv2.morphologyEx(above, way, _LINE_WIDTH)
                # The outlines of the areas below the level are those of the holes above it.
                outlines, _ = cv2.findContours(smooth, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
                plates += [
                    plate._replace(box=_scaled(plate.box, across, down))
                    for plate in (_plate(rgb, np.asarray(line, np.int32)) for line in outlines)
                    if plate is not None
                ]
    return plates


def _scaled(box: Box, across: float, down: float) -> Box:
    x0, y0, x1, y1 = box
    return (x0 * across, y0 * down, x1 * across, y1 * down)


def _plate(rgb: NDArray[np.uint8], outline: NDArray[np.int32]) -> Plate | None:
    """What an outline encloses, if that is a plate with its marks."""
    x, y, width, height = cv2.boundingRect(outline)
    if height < _MIN_DIGIT_HEIGHT / _DIGIT_HEIGHT[1] or width < _MIN_DIGIT_HEIGHT:
        return None
    shape = _shape_of(outline)
    if shape is None:
        return None
    crop = rgb[y : y + height, x : x + width]
    filled = np.zeros((height, width), np.uint8)
    cv2.drawContours(filled, [outline - np.array([x, y], np.int32)], -1, 1, -1)
    # The outermost pixels are a mixture of plate and surroundings.
    inside = cv2.erode(filled, _CROSS, iterations=2, borderValue=0) == 1
    if inside.sum() < _MIN_DIGIT_HEIGHT**2:
        return None
    _, deviation = cv2.meanStdDev(crop, mask=inside.astype(np.uint8))
    if deviation.max() < _MIN_DEVIATION:
        return None
    gray = crop[..., int(deviation.argmax())]
    level, _ = cv2.threshold(gray[inside], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edge = inside & (cv2.erode(inside.astype(np.uint8), _CROSS, borderValue=0) == 0)
    bright_plate = float(np.mean(gray[edge] > level))
    if _MAX_INK_AT_EDGE < bright_plate < 1 - _MAX_INK_AT_EDGE:
        return None
    ink = inside & ((gray <= level) == (bright_plate > 0.5))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    order = _marks(stats, height, width)
    if order is None:
        return None
    return _examined(
        gray.astype(np.float32), inside, ink, [parts == part for part in order], (x, y), shape
    )


def _shape_of(outline: NDArray[np.int32]) -> str | None:
    area = cv2.contourArea(outline)
    if area < 1 or area < _MIN_SOLIDITY * cv2.contourArea(cv2.convexHull(outline)):
        return None
    (_, sides, _) = cv2.minAreaRect(outline)
    long, short = max(sides) + 1, min(sides) + 1
    if long > _MAX_ASPECT * short:
        return None
    # Outlines run through pixel centers; half a pixel on each side belongs to the area.
    area += cv2.arcLength(outline, True) / 2
    fill = area / (long * short)
    if long < 1.4 * short and abs(fill / (np.pi / 4) - 1) < 1 - _MIN_ROUND_FILL:
        return "circle"
    if fill < _MIN_SQUARE_FILL:
        return None
    return "square" if long < 1.25 * short else "card"


def _marks(stats: NDArray[np.int32], height: int, width: int) -> list[int] | None:
    """One or two parts that may be digits, from left to right; None if there is more or less."""
    least = _SPECK * height
    large = [
        part
        for part in range(1, len(stats))
        if max(stats[part, cv2.CC_STAT_HEIGHT], stats[part, cv2.CC_STAT_WIDTH]) >= least
    ]
    if not 1 <= len(large) <= 2:
        return None
    large.sort(key=lambda part: int(stats[part, cv2.CC_STAT_LEFT]))
    starts = stats[large][:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    sizes = stats[large][:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    (left, top), (right, bottom) = starts.min(axis=0), (starts + sizes).max(axis=0)
    tall = sizes[:, 1]
    if tall.min() < max(_MIN_DIGIT_HEIGHT, _DIGIT_HEIGHT[0] * height):
        return None
    if tall.max() > _DIGIT_HEIGHT[1] * height or tall.min() < 0.85 * (bottom - top):
        return None
    slender = sizes[:, 0] / tall
    if slender.min() < _DIGIT_ASPECT[0] or slender.max() > _DIGIT_ASPECT[1]:
        return None
    if len(large) == 2:
        gap = (starts[1, 0] - starts[0, 0] - sizes[0, 0]) / (bottom - top)
        if not _GAP[0] <= gap <= _GAP[1]:
            return None
    aside = abs((left + right) / 2 - width / 2) / width
    above = abs((top + bottom) / 2 - height / 2) / height
    return large if max(aside, above) <= _MAX_OFFSET else None


def _examined(
    gray: NDArray[np.float32],
    inside: NDArray[np.bool_],
    ink: NDArray[np.bool_],
    marks: list[NDArray[np.bool_]],
    corner: tuple[int, int],
    shape: str,
) -> Plate | None:
    """The plate with its glyphs, if it and they are plain and differ enough."""
    # Edges of strokes are a mixture too; plainness is judged away from them.
    field = inside & (cv2.dilate(ink.astype(np.uint8), _CROSS) == 0)
    kernel = cv2.erode(ink.astype(np.uint8), _CROSS) == 1
    strokes = kernel if kernel.sum() >= _MIN_DIGIT_HEIGHT else ink
    if field.sum() < _MIN_DIGIT_HEIGHT**2 / 2:
        return None
    plate_level, ink_level = float(np.median(gray[field])), float(np.median(gray[strokes]))
    contrast = abs(plate_level - ink_level)
    if contrast < _MIN_CONTRAST:
        return None
    if max(float(gray[field].std()), float(gray[strokes].std())) > _MAX_UNEVENNESS * contrast:
        return None
    coverage = np.clip((gray - plate_level) / (ink_level - plate_level), 0, 1)
    glyphs = [normalized_glyph(coverage, mark) for mark in marks]
    (x, y), (height, width) = corner, gray.shape
    box = (float(x), float(y), float(x + width), float(y + height))
    return Plate(box, shape, np.stack(glyphs), contrast)


def normalized_glyph(ink: NDArray[np.float32], part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """One mark as the digit network sees it.

    Parameters
    ----------
    ink : (H, W) float32 ndarray
        How much of each pixel is ink, 0 to 1.
    part : (H, W) bool ndarray
        Pixels of the mark; not empty.

    Returns
    -------
    (24, 24) float32 ndarray
        The mark fitted into the middle 20 × 20 pixels, its proportions kept.
    """
    ys, xs = np.nonzero(part)
    rows, columns = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
    around = cv2.dilate(part[rows, columns].astype(np.uint8), np.ones((3, 3), np.uint8))
    crop = np.clip(ink[rows, columns], 0, 1) * around
    scale = _GLYPH_INK / max(crop.shape)
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted = cv2.resize(crop.astype(np.float32), size, interpolation=method)
    glyph = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.float32)
    top, left = (GLYPH_SIDE - size[1]) // 2, (GLYPH_SIDE - size[0]) // 2
    glyph[top : top + size[1], left : left + size[0]] = fitted
    return glyph


@dataclass(frozen=True)
class DigitReader:
    """A small network that tells the ten digits and everything else apart."""

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    @classmethod
    def shipped(cls) -> DigitReader:
        """The network of the package, trained by ``models/train_digits.py``."""
        with np.load(io.BytesIO(assets.load("badge_digits.npz"))) as weights:
            count = len(weights.files) // 2
            return cls(
                tuple(
                    (
                        weights[f"weights{layer}"].astype(np.float32),
                        weights[f"bias{layer}"].astype(np.float32),
                    )
                    for layer in range(count)
                )
            )

    def read(self, glyphs: NDArray[np.float32]) -> tuple[str, float]:
        """The digits of (N, 24, 24) glyphs and the probability that all are read right."""
        values = glyphs.reshape(len(glyphs), -1)
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        weights, bias = self.layers[-1]
        logits = values @ weights + bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        digits = chances[:, :10].argmax(axis=1)
        score = float(chances[np.arange(len(digits)), digits].prod())
        return "".join(str(digit) for digit in digits), score
