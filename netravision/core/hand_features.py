"""The geometry of hands: arrays of 21 landmarks in, angles and distances out.

Landmarks are MediaPipe's: wrist 0, then thumb 1-4, index 5-8, middle 9-12, ring 13-16 and
pinky 17-20, each from the base to the tip. All functions are blind to where a hand is, how
large it is, how it is turned and whether it is a left or a right one: left and right are
mirror images, and what tells them apart is often wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FINGERS",
    "KNUCKLES",
    "TIPS",
    "WRIST",
    "angles_between",
    "flexions",
    "palm_lengths",
    "palm_normals",
    "pose_features",
]

Floats = NDArray[np.float64]

#: Landmark numbers of the five fingers, thumb first, base to tip.
FINGERS = np.arange(1, 21).reshape(5, 4)
TIPS = FINGERS[:, 3]
WRIST = 0
#: Bases of the four fingers: with the wrist they span the palm.
KNUCKLES = FINGERS[1:, 0]

_PAIRS = np.array([(a, b) for a in range(5) for b in range(a + 1, 5)])


def flexions(landmarks: ArrayLike) -> Floats:
    """How far each joint is bent.

    Parameters
    ----------
    landmarks : (N, 21, 3) array_like
        Any unit, one scale for all three axes.

    Returns
    -------
    (N, 5, 3) float64 ndarray
        Radians, 0 (straight) to pi (folded back), for thumb to pinky, base joint first.
    """
    points = _checked(landmarks)
    chains = points[:, np.concatenate([np.zeros((5, 1), np.intp), FINGERS], axis=1)]
    bones = np.diff(chains, axis=2)
    return angles_between(bones[:, :, :-1], bones[:, :, 1:])


def angles_between(first: ArrayLike, second: ArrayLike) -> Floats:
    """Angle between vectors along the last axis.

    Parameters
    ----------
    first, second : (..., D) array_like

    Returns
    -------
    (...) float64 ndarray
        Radians in [0, pi]; pi / 2 where a vector is zero.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    cosines = np.sum(first * second, axis=-1) / np.maximum(lengths, np.finfo(np.float64).tiny)
    return np.asarray(np.arccos(np.clip(cosines, -1.0, 1.0)))


def palm_lengths(landmarks: ArrayLike) -> Floats:
    """Mean distance from the wrist to the four knuckles: the unit for other distances.

    Parameters
    ----------
    landmarks : (N, 21, 3) array_like

    Returns
    -------
    (N,) float64 ndarray
        In the landmarks' unit.
    """
    points = _checked(landmarks)
    spans = np.linalg.norm(points[:, KNUCKLES] - points[:, WRIST, None], axis=2)
    return np.asarray(spans.mean(axis=1))


def palm_normals(landmarks: ArrayLike) -> Floats:
    """Unit vectors at right angles to the palm; for left and right hands they point opposite.

    Parameters
    ----------
    landmarks : (N, 21, 3) array_like

    Returns
    -------
    (N, 3) float64 ndarray
        Zero where wrist and knuckles lie on one line.
    """
    points = _checked(landmarks)
    along = points[:, KNUCKLES] - points[:, WRIST, None]
    normals = np.cross(along[:, 0], along[:, 3])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(normals / np.maximum(lengths, np.finfo(np.float64).tiny))


def pose_features(landmarks: ArrayLike) -> Floats:
    """Everything about the pose of a hand that its place, size, turn and side do not change.

    Parameters
    ----------
    landmarks : (N, 21, 3) array_like

    Returns
    -------
    (N, 68) float64 ndarray
        15 flexions in radians; then, in palm lengths, 10 distances between fingertips, 5 from
        the wrist to the fingertips, 5 from the palm's middle to the fingertips, 12 from the
        thumb's tip to the lower joints of the four fingers, and 9 places of the thumb's last
        three joints, each along the palm, across it, and how far out of it; then 4 angles
        between neighbouring fingers, 4 between each finger and the palm's axis, and 4 between the
        thumb's last bone and each finger's first.
    """
    points = _checked(landmarks)
    unit = np.maximum(palm_lengths(points), np.finfo(np.float64).tiny)
    tips, joints = points[:, TIPS], points[:, FINGERS[1:, :3]].reshape(-1, 12, 3)
    palm = points[:, [WRIST, *KNUCKLES]].mean(axis=1)
    axis = points[:, KNUCKLES].mean(axis=1) - points[:, WRIST]
    across = points[:, FINGERS[1, 0]] - points[:, FINGERS[4, 0]]
    normal = np.cross(axis, across)
    thumb = points[:, FINGERS[0, 1:]] - palm[:, None]
    frame = [axis, across, normal]
    # The normal's sign depends on the hand's side, so only its size is told.
    placed = np.stack(
        [
            np.sum(thumb * part[:, None], axis=2)
            / np.maximum(np.linalg.norm(part, axis=1), 1e-12)[:, None]
            for part in frame
        ],
        axis=2,
    )
    placed[:, :, 2] = np.abs(placed[:, :, 2])
    distances = np.concatenate(
        [
            np.linalg.norm(tips[:, _PAIRS[:, 0]] - tips[:, _PAIRS[:, 1]], axis=2),
            np.linalg.norm(tips - points[:, WRIST, None], axis=2),
            np.linalg.norm(tips - palm[:, None], axis=2),
            np.linalg.norm(joints - tips[:, 0, None], axis=2),
            placed.reshape(-1, 9),
        ],
        axis=1,
    )
    fingers = points[:, FINGERS[:, 3]] - points[:, FINGERS[:, 0]]
    first_bones = points[:, FINGERS[1:, 1]] - points[:, FINGERS[1:, 0]]
    thumb_end = points[:, FINGERS[0, 3]] - points[:, FINGERS[0, 2]]
    angles = [
        flexions(points).reshape(-1, 15),
        distances / unit[:, None],
        angles_between(fingers[:, :-1], fingers[:, 1:]),
        angles_between(fingers[:, 1:], axis[:, None]),
        angles_between(first_bones, thumb_end[:, None]),
    ]
    return np.concatenate(angles, axis=1)


def _checked(landmarks: ArrayLike) -> Floats:
    points = np.asarray(landmarks, np.float64)
    if points.ndim != 3 or points.shape[1:] != (21, 3):
        raise ValueError(f"expected landmarks of shape (N, 21, 3), got {points.shape}")
    return points
