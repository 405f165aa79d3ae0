"""Every format holds the whole run."""

import io
import json

import pyarrow.parquet as pq
import pytest

from netravision.export.columns import COMPARISON_COLUMNS
from netravision.export.comparison import Comparison, Side
from netravision.export.formats import FORMATS, Format, write_results, write_rows
from tests.made_run import BLUE, TWO, Folder


def written(folder: Folder, form: Format) -> bytes:
    stream = io.BytesIO()
    write_results(folder.run, form, stream)
    return stream.getvalue()


def test_every_format_has_every_finding(folder: Folder) -> None:
    folder.add(folder.picture("1.png", seed=1), TWO, BLUE)
    folder.add(folder.picture("2.png", seed=2))
    data = {form: written(folder, form) for form in FORMATS}
    assert len(data["jsonl"].splitlines()) == 2
    assert len(data["csv"].decode("utf-8-sig").splitlines()) == 1 + 3
    assert pq.read_table(io.BytesIO(data["parquet"])).num_rows == 3
    assert len(json.loads(data["coco"])["annotations"]) == 2


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_comparisons_are_tables_too(form: str) -> None:
    stream = io.BytesIO()
    comparison = Comparison("akun", "x", "X", "2024-09-25", Side("worn"), Side("not_worn"))
    write_rows(COMPARISON_COLUMNS, [comparison], form, stream)  # type: ignore[arg-type]
    if form == "parquet":
        assert pq.read_table(stream).to_pylist()[0]["status"] == "replaced"
    else:
        assert b"replaced" in stream.getvalue().splitlines()[-1]
