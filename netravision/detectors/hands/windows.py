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
_REACH = np.stack(np.meshgrid(_REACH_X, _REACH_Y), axis=2)
# (rows, columns). On the face itself the network only finds the face.
_WEIGHTS = np.exp(-0.5 * np.sum(((_REACH - _MEAN_XY) / _SPREAD_XY) ** 2, axis=2))
_WEIGHTS[np.abs(_REACH).max(axis=2) <= 0.5] = 0

# A window serves a place if a hand there lies wholly inside: half its length from the border.
_MARGIN = 0.55
# ... and if its owner's size suits the window's: hands of 0.18 to 0.6 of it are found well.
_SMALLEST, _LARGEST = 0.55, 1.7

# The table of places and squares grows with the square of the faces: 11 MB at 80. In larger
# crowds hands are too small to read.
_MOST_FACES = 80
# Squares that are compared with all places in one go: as many as stay in the processor's cache.
_AT_A_TIME = 64

#: The whole photo, then the same inside a black margin: a hand that fills the frame is not seen
#: without it. On ``single/`` the first alone finds 94 % of the hands, both together 99.5 %.
WHOLE_SCALES = (1.0, 1.7)


def whole(width: int, height: int) -> Floats:
    """The squares in which large hands are seen.

    Returns
    -------
    (2, 4) float32 ndarray
        As for :func:`netravision.detectors.hands.crops.cut`.
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
    widths = faces[:, 2] - faces[:, 0]
    middles = (faces[:, :2] + faces[:, 2:4]) / 2
    x = (middles[:, :1] + _REACH_X * widths[:, None]).astype(np.float32)
    y = (middles[:, 1:] + _REACH_Y * widths[:, None]).astype(np.float32)
    inside = ((y > 0) & (y < height))[:, :, None] & ((x > 0) & (x < width))[:, None, :]
    owner, row, column = np.nonzero(inside & (_WEIGHTS > 0))
    across, down, size = x[owner, column], y[owner, row], widths[owner]
    left = _WEIGHTS[row, column]

    # How near, along either axis, a place must be to a square of a person's size.
    near = side / 2 * widths[:, None] - _MARGIN * widths
    relative = widths / widths[:, None]
    near[(relative <= _SMALLEST) | (relative >= _LARGEST)] = 0
    # The places of a face are a grid, so rows and columns are compared instead of places.
    rows, columns = _near(y, near), _near(x, near)
    in_row, in_column = owner * len(_REACH_Y) + row, owner * len(_REACH_X) + column
    serves = np.empty((len(left), len(left)), bool)
    gains = np.empty(len(left), np.float32)
    for start in range(0, len(left), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        serves[some] = rows[in_row[some]].take(in_row, axis=1)
        serves[some] &= columns[in_column[some]].take(in_column, axis=1)
        gains[some] = serves[some].astype(np.float32) @ left.astype(np.float32)
    chosen = []
    while len(gains):
        best = int(gains.argmax())
        if gains[best] < least_gain:
            break
        chosen.append((across[best], down[best], side * size[best], 0.0))
        served = np.flatnonzero(serves[best] & (left > 0))
        # Only squares that touch this one may serve the same places.
        apart = np.maximum(np.abs(across - across[best]), np.abs(down - down[best]))
        touching = np.flatnonzero(apart < side / 2 * (size + size[best]))
        gains[touching] -= serves[np.ix_(touching, served)] @ left[served]
        left[served] = 0
    return np.array(chosen, np.float32).reshape(-1, 4)


def _near(along: Floats, near: Floats) -> NDArray[np.bool_]:
    """Which rows, or columns, of the grids lie within squares around which.

    Parameters
    ----------
    along : (F, R) float32 ndarray
        Where those of the grid of each of F faces are.
    near : (F, F) float32 ndarray
        How near one of the second face must be to a square of the first one's size.

    Returns
    -------
    (F * R, F * R) bool ndarray
    """
    apart = np.abs(along[:, :, None, None] - along)
    return np.asarray(apart < near[:, None, :, None], bool).reshape(along.size, along.size)
