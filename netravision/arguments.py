"""What callers may choose between, and how arguments are checked.

A check returns nothing and raises an error that names the argument, what came and what was
expected.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any, Literal, get_args

from netravision.errors import ArgumentError, ArgumentTypeError
from netravision.languages import gettext as _

__all__ = [
    "Kind",
    "Profile",
    "check_box",
    "check_choice",
    "check_number",
    "check_posted_at",
    "check_type",
    "is_date",
    "is_web_address",
]

_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

#: What a photo is to the account that posted it; a frame is one of a video.
Kind = Literal["avatar", "post", "frame"]

#: How much time a photo gets.
Profile = Literal["fast", "balanced", "thorough"]


def check_type(name: str, given: object, *types: type | None) -> None:
    """Refuse what is of none of the types; None among them allows None.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object
    *types : type or None
        None allows None.

    Raises
    ------
    ArgumentTypeError
    """
    expected = tuple(type(None) if each is None else each for each in types)
    if not isinstance(given, expected) or (isinstance(given, bool) and bool not in types):
        names = " | ".join("None" if each is None else each.__name__ for each in types)
        raise ArgumentTypeError(name, given, names)


def check_choice(name: str, given: object, choices: Any) -> None:
    """Refuse what is none of the choices of a ``Literal``.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object
    choices : typing.Literal

    Raises
    ------
    ArgumentError
    """
    if not isinstance(given, str) or given not in get_args(choices):
        listed = ", ".join(get_args(choices))
        raise ArgumentError(name, given, _("one of {choices}").format(choices=listed))


def check_number(name: str, given: object, low: float, high: float = math.inf) -> None:
    """Refuse what is no finite number from ``low`` to ``high``.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object
    low, high : float
        Both included.

    Raises
    ------
    ArgumentError, ArgumentTypeError
    """
    check_type(name, given, int, float)
    if not (math.isfinite(given) and low <= given <= high):  # type: ignore[arg-type, operator]
        expected = _("a finite number of at least {low}").format(low=low)
        if high != math.inf:
            expected = _("a finite number from {low} to {high}").format(low=low, high=high)
        raise ArgumentError(name, given, expected)


def check_box(name: str, given: object) -> None:
    """Refuse what is no ``(x0, y0, x1, y1)`` in order, of finite numbers.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object

    Raises
    ------
    ArgumentError
    """
    expected = _("(x0, y0, x1, y1), finite, with x0 <= x1 and y0 <= y1")
    if not isinstance(given, tuple) or len(given) != 4:
        raise ArgumentError(name, given, expected)
    for side in given:
        check_type(name, side, int, float)
    x0, y0, x1, y1 = given
    if not (all(map(math.isfinite, given)) and x0 <= x1 and y0 <= y1):
        raise ArgumentError(name, given, expected)


def check_posted_at(given: object) -> None:
    """Refuse what is neither None nor an ISO 8601 date or time.

    Parameters
    ----------
    given : object

    Raises
    ------
    ArgumentError, ArgumentTypeError
    """
    check_type("posted_at", given, str, None)
    if isinstance(given, str) and not is_date(given):
        raise ArgumentError(
            "posted_at",
            given,
            _("a date like 2024-09-25 or a time like 2024-09-25T14:30+08:00"),
        )


def is_date(text: str) -> bool:
    """Whether a text is an ISO 8601 date, with or without a time.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_date("2024-09-25T14:30"), is_date("25/09/2024"), is_date("20240925")
    (True, False, False)
    >>> is_date("2024-09-25 14.30")  # which Python takes for three tenths of a second after two
    False
    """
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    # Python takes the digits of every script, and also 20240925 and 2024-W39-3, which readers of
    # the record may not.
    return text.isascii() and text[4:5] == text[7:8] == "-" and text[13:14] != "."


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_web_address("https://example.org/p/1"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return _ADDRESS.fullmatch(text) is not None
