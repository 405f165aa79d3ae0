"""Plates: plain areas with one or two marks alone on them, which may be digits.

An image is cut into areas in two ways, because neither finds all plates: by edges, which keeps a
plate between a light and a dark ground, and by brightness and color at a few levels, which keeps
one that a line of its own color runs up to. Of some two thousand outlines nearly all are too
small, too ragged or of no simple shape; only what is left is looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.resizing import longest_side_size
from netravision.detectors.insignia.digits import normalized_glyph, without_edges
from netravision.evidence import PlateShape

__all__ = ["Plate", "find_plates"]

Rgb = NDArray[np.uint8]
Mask = NDArray[np.uint8]

#: Smallest digit in pixels of the reduced image, the smallest the network was trained with.
_MIN_DIGIT_HEIGHT = 11
#: Smallest outline: the plain part of a plate, without its edge, around such a digit.
_MIN_SIDE = 9
#: Larger plates are made smaller before they are looked into; their digits keep 30 pixels. With
#: half of this side a cactus was read as a 4, and one of two real ballot cards not at all.
_LARGEST_SIDE = 256

#: Range of 3 × 3 pixels at which an edge begins: low for plates that hardly differ from their
#: ground, high for small ones, of which hardly a pixel is without an edge. With 10 for the lowest
#: plates fall to pieces, and what is left of two digits is another number.
_EDGES = (16, 34, 80)
#: Levels at which plates are cut out of the least of the channels, of their spread, and of the
#: largest, which is not smoothed, so that digits may nearly reach the edge of a small card.
_LEVELS_OF_LEAST = (120, 216)
_LEVELS_OF_SPREAD = (24, 72, 120)
_LEVEL_OF_LARGEST = 210

#: Pixels by which an outline lies outside the plate: that of a plain area runs within the plate's
#: edge, that of a gap between plain areas around it.
_RIM_OF_PLAIN = -2
_RIM_OF_GAP = 1
#: The outermost pixels are a mixture of plate and surroundings.
_MIXTURE = 2

#: A plate fills this much of its upright box (what fills less is turned further than a digit can
#: be read), of its convex hull, and of its enclosing ellipse or rectangle.
_MIN_BOX_FILL = 0.45
_MIN_SOLIDITY = 0.91
_MIN_ROUND_FILL = 0.93
_MIN_SQUARE_FILL = 0.82
_MAX_ASPECT = 4.5
#: The strip of a ballot card may run along three sides of an image cut out of the card, 0.6 of
#: its outline. What follows the frame further is the ground of the image, and no plate.
_MAX_FRAMED = 2 / 3

#: Digits as a part of the plate: height, and how far their middle lies from the plate's: of 99 in
#: a hundred drawn ones at most 0.08, of a hand on a jumper that was read as a 6, 0.15.
_DIGIT_HEIGHT = (0.24, 0.97)
_MAX_OFFSET = 0.12
_DIGIT_ASPECT = (0.12, 1.3)
#: Ink of a digit as a part of its box: of 561 drawn ones at least 0.14. Two thin lines that meet on
#: a wall are no 7.
_MIN_FILL = 0.12
#: Two digits stand on one line, each this part of their common height: with 0.85 half of thirty
#: drawn pairs tilted by 8 to 12 degrees were lost, with 0.75 most old-style figures.
_MIN_TALLNESS = 0.65
#: Between two digits, as a part of their height; slanted ones overlap.
_GAP = (-0.15, 0.5)
#: Marks smaller than this part of the plate's height are specks.
_SPECK = 0.12
#: All specks together cover at most this part of what the digits do: the dot of a question mark
#: or a weekday below a date covers more, dirt and noise on nine in ten drawn plates nothing.
_MAX_SPECKS = 0.05
#: Ink may touch the plate's edge here and there, not all around.
_MAX_INK_AT_EDGE = 0.12

#: Digit and plate differ by this much brightness; and each is plain within this deviation,
#: a part of that difference. Thin strokes are a mixture all over.
_MIN_CONTRAST = 45.0
_MAX_UNEVENNESS = 0.28
_MAX_UNEVENNESS_OF_INK = 0.36
#: White in any light and shade has its least channel at this part of the largest. Black takes off
#: all three alike, this part of the most at least, also where thin strokes are a mixture, which
#: navy and red do not; and this part of the white.
_MIN_WHITE = 0.75
_MIN_BLACK = 0.75
_MIN_INK = 0.4

#: A digit on a plate makes its brightness vary at least this much; a plain area ends here.
_MIN_DEVIATION = 10.0

_LINE_WIDTH = np.ones((5, 5), np.uint8)
_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


class Plate(NamedTuple):
    """A candidate: where, in which shape, and its marks from left to right.

    Attributes
    ----------
    box : (x0, y0, x1, y1)
        Pixels of the image.
    shape : str
    glyphs : (N, 24, 24) float32 ndarray
        Its marks, as the digit reader takes them.
    contrast : float
        Gray levels between plate and marks, 0 to 255.
    black_on_white : bool
        Printed as the numbers of a ballot are.
    """

    box: Box
    shape: PlateShape
    glyphs: NDArray[np.float32]
    contrast: float
    black_on_white: bool


def find_plates(rgb: Rgb, long_side: int) -> list[Plate]:
    """Plain convex areas with one or two marks alone on them.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    long_side : int
        Pixels to which larger images are reduced first.

    Returns
    -------
    list of Plate
        Boxes in pixels of ``rgb``. The same plate may appear several times.
    """
    height, width = rgb.shape[:2]
    rgb = _reduced(rgb, long_side)
    # The reduced sides are rounded, each in its own way.
    across, down = width / rgb.shape[1], height / rgb.shape[0]
    plates = []
    for outline, rim in _outlines(rgb):
        plate = _plate(rgb, outline, rim)
        if plate is not None:
            x0, y0, x1, y1 = plate.box
            box = (
                max(0.0, x0 * across),
                max(0.0, y0 * down),
                min(x1 * across, float(width)),
                min(y1 * down, float(height)),
            )
            plates.append(plate._replace(box=box))
    return plates


def _reduced(rgb: Rgb, long_side: int) -> Rgb:
    """The image with sides of at most ``long_side``."""
    longest = max(rgb.shape[:2])
    if longest <= long_side:
        return rgb
    size = longest_side_size((rgb.shape[1], rgb.shape[0]), long_side)
    # INTER_AREA is fast by whole pixels only: by 1.6 it takes eight times as long as INTER_LINEAR,
    # a quarter of the search, and below 2 finds no more.
    rgb = _averaged(rgb, longest // long_side)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _averaged(rgb: Rgb, side: int) -> Rgb:
    """Squares of so many pixels averaged; rows and columns that fill no square are left out."""
    height, width = (length // side for length in rgb.shape[:2])
    if side == 1 or height == 0 or width == 0:
        return rgb
    whole = rgb[: height * side, : width * side]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _outlines(rgb: Rgb) -> Iterator[tuple[NDArray[np.int32], int]]:
    """Outlines of areas that are large and full enough, each once, with their rims."""
    seen = set()
    for areas, rim, rim_of_gap in _cut(rgb):
        outlines, _ = cv2.findContours(areas, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            # Most outlines are specks of a pixel or two.
            if len(outline) < 4:
                continue
            box = cv2.boundingRect(outline)
            _, _, width, height = box
            if width < _MIN_SIDE or height < _MIN_SIDE:
                continue
            area = cv2.contourArea(outline, oriented=True)
            if abs(area) < _MIN_BOX_FILL * (width - 1) * (height - 1) or (box, area) in seen:
                continue
            seen.add((box, area))
            # A plate that is not cut out itself is a gap in what is, around which OpenCV runs the
            # other way.
            yield np.asarray(outline, np.int32), rim_of_gap if area > 0 else rim


def _cut(rgb: Rgb) -> Iterator[tuple[Mask, int, int]]:
    """Areas of the image (H, W), 1 within, with the rims of their outlines and of their gaps."""
    edges = _largest(*cv2.split(cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, _SQUARE)))
    for edge in _EDGES:
        # At the lowest contrast grain makes half of all outlines, specks that a median takes off.
        strength = cv2.medianBlur(edges, 3) if edge == min(_EDGES) else edges
        yield (strength < edge).view(np.uint8), _RIM_OF_PLAIN, _RIM_OF_GAP
    # Light plates are light in the least of the channels, colored ones in their spread: the two
    # find nearly what red, green, blue and the spread do.
    red, green, blue = cv2.split(rgb)
    least = cv2.min(cv2.min(red, green), blue)
    largest = _largest(red, green, blue)
    spread = cv2.subtract(largest, least)
    yield (largest >= _LEVEL_OF_LARGEST).view(np.uint8), 0, 0
    # Lines that run up to a plate are cut off; once in gray, which is the same as at each level.
    for channel, levels in ((least, _LEVELS_OF_LEAST), (spread, _LEVELS_OF_SPREAD)):
        smooth = cv2.morphologyEx(channel, cv2.MORPH_CLOSE, _LINE_WIDTH)
        smooth = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, _LINE_WIDTH)
        for level in levels:
            yield (smooth >= level).view(np.uint8), 0, 0


def _largest(
    red: cv2.typing.MatLike, green: cv2.typing.MatLike, blue: cv2.typing.MatLike
) -> cv2.typing.MatLike:
    return cv2.max(cv2.max(red, green), blue)


def _plate(rgb: Rgb, outline: NDArray[np.int32], rim: int) -> Plate | None:
    """What an outline encloses, if that is a plate with its marks."""
    x, y, width, height = cv2.boundingRect(outline)
    margin = rim + _MIXTURE
    # Too low for a digit: most are, and their shape need not be measured.
    if height - 2 * margin < _MIN_DIGIT_HEIGHT:
        return None
    shape = _shape_of(outline)
    if shape is None or _framed(outline, (x, y, width, height), rgb) > _MAX_FRAMED:
        return None
    crop, outline = rgb[y : y + height, x : x + width], outline - np.array([x, y], np.int32)
    shrink = -(-max(width, height) // _LARGEST_SIDE)
    crop, outline = _averaged(crop, shrink), outline // shrink
    filled = np.zeros(crop.shape[:2], np.uint8)
    cv2.drawContours(filled, [outline], -1, 1, -1)
    outside = -(-margin // shrink)
    inside = cv2.erode(filled, _CROSS, iterations=outside, borderValue=0) if outside else filled
    if cv2.countNonZero(inside) < _MIN_DIGIT_HEIGHT**2:
        return None
    _, deviation = cv2.meanStdDev(crop, mask=inside)
    if deviation.max() < _MIN_DEVIATION:
        return None
    gray = np.asarray(cv2.extractChannel(crop, int(deviation.argmax())), np.uint8)
    level, _ = cv2.threshold(gray[inside == 1], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = (gray > level).view(np.uint8)
    edge = inside - cv2.erode(inside, _CROSS, borderValue=0)
    bright_plate = cv2.countNonZero(bright & edge) / cv2.countNonZero(edge)
    if _MAX_INK_AT_EDGE < bright_plate < 1 - _MAX_INK_AT_EDGE:
        return None
    ink = inside & (bright ^ (bright_plate > 0.5))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    order = _marks(stats, *gray.shape)
    if order is None:
        return None
    marks = [parts == part for part in order]
    examined = _examined(crop, gray.astype(np.float32), inside == 1, ink == 1, marks)
    if examined is None:
        return None
    box = (float(x + rim), float(y + rim), float(x + width - rim), float(y + height - rim))
    return Plate(box, shape, *examined)


def _shape_of(outline: NDArray[np.int32]) -> PlateShape | None:
    area = cv2.contourArea(outline)
    hull = cv2.convexHull(outline)
    if area < 1 or area < _MIN_SOLIDITY * cv2.contourArea(hull):
        return None
    (_, sides, _) = cv2.minAreaRect(hull)
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


def _framed(outline: NDArray[np.int32], box: cv2.typing.Rect, rgb: Rgb) -> float:
    """The part of an outline, with its upright box, that runs along the edge of the image."""
    height, width = rgb.shape[:2]
    x, y, across, down = box
    if x > 1 and y > 1 and x + across < width - 1 and y + down < height - 1:
        return 0.0
    x, y = np.concatenate([outline[:, 0], outline[:1, 0]]).T
    lengths = np.hypot(np.diff(x), np.diff(y))
    at_edge = np.stack([x <= 1, y <= 1, x >= width - 2, y >= height - 2])
    along = (at_edge[:, :-1] & at_edge[:, 1:]).any(axis=0)
    return float(lengths[along].sum() / lengths.sum())


def _marks(stats: NDArray[np.int32], height: int, width: int) -> list[int] | None:
    """One or two parts that may be digits, from left to right; None if there is more or less."""
    least = _SPECK * height
    sides = np.maximum(stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH])
    large = (np.flatnonzero(sides >= least) + 1).tolist()
    if not 1 <= len(large) <= 2:
        return None
    digits = stats[large, cv2.CC_STAT_AREA].sum()
    if stats[1:, cv2.CC_STAT_AREA].sum() > (1 + _MAX_SPECKS) * digits:
        return None
    large.sort(key=lambda part: int(stats[part, cv2.CC_STAT_LEFT]))
    starts = stats[large][:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    sizes = stats[large][:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    (left, top), (right, bottom) = starts.min(axis=0), (starts + sizes).max(axis=0)
    tall = sizes[:, 1]
    if tall.min() < max(_MIN_DIGIT_HEIGHT, _DIGIT_HEIGHT[0] * height):
        return None
    if tall.max() > _DIGIT_HEIGHT[1] * height or tall.min() < _MIN_TALLNESS * (bottom - top):
        return None
    slender = sizes[:, 0] / tall
    if slender.min() < _DIGIT_ASPECT[0] or slender.max() > _DIGIT_ASPECT[1]:
        return None
    if (stats[large, cv2.CC_STAT_AREA] < _MIN_FILL * sizes.prod(axis=1)).any():
        return None
    if len(large) == 2:
        gap = (starts[1, 0] - starts[0, 0] - sizes[0, 0]) / (bottom - top)
        if not _GAP[0] <= gap <= _GAP[1]:
            return None
    aside = abs((left + right) / 2 - width / 2) / width
    above = abs((top + bottom) / 2 - height / 2) / height
    return large if max(aside, above) <= _MAX_OFFSET else None


def _examined(
    rgb: Rgb,
    gray: NDArray[np.float32],
    inside: NDArray[np.bool_],
    ink: NDArray[np.bool_],
    marks: list[NDArray[np.bool_]],
) -> tuple[NDArray[np.float32], float, bool] | None:
    """Glyphs, contrast and whether black on white, if both are plain and differ enough."""
    # Edges of strokes are a mixture too; plainness is judged away from them.
    field = inside & (cv2.dilate(ink.astype(np.uint8), _CROSS) == 0)
    strokes = without_edges(ink)
    if field.sum() < _MIN_DIGIT_HEIGHT**2 / 2:
        return None
    plate_level, ink_level = float(np.median(gray[field])), float(np.median(gray[strokes]))
    contrast = abs(plate_level - ink_level)
    if contrast < _MIN_CONTRAST:
        return None
    if gray[field].std() > _MAX_UNEVENNESS * contrast:
        return None
    if gray[strokes].std() > _MAX_UNEVENNESS_OF_INK * contrast:
        return None
    coverage = np.clip((gray - plate_level) / (ink_level - plate_level), 0, 1)
    glyphs = [normalized_glyph(coverage, mark) for mark in marks]
    return np.stack(glyphs), contrast, _is_black_on_white(rgb[field], rgb[strokes])


def _is_black_on_white(plate: Rgb, ink: Rgb) -> bool:
    """Of pixels (N, 3) and (M, 3)."""
    ground = np.median(plate, axis=0)
    taken = ground - np.median(ink, axis=0)
    return bool(
        ground.min() >= _MIN_WHITE * ground.max()
        and taken.min() >= _MIN_BLACK * taken.max()
        and taken.min() >= _MIN_INK * ground.min()
    )
