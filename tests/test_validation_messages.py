"""Each mistake of a watchlist is a short line that names its key and what was expected."""

import time

import pytest

from netravision import Watchlist
from netravision.errors import WatchlistError

HEAD = 'schema = 1\nname = "Uji"\n'
ONE_COLOR = HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#ffffff"\n'


def told_of(text: str) -> str:
    with pytest.raises(WatchlistError) as caught:
        Watchlist.loads(text, ".")
    return str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    told = told_of(HEAD + '[[number]]\nvalue = -1\nlabel = "P"\n[[pose]]\nname = "x"')
    assert "number[1].value: expected a number of at least 0 (got -1)" in told
    assert "pose[1].name: expected one of 'fist', 'one'" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEAD}[[number]]\nlabel = 'x'\nvalue = 0x{'f' * 900_000}", "at most 99 (got a giant"),
        (f"{ONE_COLOR}tolerance = {'9' * 300_000}.5", "color[1].tolerance: expected a number"),
        (f"{ONE_COLOR}min_area = nan", "color[1].min_area: expected a number"),
        (HEAD + "".join(f"k{n} = 1\n" for n in range(50_000)), "and 49,980 more like these"),
        (f'{HEAD}"{"k" * 900_000}" = 1', "…: is not a known key"),
        (f'schema = 1\nname = "{"n" * 900_000}"', "name: expected at most 200 characters"),
        (f'{HEAD}[[pose]]\nname = "{"n" * 900_000}"', "pose[1].name: expected one of"),
        (
            f'{HEAD}[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["{"a/" * 300_000}"]',
            "emblem[1].images: no such picture: 'a/a/",
        ),
        (
            HEAD + '[[emblem]]\nid = "a"\nlabel = "A"\nimages = [' + '"a.png",' * 50_000 + "]",
            "emblem[1].images: expected at most 100 in the list",
        ),
    ],
)
def test_what_is_long_giant_or_many_is_a_short_error_at_once(text: str, expected: str) -> None:
    begin = time.process_time()
    told = told_of(text)
    assert time.process_time() - begin < 5
    assert expected in told
    assert len(told) < 3000
