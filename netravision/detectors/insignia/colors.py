"""Campaign colors: how much of a photo lies in a color of the watchlist, and where.

A color alone proves little: half of the world is blue. What is found here is a hint that adds to
other hints, so its score never passes :data:`MAX_SCORE`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.color import (
    CODES,
    ciede2000,
    coded_colors,
    color_codes,
    hex_to_lab,
    srgb_to_lab,
)
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import longest_side_size
from netravision.detectors.base import Detections
from netravision.detectors.insignia.light import light_of, undo
from netravision.detectors.insignia.patterns import pattern_area
from netravision.detectors.insignia.torsos import Torso, find_torsos
from netravision.evidence import ColorEvidence
from netravision.finding import Finding
from netravision.people import PeopleNetwork
from netravision.watchlist import Color, Uniform

__all__ = ["LONG_SIDE", "MAX_SCORE", "MIN_OBSERVED_SHARE", "NEUTRAL_CHROMA", "Colors"]

# The numbers below were chosen on half of the ordinary photos of hands/negatives and of the drawn
# groups, by a hash of the path, and are reported on the other: benchmarks/insignia.py, whose
# table docs/insignia.md has.

#: Never alone a strong finding.
MAX_SCORE = 0.5

#: Color is a matter of areas; at this long side cloth is still some pixels wide in a group.
LONG_SIDE = 256

#: The smallest share of an image that is reported at all.
MIN_OBSERVED_SHARE = 0.01

#: White, black and gray are everywhere (white fills 8 % of 27 % of ordinary photos), so colors
#: below this Lab chroma are observed but give no finding, except as half of a pattern.
NEUTRAL_CHROMA = 15.0

#: Folds shade cloth. Pixels within this multiple of the tolerance, lightness counting half, join
#: an area that also has exact pixels. Without it the yellow shirts of a rally fill 0.7 % of the
#: photo, with it 10 %. The multiple falls to 0 for dull and for dark colors, which shadows,
#: wood and skin imitate: between these chromas and these lightnesses.
_SHADED = 2.4
_SHADED_CHROMA = (25.0, 75.0)
_SHADED_LIGHTNESS = (25.0, 40.0)
_MIN_EXACT_SHARE = 0.03

#: Pale colors are dull, and yet little imitates them: from these lightnesses on they are
#: followed into folds so far. Light blue groups in lamp light: 0.33 found without, 0.83 with it.
_SHADED_PALE = 1.2
_PALE_LIGHTNESS = (50.0, 65.0)

#: A blue area along this share of the upper edge is taken for sky (ordinary photos flagged in
#: light blue: 2.5 % with the sky, 1.1 % without). Hues in degrees of Lab.
_SKY_HUES = (200.0, 300.0)
_SKY_SHARE_OF_EDGE = 0.2

#: The light is read twice. From all that is nearly gray, and then undone by a third: with more,
#: a rally in yellow counts as yellow light. And from a wider range of gray without what could be
#: the color in one of the lights below, and then undone by half or wholly. The image in which
#: most pixels are exact is taken. Drawn groups in lamp light: 0.78 found by the first alone.
_GRAY = 0.3
_WIDE_GRAY = 0.4
_STRENGTHS = ((_GRAY, (0.3,)), (_WIDE_GRAY, (0.5, 1.0)))
_LIGHTS = np.array([(1.3, 1.0, 0.62), (0.85, 1.0, 1.25), (0.9, 1.08, 0.85)])

#: What is no cloth of that color: of drawn groups one in a hundred has fewer exact pixels in its
#: areas, or a mean distance above this multiple of the tolerance, or areas so frayed (share left
#: when one pixel is taken off their edges). Pizza, foliage, neon light and color fans have.
_MIN_EXACT = 0.25
_MAX_MEAN_DISTANCE = 1.5
_MIN_SOLID = 0.6

#: Where several people wear it, sun and print may take it farther: a rally in yellow lies 2.0
#: tolerances off on average, with 6 % exact.
_MAX_WORN_DISTANCE = 2.25
_SEVERAL = 2

#: A person wears the color if this share of the torso is in it: at 0.3 a sash or a neighbour's
#: arm counts. So do those in the color speak of a group that are at least this part of it.
_WORN_SHARE = 0.4
_PART_OF_GROUP = 1 / 6

#: A torso in a pattern has at least this much of each of its colors: a plain shirt before a wall in
#: the other color has less, at the torso's edges.
_PART_OF_PATTERN = 0.25

#: An allowed uniform of two colors has at least this much of each on a torso.
_PART_OF_UNIFORM = 0.15

#: What an area counts: on the torso of one person, on those of several, elsewhere, and elsewhere
#: in an image with people of whom none wears it, which is a curtain or a stage.
_ON_ONE = 2.0
_ON_SEVERAL = 3.0
#: Of a crowd few torsos are in sight, so where several wear a color all of it counts so much.
_IN_A_CROWD = 1.5
_BESIDE_PEOPLE = 0.5

#: White, in a pattern: less chroma than this, and lightness no farther off.
_NEUTRAL_REACH = (12.0, 35.0)


class Colors:
    """Finds the colors of a watchlist.

    Parameters
    ----------
    entries : tuple of Color
        Of the watchlist.
    people : PeopleNetwork
        That looks for heads, in images in which enough is in a color.
    """

    def __init__(self, entries: tuple[Color, ...], people: PeopleNetwork) -> None:
        self._people = people
        self._entries: list[_Entry] = []
        if entries:
            colors = coded_colors(np.arange(CODES))
            lab = srgb_to_lab(colors)

            def tables(rule: Color | Uniform) -> list[_Table]:
                paired = len(rule.colors) > 1
                return [_table(rule.tolerance, paired, c, colors, lab) for c in rule.colors]

            self._entries = [
                _Entry(entry, tables(entry), [tables(uniform) for uniform in entry.allowed])
                for entry in entries
            ]

    def look(self, image: ImagePyramid, *, beside_others: bool = False) -> Detections:
        """Campaign colors of an image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        beside_others : bool
            Something else of a campaign was found in the image. A color that nobody wears is
            only observed without it.

        Returns
        -------
        Detections
        """
        findings: list[Finding] = []
        observations: list[Finding] = []
        small = _reduced(image) if self._entries else image.pixels
        torsos: list[Torso] | None = None
        for entry, tables, uniforms in self._entries:
            area = _area(entry, tables, small)
            if area is None:
                continue
            worn = None
            if area.share * _ON_SEVERAL >= entry.min_area:
                # A search for people takes longer than all colors; few images come so far.
                if torsos is None:
                    torsos = find_torsos(self._people, image, (small.shape[0], small.shape[1]))
                worn = _worn(area, torsos, tables, uniforms)
            counted = _counted(area, worn)
            # Much is checked, from emblems to tiles; cloth is what somebody wears.
            is_pattern = entry.pattern != "checks" or (worn is not None and worn.people > 0)
            pattern = entry.pattern if is_pattern else None
            seen = _finding(entry, area, worn, counted, pattern, image.pixels.shape)
            observations.append(seen)
            neutral = all(table.neutral for table in tables)
            speaks = entry.pattern is not None or beside_others or _is_worn_by_several(worn)
            is_enough = is_pattern and counted >= entry.min_area
            if not neutral and speaks and is_enough and _is_cloth(entry, area, worn):
                findings.append(replace(seen, rule=entry.rule.name))
        return Detections(findings, observations)


@dataclass(frozen=True)
class _Table:
    """What each color code is to one color of the watchlist.

    ``possible`` are those that it could look like in another light.
    """

    neutral: bool
    like_sky: bool
    exact: NDArray[np.bool_]
    shaded: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    distance: NDArray[np.float32]


class _Entry(NamedTuple):
    """A color of the watchlist, and for each of its colors and allowed uniforms a table."""

    rule: Color
    tables: list[_Table]
    uniforms: list[list[_Table]]


@dataclass(frozen=True)
class _Area:
    """What lies in a color or pattern, on the reduced image, and the color codes of all of it.

    ``parts`` are the pixels of each of its colors.
    """

    inside: NDArray[np.bool_]
    parts: list[NDArray[np.bool_]]
    codes: NDArray[np.int32]
    exact: float
    mean_distance: float
    solid: float

    @property
    def share(self) -> float:
        return _share(self.inside)


@dataclass(frozen=True)
class _Worn:
    """How an area lies to the people of the image.

    ``share`` is the part of the image that is worn; ``faces`` are the people who were looked at,
    ``uniforms`` those in an allowed one, of whom none is among ``people``.
    """

    faces: int
    people: int
    uniforms: int
    share: float


def _table(
    tolerance: float,
    paired: bool,
    srgb: str,
    colors: NDArray[np.uint8],
    lab: NDArray[np.float64],
) -> _Table:
    color = hex_to_lab(srgb)
    chroma = float(np.hypot(color[1], color[2]))
    hue = float(np.degrees(np.arctan2(color[2], color[1]))) % 360
    multiple = max(
        _SHADED * _ramp(chroma, _SHADED_CHROMA) * _ramp(color[0], _SHADED_LIGHTNESS),
        _SHADED_PALE * _ramp(color[0], _PALE_LIGHTNESS),
    )
    distance = ciede2000(lab, color)
    exact = distance <= tolerance
    neutral = chroma < NEUTRAL_CHROMA
    if neutral and paired:
        colorless, reach = _NEUTRAL_REACH
        gray = np.hypot(lab[:, 1], lab[:, 2]) < colorless
        exact |= gray & (np.abs(lab[:, 0] - color[0]) < reach)
    folds = ciede2000(lab, color, lightness_weight=0.5) <= multiple * tolerance
    shaded = exact if neutral else exact | folds
    possible = shaded.copy()
    if not neutral:
        for light in _LIGHTS:
            possible |= shaded[color_codes(undo(colors, light / light.mean()))]
    return _Table(
        neutral,
        like_sky=_SKY_HUES[0] < hue < _SKY_HUES[1] and not neutral,
        exact=exact,
        shaded=shaded,
        possible=possible,
        distance=distance.astype(np.float32),
    )


def _ramp(value: float, span: tuple[float, float]) -> float:
    return min(1.0, max(0.0, (value - span[0]) / (span[1] - span[0])))


def _reduced(pyramid: ImagePyramid) -> NDArray[np.uint8]:
    size = longest_side_size(pyramid.size_wh, LONG_SIDE, enlarge=False)
    level = pyramid.level(pyramid.level_for(max(pyramid.size_wh) / LONG_SIDE))
    return np.asarray(cv2.resize(level, size, interpolation=cv2.INTER_AREA), np.uint8)


def _area(rule: Color, tables: list[_Table], rgb: NDArray[np.uint8]) -> _Area | None:
    """Where an image is in the colors of a rule, if it is at all."""
    codes = color_codes(rgb)
    possible = np.logical_or.reduce([table.possible[codes] for table in tables])
    if _share(possible) < MIN_OBSERVED_SHARE:
        return None
    # A white wall may be half of a pattern, and tells the light best.
    telling = [table.possible[codes] for table in tables if not table.neutral]
    possible = np.logical_or.reduce(telling) if telling else None
    codes = _in_best_light(rgb, codes, tables, possible)
    if rule.pattern is None:
        inside = _color_area(tables[0], codes)
    else:
        first, second = (table.shaded[codes] for table in tables)
        inside = pattern_area(first, second, rule.pattern)
    if _share(inside) < MIN_OBSERVED_SHARE:
        return None
    distance = np.minimum.reduce([table.distance[codes] for table in tables])
    if rule.pattern:
        # White reaches farther than the tolerance, and its shades are no other color.
        exact = np.logical_or.reduce([table.exact[codes] for table in tables])
        distance[exact] = np.minimum(distance[exact], rule.tolerance)
    inner = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8))
    return _Area(
        inside,
        [table.shaded[codes] & inside for table in tables],
        codes,
        exact=min(_exact_share(table, codes[inside]) for table in tables),
        mean_distance=float(distance[inside].mean()),
        solid=float(inner.sum() / inside.sum()),
    )


def _share(mask: NDArray[np.bool_]) -> float:
    return np.count_nonzero(mask) / mask.size


def _exact_share(table: _Table, codes: NDArray[np.int32]) -> float:
    """Of pixels in a color or its folds, those in the color itself."""
    shaded = np.count_nonzero(table.shaded[codes])
    return np.count_nonzero(table.exact[codes]) / shaded if shaded else 0.0


def _in_best_light(
    rgb: NDArray[np.uint8],
    best: NDArray[np.int32],
    tables: list[_Table],
    possible: NDArray[np.bool_] | None,
) -> NDArray[np.int32]:
    """Color codes of an image in the light in which most is exact; `best` if none is known."""
    most = -1
    for saturation, strengths in _STRENGTHS:
        light = light_of(rgb, saturation, possible if saturation == _WIDE_GRAY else None)
        if light is None:
            continue
        for strength in strengths:
            codes = color_codes(undo(rgb, light, strength))
            exact = sum(int(np.count_nonzero(table.exact[codes])) for table in tables)
            if exact > most:
                best, most = codes, exact
    return best


def _color_area(table: _Table, codes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Connected areas in a color and its folds that hold enough that is exact."""
    shaded = table.shaded[codes]
    if _share(shaded) < MIN_OBSERVED_SHARE:
        return shaded  # Areas of it would be smaller still.
    opened = cv2.morphologyEx(shaded.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, areas, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA]
    exact_pixels = np.bincount(areas[table.exact[codes]], minlength=count)
    kept = exact_pixels >= np.maximum(2, _MIN_EXACT_SHARE * sizes)
    kept[0] = False
    if table.like_sky:
        along_edge = np.bincount(areas[0], minlength=count)
        kept &= along_edge < _SKY_SHARE_OF_EDGE * codes.shape[1]
    return np.asarray(kept[areas], bool)


def _worn(
    area: _Area, torsos: list[Torso], tables: list[_Table], uniforms: list[list[_Table]]
) -> _Worn:
    allowed = [_in_uniform(area.codes, tables, uniform) for uniform in uniforms]
    on = np.zeros(area.inside.shape, bool)
    people = dressed = 0
    for torso in torsos:
        if any(all(torso.share(m) >= least for m in masks) for masks, least in allowed):
            dressed += 1
        elif torso.share(area.inside) >= _WORN_SHARE and all(
            torso.share(part) >= _PART_OF_PATTERN for part in area.parts
        ):
            people += 1
            on[torso.rows, torso.columns] |= area.inside[torso.rows, torso.columns] & torso.visible
    return _Worn(len(torsos), people, dressed, float(on.mean()))


def _in_uniform(
    codes: NDArray[np.int32], tables: list[_Table], uniform: list[_Table]
) -> tuple[list[NDArray[np.bool_]], float]:
    """Where an image is in each color of a uniform, and how much of a torso has to be."""
    masks = [table.shaded[codes] for table in uniform]
    if len(uniform) > 1:
        return masks, _PART_OF_UNIFORM
    # A uniform nearly in the campaign's color is the color that is nearer.
    sought = np.minimum.reduce([table.distance[codes] for table in tables])
    return [masks[0] & (uniform[0].distance[codes] <= sought)], _WORN_SHARE


def _is_worn_by_several(worn: _Worn | None) -> bool:
    return (
        worn is not None and worn.people >= _SEVERAL and worn.people >= _PART_OF_GROUP * worn.faces
    )


def _counted(area: _Area, worn: _Worn | None) -> float:
    """Share of the image that the area counts for."""
    if worn is None or not worn.faces:
        return area.share
    if not worn.people:
        return _BESIDE_PEOPLE * area.share
    if worn.people < _SEVERAL:
        return area.share + (_ON_ONE - 1) * worn.share
    return max(area.share + (_ON_SEVERAL - 1) * worn.share, _IN_A_CROWD * area.share)


def _is_cloth(rule: Color, area: _Area, worn: _Worn | None) -> bool:
    if worn is not None and worn.people >= _SEVERAL:
        return area.mean_distance <= _MAX_WORN_DISTANCE * rule.tolerance
    return (
        area.exact >= _MIN_EXACT
        and area.mean_distance <= _MAX_MEAN_DISTANCE * rule.tolerance
        and area.solid >= _MIN_SOLID
    )


def _finding(
    rule: Color,
    area: _Area,
    worn: _Worn | None,
    counted: float,
    pattern: Literal["pair", "checks"] | None,
    shape: tuple[int, ...],
) -> Finding:
    count, _, stats, _ = cv2.connectedComponentsWithStats(
        area.inside.astype(np.uint8), connectivity=8
    )
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    x, y, width, height, size = (float(value) for value in stats[largest])
    # Of the whole image, whose sides were rounded when it was reduced.
    down, across = shape[0] / area.inside.shape[0], shape[1] / area.inside.shape[1]
    box = (x * across, y * down, (x + width) * across, (y + height) * down)
    evidence = ColorEvidence(
        share=round(area.share, 4),
        largest_area=round(size / area.inside.size, 4),
        areas=count - 1,
        mean_distance=round(area.mean_distance, 2),
        people=None if worn is None else worn.people,
        faces=None if worn is None else worn.faces,
        uniforms=0 if worn is None else worn.uniforms,
        pattern=pattern,
    )
    score = MAX_SCORE * min(1.0, counted / (3 * rule.min_area))
    return Finding("insignia", None, rule.id, score, box, evidence)
