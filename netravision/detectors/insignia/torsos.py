"""Where people's clothes are: below their faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.geometry import box_iou
from netravision.core.pyramid import ImagePyramid
from netravision.faces import FACE_OVERLAP, GLANCE_SIDE, FaceNetwork

__all__ = ["Torsos"]

# Searched at a glance: the faces that matter are those of people whose clothes fill a noticeable
# part of the image, and at 640 pixels one is found in as many of the shared negatives, a third.
_THRESHOLD = 0.5

# The glance takes much in a logo for a face. One counts that is also seen from closer: at this side
# in pixels, in the middle of a square so many faces wide.
_CLOSER_SIDE = 192
_CLOSER_WIDTHS = 6.0

# A torso against the face above it, in face widths: from the collar to the belly, arms left out.
_HALF_WIDTH = 1.1
_TOP = 0.2
_BOTTOM = 2.2

# Pixels of the mask that a torso needs within the image to say anything.
_MIN_PIXELS = 12


class Torsos:
    """Finds faces, and from them torsos."""

    def __init__(self) -> None:
        self._faces = FaceNetwork()

    def __call__(self, image: ImagePyramid, shape: tuple[int, int]) -> list[tuple[slice, slice]]:
        """Rows and columns of each torso, on a mask of the image.

        Parameters
        ----------
        image : ImagePyramid
            Of an (H, W, 3) RGB image.
        shape : (h, w) tuple of int
            Of the mask.

        Returns
        -------
        list of (rows, columns) slices
            One for each face below which enough of the image is left.
        """
        glanced = self._faces.in_pyramid(image, GLANCE_SIDE, _THRESHOLD)
        faces = [face for face in glanced if self._is_seen_closer(image, face)]
        found = []
        for x0, _, x1, y1 in np.multiply(faces, max(shape) / max(image.size_wh)).tolist():
            width, middle = x1 - x0, (x0 + x1) / 2
            rows = _within(y1 + _TOP * width, y1 + _BOTTOM * width, shape[0])
            columns = _within(middle - _HALF_WIDTH * width, middle + _HALF_WIDTH * width, shape[1])
            if (rows.stop - rows.start) * (columns.stop - columns.start) >= _MIN_PIXELS:
                found.append((rows, columns))
        return found

    def _is_seen_closer(self, image: ImagePyramid, face: NDArray[np.float32]) -> bool:
        side = _CLOSER_WIDTHS * float((face[2:] - face[:2]).max())
        times = image.level_for(side / _CLOSER_SIDE)
        scale = _CLOSER_SIDE * 2**times / side
        corner = ((face[:2] + face[2:]) / 2 - side / 2) / 2**times
        matrix = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
        square = cv2.warpAffine(image.level(times), matrix, (_CLOSER_SIDE, _CLOSER_SIDE))
        seen = self._faces(np.asarray(square, np.uint8), _CLOSER_SIDE, _THRESHOLD)
        place = (face - np.tile(corner * 2**times, 2)) * scale / 2**times
        return bool(box_iou(place[None], seen[:, :4]).max(initial=0) > FACE_OVERLAP)


def _within(low: float, high: float, length: int) -> slice:
    start, stop = (min(length, max(0, round(value))) for value in (low, high))
    return slice(start, stop)
