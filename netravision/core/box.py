"""One box, and what two of them share, in plain floats.

:mod:`netravision.core.geometry` has the same for arrays. Records and candidates are read where
NumPy need not be loaded, and where boxes are compared one by one until the first that overlaps, a
NumPy call takes twenty times as long.
"""

from __future__ import annotations

__all__ = ["Box", "area", "pair_gap", "pair_intersection", "pair_ios", "pair_iou"]

#: ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``, in any unit.
Box = tuple[float, float, float, float]


def area(box: Box) -> float:
    """Area of one box.

    Parameters
    ----------
    box : Box

    Returns
    -------
    float
        In the square of the box's unit.
    """
    return (box[2] - box[0]) * (box[3] - box[1])


def pair_intersection(a: Box, b: Box) -> float:
    """Area that two boxes share.

    Parameters
    ----------
    a, b : Box

    Returns
    -------
    float
        In the square of the boxes' unit; 0 where they only touch.
    """
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def pair_iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes.

    Parameters
    ----------
    a, b : Box

    Returns
    -------
    float
        In [0, 1]; 0 where both are empty.

    Examples
    --------
    >>> pair_iou((0, 0, 2, 2), (1, 0, 3, 2))
    0.3333333333333333
    """
    shared = pair_intersection(a, b)
    return shared / (area(a) + area(b) - shared) if shared else 0.0


def pair_ios(a: Box, b: Box) -> float:
    """Intersection over the smaller area of two boxes.

    Parameters
    ----------
    a, b : Box

    Returns
    -------
    float
        In [0, 1]; 0 where a box is empty.

    Examples
    --------
    >>> pair_ios((0, 0, 4, 4), (1, 1, 2, 2))
    1.0
    """
    shared = pair_intersection(a, b)
    return shared / min(area(a), area(b)) if shared else 0.0


def pair_gap(a: Box, b: Box) -> float:
    """Free space between two boxes, along the axis that has more of it.

    Parameters
    ----------
    a, b : Box

    Returns
    -------
    float
        In the boxes' unit; 0 where they touch.

    Examples
    --------
    >>> pair_gap((0, 0, 2, 2), (5, 1, 6, 9))
    3.0
    """
    return float(max(0, max(a[0], b[0]) - min(a[2], b[2]), max(a[1], b[1]) - min(a[3], b[3])))
