"""The signs that a hand can show, and those by which it shows nothing."""

from typing import get_args

import numpy as np

from netravision.detectors.hands.signs import SIGNS, nothing_shown
from netravision.watchlist import Pose


def test_every_pose_of_a_watchlist_is_a_sign() -> None:
    # "rock" is with or without the thumb, which the landmarks tell.
    assert set(get_args(Pose)) - set(SIGNS) == {"ily"}
    assert len(set(SIGNS)) == len(SIGNS)


def test_a_hand_that_rests_and_no_hand_show_nothing() -> None:
    signs = np.eye(len(SIGNS))
    shows_nothing = {SIGNS[i] for i in np.flatnonzero(nothing_shown(signs))}
    assert shows_nothing == {"resting", "no_hand"}
    even = np.full((1, len(SIGNS)), 1 / len(SIGNS))
    assert np.allclose(nothing_shown(even), 2 / len(SIGNS))
