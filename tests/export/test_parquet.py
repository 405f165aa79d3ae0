"""Parquet: what is written is what is read, whatever the cells and however many."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.export import parquet
from netravision.export.columns import Column
from netravision.export.parquet import write_parquet

KINDS = {
    str: st.text(st.characters(exclude_categories=["Cs"])),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda t: t.isoformat(timespec="seconds")),
    dict: st.dictionaries(st.text(), st.integers() | st.lists(st.floats(0, 1)), max_size=3),
}
COLUMNS = [Column(kind.__name__, kind, itemgetter(number)) for number, kind in enumerate(KINDS)]


@given(st.lists(st.tuples(*(st.none() | cells for cells in KINDS.values())), max_size=20))
def test_what_is_written_is_read(rows: list[tuple[object, ...]]) -> None:
    stream = io.BytesIO()
    write_parquet(COLUMNS, rows, stream)
    table = pq.read_table(io.BytesIO(stream.getvalue()))
    assert table.schema.names == [kind.__name__ for kind in KINDS]
    read = [tuple(map(as_given, row, KINDS)) for row in map(dict.values, table.to_pylist())]
    assert read == rows


def as_given(cell: object, kind: type) -> object:
    if kind is datetime and isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return json.loads(cell) if kind is dict and isinstance(cell, str) else cell


def test_rows_are_written_while_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_IN_GROUP", 10)
    stream = io.BytesIO()
    seen = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(25):
            seen.append(len(stream.getvalue()))
            yield (number,)

    write_parquet([Column("number", int, itemgetter(0))], rows(), stream)
    assert seen[9] < seen[10] == seen[19] < seen[20]
    file = pq.ParquetFile(io.BytesIO(stream.getvalue()))
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [10, 10, 5]
    assert file.read()["number"].to_pylist() == list(range(25))
