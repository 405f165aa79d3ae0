"""Faces made unrecognizable in everything that is shown or handed on.

Faces are located here and nothing else: no box is kept beyond the picture that is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.faces import FaceNetwork

__all__ = ["SEARCH_SIDE", "THRESHOLD", "FaceFinder", "belonging_faces", "hide_faces"]

#: Longer side in pixels at which faces are searched: those of group photos are found, too.
SEARCH_SIDE = 960

#: A face that is missed is shown; a blurred spot where there is none costs a key press. So this is
#: below the 0.5 from which the search for hands takes a face for one.
THRESHOLD = 0.3

# The box of the network runs from the brows to the chin; hair and ears tell who it is, too.
_HEAD = 1.5

# Cells across a head: what is left of a face is its tone.
_CELLS = 5


class FaceFinder:
    """Locates the faces of a picture; safe for several threads."""

    def __init__(self) -> None:
        self._network = FaceNetwork()
        self._lock = Lock()

    def __call__(self, rgb: NDArray[np.uint8]) -> list[Box]:
        """Boxes of all faces.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray

        Returns
        -------
        list of (x0, y0, x1, y1)
            Pixels of `rgb`.
        """
        # Enlarging a small picture shows no more faces.
        side = min(SEARCH_SIDE, 2 * max(rgb.shape[:2]))
        with self._lock:
            found = self._network(rgb, side, THRESHOLD)
        return [(x0, y0, x1, y1) for x0, y0, x1, y1, _ in found.tolist()]


def hide_faces(rgb: NDArray[np.uint8], faces: Sequence[Box]) -> NDArray[np.uint8]:
    """The picture with coarse, blurred patches in place of heads.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
        Stays as it is.
    faces : sequence of (x0, y0, x1, y1)
        As :class:`FaceFinder` has them.

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    shown = rgb.copy()
    for face in faces:
        x0, y0, x1, y1 = _head(face, rgb.shape[1], rgb.shape[0])
        if x1 - x0 < 2 or y1 - y0 < 2:
            continue
        # From the untouched picture: a patch beside another does not smear it.
        size = (x1 - x0, y1 - y0)
        cells = cv2.resize(rgb[y0:y1, x0:x1], (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
        patch = cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR)
        mask = np.zeros(size[::-1], np.uint8)
        center = ((size[0] - 1) // 2, (size[1] - 1) // 2)
        cv2.ellipse(mask, center, (size[0] // 2, size[1] // 2), 0, 0, 360, 255, -1)
        shown[y0:y1, x0:x1][mask > 0] = patch[mask > 0]
    return shown


def belonging_faces(faces: Sequence[Box], box: Box | None) -> list[Box]:
    """The faces that belong to a candidate: those it touches, or else the nearest.

    Parameters
    ----------
    faces : sequence of (x0, y0, x1, y1)
    box : (x0, y0, x1, y1) or None
        Of the candidate; None means the whole picture, and all faces.

    Returns
    -------
    list of (x0, y0, x1, y1)
    """
    if box is None:
        return list(faces)
    apart = [_apart(face, box) for face in faces]
    nearest = min(apart, default=0.0)
    return [face for face, gap in zip(faces, apart, strict=True) if gap <= nearest]


def _apart(face: Box, box: Box) -> float:
    """Pixels between two boxes; 0 where they touch."""
    across = max(face[0] - box[2], box[0] - face[2], 0.0)
    down = max(face[1] - box[3], box[1] - face[3], 0.0)
    return float(np.hypot(across, down))


def _head(face: Box, width: int, height: int) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = face
    center_x, center_y = (x0 + x1) / 2, (y0 + y1) / 2
    reach_x, reach_y = (x1 - x0) / 2 * _HEAD, (y1 - y0) / 2 * _HEAD
    return (
        max(0, int(center_x - reach_x)),
        max(0, int(center_y - reach_y)),
        min(width, int(np.ceil(center_x + reach_x))),
        min(height, int(np.ceil(center_y + reach_y))),
    )
