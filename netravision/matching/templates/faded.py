"""Drawings paler than marks are drawn: seen at enrolment, and enrolled in full color as well.

A scan, a watermark or a screenshot shows a mark as if through paper. Its edges keep their places,
but its colors are far from those of any other drawing, and colors count in the comparison.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.cache import ArrayCache
from netravision.matching.templates.drawings import Drawing

__all__ = ["is_faded", "restored"]

# Chroma (CIELAB) that the most colorful twentieth of a mark exceeds. The 192 shared drawings of
# provinces, regencies and parties have 58 to 97; below the lower one a mark is drawn in gray.
_VIVID = 50.0
_COLORED = 8.0

# What the restored drawing has: the same share of its mark as dark, and the chroma, as the median
# of the shared drawings.
_DARK = 40.0
_CHROMA = 80.0

# Shares of the mark that are its lightest and darkest, in percent.
_LIGHTEST, _DARKEST, _MOST_COLORFUL = 98, 2, 95

# Stretched more, what is left of a mark is the noise of its file.
_MAX_GAIN = 4.0


def is_faded(drawing: Drawing) -> bool:
    """Whether a mark has colors, but paler ones than marks have.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    bool
    """
    chroma = drawing.cache.get_or_compute(
        "chroma", lambda: np.array(_chroma(drawing.rgb[drawing.mask > 0]))
    )
    return bool(_COLORED <= chroma < _VIVID)


def restored(drawing: Drawing) -> Drawing:
    """A faded drawing in full color: its paper white, its contrast and its chroma as is usual.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    Drawing
        With the same mask, on the same ground.
    """
    pixels = drawing.rgb[drawing.mask > 0].astype(np.float64)
    # The paper is the lightest color; what covers the mark is undone channel by channel.
    paper = np.percentile(pixels, _LIGHTEST, axis=0)
    ink = np.percentile(paper - pixels, 100 - _DARKEST)
    gain = float(np.clip((255 - _DARK) / max(ink, 1.0), 1.0, _MAX_GAIN))
    stretched = 255 - (paper - drawing.rgb) * gain
    chroma = _chroma(_bytes(stretched)[drawing.mask > 0])
    more = float(np.clip(_CHROMA / max(chroma, 1.0), 1.0, _MAX_GAIN))
    luma = stretched @ (0.299, 0.587, 0.114)
    vivid = luma[..., None] + (stretched - luma[..., None]) * more
    return replace(drawing, rgb=_bytes(vivid), cache=ArrayCache(None))


def _chroma(pixels: NDArray[np.uint8]) -> float:
    """Chroma of the most colorful pixels, (N, 3)."""
    lab = cv2.cvtColor(pixels[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    return float(np.percentile(np.hypot(lab[:, 1], lab[:, 2]), _MOST_COLORFUL))


def _bytes(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
