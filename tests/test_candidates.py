"""One poster is one candidate with its reasons; every finding is in exactly one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision import Candidate, Finding, Photo, Result
from netravision.candidates import candidates
from tests import made_evidence

OF_KIND = {
    "emblem": made_evidence.EMBLEM,
    "hand": made_evidence.HAND,
    "symbol": made_evidence.SYMBOL,
    "badge": made_evidence.BADGE,
    "color": made_evidence.COLOR,
    "material": made_evidence.MATERIAL,
}


def found(rule, score, box, video=None):
    evidence = replace(OF_KIND[rule.partition("-")[0]], video=video)
    return Finding(evidence.detector, rule, rule, score, box, evidence)


SYMBOL = found("symbol-a", 0.9, (100.0, 100.0, 160.0, 160.0))
NUMBER = found("badge-2", 0.8, (170.0, 110.0, 200.0, 140.0))
COLOR = found("color-a", 0.4, (50.0, 50.0, 400.0, 500.0))
POSTER = found("material-p", 0.95, (60.0, 60.0, 300.0, 400.0))
FAR = found("badge-2", 0.7, (900.0, 900.0, 930.0, 930.0))
HAND = found("hand-two", 0.97, (110.0, 200.0, 160.0, 260.0))
POSE = found("hand-pose", 0.6, (110.0, 200.0, 160.0, 260.0))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], []),
        ([NUMBER, SYMBOL], [["symbol-a", "badge-2"]]),
        ([COLOR, NUMBER, SYMBOL], [["symbol-a", "badge-2", "color-a"]]),
        ([COLOR, NUMBER, SYMBOL, POSTER], [["material-p", "symbol-a", "badge-2", "color-a"]]),
        ([SYMBOL, FAR], [["symbol-a"], ["badge-2"]]),
        (
            [SYMBOL, found("symbol-b", 0.8, (165.0, 100.0, 225.0, 160.0))],
            [["symbol-a"], ["symbol-b"]],
        ),
        ([HAND, POSE, POSTER], [["hand-two", "hand-pose"], ["material-p"]]),
        ([FAR, COLOR], [["badge-2"], ["color-a"]]),
        ([COLOR, found("color-b", 0.3, COLOR.box)], [["color-a"], ["color-b"]]),
        ([found("emblem-a", 0.9, None), SYMBOL], [["emblem-a"], ["symbol-a"]]),
        (
            [SYMBOL, found("badge-2", 0.8, NUMBER.box, made_evidence.VIDEO)],
            [["symbol-a"], ["badge-2"]],
        ),
    ],
    ids=[
        *("nothing", "near", "with its color", "all on a poster", "far apart", "two symbols"),
        *("a hand before a poster", "a color elsewhere", "two colors", "the whole picture"),
        "another frame",
    ],
)
def test_what_belongs_together(findings, expected):
    gathered = candidates(findings)
    assert [[finding.rule for finding in each.findings] for each in gathered] == expected


def test_a_color_holds_nothing_together():
    crowd = found("color-a", 0.5, (0.0, 0.0, 1000.0, 1000.0))
    gathered = candidates([SYMBOL, FAR, crowd])
    assert [len(each.findings) for each in gathered] == [2, 1]
    assert gathered[0].box == SYMBOL.box


def test_the_box_goes_around_all_but_the_color():
    (candidate,) = candidates([COLOR, NUMBER, SYMBOL])
    assert candidate.box == (100.0, 100.0, 200.0, 160.0)
    assert candidates([COLOR])[0].box == COLOR.box


def test_more_kinds_of_reasons_go_first():
    assert Candidate((SYMBOL, COLOR), None).score == pytest.approx(1 - 0.1 * 0.6)
    assert Candidate((SYMBOL, SYMBOL), None).score == pytest.approx(0.9)
    elsewhere = found("symbol-b", 0.92, (900.0, 0.0, 950.0, 50.0))
    assert candidates([elsewhere, SYMBOL, COLOR])[0].findings == (SYMBOL, COLOR)


def test_a_result_gathers_its_findings_and_keeps_them_in_the_record():
    result = Result(Photo("a.jpg", None, 1000, 1000), findings=(SYMBOL, NUMBER, COLOR))
    assert [each.findings for each in result.candidates] == [(SYMBOL, NUMBER, COLOR)]
    assert len(result.to_dict()["findings"]) == 3
    assert "candidates" not in result.to_dict()


places = st.floats(0, 1000).map(round)
boxes = st.none() | st.tuples(places, places, places, places).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)
anything = st.builds(
    found,
    st.sampled_from(["symbol-a", "symbol-b", "badge-1", "color-a", "emblem-a", "hand-one"]),
    st.floats(0, 1),
    boxes,
)


@given(st.lists(anything, max_size=8), st.randoms())
def test_every_finding_is_in_one_candidate_and_order_does_not_matter(findings, random):
    gathered = candidates(findings)
    inside = [id(finding) for each in gathered for finding in each.findings]
    assert sorted(inside) == sorted(map(id, findings))
    for each in gathered:
        scores = [finding.score for finding in each.findings]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] <= each.score + 1e-9 <= 1 + 2e-9
    assert [each.score for each in gathered] == sorted((e.score for e in gathered), reverse=True)
    shuffled = random.sample(findings, len(findings))
    if len({finding.score for finding in findings}) == len(findings):
        assert len(candidates(shuffled)) == len(gathered)
