"""Times that are in the numbers of posts."""

import pytest

from netravision.sidecars.post_numbers import instagram_number, post_time


@pytest.mark.parametrize(
    ("site", "number", "time"),
    [
        ("twitter", 1838626837622296576, "2024-09-24T17:09:32+00:00"),
        ("tiktok", 1727199000 << 32 | 12345, "2024-09-24T17:30:00+00:00"),
        ("instagram", (1727199000_000 - 1_314_220_021_721) << 23, "2024-09-24T17:30:00+00:00"),
        ("facebook", 1838626837622296576, None),
        ("tiktok", 17, None),
    ],
)
def test_a_number_tells_when(site: str, number: int, time: str | None) -> None:
    assert post_time(site, number) == time


def test_the_end_of_an_address_is_the_number_in_letters() -> None:
    number = (1727199000_000 - 1_314_220_021_721) << 23 | 77
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    code, rest = "", number
    while rest:
        rest, digit = divmod(rest, 64)
        code = letters[digit] + code
    assert instagram_number(code) == number
    with pytest.raises(ValueError, match="substring"):
        instagram_number("a b")
