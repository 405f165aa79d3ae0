"""Templates of a drawing: its features on a small grid, in several sizes, shapes and turns."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import (
    CELL,
    CHANNELS,
    GROUPS,
    Features,
    cell_features,
)

__all__ = [
    "UPRIGHT",
    "Variant",
    "grid_shape",
    "group_by_grid",
    "normalize_templates",
    "render_templates",
]

# A cell belongs to the mark if the mark covers this share of it.
_COVERED = 0.3

# Norm below which a vector is rounding error: a gray drawing's colors come to 2e-6, those of the
# palest shared mark to 0.06.
_ROUNDING = 1e-3


class Variant(NamedTuple):
    """How a template differs from the upright drawing.

    Attributes
    ----------
    size : float
        Scale, 1 for the drawing's own.
    aspect : float
        Factor of its width divided by its height, the area unchanged.
    degrees : float
        Turn, clockwise.
    """

    size: float = 1.0
    aspect: float = 1.0
    degrees: float = 0.0


#: The drawing as it is.
UPRIGHT = Variant()


def grid_shape(aspect: float, area: int) -> tuple[int, int]:
    """Rows and columns of a template of about ``area`` cells, at least four each.

    Parameters
    ----------
    aspect : float
        Width of the drawing divided by its height.
    area : int

    Returns
    -------
    rows, columns : int
    """
    columns = float(np.clip(np.sqrt(area * aspect), 4, 2 * np.sqrt(area)))
    return max(4, round(area / columns)), max(4, round(columns))


def group_by_grid(drawings: Sequence[Drawing], area: int) -> dict[tuple[int, int], list[int]]:
    """Indices of the drawings whose templates have the same rows and columns.

    Templates of one grid are compared with an image in one matrix product.

    Parameters
    ----------
    drawings : sequence of Drawing
    area : int
        Cells of a template, about.

    Returns
    -------
    dict of (int, int) to list of int
        By rows and columns.
    """
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, drawing in enumerate(drawings):
        groups[grid_shape(drawing.aspect, area)].append(index)
    return dict(groups)


def render_templates(
    drawing: Drawing, rows: int, columns: int, variants: Sequence[Variant], margin: int = 0
) -> tuple[Features, Features]:
    """Compute templates of ``rows`` × ``columns`` cells, with ``margin`` more on each side.

    Parameters
    ----------
    drawing : Drawing
    rows, columns : int
    variants : sequence of Variant
        V of them.
    margin : int
        Cells.

    Returns
    -------
    cells : (V, rows + 2 * margin, columns + 2 * margin, CHANNELS) float32 ndarray
    masks : (V, rows + 2 * margin, columns + 2 * margin) float32 ndarray
        Share of each cell that the mark covers; 0 below a third.
    """
    name = f"{rows}x{columns}+{margin} " + " ".join(f"{a:g},{b:g},{c:g}" for a, b, c in variants)
    both = drawing.cache.get_or_compute(
        hashlib.sha256(name.encode()).hexdigest()[:16],
        lambda: _render(drawing, rows, columns, variants, margin),
    )
    return np.ascontiguousarray(both[..., :CHANNELS]), np.ascontiguousarray(both[..., CHANNELS])


def _render(
    drawing: Drawing, rows: int, columns: int, variants: Sequence[Variant], margin: int
) -> Features:
    """Cells, with their masks as one channel more."""
    # Two cells more of background, as the features of a cell depend on its surroundings.
    border = margin + 2
    tile = (columns + 2 * border) * CELL, (rows + 2 * border) * CELL
    rgb, cover = _shrink(drawing, 1.5 * rows * CELL)
    # Stacked, so that features are computed once and not once a variant.
    strip = np.empty((len(variants), tile[1], tile[0], 3), np.uint8)
    covers = np.empty(strip.shape[:3], np.float32)
    for number, variant in enumerate(variants):
        matrix = _to_tile(cover.shape, (rows, columns), variant, tile)
        strip[number] = cv2.warpAffine(rgb, matrix, tile, borderValue=drawing.ground)
        covers[number] = cv2.warpAffine(cover, matrix, tile)
    cells = cell_features(strip.reshape(-1, tile[0], 3))
    masks = covers.reshape(-1, CELL, cells.shape[1], CELL).mean(axis=(1, 3))
    masks = np.where(masks < _COVERED, np.float32(0), masks)
    split = (len(variants), rows + 2 * border, columns + 2 * border)
    inner = slice(2, -2)
    both = np.concatenate([cells.reshape(*split, CHANNELS), masks.reshape(*split, 1)], axis=-1)
    return np.asarray(both[:, inner, inner], np.float32)


def normalize_templates(
    cells: Features, masks: Features, *, subtract_mean_color: bool = True
) -> Features:
    """Mask templates, subtract their means, and scale edges, lightness and color to unit norm.

    Without the mean, what remains is where edges run one way more than elsewhere in the mark;
    with it, any busy image resembles any busy mark (recall at 0.1 % false positives 0.92
    without, 0.84 with it).

    Parameters
    ----------
    cells : (T, rows, columns, CHANNELS) float32 ndarray
    masks : (T, rows, columns) float32 ndarray
    subtract_mean_color : bool
        Ignore a change of light, at the price that yellow on green is like orange on blue.

    Returns
    -------
    (T, rows, columns, CHANNELS) float32 ndarray
    """
    weights = masks[..., None]
    total = weights.sum((1, 2), keepdims=True) + 1e-6
    means = (cells * weights).sum((1, 2), keepdims=True) / total
    if not subtract_mean_color:
        means[..., GROUPS[-1]] = 0
    unit = (cells - means) * weights
    for group in GROUPS:
        norms = np.sqrt((unit[..., group] ** 2).sum((1, 2, 3), keepdims=True))
        # A gray drawing's color is rounding error. Scaled to unit norm it resembled any color
        # image by 5.4, where a cosine is at most 1, and scored 1.00.
        unit[..., group] *= np.where(norms > _ROUNDING, 1 / (norms + 1e-6), 0)
    return np.asarray(unit, np.float32)


def _shrink(drawing: Drawing, height: float) -> tuple[NDArray[np.uint8], Features]:
    """The drawing on its ground and its mask, not much larger than a template needs."""
    rgb = np.where(drawing.mask[..., None] > 0, drawing.rgb, np.array(drawing.ground, np.uint8))
    cover = drawing.mask.astype(np.float32)
    shrink = drawing.rgb.shape[0] / height
    if shrink > 1:
        size = [max(1, round(side / shrink)) for side in (cover.shape[1], cover.shape[0])]
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        cover = np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.float32)
    return rgb, cover


def _to_tile(
    drawing: tuple[int, ...], grid: tuple[int, int], variant: Variant, tile: tuple[int, int]
) -> NDArray[np.float64]:
    """Affine map from the drawing's pixels to the tile's, center to center."""
    root = np.sqrt(variant.aspect)
    sides = np.diag([variant.size * root, variant.size / root])
    angle = np.deg2rad(variant.degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    scale = np.diag([grid[1] * CELL / drawing[1], grid[0] * CELL / drawing[0]])
    linear = scale @ np.array([[cos, -sin], [sin, cos]]) @ sides
    center = np.array([tile[0] / 2 - 0.5, tile[1] / 2 - 0.5])
    return np.column_stack(
        [linear, center - linear @ np.array([drawing[1] / 2 - 0.5, drawing[0] / 2 - 0.5])]
    )
