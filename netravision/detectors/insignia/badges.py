"""Number badges: a digit or two alone on a plain circle, square or ballot card.

The plate is found first, because it is what makes a number a badge: a plain area of one color
with a simple outline that holds one or two marks and nothing else. Clocks, number plates, dates
and telephone numbers hold more, shirts and pages have no such outline. Only then is it asked
whether the marks are digits.
"""

from __future__ import annotations

import numpy as np

from netravision.arguments import Profile
from netravision.core.geometry import non_max_suppression
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.detectors.insignia.digits import DigitReader
from netravision.detectors.insignia.plates import find_plates
from netravision.evidence import BadgeEvidence
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

    def look(self, image: ImagePyramid) -> Detections:
        """Number badges of an image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.

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
        observations = _strongest_of_each_place(seen)
        found = findings_of(observations, self._watchlist, MIN_SCORE)
        return Detections(found, observations)


def _strongest_of_each_place(seen: list[Finding]) -> list[Finding]:
    boxes = np.array([badge.box for badge in seen], dtype=np.float64).reshape(-1, 4)
    # A plate cut off beside one of its two digits shows the other one alone, and as clearly.
    strengths = [
        badge.score + (len(badge.label) if badge.score >= MIN_SCORE else 0) for badge in seen
    ]
    kept = np.sort(non_max_suppression(boxes, strengths, _SAME_PLATE_IOU))
    return sorted((seen[row] for row in kept), key=lambda badge: -badge.score)
