"""Drawings that stand over or under their name: enrolled without it as well.

Parties publish their symbols with and without the name. Where the name is a third of the enrolled
drawing, one without it has another outline, and is not found once it is turned or cropped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.cache import ArrayCache
from netravision.matching.templates.drawings import MIN_SIDE, Drawing
from netravision.matching.templates.foreground import bounds

__all__ = ["without_name"]

# Share of the drawing's height that the symbol itself has: a name that takes less than a fifth
# changes the outline little, and one more drawing competes with all others.
_MIN_SYMBOL, _MAX_SYMBOL = 0.5, 0.8

# Share of the symbol's height that a line of its name has at most: two halves of one symbol are
# more alike.
_MAX_LINE = 0.45


def without_name(drawing: Drawing) -> Drawing | None:
    """The symbol of a drawing alone.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    Drawing or None
        None if nothing stands above or below the symbol, apart from it.
    """
    occupied = np.asarray(drawing.mask.max(axis=1) > 0)
    # The tallest first.
    blocks = sorted(_blocks(occupied), key=lambda block: block[0] - block[1])
    if len(blocks) < 2:
        return None
    (top, bottom), *lines = blocks
    height = bottom - top
    longest = max(end - start for start, end in lines)
    share = height / len(drawing.mask)
    if not _MIN_SYMBOL <= share <= _MAX_SYMBOL or longest > _MAX_LINE * height:
        return None
    mask = drawing.mask[top:bottom]
    x0, y0, x1, y1 = bounds(mask)
    if min(x1 - x0, y1 - y0) < MIN_SIDE:
        return None
    rgb = np.ascontiguousarray(drawing.rgb[top:bottom][y0:y1, x0:x1])
    mask = np.ascontiguousarray(mask[y0:y1, x0:x1])
    return replace(drawing, rgb=rgb, mask=mask, cache=ArrayCache(None))


def _blocks(occupied: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run of occupied rows."""
    changes = np.flatnonzero(np.diff(np.pad(occupied.astype(np.int8), 1)))
    return [(int(start), int(end)) for start, end in changes.reshape(-1, 2)]
