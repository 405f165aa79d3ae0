"""Colors as the eye sees them: CIE Lab and the CIEDE2000 difference.

Lab separates lightness from hue, and CIEDE2000 measures differences as people see them: about
1 is just noticeable, 8 is "the same color in another light", 20 is another color. scikit-image
computes both; here they take integers as well, and colors are broadcast against each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Loads what it needs at the first call: 5 MB and 30 ms, once a watchlist has colors.
from skimage import color as skimage_color

__all__ = [
    "CODES",
    "ciede2000",
    "coded_colors",
    "color_codes",
    "color_shares",
    "hex_to_lab",
    "linear_to_srgb",
    "srgb_to_lab",
    "srgb_to_linear",
]

Floats = NDArray[np.float64]

# Steps of 4 of 256 in each channel.
_BITS = 6

#: Numbers that :func:`color_codes` gives are below this.
CODES = 1 << 3 * _BITS


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
    """Apply the transfer curve of sRGB: inverse of :func:`srgb_to_linear`.

    Parameters
    ----------
    linear : (...) array_like
        Light, proportional to intensity, in [0, 1].

    Returns
    -------
    (...) float64 ndarray
        Values as screens encode them, in [0, 1].

    References
    ----------
    IEC 61966-2-1.
    """
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

    References
    ----------
    CIE 15:2004, section 8.2.1, as ``skimage.color.rgb2lab`` computes it.

    Examples
    --------
    >>> (srgb_to_lab([255, 255, 255]).round(1) + 0.0).tolist()
    [100.0, 0.0, 0.0]
    >>> srgb_to_lab([1.0, 0.0, 0.0]).round(1).tolist()
    [53.2, 80.1, 67.2]
    """
    values = _three_channels(srgb)
    scale = 255 if np.issubdtype(values.dtype, np.integer) else 1
    return np.asarray(skimage_color.rgb2lab(values.astype(np.float64) / scale))


def hex_to_lab(srgb: str) -> Floats:
    """``"#rrggbb"`` to CIE Lab.

    Parameters
    ----------
    srgb : str
        ``#`` and two hexadecimal digits each for red, green and blue.

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
    Application 30 (2005), 21–30, as ``skimage.color.deltaE_ciede2000`` computes it. Its 34 test
    pairs are the golden values of the tests.

    Examples
    --------
    >>> float(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485]).round(4))
    2.0425
    """
    one, other = np.broadcast_arrays(
        *(np.asarray(_three_channels(lab), np.float64) for lab in (first, second))
    )
    return np.asarray(skimage_color.deltaE_ciede2000(one, other, kL=1 / lightness_weight))


def color_shares(rgb: ArrayLike, colors: ArrayLike, tolerances: ArrayLike) -> Floats:
    """How much of each picture looks like each color.

    Pixels are taken in steps of 4 of 256 in each channel, which is at most about a just
    noticeable difference off: a photo has a thousandth as many such colors as pixels.

    Parameters
    ----------
    rgb : (N, H, W, 3) uint8 array_like
    colors : (C, 3) array_like
        CIE Lab.
    tolerances : (C,) array_like
        Largest CIEDE2000 difference that still counts as the color.

    Returns
    -------
    (N, C) float64 ndarray
        Shares in [0, 1].

    Raises
    ------
    TypeError
        If `rgb` is not uint8.
    ValueError
        If the arrays have other shapes, or pictures no pixels.

    Examples
    --------
    >>> picture = np.zeros((1, 2, 2, 3), np.uint8)
    >>> picture[0, 0] = 255
    >>> color_shares(picture, [[100, 0, 0], [0, 0, 0], [53, 80, 67]], [5, 5, 5]).tolist()
    [[0.5, 0.5, 0.0]]
    """
    pixels, labs = _three_channels(rgb), _three_channels(colors)
    if pixels.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8, got {pixels.dtype}")
    if pixels.ndim != 4 or 0 in pixels.shape[1:]:
        raise ValueError(f"expected pictures of shape (N, H, W, 3), got {pixels.shape}")
    limits = np.asarray(tolerances, dtype=np.float64)
    if labs.ndim != 2 or limits.shape != labs.shape[:1]:
        raise ValueError(
            f"expected a tolerance for each of {len(labs)} colors of shape (C, 3), "
            f"got {limits.shape} and {labs.shape}"
        )
    codes = color_codes(np.asarray(pixels, dtype=np.uint8))
    present = np.flatnonzero(np.bincount(codes.ravel(), minlength=CODES))
    alike = ciede2000(srgb_to_lab(coded_colors(present))[:, None], labs[None]) <= limits
    shares = np.zeros((len(codes), len(labs)))
    for picture, code in enumerate(codes):
        counts = np.bincount(code.ravel(), minlength=CODES)[present]
        shares[picture] = counts @ alike / code.size
    return shares


def color_codes(rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
    """One number for each pixel, the same for colors that hardly differ: an index for tables.

    Parameters
    ----------
    rgb : (..., 3) uint8 ndarray

    Returns
    -------
    (...) int32 ndarray
        Below :data:`CODES`.
    """
    high = rgb >> (8 - _BITS)
    codes = high[..., 0].astype(np.int32)
    for channel in (1, 2):
        codes <<= _BITS
        codes |= high[..., channel]
    return codes


def coded_colors(codes: ArrayLike) -> NDArray[np.uint8]:
    """The middle of the colors that share a code: inverse of :func:`color_codes`.

    Parameters
    ----------
    codes : (...) int array_like
        In [0, :data:`CODES`).

    Returns
    -------
    (..., 3) uint8 ndarray
        Red, green and blue, at most 2 of 256 off what was coded.

    Examples
    --------
    >>> coded_colors(color_codes(np.array([200, 100, 0], dtype=np.uint8)))
    array([202, 102,   2], dtype=uint8)
    """
    steps = (np.asarray(codes)[..., None] >> np.array([2 * _BITS, _BITS, 0])) & ((1 << _BITS) - 1)
    return np.asarray(steps * (256 >> _BITS) + (128 >> _BITS), dtype=np.uint8)


def _three_channels(values: ArrayLike) -> NDArray[np.generic]:
    array = np.asarray(values)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"expected an array of shape (..., 3), got {array.shape}")
    return array
