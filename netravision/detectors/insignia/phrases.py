"""Phrases in what a text recogniser read, which makes mistakes and loses spaces.

Letters and digits that recognisers take for each other are one sign here, and so many mistakes pass
as the phrase is long; never one in a number, as "nomor 2" is not "nomor 3".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from netravision.core.box import Box

__all__ = ["Line", "Match", "find_phrase", "paragraphs"]

#: One mistake for so many letters: none in "menang", which is one off "senang", two in "lanjutkan
#: perubahan".
_LETTERS_A_MISTAKE = 7
#: Words that a phrase may have been torn into, beyond its own.
_TORN = 2
#: Below so many letters a phrase is looked for as whole words only: spaces get lost, but
#: "menang" is in "kemenangan".
_LONG = 10

#: Taken for each other: each is read as the last.
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b"})

#: Lines of one row: how far their middles and sizes differ, and the gap between them; and rows of
#: one paragraph. All as parts of the taller one's height.
_SAME_ROW, _GAP_IN_ROW, _SIZE = 0.5, 2.0, 2.2
_GAP_OF_ROWS, _SHIFTED = 1.2, 0.3

_NEVER = 1000


class Line(NamedTuple):
    """Some words as they were read.

    Attributes
    ----------
    text : str
    certainty : float
        Of the recogniser, in [0, 1].
    box : tuple of float
        ``(x0, y0, x1, y1)`` in pixels of the image.
    """

    text: str
    certainty: float
    box: Box


class Match(NamedTuple):
    """Where a phrase was read.

    Attributes
    ----------
    text : str
        What was read there.
    mistakes : int
        Letters in which it differs from the phrase.
    certainty : float
        Of the least certain line, in [0, 1].
    box : tuple of float
        ``(x0, y0, x1, y1)`` around the lines.
    """

    text: str
    mistakes: int
    certainty: float
    box: Box


def find_phrase(phrase: str, lines: Sequence[Sequence[Line]]) -> Match | None:
    """The best place of a phrase in some paragraphs, if it is in one.

    Parameters
    ----------
    phrase : str
        Case, signs and spaces do not matter.
    lines : sequence of sequences of Line
        As :func:`paragraphs` gives them.

    Returns
    -------
    Match or None
        With the fewest mistakes, the most certain of those.
    """
    found = [match for paragraph in lines for match in _in_paragraph(phrase, paragraph)]
    return min(found, key=lambda match: (match.mistakes, -match.certainty), default=None)


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that are read one after the other: side by side, and below each other.

    Parameters
    ----------
    lines : sequence of Line
        In any order.

    Returns
    -------
    list of lists of Line
        Every line in exactly one.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[0]):
        row = next((row for row in rows if _continues(row[-1], line)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    found: list[list[list[Line]]] = []
    for row in sorted(rows, key=lambda row: row[0].box[1]):
        above = next((rows for rows in found if _is_below(rows[-1], row)), None)
        if above is None:
            found.append([row])
        else:
            above.append(row)
    return [[line for row in rows for line in row] for rows in found]


def _continues(left: Line, right: Line) -> bool:
    height = max(_height(left.box), _height(right.box))
    middles = (left.box[1] + left.box[3]) / 2, (right.box[1] + right.box[3]) / 2
    gap = right.box[0] - left.box[2]
    return (
        _are_of_a_size(left.box, right.box)
        and abs(middles[0] - middles[1]) < _SAME_ROW * height
        and -height < gap < _GAP_IN_ROW * height
    )


def _is_below(upper: list[Line], lower: list[Line]) -> bool:
    above, below = _around(upper), _around(lower)
    height = max(_height(upper[0].box), _height(lower[0].box))
    shared = min(above[2], below[2]) - max(above[0], below[0])
    return (
        _are_of_a_size(upper[0].box, lower[0].box)
        and below[1] - above[3] < _GAP_OF_ROWS * height
        and shared > _SHIFTED * min(above[2] - above[0], below[2] - below[0])
    )


def _are_of_a_size(one: Box, other: Box) -> bool:
    return 1 / _SIZE < _height(one) / _height(other) < _SIZE


def _height(box: Box) -> float:
    return max(1.0, box[3] - box[1])


def _around(lines: Sequence[Line]) -> Box:
    x0, y0, x1, y1 = zip(*(line.box for line in lines), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _in_paragraph(phrase: str, paragraph: Sequence[Line]) -> list[Match]:
    sought = _plain(phrase)
    if not sought:
        return []
    words = [(word, line) for line in paragraph for word in line.text.split() if _plain(word)]
    allowed = len(sought) // _LETTERS_A_MISTAKE
    most = len(phrase.split()) + _TORN
    found = []
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + most) + 1):
            read = "".join(_plain(word) for word, _line in words[start:end])
            inside = end == start + 1 and len(sought) >= _LONG
            if len(read) > len(sought) + allowed and not inside:
                break
            mistakes = _mistakes(sought, read, inside=inside)
            if mistakes <= allowed:
                lines = list(dict.fromkeys(line for _word, line in words[start:end]))
                text = " ".join(word for word, _line in words[start:end])
                certainty = min(line.certainty for line in lines)
                found.append(Match(text, mistakes, certainty, _around(lines)))
    return found


def _plain(text: str) -> str:
    """Letters and digits alone, small, without accents."""
    signs = unicodedata.normalize("NFKD", text.replace("|", "l")).casefold()
    return "".join(sign for sign in signs if sign.isalnum())


def _mistakes(phrase: str, read: str, *, inside: bool) -> int:
    """Letters to change, add or leave out, none of a number; ``inside`` what was read or all."""
    numbers = [sign.isdecimal() for sign in phrase]

    def added(row: int, column: int) -> int:
        """What a sign of the text costs that is not in the phrase, before one sign of that."""
        beside_number = any(numbers[max(0, row - 1) : row + 1])
        return _NEVER if beside_number and read[column].isdecimal() else 1

    def begun_or_ended(row: int, column: int) -> int:
        """What it costs to leave out all that is read before a column, or from it on."""
        edge = column - 1 if row == 0 else column
        return added(row, edge) - 1 if inside and 0 <= edge < len(read) else 0

    ours, theirs = phrase.translate(_ALIKE), read.translate(_ALIKE)
    costs = [0]
    for column in range(len(read)):
        costs.append(begun_or_ended(0, column + 1) if inside else costs[-1] + added(0, column))
    for row, sign in enumerate(ours):
        other = _NEVER if numbers[row] else 1
        former, costs = costs, [costs[0] + other]
        for column, their in enumerate(theirs):
            costs.append(
                min(
                    former[column] + (0 if sign == their else other),
                    former[column + 1] + other,
                    costs[column] + added(row + 1, column),
                )
            )
    if not inside:
        return costs[-1]
    return min(cost + begun_or_ended(len(phrase), end) for end, cost in enumerate(costs))
