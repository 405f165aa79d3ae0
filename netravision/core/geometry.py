"""Axis-aligned boxes: areas, overlaps, and which boxes belong together.

A box is ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``, in any unit. Functions named
``box_*`` compare every box of one array with every box of another. For two boxes alone, in plain
floats, there are :func:`area` and the functions named ``pair_*``: a NumPy call takes twenty times
as long, and many boxes are compared one by one until the first that overlaps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``.
Box = tuple[float, float, float, float]
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
    sides = np.maximum(high - low, 0)
    return np.asarray(sides[..., 0] * sides[..., 1])


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


def group_boxes(boxes: ArrayLike, scores: ArrayLike, overlap: float) -> NDArray[np.int64]:
    """Which boxes show the same thing: each with the strongest one that it overlaps.

    Greedy, as non-maximum suppression is: the strongest box gathers all that overlap it, then the
    strongest of the rest, and so on.

    Parameters
    ----------
    boxes : (N, 4) array_like
    scores : (N,) array_like
        Of equal scores the first counts as the stronger.
    overlap : float
        Boxes of a larger intersection over union than this are the same.

    Returns
    -------
    (N,) int64 ndarray
        Row number of the strongest box of each box's group. ``numpy.unique`` of it are the boxes
        that non-maximum suppression keeps.

    Raises
    ------
    ValueError
        If there are not as many scores as boxes.

    Examples
    --------
    >>> boxes = [[0, 0, 9, 9], [1, 0, 10, 9], [20, 20, 29, 29]]
    >>> group_boxes(boxes, [0.7, 0.9, 0.8], overlap=0.5)
    array([1, 1, 2])
    """
    corners, strengths = _boxes(boxes), np.asarray(scores, dtype=np.float64)
    if strengths.shape != corners.shape[:1]:
        raise ValueError(
            f"expected a score for each of {len(corners)} boxes, got {strengths.shape}"
        )
    same = box_iou(corners, corners) > overlap
    strongest = np.full(len(corners), -1, dtype=np.int64)
    for row in np.argsort(-strengths, kind="stable"):
        if strongest[row] < 0:
            strongest[same[row] & (strongest < 0)] = row
            strongest[row] = row
    return strongest


def area(box: Box) -> float:
    """Area of one box, in the square of its unit."""
    return (box[2] - box[0]) * (box[3] - box[1])


def pair_intersection(a: Box, b: Box) -> float:
    """Area that two boxes share; 0 where they only touch."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def pair_iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, in [0, 1]; 0 where both are empty.

    Examples
    --------
    >>> pair_iou((0, 0, 2, 2), (1, 0, 3, 2))
    0.3333333333333333
    """
    shared = pair_intersection(a, b)
    return shared / (area(a) + area(b) - shared) if shared else 0.0


def _boxes(boxes: ArrayLike) -> Floats:
    array = np.asarray(boxes, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != 4:
        raise ValueError(f"expected boxes of shape (..., 4), got {array.shape}")
    return array
