"""What all formats have in common when they are parsed."""

import zlib

import pytest

from netravision.imaging.parts import ends_in_zeros, inflated


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"\1" + bytes(100), False),
        (b"\1" + bytes(512), True),
        (bytes(4000) + b"\1", False),
    ],
)
def test_zeros_at_the_end(data: bytes, expected: bool) -> None:
    assert ends_in_zeros(data) is expected


def test_what_is_inflated_has_a_limit() -> None:
    data = zlib.compress(b"a" * 1000)
    assert inflated(data, 1000) == b"a" * 1000
    assert inflated(data, 999) is None
    assert inflated(data[:-5], 1000) is None
    assert inflated(b"nothing of the kind", 1000) is None
    # A bomb costs the limit and no more.
    assert inflated(zlib.compress(bytes(50_000_000)), 1000) is None
