"""The JSON Schemas that ship with the package."""

import json

import jsonschema
import pytest

from netravision import result, schemas
from netravision.errors import ArgumentError
from netravision.finding import Finding
from tests.made_evidence import HAND
from tests.strict_schema import assert_refused

RECORD = result.Result(
    result.Photo("a/1.png", "ab" * 32, 120, 80),
    findings=(Finding("hands", "number-2", "two", 0.9, None, HAND),),
).to_dict()

SAID = {
    "choice": "right",
    "follow_up": "later",
    "note": "",
    "reviewer": "Pengawas 1",
    "settles": False,
    "decided_at": "2024-09-25T14:05:00+00:00",
}


@pytest.mark.parametrize("name", schemas.names())
def test_a_schema_is_one_and_has_its_name(name: str) -> None:
    schema = schemas.load(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"netravision.{name}"
    assert schema["$id"] == f"urn:netravision:{name.replace('/', ':')}"


def test_the_record_that_is_written_has_its_schema() -> None:
    assert result.SCHEMA.removeprefix("netravision.") in schemas.names()


def test_one_that_is_none_is_named() -> None:
    with pytest.raises(ArgumentError, match="one of case/1, comparison/1"):
        schemas.load("result/9")


def test_the_former_record_is_told_by_its_own_schema() -> None:
    former = {**json.loads(json.dumps(RECORD)), "schema": "netravision.result/1"}
    jsonschema.Draft202012Validator(schemas.load("result/1")).validate(former)
    assert not jsonschema.Draft202012Validator(schemas.load("result/2")).is_valid(former)


def test_detectors_of_others_have_rules_of_their_own() -> None:
    record = json.loads(json.dumps(RECORD))
    record["findings"][0] |= {"detector": "qr", "rule": "qr-paslon-2", "evidence": {"text": "a"}}
    validator = jsonschema.Draft202012Validator(schemas.load("result/2"))
    for place, value in (
        (("findings", 0, "rule"), "number-2"),
        (("findings", 0, "rule"), "qr"),
        (("findings", 0, "detector"), "Kode QR"),
        (("findings", 0, "detector"), "hands"),
    ):
        assert_refused(validator, record, place, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("choice", "conflict"), ("follow_up", "maybe"), ("decided_at", "today"), ("extra", 1)],
)
def test_a_decision_is_what_one_person_said(key: str, value: object) -> None:
    validator = jsonschema.Draft202012Validator(schemas.load("decision/1"))
    assert_refused(validator, SAID, (key,), value)
