"""The contract of a detector, for the tests of whoever writes one.

netravision's own detectors are tested by it, too. It needs no test framework::

    @pytest.mark.parametrize("check", detector_checks("qr"), ids=str)
    def test_the_contract_is_kept(check):
        check.run()
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import get_args

import numpy as np

from netravision import installed_detectors, plugins
from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Detector, Example
from netravision.detectors.building import Shared, build_detector
from netravision.errors import ArgumentError
from netravision.evidence import VideoSpan, registered_detectors
from netravision.finding import Finding
from netravision.languages import LANGUAGES, in_language
from netravision.languages import gettext as _
from netravision.plugins import DetectorPlugin
from netravision.run import watchlist_copy
from netravision.watchlist import Watchlist

__all__ = ["Check", "check_detector", "detector_checks"]

# No sentence judges anybody, in whatever language.
_JUDGING = ("violat", "guilt", "pelanggar", "bersalah")

_VIDEO = VideoSpan(frame_s=2.0, first_s=1.0, last_s=4.0, frames=2, frames_looked_at=3)

# Images (height, width) in which there is next to nothing to see.
_TINY = ((1, 1), (1, 300), (300, 1), (17, 23))


@dataclass(frozen=True)
class Check:
    """One promise of a detector.

    Attributes
    ----------
    name : str
        Of the detector, the example it is tried on, and the promise.
    run : callable
        Without arguments; raises AssertionError if the promise is not kept.
    """

    name: str
    run: Callable[[], None]

    def __str__(self) -> str:
        return self.name


def check_detector(name: str) -> None:
    """Try everything that a detector promises.

    Parameters
    ----------
    name : str
        Of an installed detector; ``pip install --editable`` is enough.

    Raises
    ------
    AssertionError
        At the first promise that is not kept; the message says which, and of what example.
    ArgumentError, DetectorError
        If there is no such detector, or it cannot be loaded.
    """
    for check in detector_checks(name):
        try:
            check.run()
        except Exception as error:
            raise AssertionError(f"{check}: {error}") from error


def detector_checks(name: str) -> list[Check]:
    """Everything that a detector promises, to be tried one by one.

    Parameters
    ----------
    name : str
        Of an installed detector; ``pip install --editable`` is enough.

    Returns
    -------
    list of Check
        Those of the detector, then some for each of its examples.

    Raises
    ------
    ArgumentError, DetectorError
        If there is no such detector, or it cannot be loaded.
    """
    plugin = plugins.find(name)
    if plugin is None:
        installed = ", ".join((*installed_detectors.SHIPPED, *installed_detectors.installed()))
        raise ArgumentError("name", name, _("an installed one: {names}").format(names=installed))
    examples: list[Example] = list(installed_detectors.imported(name, plugin.examples)())
    checks = [
        Check(f"{name}: {_named(promise)}", partial(promise, plugin, examples))
        for promise in (_is_declared, _has_examples_of_both_kinds, _is_built_in_every_profile)
    ]
    for number, example in enumerate(examples):
        case = _Case(plugin, example)
        checks += [
            Check(f"{name}, example {number}: {_named(promise)}", partial(promise, case))
            for promise in (
                _finds_its_rules_and_no_others,
                _gives_what_a_finding_must_be,
                _explains_without_judging,
                _can_be_read_back,
                _keeps_to_the_image,
                _sees_the_same_again,
                _finds_nothing_in_next_to_nothing,
                _has_a_watchlist_that_a_run_keeps,
            )
        ]
    return checks


class _Case:
    """A detector, one of its examples, and what it sees in that."""

    def __init__(self, plugin: DetectorPlugin, example: Example) -> None:
        self.plugin, self.example = plugin, example
        self.before = example.rgb.copy()

    @cached_property
    def detector(self) -> Detector:
        return _built(self.plugin, self.example.watchlist, "fast")

    @cached_property
    def seen(self) -> Detections:
        return self.detector.detect(ImagePyramid(self.example.rgb), self.example.kind)

    @property
    def everything(self) -> list[Finding]:
        return [*self.seen.findings, *self.seen.observations]


def _is_declared(plugin: DetectorPlugin, examples: list[Example]) -> None:
    _expect(plugin.name in registered_detectors(), "no type of evidence is registered for it")
    _expect(bool(plugin.title), "it has no title")


def _has_examples_of_both_kinds(plugin: DetectorPlugin, examples: list[Example]) -> None:
    both = {bool(example.rules) for example in examples} == {True, False}
    _expect(both, "its examples must show what is found, and what is not")


def _is_built_in_every_profile(plugin: DetectorPlugin, examples: list[Example]) -> None:
    for profile in get_args(Profile):
        detector = _built(plugin, examples[0].watchlist, profile)
        _expect(detector.name == plugin.name, f"its name is {detector.name!r}")


def _finds_its_rules_and_no_others(case: _Case) -> None:
    found = {finding.rule for finding in case.seen.findings}
    _expect(found == case.example.rules, f"found {found}, expected {set(case.example.rules)}")


def _gives_what_a_finding_must_be(case: _Case) -> None:
    for each in case.everything:
        _expect(each.detector == case.plugin.name, f"{each} is of {each.detector!r}")
        _expect(bool(each.label), f"{each} has no label")
        _expect(each.frame_s is None, f"{each}: a detector knows images, not videos")
        _expect(not each.evidence.truncated, f"{each}: a detector knows images, not files")
    for finding in case.seen.findings:
        rule = case.example.watchlist.rule_for(finding, case.example.kind)
        _expect(rule is not None, f"{finding}: rules_for gives no rule of the watchlist")
        assert rule is not None
        _expect(finding.rule == rule.name, f"{finding}: rules_for gives {rule.name}")
        _expect(case.plugin.name in rule.detectors, f"{rule.name} is of {rule.detectors}")
    for observation in case.seen.observations:
        _expect(observation.rule is None, f"{observation}: an observation has no rule")


def _explains_without_judging(case: _Case) -> None:
    for each in case.everything:
        for code in LANGUAGES:
            said = each.explain(code)
            _expect(said.endswith("."), f"{said!r} ({code}) does not end with a full stop")
            judging = [word for word in _JUDGING if word in said.lower()]
            _expect(not judging, f"{said!r} ({code}) judges")
        with in_language(LANGUAGES[-1]):
            _expect(each.reason == each.explain("en"), f"{each.reason!r}: a reason is English")


def _can_be_read_back(case: _Case) -> None:
    for each in case.everything:
        seen_in_video = replace(each.evidence, video=_VIDEO, truncated=True)
        for finding in (each, replace(each, evidence=seen_in_video)):
            record = json.loads(json.dumps(finding.to_dict()))
            again = Finding.from_dict(record)
            _expect(again.evidence == finding.evidence, f"{again.evidence} was {finding.evidence}")
            _expect(again.to_dict() == record, f"{again.to_dict()} was {record}")


def _keeps_to_the_image(case: _Case) -> None:
    height, width = case.example.rgb.shape[:2]
    for each in case.everything:
        if each.box is not None:
            x0, y0, x1, y1 = each.box
            _expect(all(map(math.isfinite, each.box)), f"{each.box} is not finite")
            touches = min(x1, width) > max(x0, 0) and min(y1, height) > max(y0, 0)
            _expect(touches, f"{each.box} is outside the image of {width} x {height} pixels")


def _sees_the_same_again(case: _Case) -> None:
    first = case.seen
    again = case.detector.detect(ImagePyramid(case.example.rgb), case.example.kind)
    _expect(again == first, f"saw {first}, and the second time {again}")
    _expect(bool((case.example.rgb == case.before).all()), "pixels of the image have changed")


def _finds_nothing_in_next_to_nothing(case: _Case) -> None:
    for height, width in _TINY:
        blank = np.full((height, width, 3), 128, np.uint8)
        found = case.detector.detect(ImagePyramid(blank), "post").findings
        _expect(not found, f"found {found} in a gray image of {width} x {height} pixels")


def _has_a_watchlist_that_a_run_keeps(case: _Case) -> None:
    watchlist = case.example.watchlist
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "watchlist", "watchlist.toml")
        watchlist_copy.write(watchlist, copy)
        kept = Watchlist.load(copy)
        same = _searched_for(kept) == _searched_for(watchlist)
    _expect(same, f"the copy of {watchlist} says {kept}")


def _searched_for(watchlist: Watchlist) -> dict[str, str | None]:
    return watchlist_copy.fingerprints(watchlist, observations=False)


def _built(plugin: DetectorPlugin, watchlist: Watchlist, profile: Profile) -> Detector:
    return build_detector(plugin, watchlist, profile, True, Shared({}))


def _named(promise: Callable[..., None]) -> str:
    return promise.__name__.strip("_").replace("_", " ")


def _expect(kept: bool, otherwise: str) -> None:
    if not kept:
        raise AssertionError(otherwise)
