"""Boxes: how much they overlap, and which belong together.

A box is ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``, in any unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def box_area(boxes: ArrayLike) -> Floats:
    """Area of each box.

    Parameters
    ----------
    boxes : (..., 4) array_like

    Returns
    -------
    (...) float64 ndarray
    """
    values = _boxes(boxes)
    return (values[..., 2] - values[..., 0]) * (values[..., 3] - values[..., 1])


def box_intersection(first: ArrayLike, second: ArrayLike) -> Floats:
    """Area that every box of one set shares with every box of another.

    Parameters
    ----------
    first : (M, 4) array_like
    second : (N, 4) array_like

    Returns
    -------
    (M, N) float64 ndarray
    """
    a, b = _boxes(first)[:, None], _boxes(second)[None]
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., 2:], b[..., 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(axis=-1), dtype=np.float64)


def box_iou(first: ArrayLike, second: ArrayLike) -> Floats:
    """Intersection over union of every box of one set with every box of another.

    Parameters
    ----------
    first : (M, 4) array_like
    second : (N, 4) array_like

    Returns
    -------
    (M, N) float64 ndarray
        In [0, 1]; 0 where both boxes are empty.

    Raises
    ------
    ValueError
        If the last axis of either is not 4 long.

    Examples
    --------
    >>> box_iou([[0, 0, 2, 2]], [[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]]).round(3).tolist()
    [[1.0, 0.333, 0.0]]
    """
    shared = box_intersection(first, second)
    union = box_area(first)[:, None] + box_area(second)[None] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def _boxes(boxes: ArrayLike) -> Floats:
    array = np.asarray(boxes, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != 4:
        raise ValueError(f"expected boxes of shape (..., 4), got {array.shape}")
    return array
