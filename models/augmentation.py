"""Cut-outs for training, and what uploads do to photos: shrinking, recompression, new colors.

Changes of pixels take and return (H, W, 3) uint8 RGB and draw their strength from a generator.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from netravision.core.pyramid import ImagePyramid

__all__ = ["GRAY", "Crop", "blurred", "noisy", "recolored", "recompressed", "resized"]

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Range = tuple[float, float]

#: Value of all channels outside a picture.
GRAY = 114
_MIDDLE = 128.0
_BORDERS = {
    "gray": cv2.BORDER_CONSTANT,
    "black": cv2.BORDER_CONSTANT,
    "replicate": cv2.BORDER_REPLICATE,
}
_FILLS = {"gray": (GRAY, GRAY, GRAY), "black": (0, 0, 0), "replicate": (0, 0, 0)}


class Crop(NamedTuple):
    """A square cut-out of an image.

    Attributes
    ----------
    linear : (2, 2) float64 ndarray
        Takes distances in the image to distances in the cut-out.
    center : (2,) float64 ndarray
        Point of the image that lies in the middle of the cut-out.
    side : int
        Of the cut-out, in its pixels.
    """

    linear: Floats
    center: Floats
    side: int

    @classmethod
    def around(
        cls,
        center: ArrayLike,
        side: int,
        scale: float,
        *,
        turn: float = 0.0,
        stretch: float = 1.0,
        mirrored: bool = False,
    ) -> Crop:
        """Cut out around a point.

        Parameters
        ----------
        center : (2,) array_like
            x and y in pixels of the image.
        side : int
            Pixels of the cut-out.
        scale : float
            Pixels of the cut-out for one of the image.
        turn : float
            Radians, clockwise as seen.
        stretch : float
            By which all becomes wider.
        mirrored : bool
            Left and right change places.
        """
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        linear = np.array([[cos * stretch, -sin], [sin * stretch, cos]])
        if mirrored:
            linear[0] *= -1
        return cls(linear, np.asarray(center, np.float64), side)

    def points(self, points: ArrayLike) -> Floats:
        """(N, 2) points of the image in pixels of the cut-out."""
        return (np.asarray(points) - self.center) @ self.linear.T + self.side / 2

    def pixels(
        self, image: ImagePyramid, border: Literal["gray", "black", "replicate"] = "replicate"
    ) -> Pixels:
        """Cut out, from the smallest level of the pyramid that is large enough."""
        scale = math.sqrt(abs(np.linalg.det(self.linear)))
        level = image.level_for(1 / scale)
        back = np.linalg.inv(self.linear)
        # Centers of pixels are at half coordinates.
        first = self.center + back @ np.full(2, 0.5 - self.side / 2)
        matrix = np.column_stack([back, first]) / 2**level
        matrix[:, 2] -= 0.5
        return cv2.warpAffine(
            image.level(level),
            matrix,
            (self.side, self.side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=_BORDERS[border],
            borderValue=_FILLS[border],
        )


def resized(image: Pixels, side: int, *, smooth: bool = True) -> Pixels:
    """Resize to a square: by area where it shrinks, else linear or, if not smooth, cubic."""
    if side < image.shape[0]:
        how = cv2.INTER_AREA
    else:
        how = cv2.INTER_LINEAR if smooth else cv2.INTER_CUBIC
    return cv2.resize(image, (side, side), interpolation=how)


def blurred(image: Pixels, rng: np.random.Generator, sigma: Range) -> Pixels:
    """Blur by a Gaussian whose standard deviation in pixels lies in a range."""
    return cv2.GaussianBlur(image, (0, 0), rng.uniform(*sigma))


def recompressed(image: Pixels, rng: np.random.Generator, quality: Range) -> Pixels:
    """Store as JPEG of a quality in a range, and read again."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(*quality))]
    stored = cv2.imencode(".jpg", image[:, :, ::-1], settings)[1]
    return cv2.imdecode(stored, cv2.IMREAD_COLOR_RGB)


def recolored(
    image: Pixels, rng: np.random.Generator, *, contrast: Range, brightness: float, tint: float
) -> Pixels:
    """Change contrast, brightness and the balance of colors.

    Parameters
    ----------
    image : (H, W, 3) uint8 ndarray
    rng : Generator
    contrast : (2,) tuple of float
        Range of the factor by which values move away from the middle.
    brightness : float
        Standard deviation of what is added to all values.
    tint : float
        Standard deviation of the logarithm of each channel's own factor.
    """
    gain = rng.uniform(*contrast) * np.exp(rng.normal(0, tint, 3))
    changed = (image - np.float32(_MIDDLE)) * gain.astype(np.float32) + _MIDDLE
    return _bytes(changed + np.float32(rng.normal(0, brightness)))


def noisy(image: Pixels, rng: np.random.Generator, sigma: Range) -> Pixels:
    """Add gray noise whose standard deviation lies in a range."""
    noise = rng.normal(0, rng.uniform(*sigma), (*image.shape[:2], 1))
    return _bytes(image + noise)


def _bytes(values: NDArray[np.floating]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)
