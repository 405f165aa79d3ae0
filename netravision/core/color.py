"""Colors as the eye sees them: CIE Lab and the CIEDE2000 difference.

Lab separates lightness from hue, and CIEDE2000 measures differences as people see them: about
1 is just noticeable, 8 is "the same color in another light", 20 is another color. scikit-image
computes both; here they broadcast, take bytes or floats alike, and refuse what is no color.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

Floats = NDArray[np.float64]


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
    >>> (srgb_to_lab([255, 255, 255]).round(1) + 0.0).tolist()
    [100.0, 0.0, 0.0]
    >>> srgb_to_lab([1.0, 0.0, 0.0]).round(1).tolist()
    [53.2, 80.1, 67.2]
    """
    values = _three_channels(srgb)
    if np.issubdtype(values.dtype, np.integer):
        values = np.asarray(values, dtype=np.float64) / 255
    return np.asarray(rgb2lab(values), dtype=np.float64)


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
    one, other = np.broadcast_arrays(_three_channels(first), _three_channels(second))
    difference = deltaE_ciede2000(one, other, kL=1 / lightness_weight)  # type: ignore[no-untyped-call]
    return np.asarray(difference, dtype=np.float64)


def _three_channels(values: ArrayLike) -> NDArray[np.generic]:
    array = np.asarray(values)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"expected an array of shape (..., 3), got {array.shape}")
    return array
