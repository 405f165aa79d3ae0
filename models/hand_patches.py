"""Hands cut out of photos for the sign reader, with their landmarks.

Landmarks are a second task of the reader: told where the joints are, it learns faster what the
fingers do. They come from MediaPipe's landmark network, which needs to know how a hand is turned;
so it looks at several turns of a box, and once more around the landmarks of the likeliest.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from array_cache import cached_arrays
from augmentation import Crop
from hand_photos import IGNORED, REJECTED, RESTING, SIGN_OF_CODE, HandPhoto
from numpy.typing import NDArray
from teacher import HAND, Teacher

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.landmarks import LandmarkNetwork, landmark_squares
from netravision.detectors.hands.poses import PoseReader
from netravision.detectors.hands.signs import SIGNS

__all__ = ["HandPatch", "Landmarker", "hand_patches", "palm_box"]

Floats = NDArray[np.float32]

# Radians by which a box is turned. Turned by MediaPipe's palm network 0.75 of the hands are
# accepted, with the best of 0 and 45 degrees to either side 0.88.
_TURNS = (0.0, 0.8, -0.8, 1.6, -1.6)
# Side of the look as a multiple of the longer side of a box: the teacher's hold less of the hand.
_LOOK, _LOOK_AT_DRAWN = 1.9, 1.7
# At most so many of a photo are looked at, as they are most of all hands and teach little.
_MOST_LOOKS = {RESTING: 10, REJECTED: 6}
# A single photo in which the network is less sure shows no hand that it could place.
_LEAST_PRESENCE = 0.5
# Where it is less sure of the whole of a single photo, it looks at the teacher's surest boxes: the
# hand is small then, and seldom alone. Of 51 photos 36 show their hand as a whole, 14 more in one
# of these boxes.
_SINGLE_SCORE, _MOST_SINGLE_BOXES = 0.3, 3

# Side of a patch as a multiple of the longer side of the box: room for turns and shifts. It is not
# enlarged, and at most and at least so many pixels wide.
_SIDE, _SIDE_PIXELS = 3.4, (24, 208)
# Boxes of detectors hold palm and wrist, which these joints frame, a little enlarged.
_PALM, _PALM_ENLARGED = [0, 1, 2, 5, 9, 13, 17], 1.15
# Of a photo of ``negatives``: lowest score of the teacher, least size in pixels, and how many.
_NEGATIVE_SCORE, _NEGATIVE_PIXELS, _MOST_NEGATIVES = 0.12, 10, 8
# The same of a photo of ``pool``.
_POOL_SCORE, _POOL_PIXELS, _MOST_OF_POOL = 0.25, 12, 30

# What hands show in whose photos nobody shows a number or a pose.
_SHOWING_NOTHING = (
    "resting",
    "no_hand",
    "fist",
    "pressed",
    "two_handed",
    "pointing",
    "unnamed",
)
# From this presence and probability on, landmarks say what a hand may show: a thumb may rest so,
# and a fist be anything that shows nothing. Of other poses they are not sure enough.
_SURE_PRESENCE, _SURE_POSE = 0.95, 0.7
_SIGNS_OF_POSE = {
    "fist": _SHOWING_NOTHING,
    "thumb_up": ("resting", "thumb_up"),
    "ily": ("rock",),
    **{pose: (pose,) for pose in ("one", "two", "three", "five", "call", "rock", "ok")},
}


@dataclass(frozen=True, slots=True)
class HandPatch:
    """A hand, or what looks like one, and its surroundings.

    Attributes
    ----------
    photo : HandPhoto
    signs : tuple of str
        Those of ``SIGNS`` that it may show; one where people have named it.
    image : ImagePyramid
        Square; the box lies in its middle.
    size : float
        Longer side of the box, in pixels of the patch.
    landmarks : (21, 2) float32 ndarray
        In pixels of the patch.
    presence : float
        How sure the landmark network is; 0 where it did not look.
    """

    photo: HandPhoto
    signs: tuple[str, ...]
    image: ImagePyramid
    size: float
    landmarks: Floats
    presence: float


class Landmarker:
    """Landmarks of hands in photos of ``groups``, ``single`` and ``pool``, kept in a folder.

    Parameters
    ----------
    teacher : Teacher
        Finds the hands of ``pool``, and those of ``single`` that do not fill their photo.
    work : Path
    """

    def __init__(self, teacher: Teacher, work: Path) -> None:
        self._teacher = teacher
        self._network = LandmarkNetwork()
        self._work = work / "landmarks"

    def __call__(self, photo: HandPhoto, image: ImagePyramid) -> tuple[Floats, Floats]:
        """Landmarks of each labelled hand, of the one hand of a single photo, or of the teacher's.

        Returns
        -------
        landmarks : (N, 21, 3) float32 ndarray
            In pixels of the photo.
        presence : (N,) float32 ndarray
            In [0, 1]; 0 where no look was taken. Of a single photo whose hand is not found, both
            are empty.
        """
        look = {"groups": self._labelled, "single": self._single, "pool": self._pool}[photo.part]
        stored = cached_arrays(self._work / f"{photo.path}.npz", lambda: look(photo, image))
        landmarks, presence = stored["landmarks"], stored["presence"]
        if photo.part == "single":
            found = presence >= _LEAST_PRESENCE
            landmarks, presence = landmarks[found], presence[found]
        return landmarks, presence

    def _labelled(self, photo: HandPhoto, image: ImagePyramid) -> dict[str, NDArray[Any]]:
        landmarks = np.zeros((len(photo.codes), 21, 3), np.float32)
        presence = np.zeros(len(photo.codes), np.float32)
        looks = Counter[str]()
        rng = np.random.default_rng(zlib.crc32(photo.path.encode()))
        for number in rng.permutation(len(photo.codes)):
            code = photo.codes[number]
            looks[code] += 1
            if code != IGNORED and looks[code] <= _MOST_LOOKS.get(code, len(photo.codes)):
                side = _LOOK_AT_DRAWN if photo.drawn[number] else _LOOK
                hand = self._in_box(image, photo.boxes[number], side)
                landmarks[number], presence[number] = hand
        return {"landmarks": landmarks, "presence": presence}

    def _single(self, photo: HandPhoto, image: ImagePyramid) -> dict[str, NDArray[Any]]:
        width, height = image.size_wh
        landmarks, presence = self._in_box(image, np.array([0, 0, width, height], np.float32), 1.0)
        if presence < _LEAST_PRESENCE:
            seen = self._teacher(photo)
            hands = seen[(seen[:, 5] == HAND) & (seen[:, 4] > _SINGLE_SCORE)]
            hands = hands[np.argsort(-hands[:, 4])][:_MOST_SINGLE_BOXES]
            looks = [self._in_box(image, hand[:4], _LOOK) for hand in hands]
            landmarks, presence = max(
                [(landmarks, presence), *looks], key=lambda look: float(look[1])
            )
        return {"landmarks": landmarks[None], "presence": np.array([presence], np.float32)}

    def _pool(self, photo: HandPhoto, image: ImagePyramid) -> dict[str, NDArray[Any]]:
        hands = [self._in_box(image, box, _LOOK) for box in pool_boxes(self._teacher(photo))]
        landmarks = np.array([points for points, _presence in hands], np.float32)
        presence = np.array([presence for _points, presence in hands], np.float32)
        return {"landmarks": landmarks.reshape(-1, 21, 3), "presence": presence}

    def _in_box(self, image: ImagePyramid, box: Floats, times: float) -> tuple[Floats, np.float32]:
        """(21, 3) landmarks of the hand in a box, and the lower presence of both looks.

        The first look is as wide as the longer side of the box, `times` so many.
        """
        x, y = (box[:2] + box[2:]) / 2
        side = times * (box[2:] - box[:2]).max()
        squares = np.array([(x, y, side, turn) for turn in _TURNS], np.float32)
        turned = self._network(image, squares)
        best = int(turned.presence.argmax())
        closer = self._network(image, landmark_squares(turned.points[best : best + 1]))
        return closer.points[0], min(turned.presence[best], closer.presence[0])


def hand_patches(
    photos: Iterable[HandPhoto], landmarker: Landmarker, teacher: Teacher
) -> list[HandPatch]:
    """Every labelled hand of ``groups``, the hands of ``single``, ``negatives`` and ``pool``.

    In the last two the teacher says where hands are. Nobody shows a number or a pose in
    ``negatives``; what a hand of ``pool`` may show is read from its landmarks where these are sure.
    """
    patches, reader = [], PoseReader()
    for photo in photos:
        image = ImagePyramid(photo.read())
        if photo.part == "negatives":
            patches += _negative_patches(photo, image, teacher)
        elif photo.part == "pool":
            patches += _pool_patches(photo, image, landmarker, teacher, reader)
        else:
            patches += _labelled_patches(photo, image, landmarker)
    return patches


def pool_boxes(seen: Floats) -> Floats:
    """(N, 4) boxes of those hands of a teacher's look that are sure and large enough."""
    hands = seen[(seen[:, 5] == HAND) & (seen[:, 4] > _POOL_SCORE)]
    hands = hands[np.argsort(-hands[:, 4], kind="stable")][:_MOST_OF_POOL, :4]
    return hands[(hands[:, 2:] - hands[:, :2]).max(axis=1, initial=0) >= _POOL_PIXELS]


def palm_box(landmarks: Floats) -> Floats:
    """``x0, y0, x1, y1`` of the square around palm and wrist, from (21, 2) landmarks."""
    low, high = landmarks[_PALM].min(axis=0), landmarks[_PALM].max(axis=0)
    middle, half = (low + high) / 2, (high - low).max() * _PALM_ENLARGED / 2
    return np.concatenate([middle - half, middle + half])


def _labelled_patches(
    photo: HandPhoto, image: ImagePyramid, landmarker: Landmarker
) -> list[HandPatch]:
    landmarks, presence = landmarker(photo, image)
    if photo.part == "single":
        boxes, signs = [palm_box(hand[:, :2]) for hand in landmarks], [photo.sign] * len(landmarks)
    else:
        boxes, signs = photo.boxes, [SIGN_OF_CODE.get(code) for code in photo.codes]
    hands = zip(boxes, signs, landmarks, presence, strict=True)
    # Of the codes only the one that is ignored stands for no sign.
    return [
        _patch(photo, image, box, (sign,), points, sure)
        for box, sign, points, sure in hands
        if sign is not None
    ]


def _pool_patches(
    photo: HandPhoto,
    image: ImagePyramid,
    landmarker: Landmarker,
    teacher: Teacher,
    reader: PoseReader,
) -> list[HandPatch]:
    landmarks, presence = landmarker(photo, image)
    patches = []
    for box, points, sure in zip(pool_boxes(teacher(photo)), landmarks, presence, strict=True):
        reading = reader.likeliest(points)
        known = sure > _SURE_PRESENCE and reading.probability > _SURE_POSE
        signs = _SIGNS_OF_POSE.get(reading.pose, SIGNS) if known else SIGNS
        patches.append(_patch(photo, image, box, signs, points, sure))
    return patches


def _negative_patches(photo: HandPhoto, image: ImagePyramid, teacher: Teacher) -> list[HandPatch]:
    seen = teacher(photo)
    hands = seen[(seen[:, 5] == HAND) & (seen[:, 4] > _NEGATIVE_SCORE)]
    hands = hands[np.argsort(-hands[:, 4])][:_MOST_NEGATIVES]
    sides = (hands[:, 2:4] - hands[:, :2]).max(axis=1)
    unknown = np.zeros((21, 3), np.float32)
    return [
        _patch(photo, image, box, _SHOWING_NOTHING, unknown, 0.0)
        for box in hands[sides >= _NEGATIVE_PIXELS, :4]
    ]


def _patch(
    photo: HandPhoto,
    image: ImagePyramid,
    box: Floats,
    signs: tuple[str, ...],
    landmarks: Floats,
    presence: float,
) -> HandPatch:
    longer_side = float((box[2:] - box[:2]).max())
    pixels = int(np.clip(round(_SIDE * longer_side), *_SIDE_PIXELS))
    scale = pixels / (_SIDE * longer_side)
    crop = Crop.around((box[:2] + box[2:]) / 2, pixels, scale)
    return HandPatch(
        photo,
        signs,
        ImagePyramid(crop.pixels(image)),
        longer_side * scale,
        crop.points(landmarks[:, :2]).astype(np.float32),
        float(presence),
    )
