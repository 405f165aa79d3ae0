"""A table that people made, as spreadsheets save it: CSV with a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from netravision.errors import RunError, cause
from netravision.languages import LANGUAGES, in_language
from netravision.languages import gettext as _

__all__ = ["Table", "as_path", "read_table"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by the names of their columns.

    Attributes
    ----------
    names : list of str
        As the header has them, in small letters, those that are known as programs write them; a
        name may stand there twice.
    rows : list of tuple of int and dict
        The number of each row, the header's is 1, and its cells without blanks around them; None
        where a cell is empty.
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
    """Read a CSV in UTF-8.

    Comma, semicolon (what Excel writes where the comma is the decimal sign) and tab may separate
    the columns.

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
        If the file cannot be read, is not UTF-8 text, or not CSV.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RunError(
            _("{file}: cannot be read: {why}").format(file=file, why=cause(error))
        ) from error
    except UnicodeDecodeError as error:
        raise RunError(
            _(
                "{file}: is not UTF-8 text; in Excel, save it as “CSV UTF-8 (Comma delimited)”"
            ).format(file=file)
        ) from error
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table = Table(_names(next(lines, []), known), [], [])
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(table.names):
                table.misfits.append((number, cells))
                continue
            values = [cell.strip() or None for cell in cells]
            table.rows.append((number, dict(zip(table.names, values, strict=True))))
    except csv.Error as error:
        raise RunError(
            _("{file}: line {line}: is not valid CSV: {why}").format(
                file=file, line=lines.line_num, why=error
            )
        ) from error
    return table


def _names(header: Iterable[str], known: Collection[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    if set(names) <= set(known):
        return names
    spelled: dict[str, str] = {}
    for code in LANGUAGES:
        with in_language(code):
            spelled |= {_(name).lower(): name for name in known}
    return [spelled.get(name, name) for name in names]


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
