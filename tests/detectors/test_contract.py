"""What every detector promises, tried on the examples that it brings itself."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Detector, Example
from netravision.detectors.emblem import EmblemDetector
from netravision.detectors.hands import HandsDetector
from netravision.detectors.insignia import InsigniaDetector
from netravision.evidence import registered_detectors
from netravision.finding import Finding
from netravision.watchlist import Watchlist

Build = Callable[[Watchlist], Detector]

BUILDERS: dict[type[Detector], Build] = {
    EmblemDetector: lambda watchlist: EmblemDetector(watchlist, "fast"),
    HandsDetector: lambda watchlist: HandsDetector(watchlist, "fast"),
    InsigniaDetector: lambda watchlist: InsigniaDetector(watchlist, "fast"),
}


class Case(NamedTuple):
    """A detector, one of its examples, and what it sees in that."""

    detector: Detector
    example: Example
    seen: Detections


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((build, example), id=f"{kind.__name__}-{number}")
        for kind, build in BUILDERS.items()
        for number, example in enumerate(kind.examples())
    ],
)
def case(request: pytest.FixtureRequest) -> Case:
    build, example = request.param
    detector = build(example.watchlist)
    return Case(detector, example, detector.detect(ImagePyramid(example.rgb), example.kind))


def test_every_registered_detector_is_tried() -> None:
    assert {kind.name for kind in BUILDERS} == set(registered_detectors())


@pytest.mark.parametrize("kind", BUILDERS)
def test_examples_show_both_what_is_found_and_what_is_not(kind: type[Detector]) -> None:
    assert {bool(example.rules) for example in kind.examples()} == {True, False}


def test_the_rules_of_an_example_are_found_and_no_others(case: Case) -> None:
    assert {finding.rule for finding in case.seen.findings} == case.example.rules


def test_a_finding_is_an_observation_that_a_rule_asks_for(case: Case) -> None:
    for each in (*case.seen.findings, *case.seen.observations):
        assert each.detector == case.detector.name
        assert each.label
        assert each.reason.endswith(".")
        assert each.frame_s is None  # a detector knows images, not videos
        assert not each.evidence.truncated
        record = json.loads(json.dumps(each.to_dict()))
        assert Finding.from_dict(record).to_dict() == record
    for finding in case.seen.findings:
        rule = case.example.watchlist.rule_for(finding, case.example.kind)
        assert rule is not None
        assert finding.rule == rule.name
        assert case.detector.name in rule.detectors
    assert all(observation.rule is None for observation in case.seen.observations)


def test_boxes_are_finite_and_touch_the_image(case: Case) -> None:
    height, width = case.example.rgb.shape[:2]
    for each in (*case.seen.findings, *case.seen.observations):
        if each.box is not None:
            x0, y0, x1, y1 = each.box
            assert all(map(math.isfinite, each.box))
            assert min(x1, width) > max(x0, 0)
            assert min(y1, height) > max(y0, 0)


def test_looking_again_sees_the_same_and_changes_no_pixel(case: Case) -> None:
    before = case.example.rgb.copy()
    again = case.detector.detect(ImagePyramid(case.example.rgb), case.example.kind)
    assert again == case.seen
    np.testing.assert_array_equal(case.example.rgb, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (17, 23)])
def test_nothing_is_found_in_next_to_nothing(case: Case, shape: tuple[int, int]) -> None:
    blank = np.full((*shape, 3), 128, np.uint8)
    assert case.detector.detect(ImagePyramid(blank), "post").findings == []
