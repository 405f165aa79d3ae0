"""One pair of boxes at a time, in plain numbers.

``core.geometry`` has the same for arrays; a call of NumPy for a single pair would take twenty
times as long, and candidates are compared one by one until the first that overlaps.
"""

from __future__ import annotations

from netravision.result import Box


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, in [0, 1]."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    inner = width * height
    return inner / (area(a) + area(b) - inner)


def area(box: Box) -> float:
    """Width times height."""
    return (box[2] - box[0]) * (box[3] - box[1])
