"""Campaign colors: how much of a photo lies in a color of the watchlist, and where.

A color alone proves little: half of the world is blue. What is found here is a hint that adds to
other hints, so its score never passes :data:`MAX_SCORE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.color import (
    ciede2000,
    hex_to_lab,
    linear_to_srgb,
    srgb_to_lab,
    srgb_to_linear,
)
from netravision.detectors.protocol import Sightings
from netravision.result import Finding
from netravision.watchlist import Color

# The numbers below were chosen with benchmarks/insignia.py on the 277 ordinary photos of
# hands/negatives and the campaign photos of logos/in_the_wild; docs/insignia.md has the table.

#: Never alone a strong finding.
MAX_SCORE = 0.5

#: Color is a matter of areas; at this long side cloth is still some pixels wide in a group.
LONG_SIDE = 256

#: The smallest share of a picture that is reported at all.
MIN_OBSERVED_SHARE = 0.01

#: White, black and gray are everywhere (white fills 8 % of 27 % of ordinary photos), so colors
#: below this Lab chroma are observed but give no finding.
NEUTRAL_CHROMA = 15.0

#: Steps of 4 of 256 in each channel: at most a just noticeable difference off in bright colors.
_BITS = 6

#: Folds shade cloth. Pixels within this multiple of the tolerance, lightness counting half, join
#: an area that also has exact pixels. Without it the yellow shirts of a rally fill 0.7 % of the
#: photo, with it 10 %. The multiple falls to 0 for dull and for dark colors, which shadows,
#: wood and skin imitate: between these chromas and these lightnesses.
_SHADED = 2.4
_SHADED_CHROMA = (25.0, 75.0)
_SHADED_LIGHTNESS = (25.0, 40.0)
_MIN_EXACT_SHARE = 0.03

#: Folds alone do not take cloth farther than this multiple of the tolerance on average; a photo
#: in red light, which shading would count as orange, does.
_MAX_MEAN_DISTANCE = 2.25

#: A blue area along this share of the upper edge is taken for sky (ordinary photos flagged in
#: light blue: 2.5 % with the sky, 1.1 % without). Hues in degrees of Lab.
_SKY_HUES = (200.0, 300.0)
_SKY_SHARE_OF_EDGE = 0.2

#: The light's color is read from pixels that are nearly gray, where shirts cannot mislead it
#: (Minkowski mean, "shades of gray": Finlayson and Trezzi 2004), and undone by a third: with
#: half of it, or from all pixels, a rally in yellow counts as yellow light.
_GRAY_SATURATION = 0.3
_MINKOWSKI_NORM = 6
_CORRECTION = 0.3
_MIN_GRAY_SHARE = 0.02


class Colors:
    """Finds the colors of a watchlist."""

    def __init__(self, rules: tuple[Color, ...]) -> None:
        lab = srgb_to_lab(_quantized_colors()) if rules else np.empty((0, 3))
        self._tables = [_table(rule, lab) for rule in rules]

    def look(self, rgb: NDArray[np.uint8]) -> Sightings:
        """Colors of one (H, W, 3) picture."""
        findings: list[Finding] = []
        observations: list[Finding] = []
        if not self._tables:
            return Sightings(findings, observations)
        codes = _codes(_under_white_light(_reduced(rgb)))
        for table in self._tables:
            seen = _look_for(table, codes, scale=max(rgb.shape[:2]) / max(codes.shape))
            if seen is None:
                continue
            observations.append(seen)
            if _asked_for(seen, table):
                findings.append(
                    Finding(
                        seen.detector,
                        f"color-{table.rule.id}",
                        seen.label,
                        seen.score,
                        seen.box,
                        seen.evidence,
                    )
                )
        return Sightings(findings, observations)


def _asked_for(seen: Finding, table: _Table) -> bool:
    rule, measured = table.rule, seen.evidence
    return (
        not table.neutral
        and measured["share"] >= rule.min_area
        and measured["mean_distance"] <= _MAX_MEAN_DISTANCE * rule.tolerance
    )


@dataclass(frozen=True)
class _Table:
    """What each quantized color is to one color of the watchlist."""

    rule: Color
    neutral: bool
    like_sky: bool
    exact: NDArray[np.bool_]
    shaded: NDArray[np.bool_]
    distance: NDArray[np.float32]


def _quantized_colors() -> NDArray[np.uint8]:
    step = 256 >> _BITS
    middle = np.arange(1 << _BITS) * step + step // 2
    grid = np.stack(np.meshgrid(middle, middle, middle, indexing="ij"), axis=-1)
    return grid.reshape(-1, 3).astype(np.uint8)


def _codes(rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Row of :func:`_quantized_colors` for every pixel."""
    high = (rgb >> (8 - _BITS)).astype(np.int32)
    return (high[..., 0] << 2 * _BITS) | (high[..., 1] << _BITS) | high[..., 2]


def _table(rule: Color, lab: NDArray[np.float64]) -> _Table:
    color = hex_to_lab(rule.srgb)
    chroma = float(np.hypot(color[1], color[2]))
    hue = float(np.degrees(np.arctan2(color[2], color[1]))) % 360
    multiple = _SHADED * _ramp(chroma, _SHADED_CHROMA) * _ramp(color[0], _SHADED_LIGHTNESS)
    distance = ciede2000(lab, color)
    exact = distance <= rule.tolerance
    folds = ciede2000(lab, color, lightness_weight=0.5) <= multiple * rule.tolerance
    return _Table(
        rule,
        neutral=chroma < NEUTRAL_CHROMA,
        like_sky=_SKY_HUES[0] < hue < _SKY_HUES[1],
        exact=exact,
        shaded=exact | folds,
        distance=distance.astype(np.float32),
    )


def _ramp(value: float, span: tuple[float, float]) -> float:
    return min(1.0, max(0.0, (value - span[0]) / (span[1] - span[0])))


def _reduced(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _under_white_light(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    strongest, weakest = rgb.max(axis=2).astype(np.float64), rgb.min(axis=2)
    lit = (strongest > 20) & (strongest < 250)
    gray = lit & (strongest - weakest < _GRAY_SATURATION * strongest)
    if gray.mean() < _MIN_GRAY_SHARE:
        return rgb
    curve = srgb_to_linear(np.arange(256) / 255)
    light = (curve[rgb[gray]] ** _MINKOWSKI_NORM).mean(axis=0) ** (1 / _MINKOWSKI_NORM)
    gains = (light.mean() / light) ** _CORRECTION
    corrected = linear_to_srgb(np.clip(curve[:, None] * gains, 0, 1)) * 255
    tables = np.rint(corrected).astype(np.uint8)
    return np.stack([tables[rgb[..., i], i] for i in range(3)], axis=-1)


def _look_for(table: _Table, codes: NDArray[np.int32], scale: float) -> Finding | None:
    exact = table.exact[codes]
    shaded = cv2.morphologyEx(
        table.shaded[codes].astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
    )
    count, areas, stats, _ = cv2.connectedComponentsWithStats(shaded, connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA]
    exact_pixels = np.bincount(areas.ravel(), exact.ravel(), minlength=count)
    kept = exact_pixels >= np.maximum(2, _MIN_EXACT_SHARE * sizes)
    kept[0] = False
    if table.like_sky:
        along_edge = np.bincount(areas[0], minlength=count)
        kept &= along_edge < _SKY_SHARE_OF_EDGE * codes.shape[1]
    share = float(sizes[kept].sum() / codes.size)
    if share < MIN_OBSERVED_SHARE:
        return None
    largest = int(np.argmax(np.where(kept, sizes, 0)))
    x, y, width, height = (float(value) for value in stats[largest, :4] * scale)
    inside = kept[areas]
    rule = table.rule
    return Finding(
        "insignia",
        None,
        rule.id,
        MAX_SCORE * min(1.0, share / (3 * rule.min_area)),
        (x, y, x + width, y + height),
        {
            "kind": "color",
            "share": round(share, 4),
            "largest_area": round(float(sizes[largest] / codes.size), 4),
            "areas": int(kept.sum()),
            "mean_distance": round(float(table.distance[codes][inside].mean()), 2),
        },
    )
