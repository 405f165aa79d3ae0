"""A table as CSV for spreadsheets, with cells that no spreadsheet runs as a formula.

Nor does a cell hold a character that could not be seen: no line end, no turn of direction.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from netravision.export.columns import Column, RowT
from netravision.languages import decimal
from netravision.languages import gettext as _
from netravision.visible_text import visible

__all__ = ["csv_lines", "escape_formula", "unescape_formula"]

# OWASP, "CSV Injection": cells that begin so are run by spreadsheets. Excel with an East Asian
# locale takes the full-width forms for the same signs. Where a semicolon separates cells, as in
# Indonesia, one within a cell begins another, quotation marks or not.
_FORMULA = re.compile(r"""(^|;)(?='*[\s"]*[=+\-@\t\r\n＝＋－＠])""")
_ESCAPED = re.compile(r"""(^|;)'(?='*[\s"]*[=+\-@\t\r\n＝＋－＠])""")


def csv_lines(
    columns: Sequence[Column[RowT]],
    rows: Iterable[RowT],
    *,
    translated: bool = False,
    delimiter: str = ",",
) -> Iterator[bytes]:
    """A header and the rows, written while they come.

    Parameters
    ----------
    columns : sequence of Column
        Those of type ``dict`` are left out: a spreadsheet cannot show a mapping whose keys differ
        from row to row.
    rows : iterable
    translated : bool
        Write for people, in the language in force: headings, reasons, why a photo failed, yes and
        no, numbers. Without it, what programs read.
    delimiter : str
        Between cells, one character; spreadsheets that write numbers with a decimal comma expect
        a semicolon.

    Yields
    ------
    bytes
        UTF-8 with a byte order mark, without which Excel reads it as another encoding.
    """
    columns = [column for column in columns if column.type is not dict]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    cells = [(column.told if translated else None) or column.cell for column in columns]
    names = [_(column.name) if translated else column.name for column in columns]
    yes, no = (_("yes"), _("no")) if translated else ("yes", "no")

    # Between ones and tenths, as people write it; a comma would cut comma-separated cells.
    point = "." if delimiter == "," else decimal(0.5, 1)[1]

    def text(value: Any) -> Any:
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, float) and translated:
            return repr(value).replace(".", point)
        return escape_formula(visible(value)) if isinstance(value, str) else value

    writer.writerow(names)
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield _drain(buffer)
        writer.writerow([text(cell(row)) for cell in cells])
    yield _drain(buffer)


def escape_formula(text: str) -> str:
    """A text as a cell that no spreadsheet runs.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With an apostrophe before it where a spreadsheet would run it, and before what it would
        run if it took a semicolon for the end of the cell.

    Examples
    --------
    >>> escape_formula("=1+1.png")
    "'=1+1.png"
    >>> escape_formula("foto;=1+1.png")
    "foto;'=1+1.png"
    """
    return _FORMULA.sub(r"\1'", text)


def unescape_formula(cell: str) -> str:
    """Inverse of :func:`escape_formula`.

    Parameters
    ----------
    cell : str

    Returns
    -------
    str
    """
    return _ESCAPED.sub(r"\1", cell)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")
