"""A table as an Excel workbook that opens by a double click; needs the package ``xlsxwriter``."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from netravision.export.columns import Column, RowT
from netravision.languages import gettext as _

__all__ = ["MAX_ROWS", "write_xlsx"]

#: Rows below the header that a sheet of Excel holds; the rest goes to further sheets.
MAX_ROWS = 2**20 - 1

#: Characters that a cell of Excel holds.
_MAX_TEXT = 32_767

# Width of a column in characters; more than that is wrapped by whoever reads it.
_WIDTH = 18


def write_xlsx(columns: Sequence[Column[RowT]], rows: Iterable[RowT], stream: IO[bytes]) -> None:
    """Write a header and the rows for people, in the language in force.

    Photos and web addresses are links. No cell is a formula, whatever a name begins with.

    Parameters
    ----------
    columns : sequence of Column
        Those of type ``dict`` are left out.
    rows : iterable
        Read while they are written; memory does not grow with them.
    stream : binary file
        Need not be able to seek.
    """
    columns = [column for column in columns if column.type is not dict]
    packed = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(packed, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = _new_sheet(book, columns, head)
        line = 0
        for row in rows:
            if line == MAX_ROWS:
                sheet, line = _new_sheet(book, columns, head), 0
            line += 1
            for place, column in enumerate(columns):
                cell = (column.told or column.cell)(row)
                link = None if column.link is None else column.link(row)
                if not (link and _write_link(sheet, line, place, link, cell)):
                    _write_cell(sheet, line, place, cell, column.type, date)
        sheet.autofilter(0, 0, line, len(columns) - 1)
    stream.write(packed.getbuffer())


def _new_sheet(book: Any, columns: Sequence[Column[RowT]], head: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, _WIDTH)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, _(column.name), head)
    return sheet


def _write_cell(sheet: Any, line: int, place: int, cell: Any, kind: type, date: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_string(line, place, _("yes") if cell else _("no"))
    elif kind is datetime:
        moment = datetime.fromisoformat(cell).astimezone()
        sheet.write_datetime(line, place, moment.replace(tzinfo=None), date)
    elif isinstance(cell, int | float):
        sheet.write_number(line, place, cell)
    else:
        sheet.write_string(line, place, _printable(cell))


def _write_link(sheet: Any, line: int, place: int, link: str, cell: str) -> bool:
    """Whether Excel takes the link: 65,530 a sheet, of at most 2,079 characters each."""
    if not link.startswith(("https://", "http://", "file://")) or not link.isprintable():
        return False
    # XlsxWriter takes a file whose URL names no drive for one beside the workbook; not in capitals.
    if link.startswith("file:///") and link[9:10] != ":":
        link = link.replace("file", "FILE", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(sheet.write_url(line, place, link, string=_printable(cell)) == 0)


def _printable(text: str) -> str:
    # A name on Linux may hold bytes, and any text characters, that XML has no place for.
    kept = (c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return "".join(kept)[:_MAX_TEXT]
