"""Searches are numbered by what they ask, and answers outlive those that ask for the same."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from netravision.finding import Finding
from netravision.result import Photo, Result
from netravision.run.appearance import Appearance
from netravision.run.store import Store
from tests import made_evidence

SHA = "ab" * 32
THEN = {"emblem": "e1", "hands": "h1", "insignia": None}
NOW = {"emblem": "e1", "hands": "h2", "insignia": "i1"}
TWO = Finding("hands", "number-2", "two", 0.97, (1.0, 2.0, 3.0, 4.0), made_evidence.HAND)
THREE = Finding("hands", "number-3", "three", 0.9, (5.0, 2.0, 9.0, 4.0), made_evidence.HAND)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "run.sqlite", create=True)) as store:
        yield store


def test_the_same_search_has_one_number(store: Store) -> None:
    then = store.searches.begin(THEN)
    assert store.searches.begin(NOW) != then
    assert store.searches.begin(dict(reversed(THEN.items()))) == then
    assert store.searches.all()[then] == THEN


def test_answers_to_what_is_still_asked_are_kept(store: Store) -> None:
    then = store.searches.begin(THEN)
    file = Path("/foto/1.jpg")
    store.add(
        Appearance(file, "1.jpg", None, "post", False, None, None, 10, 20, SHA),
        Result(Photo(None, SHA, 120, 80), None, (TWO, THREE)),
        search=then,
    )
    assert store.searches.count_appearances() == {then: 1}
    store.searches.keep_answers(NOW, ["number-2"])
    (result,) = store.results()
    assert result.findings == (TWO,)
    ((number, appearances),) = store.searches.count_appearances().items()
    assert appearances == 1
    assert store.searches.all()[number] == {"emblem": "e1", "hands": None, "insignia": None}
