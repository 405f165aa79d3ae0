"""What an image would look like in white light, as far as its gray things tell.

Walls, paper and asphalt are nearly gray; what color they have is the light's. The light is read
from them alone ("shades of gray": Finlayson and Trezzi 2004), so that shirts cannot mislead it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.color import linear_to_srgb, srgb_to_linear

__all__ = ["light_of", "undo"]

Floats = NDArray[np.float64]

_NORM = 6
_BYTES = np.arange(256)
_LINEAR = srgb_to_linear(_BYTES / 255)
_POWER = _LINEAR**_NORM

# Black and clipped pixels have lost the light's color.
_LIT = (20, 250)

# Fewer gray pixels say nothing about the light.
_MIN_GRAY_SHARE = 0.02


def light_of(
    rgb: NDArray[np.uint8], saturation: float, without: NDArray[np.bool_] | None = None
) -> Floats | None:
    """Color of the light that an image was taken in.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    saturation : float
        Pixels count as gray whose strongest and weakest channel differ by less than this share
        of the strongest.
    without : (H, W) bool ndarray, optional
        Pixels that may not vote.

    Returns
    -------
    (3,) float64 ndarray or None
        Linear red, green and blue, their mean 1; None if hardly anything is gray.
    """
    # Channel by channel: NumPy takes fifty times as long over an axis of three.
    red, green, blue = cv2.split(rgb)
    strongest = np.maximum(np.maximum(red, green), blue)
    weakest = np.minimum(np.minimum(red, green), blue)
    gray = (strongest > _LIT[0]) & (strongest < _LIT[1])
    gray &= strongest - weakest < cv2.LUT(strongest, np.ceil(saturation * _BYTES).astype(np.uint8))
    if without is not None:
        gray &= ~without
    if np.count_nonzero(gray) < _MIN_GRAY_SHARE * gray.size:
        return None
    # Each of the 256 values counts as often as it occurs.
    votes = gray.view(np.uint8)
    counts = [cv2.calcHist([part], [0], votes, [256], [0, 256]) for part in (red, green, blue)]
    light = (np.reshape(counts, (3, 256)) @ _POWER / np.count_nonzero(gray)) ** (1 / _NORM)
    return np.asarray(light / light.mean(), np.float64)


def undo(rgb: NDArray[np.uint8], light: Floats, strength: float = 1.0) -> NDArray[np.uint8]:
    """The image as if the light had been white, or nearer to it.

    Parameters
    ----------
    rgb : (..., 3) uint8 ndarray
    light : (3,) float64 ndarray
        Linear gains that the light gave red, green and blue.
    strength : float
        1 undoes the light, 0 leaves it.

    Returns
    -------
    (..., 3) uint8 ndarray
    """
    lit = np.clip(_LINEAR[:, None] * light**-strength, 0, 1)
    tables = np.rint(linear_to_srgb(lit) * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(rgb.reshape(1, -1, 3), tables[None]), np.uint8).reshape(rgb.shape)
