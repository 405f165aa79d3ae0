"""Numbers of a list: plates alike in a line, as the points of a banner, an agenda, a team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netravision.core.box import Box
from netravision.evidence import PlateShape

__all__ = ["NumberedPlate", "is_listed"]

#: Plates of one list: their sides differ by less than this factor and are no more than so many
#: sides apart.
_ALIKE = 1.25
_APART = 8.0
#: Their middles lie off one line by less than this part of a side, and by this part of their
#: distance more, as banners hang and cameras are held askew by up to some 11°.
_IN_LINE = 0.35
_ASKEW = 0.2
#: So many different numbers make a list, and this many in order below each other, as the points
#: of a banner. Two beside each other may be two candidates.
_SEVERAL = 3
_IN_ORDER = 2


class NumberedPlate(NamedTuple):
    """A plate with one or two marks.

    Attributes
    ----------
    box : (x0, y0, x1, y1)
        Pixels of the image.
    shape : str
    number : int or None
        None where the marks could not be read.
    """

    box: Box
    shape: PlateShape
    number: int | None

    @property
    def middle(self) -> tuple[float, float]:
        """``(x, y)``, in pixels of the image."""
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def side(self) -> float:
        """The longer one, in pixels."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, y1 - y0)


def is_listed(plate: NumberedPlate, plates: Sequence[NumberedPlate]) -> bool:
    """Whether a plate is one of a list.

    Parameters
    ----------
    plate : NumberedPlate
        A read one.
    plates : sequence of NumberedPlate
        All of the image, each once; also unread ones, as a list of which some numbers cannot be
        read is still a list.

    Returns
    -------
    bool
        False where another plate of the line has the same number: a number shown again and again
        is no list.
    """
    column, row = [plate], [plate]
    x, y = plate.middle
    for other in plates:
        if other is plate or not _alike(plate, other):
            continue
        across, down = (
            abs(there - here) / plate.side for here, there in zip((x, y), other.middle, strict=True)
        )
        if down <= _APART and across < _IN_LINE + _ASKEW * down and down > across:
            column.append(other)
        elif across <= _APART and down < _IN_LINE + _ASKEW * across:
            row.append(other)
    return _lists(column, _in_order(column)) or _lists(row, in_order=False)


def _alike(one: NumberedPlate, other: NumberedPlate) -> bool:
    # A rounded square seen small passes for a circle; a card is wider than both.
    return (one.shape == "card") == (
        other.shape == "card"
    ) and 1 / _ALIKE < other.side / one.side < _ALIKE


def _in_order(column: Sequence[NumberedPlate]) -> bool:
    down = sorted(column, key=lambda plate: plate.middle[1])
    numbers = [plate.number for plate in down if plate.number is not None]
    return numbers == sorted(set(numbers)) and len(numbers) >= _IN_ORDER


def _lists(line: Sequence[NumberedPlate], in_order: bool) -> bool:
    numbers = [plate.number for plate in line if plate.number is not None]
    if len(set(numbers)) < len(numbers):
        return in_order
    return in_order or len(line) >= _SEVERAL
