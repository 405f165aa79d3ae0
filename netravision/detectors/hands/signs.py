"""What a hand can show: the signs that the sign reader tells apart, in the order of its answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIGNS", "nothing_shown"]

#: In the order of the reader's answers.
SIGNS = (
    "resting",  # holding, folded, clapping, hanging down
    "no_hand",
    "one",
    "two",
    "three",
    "four",
    "five",
    "thumb_up",
    "thumb_down",
    "pistol",
    "call",
    "rock",  # with or without the thumb
    "ok",
    "finger_heart",
    "hand_heart",  # half of it
    "fist",
    "pressed",  # both palms together, a greeting
    "two_handed",  # half of a sign of two hands that no list names
    "pointing",  # at something
    "unnamed",  # other fingers than those of any named pose
)

_NOTHING = [SIGNS.index("resting"), SIGNS.index("no_hand")]


def nothing_shown(signs: NDArray[np.floating]) -> NDArray[np.floating]:
    """How likely each hand rests, or is none.

    Parameters
    ----------
    signs : (N, S) ndarray
        Probabilities of :data:`SIGNS`.

    Returns
    -------
    (N,) ndarray
        In [0, 1], but for rounding.
    """
    return np.asarray(signs[:, _NOTHING].sum(axis=1))
