"""Campaign colors: how much of a photo lies in a color of the watchlist, and where.

A color alone proves little: half of the world is blue. What is found here is a hint that adds to
other hints, so its score never passes :data:`MAX_SCORE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.color import ciede2000, hex_to_lab, srgb_to_lab
from netravision.detectors.protocol import Sightings
from netravision.result import Finding
from netravision.watchlist import Color

#: Never alone a strong finding.
MAX_SCORE = 0.5

#: Color is a matter of areas; at this long side cloth is still some pixels wide in a group.
LONG_SIDE = 256

#: The smallest share of a picture that is reported at all.
MIN_OBSERVED_SHARE = 0.01

#: Steps of 4 of 256 in each channel: at most a just noticeable difference off in bright colors.
_BITS = 6

#: Cloth turns darker in its folds: pixels up to this multiple of the tolerance, with lightness
#: counting half (the textile form of CIEDE2000), join an area that also has exact pixels.
_SHADED = 2.0
_MIN_EXACT_SHARE = 0.05


@dataclass(frozen=True)
class _Table:
    """Distances of all quantized colors from one color of the watchlist."""

    rule: Color
    exact: NDArray[np.bool_]
    shaded: NDArray[np.bool_]
    distance: NDArray[np.float32]


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
        codes = _codes(_reduced(rgb))
        for table in self._tables:
            seen = _look_for(table, codes, scale=max(rgb.shape[:2]) / max(codes.shape))
            if seen is None:
                continue
            observations.append(seen)
            if seen.evidence["share"] >= table.rule.min_area:
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
    distance = ciede2000(lab, color)
    exact = distance <= rule.tolerance
    shaded = exact | (ciede2000(lab, color, lightness_weight=0.5) <= _SHADED * rule.tolerance)
    return _Table(rule, exact, shaded, distance.astype(np.float32))


def _reduced(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


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
