"""The three networks, on pixels: where faces are, where palms are, how a hand is posed.

They are MediaPipe's own (``models/hands.md``), run through LiteRT because MediaPipe's task looks
at the whole photo at 192 pixels and cannot be told where to look. Decoding follows the graphs
of MediaPipe 0.10.21 (``modules/palm_detection``, ``hand_landmark``, ``face_detection``).
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from netravision import assets

Floats = NDArray[np.float32]

PALM_SIDE = 192
HAND_SIDE = 224

_ERROR_STREAM = 2


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
    """Palms in a 192-pixel square picture."""

    def __init__(self) -> None:
        self._interpreter = _ready(_hand_member("hand_detector.tflite"))
        self._anchors = np.concatenate([_grid(24, 2), _grid(12, 6)])

    def __call__(self, square: NDArray[np.uint8], threshold: float) -> Palms:
        """Every anchor scoring at least ``threshold``; neighbours are not merged.

        Parameters
        ----------
        square : (192, 192, 3) uint8 ndarray
            RGB.
        threshold : float
            In (0, 1).
        """
        regression, logits = _run(self._interpreter, square[None].astype(np.float32) / 255.0)
        keep = np.flatnonzero(logits[0, :, 0] >= _logit(threshold))
        values = regression[0, keep].reshape(-1, 9, 2) / PALM_SIDE
        center = values[:, 0] + self._anchors[keep]
        half = values[:, 1] / 2
        return Palms(
            _sigmoid(logits[0, keep, 0]),
            np.concatenate([center - half, center + half], axis=1) * PALM_SIDE,
            (values[:, 2:] + self._anchors[keep, None]) * PALM_SIDE,
        )


class HandNetwork:
    """Landmarks of the hand in each 224-pixel crop, wrist at the bottom."""

    def __init__(self) -> None:
        self._interpreter = _ready(_hand_member("hand_landmarks_detector.tflite"))

    def __call__(self, crops: NDArray[np.uint8]) -> HandShapes:
        """Look at (N, 224, 224, 3) RGB crops, one after the other: batches gain nothing here."""
        outputs = [_run(self._interpreter, crop[None].astype(np.float32) / 255.0) for crop in crops]
        if not outputs:
            return HandShapes(np.empty((0, 21, 3), np.float32), np.empty(0, np.float32))
        # The other two outputs are handedness, often wrong, and landmarks in metres, from which
        # poses are read worse: 0.93 of counts right on unseen sources, against 0.97.
        landmarks, presence, _handedness, _metres = (
            np.concatenate(part) for part in zip(*outputs, strict=True)
        )
        points = np.asarray(landmarks.reshape(-1, 21, 3) / HAND_SIDE, np.float32)
        return HandShapes(points, presence[:, 0])


class FaceNetwork:
    """Faces in a picture of any size; located only, nothing about them is kept.

    The network was made for 192 pixels. It is convolutional but for three resizing constants,
    so with those rewritten it runs at the size at which faces of a group are large enough.
    """

    def __init__(self) -> None:
        self._content = assets.load("face_detector.tflite")
        self._by_size: dict[tuple[int, int], Any] = {}

    def __call__(self, rgb: NDArray[np.uint8], side: int, threshold: float) -> NDArray[np.float32]:
        """Boxes of faces.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 ndarray
        side : int
            Length in pixels to which the longer side is resized for the search.
        threshold : float
            In (0, 1).

        Returns
        -------
        (N, 5) float32 ndarray
            ``x0, y0, x1, y1`` in pixels of ``rgb`` and the score, best first.
        """
        height, width = rgb.shape[:2]
        scale = side / max(height, width)
        inner = (max(1, round(width * scale)), max(1, round(height * scale)))
        # Multiples of 64: the deepest layer has a 32nd of the input, and coarse steps let photos
        # of one camera share an interpreter.
        columns, rows = (-(-length // 64) * 64 for length in inner)
        shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        canvas = np.zeros((1, rows, columns, 3), np.float32)
        canvas[0, : inner[1], : inner[0]] = cv2.resize(rgb, inner, interpolation=shrink)
        regression, logits = _run(
            self._interpreter(rows, columns), np.asarray(canvas / 127.5 - 1.0, np.float32)
        )
        keep = np.flatnonzero(logits[0, :, 0] >= _logit(threshold))
        # One anchor every four pixels; offsets are in pixels of the canvas, whatever its size,
        # because the network knows nothing else.
        row, column = np.divmod(keep, columns // 4)
        center = np.stack([column + 0.5, row + 0.5], axis=1) * 4 + regression[0, keep, :2]
        half = regression[0, keep, 2:4] / 2
        score = _sigmoid(logits[0, keep, 0])
        boxes = np.concatenate([center - half, center + half], axis=1) / scale
        order = np.argsort(-score)
        chosen = cv2.dnn.NMSBoxes(
            np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)[order].tolist(),
            score[order].tolist(),
            threshold,
            FACE_OVERLAP,
        )
        picked = order[np.asarray(chosen, dtype=np.intp).reshape(-1)]
        return np.concatenate([boxes, score[:, None]], axis=1)[picked].astype(np.float32)

    def _interpreter(self, rows: int, columns: int) -> Any:
        if (rows, columns) not in self._by_size:
            if len(self._by_size) == _SIZES_KEPT:
                self._by_size.clear()
            content = _resized(self._content, rows, columns)
            self._by_size[rows, columns] = _ready(content, (1, rows, columns, 3))
        return self._by_size[rows, columns]


# Faces of people side by side overlap less than the network's several boxes of one face.
FACE_OVERLAP = 0.3
# Photos of one account have few shapes; each kept interpreter costs memory.
_SIZES_KEPT = 4


def _resized(content: bytes, rows: int, columns: int) -> bytes:
    """The face network with its three resizing constants for another input size.

    Each is a vector of two int32 preceded by its length in bytes, 8, and occurs once. All three
    are found before any is changed, since a changed one may look like another.
    """
    places = {}
    for stride in (16, 8, 4):
        old = np.array([8, 192 // stride, 192 // stride], "<i4").tobytes()
        if content.count(old) != 1:
            raise ValueError(f"face network: the size constant for stride {stride} is not unique")
        places[stride] = content.index(old) + 4
    resized = bytearray(content)
    for stride, place in places.items():
        new = np.array([rows // stride, columns // stride], "<i4").tobytes()
        resized[place : place + 8] = new
    return bytes(resized)


def _ready(content: bytes, shape: tuple[int, ...] | None = None) -> Any:
    """An interpreter of one thread: workers are processes."""
    # LiteRT writes a line about its CPU kernels straight to the error stream, where it would
    # tear the progress bar, and offers no way to stop it. Real errors come as exceptions.
    kept = os.dup(_ERROR_STREAM)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), _ERROR_STREAM)
        try:
            interpreter = Interpreter(model_content=content, num_threads=1)
            if shape is not None:
                index = interpreter.get_input_details()[0]["index"]
                interpreter.resize_tensor_input(index, shape)
            interpreter.allocate_tensors()
        finally:
            os.dup2(kept, _ERROR_STREAM)
            os.close(kept)
    return interpreter


def _run(interpreter: Any, pixels: Floats) -> list[NDArray[Any]]:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], pixels)
    interpreter.invoke()
    return [interpreter.get_tensor(out["index"]) for out in interpreter.get_output_details()]


def _hand_member(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(assets.load("hand_landmarker.task"))) as bundle:
        return bundle.read(name)


def _grid(cells: int, repeats: int) -> Floats:
    """Centers, in [0, 1], of a square grid of anchors, each ``repeats`` times in a row."""
    axis = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    y, x = np.meshgrid(axis, axis, indexing="ij")
    return np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeats, axis=0)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -100, 100))), np.float32)


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))
