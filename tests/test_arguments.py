"""Checks let pass what can be used, and name what cannot."""

import math
from collections.abc import Callable

import pytest

from netravision.arguments import (
    Kind,
    check_box,
    check_choice,
    check_number,
    check_posted_at,
    check_type,
    is_date,
)
from netravision.errors import ArgumentError, NetravisionError


@pytest.mark.parametrize(
    "check",
    [
        lambda: check_type("x", "a", str, None),
        lambda: check_type("x", None, str, None),
        lambda: check_type("x", True, bool),
        lambda: check_choice("x", "post", Kind),
        lambda: check_number("x", 0, 0, 1),
        lambda: check_number("x", 1.0, 0, 1),
        lambda: check_number("x", 1e300, 0),
        lambda: check_box("x", (0, 0.0, 0, 5.5)),
        lambda: check_posted_at(None),
        lambda: check_posted_at("2024-09-25"),
        lambda: check_posted_at("2024-09-25T14:30:00+08:00"),
    ],
)
def test_what_can_be_used_passes(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize(
    ("check", "message", "built_in"),
    [
        (lambda: check_type("x", 3, str, None), "x: expected str | None, got 3", TypeError),
        (lambda: check_type("x", True, int), "x: expected int, got True", TypeError),
        (
            lambda: check_choice("kind", "story", Kind),
            "kind: expected one of avatar, post, frame, got 'story'",
            ValueError,
        ),
        (lambda: check_number("x", 2, 0, 1), "x: expected a finite number from 0 to 1", ValueError),
        (lambda: check_number("x", math.nan, 0), "a finite number of at least 0", ValueError),
        (lambda: check_number("x", "1", 0), "x: expected int | float, got '1'", TypeError),
        (lambda: check_box("box", (1, 1, 0, 1)), "box: expected (x0, y0, x1, y1)", ValueError),
        (lambda: check_posted_at("25/09/2024"), "posted_at: expected a date like", ValueError),
    ],
)
def test_what_cannot_is_named(
    check: Callable[[], None], message: str, built_in: type[Exception]
) -> None:
    with pytest.raises(ArgumentError) as caught:
        check()
    assert message in str(caught.value)
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, built_in)


@pytest.mark.parametrize(
    "text",
    ["", "20240925", "2024-W39-3", "2024-13-01", "٢٠٢٤-٠٩-٢٥", "2024-09-25 14.30", "now"],
)
def test_no_date_that_readers_of_the_record_may_not_know(text: str) -> None:
    assert not is_date(text)
