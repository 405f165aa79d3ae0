"""What a hand can show: the signs that the sign reader tells apart, in the order of its answers."""

from __future__ import annotations

__all__ = ["SIGNS"]

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
