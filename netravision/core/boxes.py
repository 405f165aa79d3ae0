"""One pair of boxes at a time, in plain numbers.

:mod:`netravision.core.geometry` has the same for arrays; a call of NumPy for a single pair would
take twenty times as long, and many are compared one by one until the first that overlaps.
"""

from __future__ import annotations

#: ``(x0, y0, x1, y1)`` with ``x0 <= x1`` and ``y0 <= y1``.
Box = tuple[float, float, float, float]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, in [0, 1]; 0 where both are empty."""
    inner = shared(a, b)
    return inner / (area(a) + area(b) - inner) if inner else 0.0


def shared(a: Box, b: Box) -> float:
    """Area that both have."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def area(box: Box) -> float:
    """Width times height."""
    return (box[2] - box[0]) * (box[3] - box[1])
