"""From measured agreement to a probability.

A logistic model, fitted by ``python benchmarks/emblems.py --fit`` on the shared
provinces and negatives; the tables of ``docs/emblems.md`` are measured crosswise, on provinces
and negatives that the fit has not seen. A wrong name counts twice in the fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.templates.alignment import Alignment

FEATURES = (
    "edges",
    "light",
    "color",
    "parts",
    "weakest",
    "core_edges",
    "core_color",
    "found_margin",
    "fit_margin",
    "gray",
    "hue",
    "cast",
)

# A mark with no rival enrolled still has these to beat: the median of the best among 17
# provinces on pictures that show none of them.
TYPICAL_FOUND = 0.40
TYPICAL_FIT = 0.45

_WEIGHTS = np.array(
    [-1.675, 3.596, 1.279, 11.718, 4.517, 9.001, 4.909, 8.092, 6.618, 3.595, 1.423, -7.947]
)
_INTERCEPT = -19.317

# A mark of which less lies within the picture has too little to show: a crest whose rim alone
# reached into the picture scored 0.95. A mark cropped to 80 % of both sides keeps 0.64.
_MIN_VISIBLE = 0.55


class Measured(NamedTuple):
    """All that the score of one place is made of.

    Attributes
    ----------
    found : float
        Similarity when sliding.
    fit : Alignment
    rival_found, rival_fit : float
        The best other mark at the same place; never below what is typical.
    gray : bool
        The picture has no color to compare.
    """

    found: float
    fit: Alignment
    rival_found: float
    rival_fit: float
    gray: bool

    @property
    def presentable(self) -> bool:
        """Whether enough of the mark lies within the picture."""
        return self.fit.agreement.visible >= _MIN_VISIBLE

    def features(self) -> NDArray[np.float64]:
        """Numbers in the order of :data:`FEATURES`."""
        whole = self.fit.agreement
        return np.array(
            [
                whole.edges,
                whole.light,
                0.0 if self.gray else whole.color,
                whole.parts,
                whole.weakest,
                whole.core_edges,
                0.0 if self.gray else whole.core_color,
                self.found - max(self.rival_found, TYPICAL_FOUND),
                self.fit.similarity - max(self.rival_fit, TYPICAL_FIT),
                float(self.gray),
                0.0 if self.gray else whole.hue,
                0.0 if self.gray else whole.cast,
            ]
        )

    def score(self) -> float:
        """Probability that a presentable place shows the mark."""
        return float(1 / (1 + np.exp(-(self.features() @ _WEIGHTS + _INTERCEPT))))
