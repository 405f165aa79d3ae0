"""Records: the contract's shape, and a round trip that loses nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.finding import Finding
from netravision.result import Failure, Photo, Result

PHOTO = Photo("akun_a/IMG_1.jpg", "ab" * 32, 1080, 1350, "akun_a")
TWO = Finding(
    "hands",
    "number-2",
    "two",
    0.97,
    (410.0, 222.5, 498.0, 340.0),
    {"fingers": [0, 1, 1, 0, 0], "number": 2},
)

numbers = st.floats(0, 10_000).map(lambda value: round(value, 1))
findings = st.builds(
    Finding,
    detector=st.sampled_from(["emblem", "hands", "insignia"]),
    rule=st.none() | st.just("pose-one"),
    label=st.just("one"),
    score=st.floats(0, 1).map(lambda value: round(value, 4)),
    box=st.none() | st.tuples(numbers, numbers, numbers, numbers),
    evidence=st.just({}),
)


def test_the_record_has_the_shape_of_the_contract() -> None:
    record = Result(PHOTO, findings=(TWO,)).to_dict()
    assert record["schema"] == "netravision.result/1"
    assert record["status"] == "screened"
    assert record["error"] is None
    assert list(record["photo"]) == [
        *("path", "sha256", "width", "height", "account", "kind", "posted_at", "frame_s")
    ]
    assert list(record["findings"][0]) == [
        *("detector", "rule", "label", "score", "box", "reason", "evidence")
    ]
    assert record["findings"][0]["box"] == [410.0, 222.5, 498.0, 340.0]
    assert record["findings"][0]["reason"]


def test_a_failure_is_a_failed_record() -> None:
    record = Result(PHOTO, Failure("empty", "the file has no content")).to_dict()
    assert record["status"] == "failed"
    assert record["error"] == {"code": "empty", "message": "the file has no content"}
    assert record["findings"] == []


@given(st.lists(findings, max_size=3), st.lists(findings, max_size=3))
def test_json_round_trip(found: list[Finding], seen: list[Finding]) -> None:
    result = Result(PHOTO, findings=tuple(found), observations=tuple(seen))
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"netravision\.result/1"):
        Result.from_dict({**Result(PHOTO).to_dict(), "schema": "netravision.result/2"})
