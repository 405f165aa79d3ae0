"""Which sign each hand shows, from its pixels and those around it.

Small hands are read upright and with their surroundings: an arm, a chest or a table say as much as
five fingers of four pixels each. ``models/train_sign_reader.py`` trains the network;
``models/sign_reader.md`` says on what and how good it is.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import crops
from netravision.detectors.hands.signs import SIGNS
from netravision.inference import Network, signed

__all__ = ["SIGN_PIXELS", "Readings", "SignReader", "reading_squares"]

Floats = NDArray[np.float32]

#: Pixels of a side of the cut-outs that the reader looks at.
SIGN_PIXELS = 128

# Side of a cut-out as a multiple of the longer side of a hand's box, which holds palm and wrist
# only.
_SIDE = 2.4


class Readings(NamedTuple):
    """What the reader says of N hands.

    Attributes
    ----------
    logits : (N, S) float32 ndarray
        One for each of :data:`netravision.detectors.hands.signs.SIGNS`; their softmax is the
        probability of the sign.
    landmarks : (N, 21, 2) float32 ndarray
        About where the joints are, in pixels of the image: good enough to turn the hand upright.
    """

    logits: Floats
    landmarks: Floats


class SignReader:
    """Reads hands one by one; each is looked at as it is and in the mirror.

    Parameters
    ----------
    content : bytes, optional
        Of a ``.tflite`` file; the shipped one without.
    """

    def __init__(self, content: bytes | None = None) -> None:
        self._network = Network(content or assets.load("sign_reader.tflite"))

    def __call__(self, image: ImagePyramid, boxes: Floats) -> Readings:
        """Read the hands in some boxes.

        Parameters
        ----------
        image : ImagePyramid
            Of an upright (H, W, 3) RGB image.
        boxes : (N, 4) float32 ndarray
            ``x0, y0, x1, y1`` in pixels of the image, as
            :class:`netravision.people.PeopleNetwork` finds them.
        """
        squares = reading_squares(boxes)
        logits = np.empty((len(boxes), len(SIGNS)), np.float32)
        points = np.empty((len(boxes), 21, 2), np.float32)
        for number, cut in enumerate(crops.cut(image, squares, SIGN_PIXELS, "replicate")):
            signs, joints = self._network(signed(cut)[None])
            mirrored_signs, _ = self._network(cv2.flip(cut, 1).view(np.int8)[None])
            logits[number] = (signs + mirrored_signs).reshape(-1) / 2
            # From the middle of the cut-out, in halves of its side.
            points[number] = joints.reshape(21, 2) / 2 + 0.5
        return Readings(logits, crops.apply(crops.to_picture(squares, 1), points))


def reading_squares(boxes: Floats) -> Floats:
    """Squares around hands for :func:`~netravision.detectors.hands.crops.cut`.

    Parameters
    ----------
    boxes : (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in pixels of the image.

    Returns
    -------
    (N, 4) float32 ndarray
    """
    squares = np.zeros((len(boxes), 4), np.float32)
    squares[:, :2] = (boxes[:, :2] + boxes[:, 2:]) / 2
    squares[:, 2] = _SIDE * (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=1e-3)
    return squares
