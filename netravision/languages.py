"""What people read, in the language they chose: sentences, numbers and dates.

The code holds the English sentence, marked with ``_``; a catalog of each other language,
``locale/<code>.po``, holds its translation. What has no translation is said in English.
``python -m tests.catalogs`` brings the catalogs in step with the code.
"""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from gettext import c2py
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel import Locale

__all__ = [
    "LANGUAGES",
    "N_",
    "count",
    "date_time",
    "day",
    "decimal",
    "gettext",
    "in_language",
    "language",
    "ngettext",
    "percent",
    "score_text",
    "set_language",
    "system_language",
    "translator",
]

_PACKAGE = "netravision"

#: Codes of the languages that people can choose: English and that of every catalog.
LANGUAGES: tuple[str, ...] = (
    "en",
    *sorted(
        file.name.removesuffix(".po")
        for file in (files(_PACKAGE) / "locale").iterdir()
        if file.name.endswith(".po")
    ),
)

_in_force: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """The code of the language in force, one of :data:`LANGUAGES`; English unless set."""
    return _in_force.get()


def set_language(code: str) -> None:
    """Speak a language from here on, in this thread or task.

    Parameters
    ----------
    code : str
        One of :data:`LANGUAGES`.

    Raises
    ------
    ValueError
        If `code` is none of :data:`LANGUAGES`.
    """
    _in_force.set(_known(code))


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak a language within a ``with`` block.

    Parameters
    ----------
    code : str
        One of :data:`LANGUAGES`.

    Raises
    ------
    ValueError
        If `code` is none of :data:`LANGUAGES`.

    Examples
    --------
    >>> with in_language("id"):
    ...     percent(0.42), decimal(0.5, 2), count(8000)
    ('42%', '0,50', '8.000')
    """
    before = _in_force.set(_known(code))
    try:
        yield
    finally:
        _in_force.reset(before)


def system_language() -> str:
    """The language that ``NETRAVISION_LANG`` or else the system asks for; English if unknown."""
    asked = [os.environ.get("NETRAVISION_LANG")]
    # What programs on Linux and macOS go by, in this order; set on Windows only by choice.
    asked += [os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    if sys.platform == "win32":
        import ctypes

        chosen = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        asked.append(locale.windows_locale.get(chosen))
    for name in filter(None, asked):
        code = re.split(r"[-_.:@]", name)[0].lower()
        return code if code in LANGUAGES else "en"
    return "en"


def gettext(message: str) -> str:
    """The translation of an English sentence; imported as ``_``, by which catalogs find it.

    Parameters
    ----------
    message : str
        A literal, with named placeholders for :meth:`str.format`.

    Returns
    -------
    str
        Itself where the language in force has no translation.
    """
    return _translated(_PACKAGE, message)


def translator(package: str) -> Callable[[str], str]:
    """The :func:`gettext` of another package, which has catalogs of its own.

    Parameters
    ----------
    package : str
        Name of an imported package; its catalogs are ``locale/<code>.po`` in it.

    Returns
    -------
    callable
        Translates an English sentence into the language in force, as :func:`gettext` does.
    """
    return partial(_translated, package)


def _translated(package: str, message: str) -> str:
    forms = _catalog(package, language()).sentences.get(message)
    return forms[0] if forms else message


def ngettext(singular: str, plural: str, n: int) -> str:
    """The translation of an English sentence about `n` things, in the form that `n` asks for.

    Parameters
    ----------
    singular, plural : str
        Literals, with named placeholders for :meth:`str.format`.
    n : int

    Returns
    -------
    str
        One of the two where the language in force has no translation.
    """
    catalog = _catalog(_PACKAGE, language())
    forms = catalog.sentences.get(singular)
    if forms is None:
        return singular if n == 1 else plural
    return forms[catalog.plural_form(n)]


def N_(message: str) -> str:  # noqa: N802 - the name that catalogs know
    """Mark an English sentence that is translated later, where the language is known.

    Parameters
    ----------
    message : str

    Returns
    -------
    str
        The same.
    """
    return message


def decimal(value: float, digits: int) -> str:
    """A number with so many decimal places: 0.90, in Indonesian 0,90.

    Parameters
    ----------
    value : float
    digits : int
        Behind the decimal sign, 0 or more.

    Returns
    -------
    str
    """
    from babel.numbers import format_decimal

    # Python rounds what the number is, babel what its shortest decimal notation says.
    return format_decimal(
        Decimal(f"{value:.{digits}f}"), f"#,##0.{'0' * digits}".rstrip("."), _locale(language())
    )


def score_text(value: float) -> str:
    """A score as people read it. Never 1.00: nothing here is certain.

    Parameters
    ----------
    value : float
        0 to 1.

    Returns
    -------
    str
    """
    return decimal(value, 2) if value < 0.995 else f"> {decimal(0.99, 2)}"


def percent(share: float) -> str:
    """A share in whole percent: 42%.

    Parameters
    ----------
    share : float
        In [0, 1].

    Returns
    -------
    str
    """
    from babel.numbers import format_percent

    return format_percent(Decimal(f"{100 * share:.0f}").scaleb(-2), locale=_locale(language()))


def count(n: int) -> str:
    """A whole number, its thousands set apart: 8,000, in Indonesian 8.000.

    Parameters
    ----------
    n : int

    Returns
    -------
    str
    """
    from babel.numbers import format_decimal

    return format_decimal(n, locale=_locale(language()))


def day(value: date) -> str:
    """A day as people write it: 25 September 2024.

    Parameters
    ----------
    value : date

    Returns
    -------
    str
    """
    from babel.dates import format_date

    return format_date(value, "long", locale=_locale(language()))


def date_time(value: datetime) -> str:
    """A time as the clock on the wall of this computer shows it: 25 September 2024, 14:05.

    Parameters
    ----------
    value : datetime
        With a time zone it is converted to that of this computer; without one it is taken as is.

    Returns
    -------
    str
    """
    from babel.dates import format_time

    if value.tzinfo is not None:
        # Years that this computer's clock does not know stay as they are.
        with suppress(OverflowError, OSError, ValueError):
            value = value.astimezone()
    clock = format_time(value.time(), "short", locale=_locale(language()))
    return f"{day(value.date())}, {clock}"


@dataclass(frozen=True)
class _Catalog:
    """Translations by their English sentence, each in all its plural forms."""

    sentences: dict[str, tuple[str, ...]]
    plural_form: Callable[[int], int]


@cache
def _catalog(package: str, code: str) -> _Catalog:
    file = files(package) / "locale" / f"{code}.po"
    # Other packages may have no catalog of a language that this one has.
    if code == "en" or not file.is_file():
        return _Catalog({}, lambda n: int(n != 1))
    from babel.messages.pofile import read_po

    with file.open("rb") as stream:
        catalog = read_po(stream, locale=code)
    sentences = {}
    for message in catalog:
        # A sentence with a plural has tuples; one without has strings.
        key = message.id if isinstance(message.id, str) else message.id[0]
        translation = message.string or ""
        forms = (translation,) if isinstance(translation, str) else tuple(translation)
        if key and all(forms):
            sentences[key] = forms
    return _Catalog(sentences, c2py(catalog.plural_expr))


@cache
def _locale(code: str) -> Locale:
    from babel import Locale

    # Dates and clocks as in most of the world, not as in the United States.
    return Locale.parse("en_GB" if code == "en" else code)


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, got {code!r}")
    return code
