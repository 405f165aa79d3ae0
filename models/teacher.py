"""What a teacher network sees in photos: hands and heads with soft scores.

The teacher is YOLOX-nano for bodies, heads and hands (number 426 of PINTO's model zoo, Apache-2.0,
Katsuya Hyodo, 2023), without its non-maximum suppression and with free input size. It is not
shipped and nothing of it is: its boxes and scores tell our own network where to look in photos
that nobody has labelled.

A look at 640 pixels misses a fifth of the clear hands of ``scenes``, one at 960 few, and the score
depends on the size in pixels. So each photo is looked at in several sizes and once in the mirror,
and what the looks say of one place becomes one score between 0 and 1.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from array_cache import cached_arrays
from hand_photos import HandPhoto
from numpy.typing import NDArray

from netravision.core.geometry import box_iou, non_max_suppression
from netravision.inference import Network

__all__ = ["HAND", "HEAD", "Teacher"]

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

#: Kinds of what is seen.
HAND, HEAD = 0, 1
# Channels of the teacher's answers: objectness, and the class of each kind.
_OBJECTNESS, _CHANNELS = 4, {HAND: 7, HEAD: 6}
# Free space around the photo, and the least common multiple of the teacher's strides.
_FILL, _MULTIPLE = 114, 32

# Longer side in pixels of each look; the mirrored one lies between the others.
_SIDES, _MIRRORED_SIDE = (448, 800, 1280, 1600), 1056
_LARGEST_ENLARGEMENT = 2
# Lowest score of a box in a look; boxes of one look that overlap more are one.
_THRESHOLD, _OVERLAP = 0.03, 0.5
# Boxes of several looks that overlap more are averaged; a look whose box overlaps the average
# less does not know of it.
_SAME_OVERLAP, _KNOWN_OVERLAP = 0.45, 0.4
# A look counts for what it can see: not at all below 9 pixels, in full from 19 to 200, not at all
# above 400. The last number only keeps the sum of all weights above 0.
_SEEN_FROM, _SEEN_WELL, _SEEN_WELL_TO, _SEEN_TO, _LEAST_WEIGHT = 9, 19, 200, 400, 1e-3


class Teacher:
    """Looks at photos, and keeps what it saw.

    Parameters
    ----------
    file : Path
        The teacher's ``.tflite`` file.
    work : Path
        Folder where looks are kept, for each teacher apart.
    """

    def __init__(self, file: Path, work: Path) -> None:
        content = file.read_bytes()
        self._network = Network(content)
        self._work = work / f"teacher_{hashlib.sha256(content).hexdigest()[:8]}"

    def __call__(self, photo: HandPhoto) -> Floats:
        """Hands and heads of a photo.

        Returns
        -------
        (N, 6) float32 ndarray
            ``x0, y0, x1, y1`` in pixels of the photo, score in [0, 1], and :data:`HAND` or
            :data:`HEAD`.
        """
        stored = cached_arrays(self._work / f"{photo.path}.npz", lambda: self._looks(photo.read()))
        longer_side = int(stored.pop("longer_side"))
        looks = {int(side): boxes for side, boxes in stored.items()}
        return np.concatenate([_fused(looks, kind, longer_side) for kind in (HAND, HEAD)])

    def _looks(self, rgb: Pixels) -> dict[str, NDArray[np.float32]]:
        """(N, 6) boxes of each look, by its longer side, and the photo's longer side."""
        height, width = rgb.shape[:2]
        longer_side = max(height, width)
        looks = {
            str(side): self._look(rgb, side)
            for side in _SIDES
            if side <= _LARGEST_ENLARGEMENT * longer_side
        }
        mirrored = self._look(np.ascontiguousarray(rgb[:, ::-1]), _MIRRORED_SIDE)
        mirrored[:, [0, 2]] = width - mirrored[:, [2, 0]]
        return looks | {str(_MIRRORED_SIDE): mirrored, "longer_side": np.float32(longer_side)}

    def _look(self, rgb: Pixels, side: int) -> Floats:
        """(N, 6) distinct boxes in one look, as in :meth:`__call__`."""
        scale = side / max(rgb.shape[:2])
        height, width = (max(1, round(length * scale)) for length in rgb.shape[:2])
        rows, columns = (-(-length // _MULTIPLE) * _MULTIPLE for length in (height, width))
        canvas = np.full((1, rows, columns, 3), _FILL, np.float32)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        bgr = cv2.resize(rgb, (width, height), interpolation=how)[:, :, ::-1]
        canvas[0, :height, :width] = bgr
        seen = []
        for answers in self._network(canvas):
            stride = rows // answers.shape[1]
            for kind, channel in _CHANNELS.items():
                scores = answers[0, :, :, _OBJECTNESS] * answers[0, :, :, channel]
                row, column = np.nonzero(scores > _THRESHOLD)
                values = answers[0, row, column]
                center = (values[:, :2] + np.stack([column, row], axis=1)) * stride
                half = np.exp(values[:, 2:4]) * (stride / 2)
                boxes = np.concatenate([center - half, center + half], axis=1) / scale
                kinds = np.full(len(row), kind)
                seen.append(np.column_stack([boxes, scores[row, column], kinds]))
        boxes = np.concatenate(seen).astype(np.float32)
        distinct = [
            of_kind[non_max_suppression(of_kind[:, :4], of_kind[:, 4], _OVERLAP)]
            for of_kind in (boxes[boxes[:, 5] == kind] for kind in _CHANNELS)
        ]
        return np.concatenate(distinct)


def _fused(looks: dict[int, Floats], kind: int, longer_side: int) -> Floats:
    """(N, 6) boxes of one kind: the mean of overlapping ones, and what all looks think of it."""
    looks = {side: boxes[boxes[:, 5] == kind] for side, boxes in looks.items()}
    boxes = np.concatenate(list(looks.values()))
    boxes = boxes[np.argsort(-boxes[:, 4])]
    overlaps = box_iou(boxes[:, :4], boxes[:, :4]) > _SAME_OVERLAP
    free = np.ones(len(boxes), bool)
    fused = []
    for number in range(len(boxes)):
        if free[number]:
            same = overlaps[number] & free
            free &= ~same
            box = np.average(boxes[same, :4], axis=0, weights=boxes[same, 4])
            fused.append([*box, _fused_score(looks, box, longer_side), kind])
    return np.array(fused, np.float32).reshape(-1, 6)


def _fused_score(looks: dict[int, Floats], box: Floats, longer_side: int) -> float:
    """Mean score that the looks give to a place, weighted by how well each can see its size."""
    size = max((box[2] - box[0]) * (box[3] - box[1]), 1) ** 0.5
    total = weights = 0.0
    for side, boxes in looks.items():
        pixels = size * side / longer_side
        large_enough = (pixels - _SEEN_FROM) / (_SEEN_WELL - _SEEN_FROM)
        small_enough = (_SEEN_TO - pixels) / (_SEEN_TO - _SEEN_WELL_TO)
        weight = np.clip(large_enough, 0, 1) * np.clip(small_enough, 0, 1) + _LEAST_WEIGHT
        known = box_iou(box[None], boxes[:, :4])[0] > _KNOWN_OVERLAP
        total += weight * boxes[known, 4].max(initial=0)
        weights += weight
    return float(total / weights)
