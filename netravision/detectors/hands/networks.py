"""The two networks of hands, on pixels: where palms are, how a hand is posed.

They are MediaPipe's own (``models/hand_landmarker.md``), run through LiteRT because MediaPipe's
task looks at the whole photo at 192 pixels and cannot be told where to look. Decoding follows the
graphs of MediaPipe 0.10.21 (``modules/palm_detection``, ``hand_landmark``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.logistic import logit, sigmoid
from netravision.inference import Network

Floats = NDArray[np.float32]

PALM_SIDE = 192
HAND_SIDE = 224


class Palms(NamedTuple):
    """Palm candidates; lengths in pixels of whatever the points are in.

    Attributes
    ----------
    score : (N,) float32 ndarray
        In [0, 1].
    box : (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` of the palm without fingers.
    points : (N, 7, 2) float32 ndarray
        Wrist, finger bases of index, middle, ring, pinky, then thumb base and its first joint.
    """

    score: Floats
    box: Floats
    points: Floats


NO_PALMS = Palms(*(np.empty(shape, np.float32) for shape in ((0,), (0, 4), (0, 7, 2))))


class HandShapes(NamedTuple):
    """What the landmark network says of N crops.

    Attributes
    ----------
    landmarks : (N, 21, 3) float32 ndarray
        x and y in [0, 1] of the crop, z in the same unit.
    presence : (N,) float32 ndarray
        Probability that the crop holds a hand.
    """

    landmarks: Floats
    presence: Floats


class PalmNetwork:
    """Palms in 192-pixel square pictures."""

    def __init__(self) -> None:
        self._network = Network(_hand_member("hand_detector.tflite"))
        self._anchors = np.concatenate([_grid(24, 2), _grid(12, 6)])
        self._pixels = np.empty((1, PALM_SIDE, PALM_SIDE, 3), np.float32)

    def __call__(self, squares: Iterable[NDArray[np.uint8]], threshold: float) -> list[Palms]:
        """Every anchor scoring at least ``threshold``, by square; neighbours are not merged.

        Parameters
        ----------
        squares : iterable of (192, 192, 3) uint8 ndarray
            RGB.
        threshold : float
            In (0, 1).
        """
        least, sure = float(logit(threshold)), []
        for square in squares:
            np.divide(square, 255, out=self._pixels[0], dtype=np.float32)
            regression, logits = self._network(self._pixels)
            keep = np.flatnonzero(logits[0, :, 0] >= least)
            sure.append((keep, logits[0, keep, 0], regression[0, keep]))
        return [self._palms(*each) for each in sure]

    def _palms(self, anchors: NDArray[np.intp], logits: Floats, regression: Floats) -> Palms:
        values = regression.reshape(-1, 9, 2) / PALM_SIDE
        center = values[:, 0] + self._anchors[anchors]
        half = values[:, 1] / 2
        return Palms(
            sigmoid(logits),
            np.concatenate([center - half, center + half], axis=1) * PALM_SIDE,
            (values[:, 2:] + self._anchors[anchors, None]) * PALM_SIDE,
        )


class HandNetwork:
    """Landmarks of the hand in each 224-pixel crop, wrist at the bottom."""

    def __init__(self) -> None:
        self._network = Network(_hand_member("hand_landmarks_detector.tflite"))
        self._pixels = np.empty((1, HAND_SIDE, HAND_SIDE, 3), np.float32)

    def __call__(self, crops: Iterable[NDArray[np.uint8]], mirror: bool = False) -> HandShapes:
        """Look at crops, one after the other: batches gain nothing here.

        Parameters
        ----------
        crops : iterable of (224, 224, 3) uint8 ndarray
            RGB.
        mirror : bool
            Look at their mirror images; landmarks are nevertheless on the crops as they are.
        """
        outputs = []
        for crop in crops:
            seen = cv2.flip(crop, 1) if mirror else crop
            np.divide(seen, 255, out=self._pixels[0], dtype=np.float32)
            outputs.append(self._network(self._pixels))
        if not outputs:
            return HandShapes(np.empty((0, 21, 3), np.float32), np.empty(0, np.float32))
        # The other two outputs are handedness, often wrong, and landmarks in metres, from which
        # poses are read worse: 0.93 of counts right on unseen sources, against 0.97.
        landmarks, presence, _handedness, _metres = (
            np.concatenate(part) for part in zip(*outputs, strict=True)
        )
        points = np.asarray(landmarks.reshape(-1, 21, 3) / HAND_SIDE, np.float32)
        if mirror:
            points[:, :, 0] = 1 - points[:, :, 0]
        return HandShapes(points, presence[:, 0])


def _hand_member(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(assets.load("hand_landmarker.task"))) as bundle:
        return bundle.read(name)


def _grid(cells: int, repeats: int) -> Floats:
    """Centers, in [0, 1], of a square grid of anchors, each ``repeats`` times in a row."""
    axis = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    y, x = np.meshgrid(axis, axis, indexing="ij")
    return np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeats, axis=0)
