"""The signs that a hand can show, and those by which it shows nothing."""

from typing import get_args

import numpy as np

from netravision.detectors.hands.signs import SIGNS, nothing_shown
from netravision.watchlist import Pose


def test_signs_are_poses_of_a_watchlist_or_none() -> None:
    others = {"resting", "no_hand", "pressed", "two_handed", "pointing", "unnamed"}
    assert set(SIGNS) - set(get_args(Pose)) == others
    assert len(set(SIGNS)) == len(SIGNS)


def test_a_hand_that_rests_and_no_hand_show_nothing() -> None:
    signs = np.eye(len(SIGNS))
    shows_nothing = {SIGNS[i] for i in np.flatnonzero(nothing_shown(signs))}
    assert shows_nothing == {"resting", "no_hand"}
    even = np.full((1, len(SIGNS)), 1 / len(SIGNS))
    assert np.allclose(nothing_shown(even), 2 / len(SIGNS))
