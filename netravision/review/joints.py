"""The joints of the hands that a photo is a candidate for, as the landmark network places them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Profile
from netravision.core.box import Box, pair_ios
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.detection import EFFORTS, HandDetection
from netravision.detectors.hands.landmarks import landmark_boxes

__all__ = ["INSIDE", "HandJoints"]

#: A hand belongs to a candidate if so much of its box, or of the smaller of both, lies in it.
INSIDE = 0.6

# From the wrist to the tip of each finger, and across the knuckles.
_BONES = (
    (0, 1, 2, 3, 4),
    (0, 5, 6, 7, 8),
    (9, 10, 11, 12),
    (13, 14, 15, 16),
    (0, 17, 18, 19, 20),
    (5, 9, 13, 17),
)


class HandJoints:
    """Finds hands again, as screening did: a run keeps what they show, not their joints.

    Parameters
    ----------
    profile : {"fast", "balanced", "thorough"}
        That of the run.
    """

    def __init__(self, profile: Profile) -> None:
        self._detection = HandDetection(EFFORTS[profile])

    def __call__(self, rgb: NDArray[np.uint8], boxes: Sequence[Box]) -> list[NDArray[np.floating]]:
        """Lines along the bones of the hands in some boxes.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray
        boxes : sequence of (x0, y0, x1, y1)

        Returns
        -------
        list of (N, 2) ndarray
            x and y in pixels of `rgb`.
        """
        hands = self._detection(ImagePyramid(rgb))
        lines: list[NDArray[np.floating]] = []
        # The surest view of each hand.
        order = np.argsort(-hands.presence, kind="stable")
        _, first = np.unique(hands.hand[order], return_index=True)
        for row in order[first]:
            x0, y0, x1, y1 = landmark_boxes(hands.points[row : row + 1])[0].tolist()
            if any(pair_ios((x0, y0, x1, y1), box) >= INSIDE for box in boxes):
                lines += [hands.points[row, list(bone), :2] for bone in _BONES]
        return lines
