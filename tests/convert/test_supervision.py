"""Findings in supervision, and drawn by it."""

import builtins
from typing import Any

import numpy as np
import pytest

from netravision.errors import ArgumentError, MissingRequirementError
from netravision.imaging.image import read_image
from tests.convert.screened import results, watchlist


# Imported when a test asks for it: every process that shares the tests reads this file.
@pytest.fixture(scope="module", autouse=True)
def supervision() -> Any:
    return pytest.importorskip("supervision")


def test_findings_come_back_as_they_are() -> None:
    classes = [rule.name for rule in watchlist().rules]
    for result in results():
        seen = result.to_supervision(classes)
        assert len(seen) == len(result.findings)
        for finding, xyxy, score, number, name, reason in zip(
            result.findings,
            seen.xyxy,
            seen.confidence,
            seen.class_id,
            seen.data["class_name"],
            seen.data["reason"],
            strict=True,
        ):
            np.testing.assert_allclose(xyxy, finding.box, rtol=1e-6)
            assert score == pytest.approx(finding.score)
            assert classes[number] == name == finding.rule
            assert reason == finding.reason
    assert [len(result.findings) > 0 for result in results()] == [True, True, False, False]


def test_it_filters_merges_and_draws_them(supervision: Any) -> None:
    all_seen = [result.to_supervision([r.name for r in watchlist().rules]) for result in results()]
    merged = supervision.Detections.merge(all_seen)
    assert len(merged) == sum(map(len, all_seen))
    assert len(merged[merged.confidence > 2]) == 0
    hand = results()[0]
    assert hand.file is not None
    scene = read_image(hand.file).rgb
    drawn = supervision.BoxAnnotator().annotate(scene.copy(), hand.to_supervision())
    assert (drawn != scene).any()


def test_a_rule_that_has_no_number_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^classes: expected number-2 among them"):
        results()[0].to_supervision(["pose-five"])


def test_without_supervision_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "supervision":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingRequirementError, match=r"python -m pip install supervision$"):
        results()[0].to_supervision()
