"""Where people's clothes are: below their faces."""

from __future__ import annotations

from netravision.core.halves import Halves
from netravision.faces import FaceNetwork

# The faces that matter are those of people whose clothes fill a noticeable part of the picture:
# at this long side a search costs a fifth of one at 640 and finds a face in as many of the
# shared negatives (a third of them).
_SIDE = 320
_THRESHOLD = 0.5

# A torso against the face above it, in face widths: from the collar to the belly, arms left out.
_HALF_WIDTH = 1.1
_TOP = 0.2
_BOTTOM = 2.2

# Pixels of the mask that a torso needs within the picture to say anything.
_MIN_PIXELS = 12


class Torsos:
    """Finds faces, and from them torsos. The network is loaded when first asked."""

    def __init__(self) -> None:
        self._network: FaceNetwork | None = None

    def __call__(self, halves: Halves, shape: tuple[int, int]) -> list[tuple[slice, slice]]:
        """Rows and columns of each torso, on a mask of the picture.

        Parameters
        ----------
        halves : Halves
            Of an (H, W, 3) RGB picture.
        shape : (h, w) tuple of int
            Of the mask.

        Returns
        -------
        list of (rows, columns) slices
            One for each face below which enough of the picture is left.
        """
        if self._network is None:
            self._network = FaceNetwork()
        faces = self._network.in_halves(halves, _SIDE, _THRESHOLD)
        found = []
        for x0, _, x1, y1 in (faces * (max(shape) / max(halves.size_wh))).tolist():
            width, middle = x1 - x0, (x0 + x1) / 2
            rows = _within(y1 + _TOP * width, y1 + _BOTTOM * width, shape[0])
            columns = _within(middle - _HALF_WIDTH * width, middle + _HALF_WIDTH * width, shape[1])
            if (rows.stop - rows.start) * (columns.stop - columns.start) >= _MIN_PIXELS:
                found.append((rows, columns))
        return found


def _within(low: float, high: float, length: int) -> slice:
    start, stop = (min(length, max(0, round(value))) for value in (low, high))
    return slice(start, stop)
