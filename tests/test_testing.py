"""The contract of a detector; that ours keep it is in ``detectors/test_contract.py``."""

import pytest

from netravision.errors import ArgumentError
from netravision.testing import Check, check_detector, detector_checks


def test_one_that_is_not_installed_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"emblem, hands, insignia, got 'stempel'"):
        check_detector("stempel")


def test_every_promise_is_tried_on_every_example() -> None:
    names = [str(check) for check in detector_checks("emblem")]
    assert len(names) == len(set(names))
    assert "emblem: is built in every profile" in names
    examples = {name.split(":")[0] for name in names} - {"emblem"}
    assert len(examples) >= 2
    promises = [{name for name in names if name.startswith(f"{each}:")} for each in examples]
    assert len({len(each) for each in promises}) == 1


def test_a_check_runs_when_it_is_told_to() -> None:
    ran: list[int] = []
    check = Check("x: does", lambda: ran.append(1))
    assert (str(check), ran) == ("x: does", [])
    check.run()
    assert ran == [1]
