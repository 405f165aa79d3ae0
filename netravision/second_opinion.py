"""What another reader sees in a found hand: MediaPipe's HandLandmarker, as it is published.

For evidence only, never for screening: whoever decides about a hand may want to know whether a
program that shares only the networks' weights with ours sees the same. It gets an enlarged cut-out
of the photo and finds the hand by itself; its landmarks are read by a rule of angles, without our
pose network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.arguments import check_box
from netravision.core.box import Box
from netravision.core.hand_features import FINGERS, TIPS, WRIST, angles_between, palm_lengths
from netravision.detectors.hands.poses import OTHER, PATTERNS, thumb_direction
from netravision.errors import ArgumentError, SecondOpinionUnavailableError
from netravision.inference import standard_error_closed
from netravision.languages import gettext as _

__all__ = ["SecondOpinion", "second_opinion"]

# Side of the cut-out in pixels, and in longer sides of the box: the palm network was trained on
# hands that fill a third to two thirds of its view.
_CUTOUT_PX = 512
_CUTOUT_SIDES = 2.0

# Hands that a cut-out may show; the one asked for lies nearest to its middle, and no further away
# than this share of its side.
_MOST_HANDS = 2
_MOST_OFF = 0.25

# A finger is out if its tip is further from the wrist than its middle joint, by this many palm
# lengths: of rendered hands those out reach at least 0.26 further, those in at most 0.15. A thumb
# is out if its last joint is nearly straight and its tip away from the middle finger's base.
_REACHING = 0.2
_THUMB_BENT_DEG = 40.0
_THUMB_AWAY = 0.62

# Tips of thumb and index that touch, in palm lengths.
_TOUCHING = 0.5


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A hand as MediaPipe's HandLandmarker sees it.

    Attributes
    ----------
    pose : str
        A pose of the table that its fingers form, or ``"other"``. Hearts are not told.
    fingers : tuple of int
        1 for each finger that is out, thumb to pinky.
    handedness : str
        ``"left"`` or ``"right"`` hand of the person, if the photo is not mirrored. Often wrong.
    handedness_score : float
        How sure it is of that, in [0, 1].
    landmarks : (21, 2) float64 ndarray
        Wrist, then thumb to pinky from base to tip, x and y in pixels of the photo.
    """

    pose: str
    fingers: tuple[int, ...]
    handedness: str
    handedness_score: float
    landmarks: NDArray[np.float64]


def second_opinion(rgb: NDArray[np.uint8], box: Box) -> SecondOpinion | None:
    """Ask MediaPipe's HandLandmarker, unmodified and with its own thresholds, about a found hand.

    Takes 0.1 s, most of it to load the networks, and 100 MB of memory: for hands that a person
    looks at.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
        The upright photo.
    box : Box
        Of the hand, in pixels of the photo.

    Returns
    -------
    SecondOpinion or None
        None if it sees no hand there.

    Raises
    ------
    SecondOpinionUnavailableError
        If MediaPipe cannot be loaded on this system.
    ArgumentError
        If `rgb` is no such array or `box` no box with an area.

    References
    ----------
    F. Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020.
    https://arxiv.org/abs/2006.10214
    """
    if (
        not isinstance(rgb, np.ndarray)
        or rgb.dtype != np.uint8
        or rgb.shape[2:] != (3,)
        or rgb.size == 0
    ):
        given = f"{rgb.shape} {rgb.dtype}" if isinstance(rgb, np.ndarray) else rgb
        raise ArgumentError("rgb", given, _("an (H, W, 3) uint8 array with pixels"))
    check_box("box", box)
    side = _CUTOUT_SIDES * max(box[2] - box[0], box[3] - box[1])
    if side == 0:
        raise ArgumentError("box", box, _("a box with an area"))
    left, top = (box[0] + box[2] - side) / 2, (box[1] + box[3] - side) / 2
    seen = _detect(_cutout(rgb, left, top, side))
    if not seen.hand_landmarks:
        return None
    hands = np.array([[(p.x, p.y) for p in hand] for hand in seen.hand_landmarks])
    middles = (hands.min(axis=1) + hands.max(axis=1)) / 2
    off = np.abs(middles - 0.5).max(axis=1)
    chosen = int(off.argmin())
    if off[chosen] > _MOST_OFF:
        return None
    world = np.array([(p.x, p.y, p.z) for p in seen.hand_world_landmarks[chosen]])
    landmarks = hands[chosen] * side + (left, top)
    fingers = _fingers(world)
    handedness = seen.handedness[chosen][0]
    return SecondOpinion(
        _pose(fingers, world, landmarks),
        fingers,
        handedness.category_name.lower(),
        float(handedness.score),
        landmarks,
    )


def _detect(rgb: NDArray[np.uint8]) -> Any:
    """What the task answers, a HandLandmarkerResult."""
    # A landmarker that lives until the process ends fails noisily to close itself.
    # Its library logs whatever GLOG_minloglevel says.
    with standard_error_closed():
        try:
            import mediapipe
        except (ImportError, OSError) as error:
            raise SecondOpinionUnavailableError(
                _(
                    "no second opinion here, as MediaPipe cannot be loaded ({why}); "
                    "“netravision doctor” says what it lacks"
                ).format(why=error)
            ) from error
        vision = mediapipe.tasks.vision
        model = mediapipe.tasks.BaseOptions(model_asset_buffer=assets.load("hand_landmarker.task"))
        options = vision.HandLandmarkerOptions(base_options=model, num_hands=_MOST_HANDS)
        with vision.HandLandmarker.create_from_options(options) as landmarker:
            # From an array that is not contiguous MediaPipe reads wrong pixels without a word.
            image = mediapipe.Image(mediapipe.ImageFormat.SRGB, np.ascontiguousarray(rgb))
            return landmarker.detect(image)


def _cutout(rgb: NDArray[np.uint8], left: float, top: float, side: float) -> NDArray[np.uint8]:
    """A square of the photo, enlarged or reduced; beyond the photo its border goes on."""
    scale = _CUTOUT_PX / side
    matrix = np.array(
        [
            [scale, 0, (0.5 - left) * scale - 0.5],
            [0, scale, (0.5 - top) * scale - 0.5],
        ]
    )
    # Of a large hand every new pixel sees four of many; they are averaged first.
    if scale < 0.5:
        rgb = np.asarray(cv2.blur(rgb, (round(1 / scale),) * 2), np.uint8)
    cutout = cv2.warpAffine(
        rgb,
        matrix,
        (_CUTOUT_PX, _CUTOUT_PX),
        flags=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cutout, np.uint8)


def _fingers(world: NDArray[np.float64]) -> tuple[int, ...]:
    """Which fingers are out, from (21, 3) landmarks in one unit."""
    unit = float(palm_lengths(world[None])[0])
    reach = np.linalg.norm(world - world[WRIST], axis=1) / unit
    out = reach[TIPS] - reach[FINGERS[:, 1]] > _REACHING
    bones = np.diff(world[FINGERS[0]], axis=0)
    bent = np.degrees(angles_between(bones[1], bones[2]))
    away = np.linalg.norm(world[TIPS[0]] - world[FINGERS[2, 0]]) / unit
    out[0] = bent < _THUMB_BENT_DEG and away > _THUMB_AWAY
    return tuple(int(finger) for finger in out)


def _pose(
    fingers: tuple[int, ...], world: NDArray[np.float64], landmarks: NDArray[np.float64]
) -> str:
    """The pose that fingers form, upright as in the photo."""
    gap = float(np.linalg.norm(world[TIPS[0]] - world[TIPS[1]]))
    touching = gap < _TOUCHING * float(palm_lengths(world[None])[0])
    if touching and fingers[2:] == (1, 1, 1):
        return "ok"
    pose = next(
        (name for name, rows in PATTERNS.items() if any(row == (*fingers, 0, 0) for row in rows)),
        OTHER,
    )
    return thumb_direction(landmarks) if pose == "thumb" else pose
