"""Faces made unrecognizable in pixels, for every picture that leaves the desk."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.geometry import non_max_suppression
from netravision.faces import FACE_OVERLAP, GLANCE_SIDE, FaceNetwork

__all__ = ["SEARCHED_SIDES", "blur_faces", "find_faces"]

#: Longer sides in pixels at which faces are looked for: those of a selfie are lost in the largest,
#: those of a group photo in the smallest.
SEARCHED_SIDES = (GLANCE_SIDE, 960, 1920)

#: A blurred lamp costs nothing, a readable face costs somebody's privacy: half of what screening
#: asks for.
FACE_THRESHOLD = 0.2

# Of a face's width and height on each side: the network's box ends at brow, chin and ears.
_MARGIN = 0.35

# Across a face; fewer than any that a face can be told by.
_BLOCKS = 5


def find_faces(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every face, rather one too many than one too few.

    Takes about a second and loads the networks: for pictures that are handed on.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray

    Returns
    -------
    (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in pixels, best first.
    """
    longest = max(rgb.shape[:2])
    # Enlarged beyond twice its size a picture shows no more faces.
    sides = [side for side in SEARCHED_SIDES if side <= max(GLANCE_SIDE, 2 * longest)]
    found = np.concatenate([FaceNetwork()(rgb, side, FACE_THRESHOLD) for side in sides])
    picked = non_max_suppression(found[:, :4], found[:, 4], FACE_OVERLAP)
    return np.asarray(found[picked, :4], np.float32)


def blur_faces(rgb: NDArray[np.uint8], *, keep: Iterable[Box] = ()) -> NDArray[np.uint8]:
    """A copy of a picture in which no face can be recognized.

    Faces are averaged to a few blocks, so nothing of them is left in the pixels that a program
    could sharpen.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    keep : iterable of (x0, y0, x1, y1)
        What stays as it is, such as a hand before a face.

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    blurred = rgb.copy()
    height, width = rgb.shape[:2]
    for x0, y0, x1, y1 in find_faces(rgb):
        across, down = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
        left, right = (int(np.clip(x, 0, width)) for x in (x0 - across, x1 + across + 1))
        top, bottom = (int(np.clip(y, 0, height)) for y in (y0 - down, y1 + down + 1))
        if left < right and top < bottom:
            # From the original: what two faces share is averaged once.
            blurred[top:bottom, left:right] = _averaged(rgb[top:bottom, left:right])
    for box in keep:
        left, right = (int(np.clip(x, 0, width)) for x in (box[0], box[2] + 1))
        top, bottom = (int(np.clip(y, 0, height)) for y in (box[1], box[3] + 1))
        blurred[top:bottom, left:right] = rgb[top:bottom, left:right]
    return blurred


def _averaged(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    few = cv2.resize(face, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, face.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
