"""A table that people made, as spreadsheets save it: CSV with a header."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from netravision.errors import RunError, cause
from netravision.languages import LANGUAGES, in_language
from netravision.languages import gettext as _

__all__ = [
    "Table",
    "as_path",
    "in_every_language",
    "is_shortened_number",
    "path_key",
    "read_table",
]

# Excel's own first line, which says what separates the columns and is no row.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t;,]*\r?\n', re.IGNORECASE)

# What spreadsheets make of an account of more than eleven digits: 1.00065E+14. 1E14 may be a name.
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+E\+?|E\+)[0-9]+", re.IGNORECASE)

# How people keep a spreadsheet from doing so.
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')

# The first line with something in it: it says what separates the columns.
_FIRST_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by the names of their columns.

    Attributes
    ----------
    names : list of str
        As the header has them, in small letters, those that are known as programs write them; a
        name may stand there twice. Columns without a name are left out.
    rows : list of tuple of int and dict
        The number of each row, as spreadsheets count, and its cells without blanks around them;
        None where a cell is empty.
    misfits : list of tuple of int and list of str
        Number and cells of each row that has too many or too few.
    """

    names: list[str]
    rows: list[tuple[int, dict[str, str | None]]]
    misfits: list[tuple[int, list[str]]]

    @property
    def problems(self) -> list[str]:
        """One sentence for each misfit."""
        return [
            _("row {row}: expected {expected} cells, got {found}; skipped").format(
                row=number, expected=len(self.names), found=len(cells)
            )
            for number, cells in self.misfits
        ]


def read_table(file: Path, known: Collection[str]) -> Table:
    """Read a CSV in UTF-8, or in the UTF-16 of Excel's “Unicode text”.

    Comma, semicolon (what Excel writes where the comma is the decimal sign) and tab may separate
    the columns, or what a first line ``sep=…`` names.

    Parameters
    ----------
    file : Path
    known : collection of str
        Names of columns, as programs write them. A header may have them in any language.

    Returns
    -------
    Table

    Raises
    ------
    RunError
        If the file cannot be read, is not text, or not CSV; the message names the line.
    """
    text = _text(file)
    begin, delimiter = 1, None
    if separator := _SEPARATOR_LINE.match(text):
        begin, delimiter = 2, separator[1]
        text = text[separator.end() :]
    if delimiter is None:
        first = _FIRST_LINE.search(text)
        delimiter = max(",;\t", key=first[0].count) if first else ","
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    read = 0
    rows: list[list[str]] = []
    why: object = None
    try:
        for cells in reader:
            if _is_left_open(lines[read : reader.line_num], delimiter):
                why = _("a quotation mark is opened and not closed")
                break
            read = reader.line_num
            rows.append(cells)
    except csv.Error as error:
        goes_on = reader.line_num > read + 1
        why = _("a quotation mark is opened and not closed") if goes_on else error
    if why is not None:
        raise RunError(
            _("{file}: line {line}: is not valid CSV: {why}").format(
                file=file, line=begin + read, why=why
            )
        )
    return _table(rows, known)


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RunError(
            _("{file}: cannot be read: {why}").format(file=file, why=cause(error))
        ) from error
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return data.decode(encoding).lstrip("\ufeff")  # joined files have another one
    except UnicodeDecodeError as error:
        raise RunError(
            _(
                "{file}: is not UTF-8 text; in Excel, save it as “CSV UTF-8 (Comma delimited)”"
            ).format(file=file)
        ) from error


def _is_left_open(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the row of these lines goes on because a quotation mark was forgotten.

    Such a mark ends at another cell's, or with the file. Within a line, hand-written ones may stand
    as they like.
    """
    if len(lines) == 1 and '"' not in lines[0]:
        return False
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return len(lines) > 1 or "unexpected end" in str(error)
    return False


def _table(rows: Sequence[Sequence[str]], known: Collection[str]) -> Table:
    begin = next((at for at, cells in enumerate(rows) if any(map(str.strip, cells))), len(rows))
    header = rows[begin] if begin < len(rows) else ()
    named = [column for column, name in enumerate(header) if name.strip()]
    table = Table(_names((header[column] for column in named), known), [], [])
    for number, cells in enumerate(rows[begin + 1 :], start=begin + 2):
        if not any(cell.strip() for cell in cells):
            continue
        told = [cells[column] for column in named if column < len(cells)]
        others = [cell for column, cell in enumerate(cells) if column not in named and cell.strip()]
        if others or len(told) < len(named):
            table.misfits.append((number, [*told, *others]))
            continue
        values = [_value(cell) for cell in told]
        table.rows.append((number, dict(zip(table.names, values, strict=True))))
    return table


def _value(cell: str) -> str | None:
    cell = cell.strip()
    if formula := _FORMULA_OF_TEXT.fullmatch(cell):
        cell = formula[1].strip()
    return cell or None


def _names(header: Iterable[str], known: Collection[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    if set(names) <= set(known):
        return names
    spelled = in_every_language({name: name for name in known})
    return [spelled.get(name, name) for name in names]


def in_every_language(words: Mapping[str, str]) -> dict[str, str]:
    """The codes of words, as a table for people may have them.

    Parameters
    ----------
    words : mapping of str to str
        English words by their codes.

    Returns
    -------
    dict of str to str
        Codes by the word in any language, in lower case.
    """
    spelled: dict[str, str] = {}
    for language in LANGUAGES:
        with in_language(language):
            spelled |= {_(word).lower(): code for code, word in words.items()}
    return spelled


def as_path(cell: str | None) -> str:
    """A path as the record has it: forward slashes, relative to the source.

    Parameters
    ----------
    cell : str or None

    Returns
    -------
    str
    """
    return (cell or "").replace("\\", "/").removeprefix("./")


def path_key(path: str, *, fold: bool = False) -> str:
    """What two spellings of a path have in common.

    Macs and zips from them have é as two characters, which spreadsheets and other systems have as
    one. With `fold`, upper and lower case are one, too, as on Windows.

    Parameters
    ----------
    path : str
    fold : bool

    Returns
    -------
    str
    """
    composed = normalize("NFC", path)
    return composed.casefold() if fold else composed


def is_shortened_number(cell: str | None) -> bool:
    """Whether a spreadsheet has made a rounded number of a cell: of an account, say.

    Parameters
    ----------
    cell : str or None

    Returns
    -------
    bool

    Examples
    --------
    >>> is_shortened_number("1,00065E+14"), is_shortened_number("100064712345678")
    (True, False)
    """
    return cell is not None and _SHORTENED.fullmatch(cell) is not None
