"""A JSON Schema that refuses every change of a valid record."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema
import pytest


def assert_refused(
    validator: jsonschema.Draft202012Validator,
    record: Mapping[str, Any],
    where: Sequence[str | int],
    value: object,
) -> None:
    """The record is valid, and no longer with another value in one place."""
    validator.validate(record)
    changed: Any = copy.deepcopy(record)
    *way, last = where
    target = changed
    for step in way:
        target = target[step]
    target[last] = value
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(changed)
