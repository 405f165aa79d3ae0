"""From measured similarity to a probability.

A logistic model, fitted by ``python benchmarks/emblems.py --fit`` on the shared provinces and
negatives; the tables of ``docs/emblems.md`` are cross-validated. A misidentification counts
twice in the fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netravision.core.logistic import sigmoid
from netravision.matching.templates.similarity import Similarity

__all__ = ["FEATURES", "match_features", "score"]

#: What a score is made of, in order.
FEATURES = (
    "edges",
    "light",
    "color",
    "parts",
    "weakest",
    "core_edges",
    "core_color",
    "shortlist_margin",
    "aligned_margin",
    "gray",
    "hue",
    "cast",
)

# What a mark has to beat where no rival is enrolled: the median of the best among 17 provinces on
# images that show none of them.
_TYPICAL_SHORTLISTED = 0.40
_TYPICAL_ALIGNED = 0.45

_WEIGHTS = np.array(
    [-1.675, 3.596, 1.279, 11.718, 4.517, 9.001, 4.909, 8.092, 6.618, 3.595, 1.423, -7.947]
)
_INTERCEPT = -19.317


def match_features(
    similarity: Similarity,
    shortlisted: float,
    *,
    rival_shortlisted: float,
    rival_aligned: float,
    gray: bool,
) -> NDArray[np.float64]:
    """What the score of one place is made of.

    Parameters
    ----------
    similarity : Similarity
        Once aligned.
    shortlisted : float
        Similarity on the shortlist.
    rival_shortlisted, rival_aligned : float
        The best other mark at the same place, on the shortlist and once aligned; 0 for none.
    gray : bool
        The image has no color to compare.

    Returns
    -------
    (12,) float64 ndarray
        In the order of :data:`FEATURES`.
    """
    return np.array(
        [
            similarity.edges,
            similarity.light,
            0.0 if gray else similarity.color,
            similarity.parts,
            similarity.weakest,
            similarity.core_edges,
            0.0 if gray else similarity.core_color,
            shortlisted - max(rival_shortlisted, _TYPICAL_SHORTLISTED),
            similarity.overall - max(rival_aligned, _TYPICAL_ALIGNED),
            float(gray),
            0.0 if gray else similarity.hue,
            0.0 if gray else similarity.cast,
        ]
    )


def score(features: NDArray[np.float64]) -> float:
    """Probability, 0 to 1, that a place shows the mark, from its :func:`match_features`.

    Parameters
    ----------
    features : (F,) float64 ndarray

    Returns
    -------
    float
    """
    return float(sigmoid(features @ _WEIGHTS + _INTERCEPT))
