"""Records: the contract's shape, and a round trip that loses nothing."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.errors import ArgumentError, NetravisionError, RecordError
from netravision.finding import Finding
from netravision.result import ERROR_CODES, SCHEMA, Failure, Known, Origin, Photo, Result
from tests import made_evidence
from tests.made_evidence import HAND

PHOTO = Photo("akun_a/IMG_1.jpg", "ab" * 32, 1080, 1350, "akun_a")
TWO = Finding("hands", "number-2", "two", 0.97, (410.0, 222.5, 498.0, 340.0), HAND)

photos = st.builds(
    Photo,
    path=st.none() | st.text(),
    sha256=st.none() | st.from_regex("[0-9a-f]{64}", fullmatch=True),
    width=st.none() | st.integers(1),
    height=st.none() | st.integers(1),
    account=st.none() | st.text(),
    kind=st.sampled_from(["avatar", "post", "frame"]),
    posted_at=st.none() | st.dates().map(str) | st.datetimes().map(lambda time: time.isoformat()),
    frame_s=st.none() | st.floats(0, 1e6),
    truncated=st.booleans(),
    known_from=st.dictionaries(
        st.sampled_from(get_args(Known)), st.sampled_from(get_args(Origin)), max_size=4
    ),
)
results = st.builds(
    lambda photo, found, seen: Result(photo, None, tuple(found), tuple(seen)),
    photos,
    st.lists(made_evidence.findings(), max_size=3),
    st.lists(made_evidence.findings(), max_size=3),
) | st.builds(Result, photos, st.builds(Failure, st.sampled_from(ERROR_CODES), st.text()))


def test_the_record_has_the_shape_of_the_contract() -> None:
    record = Result(PHOTO, findings=(TWO,)).to_dict()
    assert record["schema"] == "netravision.result/2"
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


def test_what_is_no_picture_is_skipped() -> None:
    record = Result(PHOTO, Failure("not_a_picture", "no picture and no video")).to_dict()
    assert (record["status"], record["error"]["code"]) == ("skipped", "not_a_picture")


@given(photos)
def test_a_photo_survives_its_record(photo: Photo) -> None:
    assert Photo.from_dict(json.loads(json.dumps(photo.to_dict()))) == photo


@given(results)
def test_a_result_survives_its_record(result: Result) -> None:
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"schema": "netravision.result/9"}, r"netravision\.result/2"),
        ({"photo": {}}, "path"),
        ({"photo": {**PHOTO.to_dict(), "colour": 1}}, "colour"),
        ({"error": {"code": "empty"}}, "message"),
        ({"findings": [{}]}, "box"),
    ],
)
def test_another_record_is_refused(change: dict[str, object], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        Result.from_dict({**Result(PHOTO).to_dict(), **change})


def test_half_a_record_is_refused() -> None:
    for record in ({}, {"schema": SCHEMA}):
        with pytest.raises(RecordError):
            Result.from_dict(record)


@pytest.mark.parametrize(
    ("name", "given", "built_in"),
    [
        ("path", 3, TypeError),
        ("sha256", "AB" * 32, ValueError),
        ("sha256", "ab", ValueError),
        ("width", 0, ValueError),
        ("height", 1.5, TypeError),
        ("account", 3, TypeError),
        ("kind", "story", ValueError),
        ("kind", None, ValueError),
        ("posted_at", "25/09/2024", ValueError),
        ("posted_at", "20240925", ValueError),
        ("posted_at", 2024, TypeError),
        ("frame_s", -1.0, ValueError),
        ("truncated", None, TypeError),
        ("known_from", {"color": "folder"}, ValueError),
        ("known_from.account", {"account": "rumor"}, ValueError),
    ],
)
def test_what_no_photo_can_have_is_refused(
    name: str, given: object, built_in: type[Exception]
) -> None:
    values = dict.fromkeys(("path", "sha256", "width", "height")) | {name.partition(".")[0]: given}
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*, got ") as caught:
        Photo(**values)  # type: ignore[arg-type]
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, built_in)


def test_a_code_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(ArgumentError, match="code: expected one of empty, "):
        Failure("tired", "x")
