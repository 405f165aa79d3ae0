"""Where faces are: what any detector may ask that looks for people.

Faces are located, never recognised: a box and how sure the network is, nothing else. The network
is MediaPipe's (``models/``, Apache-2.0), run through LiteRT; decoding follows
``modules/face_detection`` of MediaPipe 0.10.21.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.geometry import non_max_suppression
from netravision.core.logistic import logit, sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.inference import Network

__all__ = ["FACE_OVERLAP", "GLANCE_SIDE", "FaceNetwork"]

Floats = NDArray[np.float32]

#: Pixels of the longer side at which the faces are looked for that fill a noticeable part of the
#: picture, wider than a tenth of it: an eighth of a search at 960, a fifth of one at 640.
GLANCE_SIDE = 320

#: Faces of people side by side overlap less than the network's several boxes of one face.
FACE_OVERLAP = 0.3

# Rows of the canvas that the stem is run for at a time, and those that it must see above and below:
# what it says of a row depends on 11 above and 8 below, and its steps are of 4.
_BAND = 64
_MARGIN = 12


class FaceNetwork:
    """Faces in a picture of any size.

    The network was made for 192 pixels. It is convolutional, so it runs at the size at which faces
    of a group are large enough.

    It comes in two halves. The tensors of the first, the stem, take most of the memory, so it is
    run for one band of the picture after the other; what it says of all of them, an eleventh of
    the size, goes through the trunk at once. That is the same to the last bit, and takes as long.

    A picture of another size than the last costs a quarter of a search more, and the memory stays
    that of the largest: about 95 bytes for each pixel searched. So who searches at several sizes
    in turn has a network for each.
    """

    def __init__(self) -> None:
        self._stem = Network(assets.load("face_stem.tflite"))
        self._trunk = Network(assets.load("face_trunk.tflite"))

    def __call__(self, rgb: NDArray[np.uint8], side: int, threshold: float) -> Floats:
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
        # Multiples of 64: the deepest layer has a 32nd of the input, and with coarse steps photos
        # of about the same shape are searched at the same size.
        columns, rows = (-(-length // 64) * 64 for length in inner)
        shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        canvas = np.zeros((rows, columns, 3), np.uint8)
        cv2.resize(rgb, inner, dst=canvas[: inner[1], : inner[0]], interpolation=shrink)
        regression, logits = self._trunk(self._features(canvas))
        keep = np.flatnonzero(logits[0, :, 0] >= logit(threshold))
        # One anchor every four pixels; offsets are in pixels of the canvas, whatever its size,
        # because the network knows nothing else.
        row, column = np.divmod(keep, columns // 4)
        center = np.stack([column + 0.5, row + 0.5], axis=1) * 4 + regression[0, keep, :2]
        half = regression[0, keep, 2:4] / 2
        score = sigmoid(logits[0, keep, 0])
        boxes = np.concatenate([center - half, center + half], axis=1) / scale
        picked = non_max_suppression(boxes, score, FACE_OVERLAP)
        return np.concatenate([boxes, score[:, None]], axis=1)[picked].astype(np.float32)

    def in_pyramid(self, image: ImagePyramid, side: int, threshold: float) -> Floats:
        """Boxes of faces in a picture that is halved before it is resized, which is quicker.

        Parameters
        ----------
        image : ImagePyramid
            Of an (H, W, 3) RGB picture.
        side, threshold
            As for a call.

        Returns
        -------
        (N, 4) float32 ndarray
            ``x0, y0, x1, y1`` in pixels of the picture, best first.
        """
        times = image.level_for(max(image.size_wh) / side)
        return self(image.level(times), side, threshold)[:, :4] * np.float32(2**times)

    def _features(self, canvas: NDArray[np.uint8]) -> Floats:
        """What the stem says of a canvas, (1, rows / 4, columns / 4, 16)."""
        rows, columns = canvas.shape[:2]
        band = min(rows, _BAND + 2 * _MARGIN)
        features = np.empty((1, rows // 4, columns // 4, 16), np.float32)
        for start in range(0, rows, _BAND):
            # A band at an edge has both margins on its other side: zeros lie around the canvas.
            top = min(max(start - _MARGIN, 0), rows - band)
            pixels = np.divide(canvas[None, top : top + band], 127.5, dtype=np.float32)
            pixels -= 1
            (seen,) = self._stem(pixels)
            own = slice((start - top) // 4, (start - top + _BAND) // 4)
            features[:, start // 4 : (start + _BAND) // 4] = seen[:, own]
        return features
