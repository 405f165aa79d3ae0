"""Is the hand showing something, and how sure are we of it all.

A hand that shows a number is raised and turns its palm or back to the camera; hands at rest
point down, and hands that hold or type are seen from the edge.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netravision.core import hand_features
from netravision.core.logistic import logit, sigmoid
from netravision.detectors.hands.poses import Reading

Floats = NDArray[np.float64]

# Logistic regressions. Shown: on 140 hands of scenes and negatives, 57 labelled with the pose they
# were read as. Score: on the 77 hands that `balanced` reads as a pose the default watchlist asks
# for, 50 rightly. Fit on one half of the photos, the area under the curve of the score on the
# other half was 0.83 and 0.95; without the count of others that show the same 0.81 and 0.92.
_SHOWN_RAISED, _SHOWN_FACING, _SHOWN_BIAS = 1.31, 1.37, -1.74
_SCORE_REAL, _SCORE_POSE, _SCORE_SHOWN, _SCORE_SAME, _SCORE_BIAS = 0.43, 0.79, 1.41, 0.90, -3.42

# Probabilities nearer to 0 or 1 than this weigh no more.
_MARGIN = 1e-3

#: Candidates below it are observations only. Scored by the half they were not fit on, 2 of 277
#: negatives and 2 of 16 scenes without poses have one above it, one of 62 found fists, and 0.85 are
#: right; at 0.5 it is 3, 2, one and 0.82. As it is fit, on both halves, 1 negative and 1 scene have
#: one above it, at 0.5 2 and 2.
FINDING_THRESHOLD = 0.55


def shownness(landmarks: NDArray[np.floating], readings: Sequence[Reading]) -> Floats:
    """Probability in [0, 1] that each hand is held up to be seen.

    Parameters
    ----------
    landmarks : (N, 21, 3) ndarray
        x right, y down, z away, one unit.
    readings : sequence of Reading
        Of the same hands.
    """
    raised, facing = np.empty(len(landmarks)), np.empty(len(landmarks))
    normals = hand_features.palm_normals(landmarks)
    for number, (points, reading) in enumerate(zip(landmarks, readings, strict=True)):
        if reading.pose == "hand_heart":
            # Two hands do not come to lie like this by chance, and its fingers point down.
            raised[number] = facing[number] = 1
            continue
        out = np.array(reading.fingers if any(reading.fingers) else (1,) * 5)
        along = (
            (points[hand_features.TIPS] - points[hand_features.FINGERS[:, 0]]) * out[:, None]
        ).sum(axis=0)
        rise = -along[1] / max(float(np.linalg.norm(along)), 1e-9)
        raised[number] = -rise if reading.pose == "thumb_down" else rise
        facing[number] = abs(normals[number, 2])
    shown = sigmoid(_SHOWN_RAISED * raised + _SHOWN_FACING * facing + _SHOWN_BIAS)
    return np.asarray(shown, np.float64)


def confidence(
    real: NDArray[np.floating],
    readings: Sequence[Reading],
    shown: NDArray[np.floating],
    same: NDArray[np.integer],
) -> Floats:
    """Calibrated probability in [0, 1] that each hand is one and shows the pose it is read as.

    Parameters
    ----------
    real : (N,) ndarray
        Probability that a hand is there.
    readings : sequence of Reading
    shown : (N,) ndarray
        From :func:`shownness`.
    same : (N,) integer ndarray
        How many other raised hands of the photo show the same.
    """
    hand, pose, display = (
        logit(np.asarray(each, np.float64), _MARGIN)
        for each in (real, [reading.probability for reading in readings], shown)
    )
    score = sigmoid(
        _SCORE_REAL * hand
        + _SCORE_POSE * pose
        + _SCORE_SHOWN * display
        + _SCORE_SAME * np.log1p(same)
        + _SCORE_BIAS
    )
    return np.asarray(score, np.float64)
