"""Findings check themselves and survive their record."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given

from netravision.errors import ArgumentError, NetravisionError, RecordError
from netravision.finding import Finding
from tests import made_evidence
from tests.made_evidence import BADGE, HAND, VIDEO

TWO = Finding("hands", "number-2", "two", 0.97, (410.0, 222.5, 498.0, 340.0), HAND)


@given(made_evidence.findings())
def test_round_trip(finding: Finding) -> None:
    assert Finding.from_dict(json.loads(json.dumps(finding.to_dict()))) == finding


@pytest.mark.parametrize(
    ("change", "built_in"),
    [
        ({"detector": "feet"}, ValueError),
        ({"rule": 2}, TypeError),
        ({"label": None}, TypeError),
        ({"score": 1.01}, ValueError),
        ({"score": -0.1}, ValueError),
        ({"score": math.nan}, ValueError),
        ({"score": "0.9"}, TypeError),
        ({"score": True}, TypeError),
        ({"box": (1.0, 2.0, 3.0)}, ValueError),
        ({"box": [1.0, 2.0, 3.0, 4.0]}, ValueError),  # could be changed later
        ({"box": (3.0, 2.0, 1.0, 4.0)}, ValueError),
        ({"box": (1.0, 4.0, 3.0, 2.0)}, ValueError),
        ({"box": (1.0, 2.0, 3.0, math.inf)}, ValueError),
        ({"box": (1.0, 2.0, 3.0, "4")}, TypeError),
        ({"evidence": {"number": 2}}, TypeError),
        ({"evidence": BADGE}, ValueError),  # of another detector
    ],
)
def test_what_no_finding_can_have_is_refused(
    change: dict[str, object], built_in: type[Exception]
) -> None:
    (name,) = change
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*, got ") as caught:
        replace(TWO, **change)
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, built_in)


def test_a_point_and_the_whole_photo_are_places() -> None:
    assert replace(TWO, box=(5, 5, 5, 5)).to_dict()["box"] == [5, 5, 5, 5]
    assert replace(TWO, box=None).to_dict()["box"] is None


@pytest.mark.parametrize("key", ["detector", "rule", "label", "score", "box", "evidence"])
def test_a_record_without_a_key_is_refused(key: str) -> None:
    record = TWO.to_dict()
    del record[key]
    with pytest.raises(RecordError, match=key):
        Finding.from_dict(record)


def test_the_frame_is_that_of_the_video() -> None:
    assert TWO.frame_s is None
    assert replace(TWO, evidence=replace(HAND, video=VIDEO)).frame_s == VIDEO.frame_s
