"""What detectors share: which observations are findings, and the photos shipped as examples."""

import math
from dataclasses import replace

import numpy as np
import pytest

from netravision.detectors.base import findings_of, shipped_example
from netravision.errors import PhotoError
from netravision.finding import Finding
from netravision.watchlist import Number, PoseRule, Watchlist
from tests.made_evidence import BADGE, EMBLEM, HAND

WATCHLIST = Watchlist(
    version=1,
    name="Uji",
    numbers=(Number(value=2, label="Dua"),),
    poses=(PoseRule(name="thumb_up"),),
)

NO_NUMBER = replace(HAND, number=None)

TWO = Finding("hands", None, "two", 0.8, (1, 2, 3, 4), HAND)
THUMB = Finding("hands", None, "thumb_up", 0.5, (5, 2, 9, 4), NO_NUMBER)
FIST = Finding("hands", None, "fist", 0.9, (5, 2, 9, 4), NO_NUMBER)
BADGE_OF_TWO = Finding("insignia", None, "2", 0.6, (0, 0, 9, 9), BADGE)


@pytest.mark.parametrize(
    ("observations", "threshold", "expected"),
    [
        ([], 0.5, []),
        ([FIST], 0.0, []),  # no rule asks for it
        ([TWO, THUMB, FIST], 0.5, [(TWO, "number-2"), (THUMB, "pose-thumb_up")]),
        ([THUMB, BADGE_OF_TWO], 0.5, [(THUMB, "pose-thumb_up"), (BADGE_OF_TWO, "number-2")]),
        ([TWO], 0.8, [(TWO, "number-2")]),  # the threshold itself is enough
        ([TWO], math.nextafter(0.8, 1), []),
    ],
)
def test_observations_that_a_rule_asks_for_are_findings(
    observations: list[Finding], threshold: float, expected: list[tuple[Finding, str]]
) -> None:
    before = list(observations)
    found = findings_of(observations, WATCHLIST, threshold)
    assert found == [replace(seen, rule=rule) for seen, rule in expected]
    assert observations == before


def test_the_kind_of_the_photo_decides_about_an_emblem(fixtures_dir) -> None:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    present = replace(EMBLEM, wear="present")
    seen = Finding("emblem", None, "arunika", 0.9, None, present)
    assert findings_of([seen], watchlist, 0.5, "post") == []
    assert [each.rule for each in findings_of([seen], watchlist, 0.5, "avatar")] == [
        "emblem-arunika"
    ]


def test_a_shipped_example_is_the_photo_with_its_watchlist(fixtures_dir) -> None:
    example = shipped_example("akun_jari/two_400px_tan_left.jpg", "post", "number-2", "pose-two")
    assert (example.rgb.shape, example.rgb.dtype) == ((620, 620, 3), np.uint8)
    assert example.rules == {"number-2", "pose-two"}
    assert example.kind == "post"
    assert example.watchlist == Watchlist.load(fixtures_dir / "watchlist.toml")


def test_an_example_that_is_not_shipped_is_named() -> None:
    with pytest.raises(PhotoError) as caught:
        shipped_example("akun_jari/none.jpg", "post")
    assert caught.value.code == "vanished"
