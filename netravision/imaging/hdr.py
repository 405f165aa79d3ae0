"""Pictures of high dynamic range as a screen without it shows them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Transfer", "tone_mapped"]

#: Perceptual quantizer (SMPTE ST 2084) and hybrid log-gamma (ARIB STD-B67).
Transfer = Literal["PQ", "HLG"]

# Candela a square metre of paper white, and of the brightest that is kept apart from it:
# ITU-R BT.2408, section 2.
_WHITE = 203.0
_PEAK = 1000.0

# Up to this share of paper white nothing is changed: faces and clothes lie below it.
_KNEE = 0.6

# Linear BT.2020 to linear BT.709, both D65: ITU-R BT.2087.
_TO_709 = np.array(
    [
        [1.660491, -0.587641, -0.072850],
        [-0.124550, 1.132900, -0.008349],
        [-0.018151, -0.100579, 1.118730],
    ],
    np.float32,
)

# Rows converted at once: floats of a whole 8K picture take 400 MB.
_ROWS = 128


def tone_mapped(rgb: NDArray[np.uint16], transfer: Transfer) -> NDArray[np.uint8]:
    """Convert a BT.2100 picture to sRGB: dark and middle tones as they are, highlights compressed.

    Parameters
    ----------
    rgb : (H, W, 3) uint16 ndarray
        As coded, full range, BT.2020 primaries.
    transfer : {"PQ", "HLG"}

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    levels = np.arange(2**16, dtype=np.float64) / (2**16 - 1)
    light = (_pq_light(levels) if transfer == "PQ" else _hlg_light(levels)).astype(np.float32)
    mapped = np.empty(rgb.shape, np.uint8)
    for top in range(0, len(rgb), _ROWS):
        linear: NDArray[np.float32] = light[rgb[top : top + _ROWS]]
        if transfer == "HLG":  # what the scene gave becomes what a screen of 1000 cd/m² gives
            luma = linear @ np.array([0.2627, 0.6780, 0.0593], np.float32)
            linear *= luma[..., np.newaxis] ** np.float32(0.2)
            linear *= np.float32(_PEAK)
        linear = linear @ (_TO_709.T / np.float32(_WHITE))
        brightest = linear.max(axis=2, keepdims=True)
        linear *= _compressed(brightest) / np.maximum(brightest, 1e-6)
        mapped[top : top + _ROWS] = np.round(255 * _srgb(np.clip(linear, 0, 1)))
    return mapped


def _pq_light(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Candela a square metre, by the EOTF of SMPTE ST 2084."""
    power = levels ** (1 / 78.84375)
    fraction = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
    return np.asarray(10000 * fraction ** (1 / 0.1593017578125))


def _hlg_light(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of the scene in [0, 1], by the inverse OETF of ARIB STD-B67."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(levels <= 0.5, levels**2 / 3, (np.exp((levels - c) / a) + b) / 12)


def _compressed(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares of paper white, up to that of the peak, in [0, 1]: a Möbius curve above the knee."""
    peak = _PEAK / _WHITE
    a = -(_KNEE**2) * (peak - 1) / (_KNEE**2 - 2 * _KNEE + peak)
    b = (_KNEE**2 - 2 * _KNEE * peak + peak) / (peak - 1)
    factor = (b * b + 2 * b * _KNEE + _KNEE**2) / (b - a)
    above = np.maximum(light, _KNEE)
    return np.where(light <= _KNEE, light, factor * (above + a) / (above + b)).astype(np.float32)


def _srgb(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    curve = 1.055 * np.power(linear, 1 / 2.4, dtype=np.float32) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curve).astype(np.float32)
