"""Faces made unrecognizable in pixels, in every picture that is shown or handed on.

Faces are located and nothing else: no box is kept beyond the picture that is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.geometry import non_max_suppression
from netravision.faces import FACE_OVERLAP, GLANCE_SIDE, FaceNetwork

__all__ = ["SEARCHED_SIDES", "FaceFinder", "belonging_faces", "blur_faces"]

#: Longer sides in pixels at which faces are looked for: those of a selfie are lost in the largest,
#: those of a group photo in the smallest.
SEARCHED_SIDES = (GLANCE_SIDE, 960, 1920)

#: A blurred lamp costs nothing, a readable face costs somebody's privacy: less than screening
#: asks for.
FACE_THRESHOLD = 0.3

# Of a face's width and height on each side: the network's box ends at brow, chin and ears.
_MARGIN = 0.35

# Across a face; fewer than any that a face can be told by.
_BLOCKS = 5


class FaceFinder:
    """Locates every face, rather one too many than one too few; safe for several threads.

    Parameters
    ----------
    sides : sequence of int
        Longer sides in pixels at which faces are looked for. All take about a second.
    """

    def __init__(self, sides: Sequence[int] = SEARCHED_SIDES) -> None:
        self._networks = {side: FaceNetwork() for side in sides}
        self._lock = Lock()

    def __call__(self, rgb: NDArray[np.uint8]) -> list[Box]:
        """Boxes of all faces.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray

        Returns
        -------
        list of (x0, y0, x1, y1)
            Pixels of `rgb`, best first.
        """
        # Enlarged beyond twice its size a picture shows no more faces.
        most = max(GLANCE_SIDE, 2 * max(rgb.shape[:2]))
        sides = {min(side, most): network for side, network in self._networks.items()}
        with self._lock:
            found = np.concatenate(
                [network(rgb, side, FACE_THRESHOLD) for side, network in sides.items()]
            )
        picked = non_max_suppression(found[:, :4], found[:, 4], FACE_OVERLAP)
        return [(x0, y0, x1, y1) for x0, y0, x1, y1, _ in found[picked].tolist()]


def blur_faces(
    rgb: NDArray[np.uint8], faces: Iterable[Box], *, keep: Iterable[Box] = ()
) -> NDArray[np.uint8]:
    """A copy of a picture in which no face can be recognized.

    Faces are averaged to a few blocks, so nothing of them is left in the pixels that a program
    could sharpen.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    faces : iterable of (x0, y0, x1, y1)
        As :class:`FaceFinder` has them.
    keep : iterable of (x0, y0, x1, y1)
        What stays as it is, such as a hand before a face.

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    blurred = rgb.copy()
    height, width = rgb.shape[:2]
    for x0, y0, x1, y1 in faces:
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


def _averaged(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    few = cv2.resize(face, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, face.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
