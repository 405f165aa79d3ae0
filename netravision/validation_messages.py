"""What pydantic complains of, in the words of whoever wrote the watchlist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from netravision import installed_detectors
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.visible_text import shortened

__all__ = ["explained"]

# Mistakes that are named one by one; the rest is counted.
_NAMED = 20


def explained(mistakes: Sequence[ErrorDetails]) -> list[str]:
    """A line for each mistake: its key, what was expected there, and what was given.

    Parameters
    ----------
    mistakes : sequence of dict
        From ``ValidationError.errors()``.

    Returns
    -------
    list of str
        The first twenty; the last line counts the others.
    """
    lines = [shortened(f"{_key(each['loc'])}: {_expectation(each)}") for each in mistakes[:_NAMED]]
    if len(mistakes) > _NAMED:
        lines.append(_("and {n} more like these").format(n=count(len(mistakes) - _NAMED)))
    return lines


def _key(location: tuple[int | str, ...]) -> str:
    """``("emblem", 0, "images")`` as ``emblem[1].images``, counted as people count."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{_name(part)}" for part in location]
    return "".join(parts).removeprefix(".") or "watchlist"


def _name(key: str) -> str:
    return key if re.fullmatch("[A-Za-z0-9_-]{1,60}", key) else _given(key)


def _given(value: object) -> str:
    """A value as an error shows it, whatever it is."""
    try:
        return shortened(repr(value), 100)
    except ValueError:  # of a number with thousands of digits
        return _("a giant number")


# What pydantic complains of, by its names for it; https://docs.pydantic.dev/latest/errors/
# validation_errors. Placeholders are those of its context.
_EXPECTED = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not a known key"),
    "literal_error": N_("expected one of {expected}"),
    "string_type": N_("expected text in quotation marks"),
    "string_too_short": N_("must not be empty"),
    "string_too_long": N_("expected at most {max_length} characters"),
    "string_pattern_mismatch": N_("expected small letters, digits, and . _ - after the first"),
    "int_type": N_("expected a whole number"),
    "float_type": N_("expected a number"),
    "float_parsing": N_("expected a number"),
    "greater_than": N_("expected a number greater than {gt}"),
    "greater_than_equal": N_("expected a number of at least {ge}"),
    "less_than_equal": N_("expected a number of at most {le}"),
    "tuple_type": N_("expected a list in square brackets"),
    "too_short": N_("expected at least {min_length} in the list"),
    "too_long": N_("expected at most {max_length} in the list"),
    "model_type": N_("expected a table of keys and values"),
    "path_type": N_("expected the path of a file"),
    "date_type": N_("expected a date like 2024-09-25"),
    "date_parsing": N_("expected a date like 2024-09-25"),
    "date_from_datetime_parsing": N_("expected a date like 2024-09-25"),
    "date_from_datetime_inexact": N_("expected a date like 2024-09-25"),
}


def _expectation(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        return str(context["error"])
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 1 and _is_table(item["input"]):
        return _(
            "is no table of netravision, and no detector of this name is installed "
            "(installed: {names})"
        ).format(names=", ".join(installed_detectors.installed()) or _("none"))
    text: str = item["msg"]
    if item["type"] in _EXPECTED:
        named = {name: _plain(value) for name, value in context.items()}
        expected = _EXPECTED[item["type"]]  # its key in the marked call, Babel 2.14 would collect
        text = _(expected).format(**named)
    if item["type"] == "missing":
        return text
    return _("{expected} (got {given})").format(expected=text, given=_given(item["input"]))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _plain(value: Any) -> str:
    """A limit or a list of choices without words: ``8.0`` is 8, ``'a', 'b' or 'c'`` has commas."""
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace(" or ", ", ")
