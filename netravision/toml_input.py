"""A watchlist file as people made it, whatever it really is: TOML, read in bounded time."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from netravision.errors import WatchlistError, cause
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.visible_text import shortened

__all__ = ["MAX_BYTES", "parse", "read"]

#: Of a watchlist file. Three hundred emblems with their accounts have a tenth of it.
MAX_BYTES = 2**20

# Tables in tables, keys with dots; a watchlist has two.
_DEEPEST = 16

# Brackets, dots and what ends a key. A text or comment is one match, also one without an end, so
# that no sign is looked at twice.
_SIGNS = re.compile(
    r'''"""(?:[^\\]|\\.)*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?'''
    r"""|'''[\s\S]*?(?:'''|\Z)|'[^'\n]*'?|#[^\n]*|[\[\]{}.,=\n]""",
    re.DOTALL,
)

#: What Python's reader of TOML says of the mistakes that people make.
_MISTAKES = (
    N_("Invalid statement"),
    N_("Invalid value"),
    N_("Invalid initial character for a key part"),
    N_("Expected '=' after a key in a key/value pair"),
    N_("Expected newline or end of document after a statement"),
    N_("Expected ']' at the end of a table declaration"),
    N_("Expected ']]' at the end of an array declaration"),
    N_("Unclosed array"),
    N_("Unclosed inline table"),
    N_("Unterminated string"),
    N_("Unescaped '\\' in a string"),
    N_("Cannot overwrite a value"),
)


def read(path: Path) -> str:
    """The text of a watchlist file, whatever the file really is.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        With line ends as TOML has them, without a byte order mark.

    Raises
    ------
    WatchlistError
        If it is no file, cannot be read, has more than :data:`MAX_BYTES` or is not UTF-8.
    """
    try:
        if not path.is_file() and path.exists():
            raise WatchlistError(_("{file}: is no file").format(file=path))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WatchlistError(
            _("{file}: cannot be read: {why}").format(file=path, why=cause(error))
        ) from error
    if len(data) > MAX_BYTES:
        raise WatchlistError(
            _("{file}: a watchlist has at most {limit} bytes").format(
                file=path, limit=count(MAX_BYTES)
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WatchlistError(
            _("{file}: is not UTF-8 text; save it as UTF-8").format(file=path)
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str, where: str) -> dict[str, Any]:
    """The tables of a watchlist, in bounded time.

    Parameters
    ----------
    text : str
    where : str
        Name of the file, for the error.

    Returns
    -------
    dict

    Raises
    ------
    WatchlistError
        If it is not valid TOML, or deeper than any watchlist.
    """
    try:
        _check_depth(text)
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = shortened(_mistake(str(error)))
        raise WatchlistError(
            _("{file}: not valid TOML: {why}").format(file=where, why=why)
        ) from error
    except ValueError as error:
        # Python converts no number of more than 4,300 digits, as that takes too long.
        raise WatchlistError(
            _("{file}: not valid TOML: {why}").format(file=where, why=_("a giant number"))
        ) from error


def _check_depth(text: str) -> None:
    """Refuse tables in tables in tables: Python's reader of TOML needs minutes or its whole stack.

    Raises
    ------
    tomllib.TOMLDecodeError
    """
    depth = dots = 0
    for sign in _SIGNS.finditer(text):
        match sign[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
        dots = dots + 1 if sign[0] == "." else 0
        if max(depth, dots) > _DEEPEST:
            raise tomllib.TOMLDecodeError(
                _("more than {n} tables or lists in one another").format(n=count(_DEEPEST))
            )


def _mistake(told: str) -> str:
    """``"Invalid value (at line 3, column 8)"``, in the language in force."""
    found = re.fullmatch(
        r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", told, re.DOTALL
    )
    if found is None:
        return told
    mistake, line, column = found.groups()
    if line is None:
        return _("{mistake} (at the end of the file)").format(mistake=_(mistake))
    return _("{mistake} (at line {line}, column {column})").format(
        mistake=_(mistake), line=line, column=column
    )
