"""The formats of an export: a new one is a case here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Literal, TypeVar, get_args

from netravision.errors import MissingRequirementError
from netravision.export.coco import coco_json
from netravision.export.columns import RESULT_COLUMNS, Column, RowT, result_rows
from netravision.export.csv_output import csv_lines
from netravision.export.jsonl import Record, jsonl_lines
from netravision.languages import gettext as _
from netravision.run import Run

__all__ = [
    "ACCOUNT_FORMATS",
    "FORMATS",
    "Format",
    "TableFormat",
    "write_results",
    "write_rows",
]

TableFormat = Literal["jsonl", "csv", "xlsx", "parquet"]
Format = Literal[TableFormat, "coco"]

FORMATS: tuple[Format, ...] = (*get_args(TableFormat), "coco")
ACCOUNT_FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)


_RecordT = TypeVar("_RecordT", bound=Record)


def write_results(
    run: Run, form: Format, stream: IO[bytes], *, translated: bool = False, delimiter: str = ","
) -> None:
    """Write the results of a run, photos in the order of their paths.

    Parameters
    ----------
    run : Run
        Read while it is written, so memory does not grow with it.
    form : {"jsonl", "csv", "xlsx", "parquet", "coco"}
    stream, translated, delimiter
        As :func:`write_rows` takes them.

    Raises
    ------
    MissingRequirementError
        If the format needs a package that is not installed; nothing is written then.
    """
    if form == "coco":
        stream.writelines(coco_json(run.results()))
    elif form == "jsonl":
        stream.writelines(jsonl_lines(run.results()))
    else:
        _write_table(RESULT_COLUMNS, result_rows(run), form, stream, translated, delimiter)


def write_rows(
    columns: Sequence[Column[_RecordT]],
    rows: Iterable[_RecordT],
    form: TableFormat,
    stream: IO[bytes],
    *,
    translated: bool = False,
    delimiter: str = ",",
) -> None:
    """Write what is a table and a record alike: accounts, or what two runs say together.

    Parameters
    ----------
    columns : sequence of Column
        Such as :data:`netravision.export.columns.ACCOUNT_COLUMNS`.
    rows : iterable
        What the columns are of.
    form : {"jsonl", "csv", "xlsx", "parquet"}
    stream : binary file
        Need not be able to seek.
    translated : bool
        Write a CSV for people, in the language in force, as :func:`csv_lines` does. A workbook
        always is.
    delimiter : str
        Between the cells of a CSV.

    Raises
    ------
    MissingRequirementError
        If the format needs a package that is not installed; nothing is written then.
    """
    if form == "jsonl":
        stream.writelines(jsonl_lines(rows))
    else:
        _write_table(columns, rows, form, stream, translated, delimiter)


def _write_table(
    columns: Sequence[Column[RowT]],
    rows: Iterable[RowT],
    form: Literal["csv", "xlsx", "parquet"],
    stream: IO[bytes],
    translated: bool,
    delimiter: str,
) -> None:
    if form == "csv":
        stream.writelines(csv_lines(columns, rows, translated=translated, delimiter=delimiter))
        return
    try:
        if form == "xlsx":
            from netravision.export.xlsx import write_xlsx as write
        else:
            from netravision.export.parquet import write_parquet as write
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            _(
                "--format {format} needs the package {package}: "
                'python -m pip install "netravision[{format}]"'
            ).format(format=form, package=error.name)
        ) from error
    write(columns, rows, stream)
