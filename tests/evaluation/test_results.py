"""Rates and counts of an evaluation, and the record made of them."""

import json

import pytest

from netravision.evaluation.results import Claim, Evaluation, PrecisionRecall, Rate
from tests.evaluation.labelled_run import LABELS, measure
from tests.made_run import Folder


def test_a_rate_has_an_interval_around_it() -> None:
    rate = Rate(9, 10)
    assert rate.value == 0.9
    assert rate.interval is not None
    low, high = rate.interval
    assert 0 < low < 0.9 < high < 1


def test_nothing_counted_is_no_rate() -> None:
    assert (Rate(0, 0).value, Rate(0, 0).interval, Rate(0, 0).to_dict()) == (None, None, None)


@pytest.mark.parametrize(("hits", "trials"), [(0, 5), (5, 5)])
def test_an_interval_ends_at_nothing_and_everything(hits: int, trials: int) -> None:
    interval = Rate(hits, trials).interval
    assert interval is not None
    assert interval[0] == pytest.approx(0, abs=1e-9) or interval[1] == pytest.approx(1, abs=1e-9)


def test_precision_is_of_what_is_found_and_recall_of_what_is_there() -> None:
    counts = PrecisionRecall(there=10, hits=4, found=8, right=6)
    assert counts.precision == Rate(6, 8)
    assert counts.recall == Rate(4, 10)
    assert counts.to_dict()["precision"]["value"] == 0.75


def test_thresholds_that_change_nothing_are_left_out(toy: Folder) -> None:
    for detector in measure(toy, LABELS).detectors:
        found = [counts.found for counts in detector.telling_thresholds.values()]
        assert found == sorted(set(found), reverse=True)
        assert set(detector.telling_thresholds) <= set(detector.thresholds)


def test_shares_of_the_bins_add_up(toy: Folder) -> None:
    for detector in measure(toy, LABELS).detectors:
        shares = [detector.share_right(number) for number in detector.filled_bins]
        assert sum(share.trials for share in shares) == detector.line.found
        assert sum(share.hits for share in shares) == detector.line.right


def test_the_record_names_every_mistake(toy: Folder) -> None:
    evaluation = measure(toy, LABELS)
    record = json.loads(json.dumps(evaluation.to_dict()))
    assert record["schema"] == "netravision.evaluation/1"
    assert [wrong["score"] for wrong in record["wrong"]] == [0.72, 0.56, 0.4]
    assert [(missed["path"], missed["seen"]) for missed in record["missed"]] == [
        ("d.png", None),
        ("e.png", None),
    ]


def test_a_missed_one_says_at_which_score_it_was_seen() -> None:
    claim = Claim("a.png", None, "number-2", "hands", 0.0, 0.31, there=True, right=None)
    assert Evaluation(missed=[claim]).to_dict()["missed"][0]["seen"] == 0.31
