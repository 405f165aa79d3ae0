"""Results as a ``pandas.DataFrame``, with the columns of an export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from netravision.convert import Results, each_result, missing_tool
from netravision.export.columns import RESULT_COLUMNS, ResultRow, result_rows, rows_of
from netravision.run import Run

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["to_dataframe"]

# Of a column, so that an empty table has the types of a full one, and whole numbers stay whole.
_TYPES = {str: "str", int: "Int64", float: "float64", bool: "boolean"}


def to_dataframe(results: Results) -> DataFrame:
    """One row a finding, and one for a photo without, so that no photo is missing.

    Parameters
    ----------
    results : Run, Result or iterable of Result
        A run gives what people decided, labels and addresses, too.

    Returns
    -------
    pandas.DataFrame
        The columns are those of ``netravision export --format csv``, with the evidence as a
        mapping and the time of a decision in UTC.

    Raises
    ------
    MissingRequirementError
        If pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise missing_tool(error, "pandas") from error
    rows = list(result_rows(results) if isinstance(results, Run) else _rows(results))
    table = {}
    for column in RESULT_COLUMNS:
        cells = pandas.Series([column.cell(row) for row in rows], dtype=object)
        if column.type is datetime:
            table[column.name] = pandas.to_datetime(cells, utc=True)
        else:
            table[column.name] = cells.astype(_TYPES.get(column.type, object))
    return pandas.DataFrame(table)


def _rows(results: Results) -> Iterator[ResultRow]:
    for result in each_result(results):
        phash = None if result.hashes is None else result.hashes.phash.partition(":")[2]
        yield from rows_of(ResultRow(result, None, None, phash=phash, file=result.file))
