"""From measured agreement to a probability.

A logistic model, fitted by ``python benchmarks/emblems.py --fit`` on the shared provinces and
negatives; the tables of ``docs/emblems.md`` are measured crosswise, on provinces and negatives
that the fit has not seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.fitting import Fit

FEATURES = (
    "found",
    "edges",
    "light",
    "color",
    "parts",
    "weakest",
    "found_margin",
    "fit_margin",
    "gray",
)

# A mark with no rival enrolled still has these to beat: the median of the best among 17
# provinces on pictures that show none of them.
TYPICAL_FOUND = 0.40
TYPICAL_FIT = 0.45

_WEIGHTS = np.array([-0.281, 8.471, 2.109, 9.031, 13.864, 5.404, 9.141, 9.400, 4.492])
_INTERCEPT = -27.432


class Measured(NamedTuple):
    """All that the score of one place is made of.

    Attributes
    ----------
    found : float
        Similarity when sliding.
    fit : Fit
    rival_found, rival_fit : float
        The best other mark at the same place; never below what is typical.
    gray : bool
        The picture has no color to compare.
    """

    found: float
    fit: Fit
    rival_found: float
    rival_fit: float
    gray: bool

    def features(self) -> NDArray[np.float64]:
        """Numbers in the order of :data:`FEATURES`."""
        return np.array(
            [
                self.found,
                self.fit.edges,
                self.fit.light,
                0.0 if self.gray else self.fit.color,
                self.fit.parts,
                self.fit.weakest,
                self.found - max(self.rival_found, TYPICAL_FOUND),
                self.fit.similarity - max(self.rival_fit, TYPICAL_FIT),
                float(self.gray),
            ]
        )

    def score(self) -> float:
        """Probability that the place shows the mark."""
        return float(1 / (1 + np.exp(-(self.features() @ _WEIGHTS + _INTERCEPT))))
