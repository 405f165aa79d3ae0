"""Landmarks of hands whose place, size and turn are known, as the product's detector finds them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import crops
from netravision.detectors.hands.networks import HAND_SIDE, HandNetwork

__all__ = ["HandLandmarks", "LandmarkNetwork"]

Floats = NDArray[np.float32]


class HandLandmarks(NamedTuple):
    """What the landmark network says of N hands.

    Attributes
    ----------
    points : (N, 21, 3) float32 ndarray
        x, y in pixels of the image, and depth in the same unit.
    presence : (N,) float32 ndarray
        Probability that a hand is there.
    """

    points: Floats
    presence: Floats


class LandmarkNetwork:
    """Looks at rotated squares of an image."""

    def __init__(self) -> None:
        self._network = HandNetwork()

    def __call__(self, image: ImagePyramid, squares: Floats) -> HandLandmarks:
        """Landmarks on the image.

        Parameters
        ----------
        image : ImagePyramid
            Of an (H, W, 3) RGB image.
        squares : (N, 4) float32 ndarray
            As from :func:`netravision.detectors.hands.finder.squares_of_landmarks`.
        """
        cuts = crops.cut(image, squares, HAND_SIDE, "replicate")
        points, presence = self._network(cuts)
        points[:, :, :2] = crops.apply(crops.to_picture(squares, 1), points[:, :, :2])
        points[:, :, 2] *= squares[:, 2, None]
        return HandLandmarks(points, presence)
