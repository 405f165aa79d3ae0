"""Where people's clothes are: below their faces."""

from __future__ import annotations

from netravision.core.pyramid import ImagePyramid
from netravision.faces import GLANCE_SIDE, FaceNetwork

__all__ = ["Torsos"]

# Searched at a glance: the faces that matter are those of people whose clothes fill a noticeable
# part of the image, and at 640 pixels one is found in as many of the shared negatives, a third.
_THRESHOLD = 0.5

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
        faces = self._faces.in_pyramid(image, GLANCE_SIDE, _THRESHOLD)
        found = []
        for x0, _, x1, y1 in (faces * (max(shape) / max(image.size_wh))).tolist():
            width, middle = x1 - x0, (x0 + x1) / 2
            rows = _within(y1 + _TOP * width, y1 + _BOTTOM * width, shape[0])
            columns = _within(middle - _HALF_WIDTH * width, middle + _HALF_WIDTH * width, shape[1])
            if (rows.stop - rows.start) * (columns.stop - columns.start) >= _MIN_PIXELS:
                found.append((rows, columns))
        return found


def _within(low: float, high: float, length: int) -> slice:
    start, stop = (min(length, max(0, round(value))) for value in (low, high))
    return slice(start, stop)
