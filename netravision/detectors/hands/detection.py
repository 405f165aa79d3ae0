"""From a photo to its hands: where they are, how they are turned, where their joints are.

One network finds hands and heads on the whole photo. Of each hand the sign reader says roughly how
it is turned and whether it can show anything at all; the landmark network, which costs more than
all else, then looks only at those that can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Profile
from netravision.core.logistic import logit, softmax
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands.landmarks import (
    HandLandmarks,
    LandmarkNetwork,
    another_hand,
    landmark_squares,
)
from netravision.detectors.hands.sign_reader import SignReader
from netravision.detectors.hands.signs import nothing_shown
from netravision.people import PeopleNetwork, find_people

__all__ = ["EFFORTS", "Effort", "HandDetection", "Hands", "distinct"]

Floats = NDArray[np.float32]


class Hands(NamedTuple):
    """N views of the hands of an image, in its pixels.

    A hand has one view, or two where the landmark network sees different fingers at different
    turns. The views of a hand follow each other.

    Attributes
    ----------
    hand : (N,) intp ndarray
        Number of the hand that each is a view of.
    boxes : (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` around palm and wrist, as the people network sees them.
    scores : (N,) float32 ndarray
        What that network thinks of them, in [0, 1].
    signs : (N, S) float32 ndarray
        Probability of each of :data:`netravision.detectors.hands.signs.SIGNS`, from the pixels.
    points : (N, 21, 3) float32 ndarray
        Landmarks x, y, and depth in the same unit.
    presence : (N,) float32 ndarray
        What the landmark network thinks of the view, in [0, 1].
    mirrored : HandLandmarks
        The same views as that network sees them in the mirror, put back on the image.
    heads : (M, 4) float32 ndarray
        Boxes of heads.
    """

    hand: NDArray[np.intp]
    boxes: Floats
    scores: Floats
    signs: Floats
    points: Floats
    presence: Floats
    mirrored: HandLandmarks
    heads: Floats

    def take(self, rows: NDArray[np.intp]) -> Hands:
        """Some of the views, in the order asked for.

        Parameters
        ----------
        rows : (K,) intp ndarray
            Numbers of views; one may be named more than once.

        Returns
        -------
        Hands
        """
        return Hands(
            self.hand[rows],
            self.boxes[rows],
            self.scores[rows],
            self.signs[rows],
            self.points[rows],
            self.presence[rows],
            self.mirrored.take(rows),
            self.heads,
        )


class Effort(NamedTuple):
    """How closely a profile looks.

    Attributes
    ----------
    areas : tuple of float
        For each look of the people network the number of pixels to which the image is resized,
        coarsest first. Areas and no sides, so that a tall page or a wide panorama is seen at the
        scale of an ordinary photo.
    turns : tuple of float
        Radians by which a hand is turned for other looks, if the first one is not sure.
    most_doubt : float
        The landmark network, which costs more than all else, is not asked about hands of which
        it is doubted more than this, in log-odds, that they show something.
    """

    areas: tuple[float, ...]
    turns: tuple[float, ...]
    most_doubt: float


# Two coarse looks at every image: one for hands that fill it, one that tells whether there are
# people at all.
_COARSE = (80e3, 310e3)

# On group photos of unseen sources, at looks of `balanced`, 15 and 29 boxes a photo have less doubt
# than 0.75 and 2, and of 314 right findings 288 and 314.
EFFORTS: dict[Profile, Effort] = {
    "fast": Effort((*_COARSE, 690e3), (), 0.75),
    "balanced": Effort((*_COARSE, 1100e3), (0.8, -0.8), 2.0),
    "thorough": Effort((*_COARSE, 1100e3, 2400e3), (0.0, 0.8, -0.8, 1.6, -1.6), 3.0),
}

# Lowest score of the people network. On group photos of unseen sources 0.96 of the shown hands
# score more, at 0.3 0.91; other boxes are twice as many.
_HAND_THRESHOLD = 0.22
# A hand is doubted by the log-odds that the sign reader gives to nothing, less so many times those
# of the people network. With once or twice as many, as many findings take 16 or 14 boxes a photo.
_TRUST = 1.5
# Probabilities nearer to 0 or 1 count as this near.
_MARGIN = 1e-4
# A hand that the sign reader takes for nothing with less than the last of these is seen at other
# turns, too, if its first presence lies between the others. Without the lower bound, looks at other
# turns are twice as many, and no more is found.
_HOPELESS, _SURE_PRESENCE, _TURNED_NOTHING = 0.02, 0.9, 0.5
# Views of a lower presence are none.
_LEAST_PRESENCE = 0.3
# One or two sure hands are seen from all sides, whatever the sign reader thinks of them: it knows
# few hands that hang upside down, and so few cost little.
_LONE_HANDS, _LONE_SCORE = 2, 0.4
# Radians. Eighths follow if one of the quarters, or the first look, had a presence of so much: of
# 78 sure boxes of ordinary photos and single hands 14 had not, no hand among them.
_QUARTERS, _EIGHTHS = (0.0, 1.6, -1.6, 3.14), (0.8, -0.8, 2.4, -2.4)
_LEAST_QUARTER = 0.03
# Landmarks farther apart than this share of the hand's size are another view of it.
_OTHER_VIEW, _MOST_VIEWS = 0.2, 2
# Side of the square around a hand, as a multiple of the longer side of its box.
_SQUARE = 1.9


class HandDetection:
    """Finds hands; holds the networks for it.

    Parameters
    ----------
    effort : Effort
    people : PeopleNetwork, optional
        The shipped one without.
    reader : SignReader, optional
        The shipped one without.
    """

    def __init__(
        self,
        effort: Effort,
        people: PeopleNetwork | None = None,
        reader: SignReader | None = None,
    ) -> None:
        self._effort = effort
        self._people = people or PeopleNetwork()
        self._reader = reader or SignReader()
        self._landmarks = LandmarkNetwork()

    def __call__(self, image: ImagePyramid) -> Hands:
        """Every hand of an upright (H, W, 3) RGB image that may show something.

        Parameters
        ----------
        image : ImagePyramid
        """
        people = find_people(self._people, image, self._effort.areas, _HAND_THRESHOLD)
        logits, rough = self._reader(image, people.hands[:, :4])
        signs = softmax(logits).astype(np.float32)
        nothing = nothing_shown(signs)
        lone = people.hands[:, 4] >= _LONE_SCORE
        lone &= lone.sum() <= _LONE_HANDS
        doubt = logit(nothing, _MARGIN) - _TRUST * logit(people.hands[:, 4], _MARGIN)
        able = np.flatnonzero((doubt < self._effort.most_doubt) | lone)
        boxes, nothing, lone = people.hands[able, :4], nothing[able], lone[able]
        hand, looks = self._looks(image, boxes, rough[able], nothing, lone)
        views = _views(hand, looks)
        # A second look, cut out around the first landmarks instead of the box, places them better.
        seen = self._landmarks(image, landmark_squares(looks.points[views]))
        there = np.flatnonzero(seen.presence >= _LEAST_PRESENCE)
        hand, seen = hand[views][there], seen.take(there)
        # The mirror image, cut out around these better ones, reads fingers better still.
        mirrored = self._landmarks(image, landmark_squares(seen.points), mirrored=True)
        return Hands(
            hand,
            boxes[hand],
            people.hands[able, 4][hand],
            signs[able][hand],
            *seen,
            mirrored,
            people.heads[:, :4],
        )

    def _looks(
        self,
        image: ImagePyramid,
        boxes: Floats,
        rough: Floats,
        nothing: Floats,
        lone: NDArray[np.bool_],
    ) -> tuple[NDArray[np.intp], HandLandmarks]:
        """Every first look at the hands in some boxes, and whose each is.

        All are seen at the turn that the sign reader names, unsure ones at others, too, and lone
        ones from all sides.
        """
        first = self._landmarks(image, landmark_squares(rough))
        unsure = (first.presence >= _HOPELESS) & (first.presence < _SURE_PRESENCE)
        unsure &= (nothing < _TURNED_NOTHING) & ~lone
        quarters = self._turned(image, boxes, lone, _QUARTERS)
        best = first.presence.copy()
        np.maximum.at(best, quarters[0], quarters[1].presence)
        looks = [
            (np.arange(len(boxes)), first),
            self._turned(image, boxes, unsure, self._effort.turns),
            quarters,
            self._turned(image, boxes, lone & (best >= _LEAST_QUARTER), _EIGHTHS),
        ]
        whose, seen = zip(*looks, strict=True)
        points, presence = (np.concatenate(values) for values in zip(*seen, strict=True))
        return np.concatenate(whose), HandLandmarks(points, presence)

    def _turned(
        self, image: ImagePyramid, boxes: Floats, chosen: NDArray[np.bool_], turns: Sequence[float]
    ) -> tuple[NDArray[np.intp], HandLandmarks]:
        """Looks at the chosen boxes at each of some turns, and whose each is."""
        whose = np.tile(np.flatnonzero(chosen), len(turns))
        corners = boxes[whose]
        center = (corners[:, :2] + corners[:, 2:]) / 2
        sides = _SQUARE * (corners[:, 2:] - corners[:, :2]).max(axis=1, initial=1e-3)
        squares = np.column_stack([center, sides, np.repeat(turns, int(chosen.sum()))])
        return whose, self._landmarks(image, squares.astype(np.float32))


def _views(hand: NDArray[np.intp], looks: HandLandmarks) -> NDArray[np.intp]:
    """Numbers of looks: of each hand the surest, and the next sure one that differs."""
    views: list[int] = []
    for number in np.unique(hand):
        of_hand = np.flatnonzero((hand == number) & (looks.presence >= _LEAST_PRESENCE))
        apart = distinct(looks.points[of_hand], looks.presence[of_hand], _OTHER_VIEW)
        views += of_hand[apart[:_MOST_VIEWS]].tolist()
    return np.array(views, np.intp)


def distinct(points: Floats, scores: NDArray[np.floating], apart: float) -> NDArray[np.intp]:
    """Numbers of the hands that are no second finding of a better one, best first.

    By landmarks, because the boxes of two clasped hands overlap as much as those of one hand
    found twice.

    Parameters
    ----------
    points : (N, 21, 2 or more) float32 ndarray
    scores : (N,) ndarray
    apart : float
        Landmarks are another hand's if they are farther away, on average, than this share of the
        larger hand's size.

    Returns
    -------
    (K,) intp ndarray
    """
    another = another_hand(points, points, apart)
    kept: list[int] = []
    for number in np.argsort(-scores, kind="stable"):
        if another[number, kept].all():
            kept.append(int(number))
    return np.array(kept, np.intp)
