"""A table as a Parquet file, for data frames and databases; needs the package ``pyarrow``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from netravision.export.columns import Column, RowT

__all__ = ["write_parquet"]

#: Rows kept in memory at once; a group of the file, which readers take or skip as one.
ROWS_IN_GROUP = 10_000

#: A mapping has other keys in every row, so it is JSON text: readers look into that themselves.
_ARROW_TYPES = {
    str: pa.string(),
    int: pa.int32(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("ms", tz="UTC"),
    dict: pa.string(),
}


def write_parquet(columns: Sequence[Column[RowT]], rows: Iterable[RowT], stream: IO[bytes]) -> None:
    """Write rows while they come.

    Parameters
    ----------
    columns : sequence of Column
        Those of type ``dict`` are written as JSON text.
    rows : iterable
    stream : binary file
        Need not be able to seek.
    """
    schema = pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in columns])
    rows = iter(rows)
    with pq.ParquetWriter(stream, schema) as writer:
        while group := list(islice(rows, ROWS_IN_GROUP)):
            cells = [[_plain(column.cell(row), column.type) for row in group] for column in columns]
            writer.write_table(pa.table(cells, schema=schema))


def _plain(cell: Any, kind: type) -> Any:
    if cell is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(cell)
    return json.dumps(cell) if kind is dict else cell
