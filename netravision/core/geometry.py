"""Many axis-aligned boxes at once: areas, overlaps, and which boxes belong together.

A box is ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``, in any unit. Functions named
``box_*`` compare every box of one array with every box of another;
:mod:`netravision.core.box` has the same for two boxes alone, in plain floats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "box_area",
    "box_intersection",
    "box_ios",
    "box_iou",
    "group_boxes",
    "non_max_suppression",
]

Floats = NDArray[np.float64]


def box_area(boxes: ArrayLike) -> Floats:
    """Area of each box.

    Parameters
    ----------
    boxes : (..., 4) array_like

    Returns
    -------
    (...) float64 ndarray
        In the square of the boxes' unit.

    Raises
    ------
    ValueError
        If the last axis is not 4 long.
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
        In the square of the boxes' unit; 0 where they only touch.

    Raises
    ------
    ValueError
        If the last axis of either is not 4 long.
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


def box_ios(first: ArrayLike, second: ArrayLike) -> Floats:
    """Intersection over the smaller area, of every box of one set with every box of another.

    Unlike intersection over union it is 1 for a small box within a large one.

    Parameters
    ----------
    first : (M, 4) array_like
    second : (N, 4) array_like

    Returns
    -------
    (M, N) float64 ndarray
        In [0, 1]; 0 where a box is empty.

    Raises
    ------
    ValueError
        If the last axis of either is not 4 long.

    Examples
    --------
    >>> box_ios([[0, 0, 4, 4]], [[1, 1, 2, 2], [3, 3, 5, 5]]).tolist()
    [[1.0, 0.25]]
    """
    shared = box_intersection(first, second)
    smaller = np.minimum(box_area(first)[:, None], box_area(second)[None])
    return np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)


def non_max_suppression(
    boxes: ArrayLike,
    scores: ArrayLike,
    iou_threshold: float,
    *,
    ios_threshold: float | None = None,
    most: int | None = None,
) -> NDArray[np.intp]:
    """Which boxes to keep so that none overlaps a stronger one.

    Greedy: the strongest box suppresses all that overlap it, then the strongest of the rest, and
    so on.

    Parameters
    ----------
    boxes : (N, 4) array_like
    scores : (N,) array_like
        Of equal scores the first counts as the stronger.
    iou_threshold : float
        Boxes of a larger intersection over union than this overlap.
    ios_threshold : float, optional
        So do boxes of a larger intersection over the smaller area than this.
    most : int, optional
        Stop at so many boxes.

    Returns
    -------
    (K,) intp ndarray
        Row numbers of the boxes kept, strongest first.

    Raises
    ------
    ValueError
        If there are not as many scores as boxes.

    Examples
    --------
    >>> boxes = [[0, 0, 9, 9], [1, 0, 10, 9], [20, 20, 29, 29], [2, 2, 4, 4]]
    >>> non_max_suppression(boxes, [0.7, 0.9, 0.8, 0.6], 0.5)
    array([1, 2, 3])
    >>> non_max_suppression(boxes, [0.7, 0.9, 0.8, 0.6], 0.5, ios_threshold=0.5)
    array([1, 2])
    """
    corners, strengths = _scored(boxes, scores)
    order = np.argsort(-strengths, kind="stable")
    kept: list[int] = []
    while len(order) and (most is None or len(kept) < most):
        best, order = order[:1], order[1:]
        kept.append(int(best[0]))
        apart = box_iou(corners[best], corners[order])[0] <= iou_threshold
        if ios_threshold is not None:
            apart &= box_ios(corners[best], corners[order])[0] <= ios_threshold
        order = order[apart]
    return np.array(kept, dtype=np.intp)


def group_boxes(boxes: ArrayLike, scores: ArrayLike, iou_threshold: float) -> NDArray[np.int64]:
    """Which boxes show the same thing: each with the strongest one that it overlaps.

    Greedy, as :func:`non_max_suppression` is; this says of the suppressed boxes by which one.

    Parameters
    ----------
    boxes : (N, 4) array_like
    scores : (N,) array_like
        Of equal scores the first counts as the stronger.
    iou_threshold : float
        Boxes of a larger intersection over union than this are the same.

    Returns
    -------
    (N,) int64 ndarray
        Row number of the strongest box of each box's group. ``numpy.unique`` of it are the boxes
        that :func:`non_max_suppression` keeps.

    Raises
    ------
    ValueError
        If there are not as many scores as boxes.

    Examples
    --------
    >>> boxes = [[0, 0, 9, 9], [1, 0, 10, 9], [20, 20, 29, 29]]
    >>> group_boxes(boxes, [0.7, 0.9, 0.8], iou_threshold=0.5)
    array([1, 1, 2])
    """
    corners, strengths = _scored(boxes, scores)
    same = box_iou(corners, corners) > iou_threshold
    strongest = np.full(len(corners), -1, dtype=np.int64)
    for row in np.argsort(-strengths, kind="stable"):
        if strongest[row] < 0:
            strongest[same[row] & (strongest < 0)] = row
            strongest[row] = row
    return strongest


def _boxes(boxes: ArrayLike) -> Floats:
    array = np.asarray(boxes, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != 4:
        raise ValueError(f"expected boxes of shape (..., 4), got {array.shape}")
    return array


def _scored(boxes: ArrayLike, scores: ArrayLike) -> tuple[Floats, Floats]:
    corners, strengths = _boxes(boxes), np.asarray(scores, dtype=np.float64)
    if strengths.shape != corners.shape[:1]:
        raise ValueError(
            f"expected a score for each of {len(corners)} boxes, got {strengths.shape}"
        )
    return corners, strengths
