"""Number badges: a digit or two alone on a plain circle, square or ballot card.

The plate is found first, because it is what makes a number a badge: a plain area of one color
with a simple outline that holds one or two marks and nothing else. Clocks, number plates, dates
and telephone numbers hold more, shirts and pages have no such outline. Only then is it asked
whether the marks are digits. Several alike in a line number a list, an agenda or a team.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netravision.arguments import Profile
from netravision.core.geometry import non_max_suppression
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.detectors.insignia.digits import DigitReader
from netravision.detectors.insignia.phrases import Line
from netravision.detectors.insignia.plates import find_plates
from netravision.detectors.insignia.surroundings import words_beside
from netravision.evidence import BadgeEvidence, PlateShape
from netravision.finding import Finding
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

#: Plates of one list: their sides differ by less than this factor, their middles lie off one line
#: by less than this part of a side, and they are no more than so many sides apart.
_ALIKE = 1.25
_IN_LINE = 0.35
_APART = 8.0
#: Different numbers that make a list: below each other in order, as the points of a banner, or
#: beside each other, as a team's jerseys. Two beside each other may be two candidates.
_IN_COLUMN = 2
_IN_ROW = 3
#: What is in a list, or beside words of a street or a date, is observed, and no finding.
_MAX_LISTED_SCORE = 0.25
#: Of the doubt, beside words of a ballot.
_DOUBT_LEFT = 0.5


class Badges:
    """Finds the numbers of a watchlist as printed badges.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
        Decides how small a badge is looked for: :data:`LONG_SIDE`.
    """

    def __init__(self, watchlist: Watchlist, profile: Profile) -> None:
        self._watchlist = watchlist
        self._long_side = LONG_SIDE[profile]
        self._reader = DigitReader.shipped()

    def look(self, image: ImagePyramid, lines: Sequence[Line] = ()) -> Detections:
        """Number badges of an image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        lines : sequence of Line
            Words read in it, which speak for or against a badge beside them.

        Returns
        -------
        Detections
        """
        seen: list[Finding] = []
        for plate in find_plates(image.pixels, self._long_side):
            digits, chance = self._reader.read(plate.glyphs)
            score = min(chance, _MAX_SCORE)
            if score >= MIN_OBSERVED_SCORE:
                evidence = BadgeEvidence(
                    digits=digits, shape=plate.shape, contrast=round(plate.contrast, 1)
                )
                seen.append(Finding("insignia", None, digits, score, plate.box, evidence))
        observations = _listed_last([_read_on(b, lines) for b in _strongest_of_each_place(seen)])
        found = findings_of(observations, self._watchlist, MIN_SCORE)
        return Detections(found, observations)


def _read_on(badge: Finding, lines: Sequence[Line]) -> Finding:
    """A badge with what the words beside it make of it."""
    assert badge.box is not None
    beside = words_beside(badge.box, lines)
    if beside.is_ballot is None:
        return badge
    score = (
        min(_MAX_SCORE, 1 - _DOUBT_LEFT * (1 - badge.score))
        if beside.is_ballot
        else min(badge.score, _MAX_LISTED_SCORE)
    )
    assert isinstance(badge.evidence, BadgeEvidence)
    evidence = replace(badge.evidence, beside=beside.text, ballot=beside.is_ballot)
    return replace(badge, score=score, evidence=evidence)


def _listed_last(seen: list[Finding]) -> list[Finding]:
    """The badges, strongest first, those of a list with a lower score."""
    listed = [
        replace(badge, score=min(badge.score, _MAX_LISTED_SCORE))
        if _is_listed(badge, seen)
        else badge
        for badge in seen
    ]
    return sorted(listed, key=lambda badge: -badge.score)


def _is_listed(badge: Finding, seen: list[Finding]) -> bool:
    x, y, side, shape = _place(badge)
    column, row = [(y, int(badge.label))], {badge.label}
    for other in seen:
        other_x, other_y, other_side, other_shape = _place(other)
        across, down = abs(x - other_x) / side, abs(y - other_y) / side
        if (
            other.label == badge.label
            or other_shape != shape
            or not 1 / _ALIKE < other_side / side < _ALIKE
            or max(across, down) > _APART
        ):
            continue
        if across < _IN_LINE:
            column.append((other_y, int(other.label)))
        elif down < _IN_LINE:
            row.add(other.label)
    numbers = [number for _y, number in sorted(column)]
    in_order = numbers == sorted(set(numbers))
    return (in_order and len(numbers) >= _IN_COLUMN) or len(row) >= _IN_ROW


def _place(badge: Finding) -> tuple[float, float, float, PlateShape]:
    """Middle, longer side and shape of a badge."""
    assert badge.box is not None
    assert isinstance(badge.evidence, BadgeEvidence)
    x0, y0, x1, y1 = badge.box
    return (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0), badge.evidence.shape


def _strongest_of_each_place(seen: list[Finding]) -> list[Finding]:
    boxes = np.array([badge.box for badge in seen], dtype=np.float64).reshape(-1, 4)
    # A plate cut off beside one of its two digits shows the other one alone, and as clearly.
    strengths = [
        badge.score + (len(badge.label) if badge.score >= MIN_SCORE else 0) for badge in seen
    ]
    kept = np.sort(non_max_suppression(boxes, strengths, _SAME_PLATE_IOU))
    return sorted((seen[row] for row in kept), key=lambda badge: -badge.score)
