"""From what a model sums up to a probability, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["logit", "sigmoid", "softmax"]

Floats = NDArray[np.floating[Any]]


def sigmoid(logits: ArrayLike) -> Floats:
    """Probability of each logit, ``1 / (1 + exp(-x))``.

    Parameters
    ----------
    logits : (...) array_like of float
        Any finite or infinite values.

    Returns
    -------
    (...) ndarray
        In [0, 1], in the precision of `logits`: float32 stays float32.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 2.0]).round(3).tolist()
    [0.0, 0.5, 0.881]
    """
    # Far below zero the exponential overflows to infinity, of which the inverse is the right 0.
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-np.asarray(logits))))


def logit(probabilities: ArrayLike, margin: float = 0.0) -> Floats:
    """Logarithm of the odds of each probability: inverse of :func:`sigmoid`.

    Parameters
    ----------
    probabilities : (...) array_like of float
        In [0, 1].
    margin : float
        Probabilities are first clipped to [margin, 1 - margin], so that a sure 0 or 1 does not
        outweigh everything else in a sum.

    Returns
    -------
    (...) ndarray
        In the precision of `probabilities`; infinite for 0 and 1 without a margin.

    Examples
    --------
    >>> logit([0.5, 0.9, 1.0], margin=0.01).round(3).tolist()
    [0.0, 2.197, 4.595]
    """
    clipped = np.clip(np.asarray(probabilities), margin, 1 - margin)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(clipped / (1 - clipped)))


def softmax(logits: ArrayLike) -> Floats:
    """Probability of each of several classes, ``exp(x) / sum(exp(x))``.

    Parameters
    ----------
    logits : (..., C) array_like of float
        Finite; one for each class.

    Returns
    -------
    (..., C) ndarray
        Each in [0, 1], together 1, in the precision of `logits`.

    Examples
    --------
    >>> softmax([[1000.0, 1000.0], [0.0, -1000.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    values = np.asarray(logits)
    # The largest of each row becomes 1: no exponential overflows.
    parts = np.exp(values - values.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))
