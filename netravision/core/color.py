"""sRGB to CIE Lab and back, and the CIEDE2000 difference between colors.

Lab separates lightness from hue, and CIEDE2000 measures differences as people see them: about
1 is just noticeable, 8 is "the same color in another light", 20 is another color.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Linear sRGB to CIE XYZ under D65, and its white (IEC 61966-2-1).
_RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)

#: CIE 15: where the cube root of Lab turns into a straight line.
_LAB_EPSILON = (6 / 29) ** 3
_LAB_SLOPE = (29 / 6) ** 2 / 3


def srgb_to_linear(srgb: ArrayLike) -> Floats:
    """Undo the transfer curve of sRGB.

    Parameters
    ----------
    srgb : (...) array_like
        Values in [0, 1].

    Returns
    -------
    (...) float64 ndarray
        Light, proportional to intensity, in [0, 1].

    References
    ----------
    IEC 61966-2-1.
    """
    values = np.asarray(srgb, dtype=np.float64)
    return np.where(values <= 0.04045, values / 12.92, ((np.abs(values) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: ArrayLike) -> Floats:
    """Inverse of :func:`srgb_to_linear`."""
    values = np.asarray(linear, dtype=np.float64)
    return np.where(
        values <= 0.0031308, values * 12.92, 1.055 * np.abs(values) ** (1 / 2.4) - 0.055
    )


def linear_to_lab(linear: ArrayLike) -> Floats:
    """Linear RGB light to CIE Lab under D65.

    Parameters
    ----------
    linear : (..., 3) array_like
        Light in [0, 1], as :func:`srgb_to_linear` returns it.

    Returns
    -------
    (..., 3) float64 ndarray
        L in [0, 100]; a and b about -110 to 110.
    """
    ratio = _three_channels(linear) @ (_RGB_TO_XYZ / _WHITE[:, None]).T
    bent = np.where(ratio > _LAB_EPSILON, np.cbrt(ratio), ratio * _LAB_SLOPE + 4 / 29)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def srgb_to_lab(srgb: ArrayLike) -> Floats:
    """Colors as screens encode them to CIE Lab under D65.

    Parameters
    ----------
    srgb : (..., 3) array_like
        Integers are taken as 0 to 255, floats as [0, 1].

    Returns
    -------
    (..., 3) float64 ndarray
        L in [0, 100]; a and b about -110 to 110.

    Raises
    ------
    ValueError
        If the last axis is not 3 long.

    Examples
    --------
    >>> srgb_to_lab([255, 255, 255]).round(2).tolist()
    [100.0, 0.0, 0.0]
    >>> srgb_to_lab([1.0, 0.0, 0.0]).round(1).tolist()
    [53.2, 80.1, 67.2]
    """
    values = _three_channels(srgb)
    if np.issubdtype(values.dtype, np.integer):
        # A table of 256 values stands in for the power function, which dominates otherwise.
        table = srgb_to_linear(np.arange(256) / 255)
        return linear_to_lab(table[values])
    return linear_to_lab(srgb_to_linear(values))


def lab_to_srgb(lab: ArrayLike) -> Floats:
    """CIE Lab under D65 to sRGB in [0, 1]; what a screen cannot show is clipped.

    Parameters
    ----------
    lab : (..., 3) array_like

    Returns
    -------
    (..., 3) float64 ndarray

    Examples
    --------
    >>> (lab_to_srgb(srgb_to_lab([18, 52, 86])) * 255).round().tolist()
    [18.0, 52.0, 86.0]
    """
    values = _three_channels(lab).astype(np.float64)
    y = (values[..., 0] + 16) / 116
    bent = np.stack([y + values[..., 1] / 500, y, y - values[..., 2] / 200], axis=-1)
    ratio = np.where(bent > 6 / 29, bent**3, (bent - 4 / 29) / _LAB_SLOPE)
    linear = (ratio * _WHITE) @ np.linalg.inv(_RGB_TO_XYZ).T
    return linear_to_srgb(np.clip(linear, 0, 1)).clip(0, 1)


def hex_to_lab(srgb: str) -> Floats:
    """``"#rrggbb"`` to CIE Lab.

    Returns
    -------
    (3,) float64 ndarray

    Raises
    ------
    ValueError
        If the text is not ``#`` and six hexadecimal digits.

    Examples
    --------
    >>> hex_to_lab("#000000").tolist()
    [0.0, 0.0, 0.0]
    """
    if len(srgb) != 7 or srgb[0] != "#":
        raise ValueError(f'expected a color like "#8fd3f4", got {srgb!r}')
    return srgb_to_lab(np.frombuffer(bytes.fromhex(srgb[1:]), dtype=np.uint8))


def ciede2000(first: ArrayLike, second: ArrayLike, *, lightness_weight: float = 1) -> Floats:
    """Perceived difference between colors.

    Parameters
    ----------
    first, second : (..., 3) array_like
        CIE Lab; the two are broadcast against each other.
    lightness_weight : float
        How much a difference in lightness counts, 1 / k_L of the formula. The textile trade
        uses 0.5, because folds shade cloth without changing its color.

    Returns
    -------
    (...) float64 ndarray
        0 for equal colors, about 1 for a just noticeable difference, 100 from black to white.

    Raises
    ------
    ValueError
        If the last axis of either is not 3 long.

    References
    ----------
    G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation
    Notes, Supplementary Test Data, and Mathematical Observations", Color Research and
    Application 30 (2005), 21–30. Its 34 test pairs are the golden values of the tests.

    Examples
    --------
    >>> float(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485]).round(4))
    2.0425
    """
    lab1, lab2 = _three_channels(first), _three_channels(second)
    l1, a1, b1 = (lab1[..., i].astype(np.float64) for i in range(3))
    l2, a2, b2 = (lab2[..., i].astype(np.float64) for i in range(3))

    # Grays are stretched along a, where the eye is finer than Lab says.
    mean_chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma7 / (mean_chroma7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    chroma1, chroma2 = np.hypot(a1, b1), np.hypot(a2, b2)
    hue1, hue2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    colorless = chroma1 * chroma2 == 0

    turn = hue2 - hue1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(colorless, 0.0, turn)
    d_lightness, d_chroma = l2 - l1, chroma2 - chroma1
    d_hue = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(turn) / 2)

    lightness, chroma = (l1 + l2) / 2, (chroma1 + chroma2) / 2
    total = hue1 + hue2
    hue = np.where(np.abs(hue1 - hue2) <= 180, total / 2, (total + 360) / 2)
    hue = np.where((np.abs(hue1 - hue2) > 180) & (total >= 360), (total - 360) / 2, hue)
    hue = np.where(colorless, total, hue)

    def cosine(factor: float, offset: float) -> Floats:
        return np.asarray(np.cos(np.radians(factor * hue + offset)), dtype=np.float64)

    t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6)
    t = t - 0.20 * cosine(4, -63)
    s_lightness = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_chroma = 1 + 0.045 * chroma
    s_hue = 1 + 0.015 * chroma * t
    chroma7 = chroma**7
    blue = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    rotation = -np.sin(blue) * 2 * np.sqrt(chroma7 / (chroma7 + 25.0**7))

    light, c, h = d_lightness / s_lightness, d_chroma / s_chroma, d_hue / s_hue
    squared = (lightness_weight * light) ** 2 + c**2 + h**2 + rotation * c * h
    # Rounding can take the difference of equal colors a hair below zero.
    return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float64)


def _three_channels(values: ArrayLike) -> NDArray[np.generic]:
    array = np.asarray(values)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"expected an array of shape (..., 3), got {array.shape}")
    return array
