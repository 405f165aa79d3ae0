"""Where to look for hands: the whole photo, and windows around people scaled by their faces.

The palm network sees 192 pixels. In a group photo a hand is a few pixels of them unless the
window is small, and small windows everywhere cost seconds. A hand is about as long as its
owner's face is wide (median 1.0, 0.87 to 1.14 in the middle half of the 144 clearly labelled
hands with a face in the photo) and 93 % of them are within 2.7 face widths to the side, 2.1
above and 3.3 below it, so faces say both where and how large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Where hands were labelled, from the middle of the nearest face, in face widths; y points down.
_MEAN_XY = np.array((0.0, 0.9))
_SPREAD_XY = np.array((1.6, 1.5))
_REACH_X = np.arange(-2.7, 2.71, 0.9)
_REACH_Y = np.arange(-2.1, 3.31, 0.9)

# A window serves a place if a hand there lies wholly inside: half its length from the border.
_MARGIN = 0.55
# ... and if its owner's size suits the window's: hands of 0.18 to 0.6 of it are found well.
_SMALLEST, _LARGEST = 0.55, 1.7

# The table of places and squares grows with the square of the faces: 60 MB at 80. In larger
# crowds hands are too small to read.
_MOST_FACES = 80

#: The whole photo, then the same inside a black margin: a hand that fills the frame is not seen
#: without it. On ``single/`` the first alone finds 94 % of the hands, both together 99.5 %.
WHOLE_SCALES = (1.0, 1.7)


def whole(width: int, height: int) -> Floats:
    """The squares in which large hands are seen.

    Returns
    -------
    (2, 4) float32 ndarray
        As for :meth:`netravision.detectors.hands.crops.Pyramid.cut`.
    """
    longer = max(width, height)
    return np.array(
        [(width / 2, height / 2, longer * scale, 0) for scale in WHOLE_SCALES], np.float32
    )


def around_faces(faces: Floats, width: int, height: int, side: float, least_gain: float) -> Floats:
    """Few squares in which the hands of the people with these faces would be seen.

    Each face puts the places where its hands may be on the photo, each with a weight. Squares are
    chosen one by one, always the one that serves the most weight not yet served, so neighbours
    in a row share theirs.

    Parameters
    ----------
    faces : (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in pixels, the surest first.
    width, height : int
        Of the photo.
    side : float
        Of a square, in face widths.
    least_gain : float
        Stop when the best square would serve less than this much weight; a person's places
        weigh 16 together.

    Returns
    -------
    (M, 4) float32 ndarray
        The best first.
    """
    faces = faces[:_MOST_FACES]
    face_widths = faces[:, 2] - faces[:, 0]
    centers = (faces[:, :2] + faces[:, 2:4]) / 2
    reach = np.stack(np.meshgrid(_REACH_X, _REACH_Y), axis=2).reshape(-1, 2)
    # On the face itself the network only finds the face.
    reach = reach[np.abs(reach).max(axis=1) > 0.5]
    weights = np.exp(-0.5 * np.sum(((reach - _MEAN_XY) / _SPREAD_XY) ** 2, axis=1))

    places = (centers[:, None] + reach * face_widths[:, None, None]).reshape(-1, 2)
    scales = np.repeat(face_widths, len(reach))
    left = np.tile(weights, len(faces))
    inside = np.all((places > 0) & (places < (width, height)), axis=1)
    places, scales, left = places[inside], scales[inside], left[inside]

    x, y = places.astype(np.float32).T
    apart = np.maximum(np.abs(x[:, None] - x), np.abs(y[:, None] - y))
    serves = apart < side / 2 * scales[:, None] - _MARGIN * scales[None]
    relative = scales[None] / scales[:, None]
    serves &= (relative > _SMALLEST) & (relative < _LARGEST)
    gains = serves.astype(np.float32) @ left.astype(np.float32)
    chosen = []
    while len(gains):
        best = int(gains.argmax())
        if gains[best] < least_gain:
            break
        chosen.append((*places[best], side * scales[best], 0.0))
        served = np.flatnonzero(serves[best] & (left > 0))
        gains -= serves[:, served] @ left[served]
        left[served] = 0
    return np.array(chosen, np.float32).reshape(-1, 4)
