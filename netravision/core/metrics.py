"""Evaluation metrics: shares with their uncertainty, counts for curves, and calibration."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Z_95",
    "Reliability",
    "ThresholdCounts",
    "counts_at_thresholds",
    "reliability",
    "wilson_interval",
]

#: Half a 95 % interval of the normal distribution, in standard deviations.
Z_95 = 1.959963984540054


def wilson_interval(hits: ArrayLike, trials: ArrayLike, z: float = Z_95) -> NDArray[np.float64]:
    """Interval in which a share lies, known from a few trials.

    Unlike the textbook's normal interval it stays within [0, 1] and says something where all
    trials agree: 10 of 10 leaves [0.72, 1].

    Parameters
    ----------
    hits, trials : (...) array of int
        0 <= hits <= trials.
    z : float
        Half the width in standard deviations; the default is for 95 %.

    Returns
    -------
    (..., 2) float64 ndarray
        Lower and upper end; NaN where there are no trials.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22 (158), 1927.

    Examples
    --------
    >>> wilson_interval(10, 10).round(2).tolist()
    [0.72, 1.0]
    """
    hits, trials = np.broadcast_arrays(np.asarray(hits, np.float64), np.asarray(trials, np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / trials
        middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
        half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
        half /= 1 + z * z / trials
    # Rounding must not leave an end a hair outside of what it encloses.
    ends = np.stack([np.minimum(middle - half, share), np.maximum(middle + half, share)], axis=-1)
    return np.asarray(np.clip(ends, 0.0, 1.0), np.float64)


class ThresholdCounts(NamedTuple):
    """What is found at each of T thresholds.

    Attributes
    ----------
    thresholds : (T,) float64 ndarray
    found : (T,) int64 ndarray
        Scores at or above the threshold.
    correct : (T,) int64 ndarray
        Those of them that are correct.
    """

    thresholds: NDArray[np.float64]
    found: NDArray[np.int64]
    correct: NDArray[np.int64]


def counts_at_thresholds(
    scores: ArrayLike, correct: ArrayLike, thresholds: ArrayLike | None = None
) -> ThresholdCounts:
    """Count what has at least a certain score, and how much of it is correct.

    Precision is ``correct / found``, recall ``correct`` divided by all there is to find.

    Parameters
    ----------
    scores : (N,) array of float
    correct : (N,) array of bool
    thresholds : (T,) array of float, optional
        Otherwise every score that occurs, highest first.

    Returns
    -------
    ThresholdCounts
    """
    scores, correct = np.asarray(scores, np.float64), np.asarray(correct, bool)
    at = np.asarray(np.unique(scores)[::-1] if thresholds is None else thresholds, np.float64)
    ascending = np.sort(scores)
    ascending_correct = np.sort(scores[correct])
    return ThresholdCounts(
        at,
        len(ascending) - np.searchsorted(ascending, at),
        len(ascending_correct) - np.searchsorted(ascending_correct, at),
    )


class Reliability(NamedTuple):
    """Scores in B bins beside what came of them.

    Attributes
    ----------
    edges : (B + 1,) float64 ndarray
    found, correct : (B,) int64 ndarray
    mean_score : (B,) float64 ndarray
        NaN for an empty bin.
    """

    edges: NDArray[np.float64]
    found: NDArray[np.int64]
    correct: NDArray[np.int64]
    mean_score: NDArray[np.float64]

    @property
    def expected_calibration_error(self) -> float:
        """Expected calibration error in [0, 1]; how far scores and share correct differ, by count.

        NaN without any score. 0 means that of findings near 0.9 nine in ten are correct.

        References
        ----------
        C. Guo et al., "On calibration of modern neural networks", ICML 2017, eq. 3.
        """
        if not self.found.any():
            return float("nan")
        filled = self.found > 0
        gap = np.abs(self.correct[filled] / self.found[filled] - self.mean_score[filled])
        return float(np.average(gap, weights=self.found[filled]))


def reliability(scores: ArrayLike, correct: ArrayLike, bins: int = 10) -> Reliability:
    """Sort scores into bins of equal width over [0, 1], to compare them with what is correct.

    Parameters
    ----------
    scores : (N,) array of float
        In [0, 1]; a score on an edge belongs to the bin above, 1 to the last.
    correct : (N,) array of bool
    bins : int
        B, at least 1.

    Returns
    -------
    Reliability
    """
    scores, correct = np.asarray(scores, np.float64), np.asarray(correct, bool)
    edges = np.linspace(0, 1, bins + 1)
    number = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, bins - 1)
    found = np.bincount(number, minlength=bins)
    total = np.bincount(number, weights=scores, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = total / found
    return Reliability(edges, found, np.bincount(number[correct], minlength=bins), mean)
