"""What the words beside a number say of it: a ballot, or a street, a date, a queue."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from netravision.core.box import Box, pair_gap
from netravision.detectors.insignia.phrases import Line

__all__ = ["Surroundings", "words_beside"]

#: Words begin with one of these; spaces between two of them may have got lost.
_BALLOT = [
    "nomorurut",
    "nourut",
    "coblos",
    "pilihlah",
    "pilihno",
    "pilihnomor",
    "paslon",
    "pasangancalon",
    "calonbupati",
    "calonwakil",
    "calongubernur",
    "calonwalikota",
    "cabup",
    "cagub",
    "cawali",
    "caleg",
    "menangkan",
    "dukung",
]
_ELSE = [
    "jalan",
    "blok",
    "gang",
    "lantai",
    "ruang",
    "kamar",
    "loket",
    "antrean",
    "antrian",
    "pukul",
    "halaman",
    "kelas",
    "kelompok",
    "peserta",
    "januari",
    "februari",
    "maret",
    "april",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
    "senin",
    "selasa",
    "rabu",
    "kamis",
    "jumat",
    "sabtu",
    "minggu",
]
#: Too short to begin other words with.
_WHOLE_BALLOT = frozenset(("pilih",))
_WHOLE_ELSE = frozenset(
    [
        "jl",
        "jln",
        "gg",
        "rt",
        "rw",
        "tps",
        "km",
        "kav",
        "wib",
        "wita",
        "wit",
        "hal",
        "mei",
        "juni",
        "juli",
    ]
)

#: Words count that are so near, in longer sides of the badge: of a ballot on the same poster, of
#: all else on the same plate or beside it, as posters name the day of the election, too.
_NEAR_BALLOT, _NEAR_ELSE = 1.5, 0.5


class Surroundings(NamedTuple):
    """Words beside a number.

    Attributes
    ----------
    text : str
        As they were read; empty where none tells.
    is_ballot : bool or None
        Whether they are of a ballot; None where none tells, or some do and some do not.
    """

    text: str
    is_ballot: bool | None


def words_beside(box: Box, lines: Sequence[Line]) -> Surroundings:
    """What stands beside a badge.

    Parameters
    ----------
    box : tuple of float
        ``(x0, y0, x1, y1)`` of the badge.
    lines : sequence of Line
        Of the same image.

    Returns
    -------
    Surroundings
    """
    side = max(box[2] - box[0], box[3] - box[1])
    gaps = [(line.text, pair_gap(box, line.box) / side) for line in lines]
    for_it = [t for t, gap in gaps if gap <= _NEAR_BALLOT and _has(t, _BALLOT, _WHOLE_BALLOT)]
    against = [t for t, gap in gaps if gap <= _NEAR_ELSE and _has(t, _ELSE, _WHOLE_ELSE)]
    if bool(for_it) == bool(against):
        return Surroundings("", None)
    return Surroundings(" ".join(for_it or against), bool(for_it))


def _has(text: str, beginnings: Sequence[str], whole: frozenset[str]) -> bool:
    plain = unicodedata.normalize("NFKD", text).casefold()
    words = re.findall("[a-z]+", plain)
    pairs = [first + second for first, second in itertools.pairwise(words)]
    return bool(whole & set(words)) or any(
        word.startswith(beginning) for word in (*words, *pairs) for beginning in beginnings
    )
