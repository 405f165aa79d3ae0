"""Where the 21 joints of a hand are: MediaPipe's landmark network, run through LiteRT.

MediaPipe's own task looks at the whole photo at 192 pixels and cannot be told where to look
(decision 5). Decoding follows ``modules/hand_landmark`` of MediaPipe 0.10.21.
"""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import crops
from netravision.inference import Network

__all__ = [
    "HAND_SIDE",
    "SAME_HAND",
    "HandLandmarks",
    "LandmarkNetwork",
    "another_hand",
    "landmark_boxes",
    "landmark_squares",
]

Floats = NDArray[np.float32]

#: Pixels of the cut-outs that the network looks at.
HAND_SIDE = 224

#: Landmarks nearer than this share of the larger hand's size, on average, are one hand seen twice.
SAME_HAND = 0.35

# Wrist, thumb without its tip, and the two lower joints of each finger.
_LOWER_JOINTS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]


class HandLandmarks(NamedTuple):
    """What the landmark network says of N hands.

    Attributes
    ----------
    points : (N, 21, 3) float32 ndarray
        x, y in pixels of the image, and depth in the same unit.
    presence : (N,) float32 ndarray
        Probability that a hand is there, in [0, 1].
    """

    points: Floats
    presence: Floats

    def take(self, rows: NDArray[np.intp]) -> HandLandmarks:
        """Some of the hands, in the order asked for.

        Parameters
        ----------
        rows : (K,) intp ndarray

        Returns
        -------
        HandLandmarks
        """
        return HandLandmarks(self.points[rows], self.presence[rows])


class LandmarkNetwork:
    """Landmarks of hands whose place, size and turn are known."""

    def __init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(assets.load("hand_landmarker.task"))) as bundle:
            self._network = Network(bundle.read("hand_landmarks_detector.tflite"))
        self._pixels = np.empty((1, HAND_SIDE, HAND_SIDE, 3), np.float32)

    def __call__(
        self, image: ImagePyramid, squares: Floats, *, mirrored: bool = False
    ) -> HandLandmarks:
        """Look at rotated squares of an image, one after the other: batches gain nothing here.

        Parameters
        ----------
        image : ImagePyramid
            Of an (H, W, 3) RGB image.
        squares : (N, 4) float32 ndarray
            As from :func:`landmark_squares`.
        mirrored : bool
            Look at their mirror images; landmarks are nevertheless on the image as it is.
        """
        points = np.empty((len(squares), 21, 3), np.float32)
        presence = np.empty(len(squares), np.float32)
        for number, cut in enumerate(crops.cut(image, squares, HAND_SIDE, "replicate")):
            seen = cv2.flip(cut, 1) if mirrored else cut
            np.divide(seen, 255, out=self._pixels[0], dtype=np.float32)
            # The other two outputs are handedness, often wrong, and landmarks in metres, from
            # which poses are read worse: 0.93 of counts right on unseen sources, against 0.97.
            landmarks, present, _handedness, _metres = self._network(self._pixels)
            points[number] = landmarks.reshape(21, 3) / HAND_SIDE
            presence[number] = present[0, 0]
        if mirrored:
            points[:, :, 0] = 1 - points[:, :, 0]
        points[:, :, :2] = crops.apply(crops.to_picture(squares, 1), points[:, :, :2])
        points[:, :, 2] *= squares[:, 2, None]
        return HandLandmarks(points, presence)


def landmark_squares(points: Floats) -> Floats:
    """Rotated squares around hands, wrist down, from their landmarks.

    MediaPipe's geometry for tracking: twice the box of the palm's and fingers' lower joints,
    moved a tenth of its height towards the fingers.

    Parameters
    ----------
    points : (N, 21, 2 or more) float32 ndarray
        In pixels of the image.

    Returns
    -------
    (N, 4) float32 ndarray
        Center x, center y, side, and clockwise turn in radians.
    """
    flat = points[:, :, :2]
    knuckles = (flat[:, 5] + 2 * flat[:, 9] + flat[:, 13]) / 4
    along = knuckles - flat[:, 0]
    turn = np.arctan2(along[:, 0], -along[:, 1])
    up = np.stack([np.sin(turn), -np.cos(turn)], axis=1)
    right = np.stack([-up[:, 1], up[:, 0]], axis=1)
    lower = flat[:, _LOWER_JOINTS]
    across, height = np.einsum("nkd,nd->nk", lower, right), np.einsum("nkd,nd->nk", lower, up)
    sides = np.maximum(np.ptp(across, axis=1), np.ptp(height, axis=1))
    x = (across.max(axis=1) + across.min(axis=1)) / 2
    y = (height.max(axis=1) + height.min(axis=1)) / 2 + 0.1 * np.ptp(height, axis=1)
    center = x[:, None] * right + y[:, None] * up
    return np.column_stack([center, 2.0 * sides, turn]).astype(np.float32)


def landmark_boxes(points: Floats) -> Floats:
    """Boxes around landmarks.

    Parameters
    ----------
    points : (N, 21, 2 or more) float32 ndarray

    Returns
    -------
    (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in the same unit.
    """
    flat = points[:, :, :2]
    return np.concatenate([flat.min(axis=1), flat.max(axis=1)], axis=1)


def another_hand(points: Floats, others: Floats, share: float = SAME_HAND) -> NDArray[np.bool_]:
    """Whether hands are others than these, and not the same ones seen again.

    Parameters
    ----------
    points : (N, 21, 2 or more) float32 ndarray
    others : (M, 21, 2 or more) float32 ndarray
    share : float
        Hands are different if their landmarks are farther apart, on average, than this share of
        the larger one's size.

    Returns
    -------
    (N, M) bool ndarray
    """
    sizes, other_sizes = (np.ptp(each[:, :, :2], axis=1).max(axis=1) for each in (points, others))
    apart = np.linalg.norm(points[:, None, :, :2] - others[None, :, :, :2], axis=3).mean(axis=2)
    return np.asarray(apart > share * np.maximum(sizes[:, None], other_sizes[None]))
