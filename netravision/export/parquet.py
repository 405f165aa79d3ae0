"""Rows as a Parquet file, for data frames and databases; needs the package ``pyarrow``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

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


def write_parquet(
    columns: Mapping[str, type], rows: Iterable[Sequence[Any]], stream: IO[bytes]
) -> None:
    """Write rows while they come.

    Parameters
    ----------
    columns : mapping of str to type
        Names in the order of the cells, each with ``str``, ``int``, ``float``, ``bool``,
        ``datetime`` (given as ISO 8601 text with a time zone) or ``dict`` (written as JSON text).
    rows : iterable of sequence
        A cell may always be None.
    stream : binary file
        Need not be able to seek.
    """
    schema = pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in columns.items()])
    rows = iter(rows)
    with pq.ParquetWriter(stream, schema) as writer:
        while group := list(islice(rows, ROWS_IN_GROUP)):
            cells = [
                [_plain(cell, kind) for cell in column]
                for column, kind in zip(zip(*group, strict=True), columns.values(), strict=True)
            ]
            writer.write_table(pa.table(cells, schema=schema))


def _plain(cell: Any, kind: type) -> Any:
    if cell is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(cell)
    return json.dumps(cell) if kind is dict else cell
