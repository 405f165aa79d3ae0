"""Number badges: a digit or two alone on a plain circle, square or ballot card.

The plate is found first, because it is what makes a number a badge: a plain area of one color
with a simple outline that holds one or two marks and nothing else. Clocks, number plates, dates
and telephone numbers hold more, shirts and pages have no such outline. Only then is it asked
whether the marks are digits. Several alike in a line number a list, an agenda or a team.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Profile
from netravision.core.box import pair_gap
from netravision.core.geometry import non_max_suppression
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.detectors.insignia.digits import DigitReader
from netravision.detectors.insignia.number_lists import NumberedPlate, is_listed
from netravision.detectors.insignia.phrases import Line
from netravision.detectors.insignia.plates import Plate, find_plates
from netravision.detectors.insignia.surroundings import words_beside
from netravision.detectors.insignia.torsos import find_heads
from netravision.evidence import BadgeEvidence
from netravision.finding import Finding
from netravision.people import PeopleNetwork
from netravision.watchlist import Watchlist

__all__ = ["LONG_SIDE", "MIN_OBSERVED_SCORE", "MIN_SCORE", "Badges"]

#: Long side at which plates are looked for; halving it doubles the smallest badge.
LONG_SIDE = {"fast": 480, "balanced": 800, "thorough": 1280}

#: Of the network's word for all digits at once. On 806 real images without a badge, 116 of which
#: have a plate with a mark or two, it was sure of a digit to 0.27 at most; on nine in ten drawn
#: badges to more than 0.8.
MIN_SCORE = 0.5
#: A house number on a round plate looks the same; no badge is certain.
_MAX_SCORE = 0.95
MIN_OBSERVED_SCORE = 0.05

#: Plates that overlap this much are one plate cut out twice.
_SAME_PLATE_IOU = 0.3

#: What is in a list, or beside words of a street or a date, is observed, and no finding.
_MAX_LISTED_SCORE = 0.25
#: Of the doubt, beside words of a ballot.
_DOUBT_LEFT = 0.5

#: A card alone is a house's, a room's or a table's number more often than a candidate's: it is
#: observed, unless it is printed as on a ballot, black on white. Beside people, or with something
#: else of a campaign in the image, it counts as any other plate.
_MAX_LONE_SCORE = {False: 0.4, True: 0.6}
#: Heads belong to a card that are no further from it than this multiple of their own side, and not
#: as small beside it as people before a house: on two ballots they are a third of the card.
_NEAR_HEAD = 1.5
_MIN_HEAD_SIDE = 0.2


class Badges:
    """Finds the numbers of a watchlist as printed badges.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
        Decides how small a badge is looked for: :data:`LONG_SIDE`.
    people : PeopleNetwork, optional
        To be shared with who else looks for people in the same images.
    """

    def __init__(
        self, watchlist: Watchlist, profile: Profile, people: PeopleNetwork | None = None
    ) -> None:
        self._watchlist = watchlist
        self._long_side = LONG_SIDE[profile]
        self._reader = DigitReader.shipped()
        self._people = people or PeopleNetwork()

    def look(
        self, image: ImagePyramid, lines: Sequence[Line] = (), *, beside_others: bool = False
    ) -> Detections:
        """Number badges of an image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        lines : sequence of Line
            Words read in it, which speak for or against a badge beside them.
        beside_others : bool
            Something else of a campaign was found in the image. A card alone is only observed
            without it.

        Returns
        -------
        Detections
        """
        read = _strongest_of_each_place(
            [
                _Read(plate, *self._reader.read(plate.glyphs))
                for plate in find_plates(image.pixels, self._long_side)
            ]
        )
        places = [each.place for each in read]
        heads: NDArray[np.float32] | None = None
        observations = []
        for each, place in zip(read, places, strict=True):
            if each.chance < MIN_OBSERVED_SCORE:
                continue
            beside = words_beside(each.plate.box, lines)
            score, beside_it = min(each.chance, _MAX_SCORE), None
            if beside.is_ballot:
                score = min(_MAX_SCORE, 1 - _DOUBT_LEFT * (1 - score))
            elif beside.is_ballot is False:
                score = min(score, _MAX_LISTED_SCORE)
            elif each.plate.shape == "card" and score >= MIN_SCORE and not beside_others:
                # A search for people takes longer than all of this; few images have a card.
                heads = find_heads(self._people, image) if heads is None else heads
                beside_it = _heads_beside(place, heads)
                if not beside_it:
                    score = min(score, _MAX_LONE_SCORE[each.plate.black_on_white])
            if is_listed(place, places):
                score = min(score, _MAX_LISTED_SCORE)
            evidence = BadgeEvidence(
                digits=each.digits,
                shape=each.plate.shape,
                contrast=round(each.plate.contrast, 1),
                beside=beside.text,
                ballot=beside.is_ballot,
                heads=beside_it,
            )
            observations.append(
                Finding("insignia", None, each.digits, score, each.plate.box, evidence)
            )
        observations.sort(key=lambda badge: -badge.score)
        return Detections(findings_of(observations, self._watchlist, MIN_SCORE), observations)


class _Read(NamedTuple):
    """A plate with what is read on it, and the probability that this is right."""

    plate: Plate
    digits: str
    chance: float

    @property
    def place(self) -> NumberedPlate:
        # Nothing is numbered 0: it is a 1 of old-style figures, or a ring.
        number = int(self.digits) if self.chance >= MIN_OBSERVED_SCORE else 0
        return NumberedPlate(self.plate.box, self.plate.shape, number or None)


def _heads_beside(card: NumberedPlate, heads: NDArray[np.float32]) -> int:
    """How many heads belong to a card: on the same banner, above it on a shirt or below a cap."""
    count = 0
    for head in heads.tolist():
        side = max(head[2] - head[0], head[3] - head[1])
        gap = pair_gap(card.box, (head[0], head[1], head[2], head[3]))
        count += side >= _MIN_HEAD_SIDE * card.side and gap <= _NEAR_HEAD * side
    return count


def _strongest_of_each_place(seen: list[_Read]) -> list[_Read]:
    boxes = np.array([each.plate.box for each in seen], dtype=np.float64).reshape(-1, 4)
    # A plate cut off beside one of its two digits shows the other one alone, and as clearly.
    strengths = [
        each.chance + (len(each.digits) if each.chance >= MIN_SCORE else 0) for each in seen
    ]
    kept = np.sort(non_max_suppression(boxes, strengths, _SAME_PLATE_IOU))
    return [seen[row] for row in kept]
