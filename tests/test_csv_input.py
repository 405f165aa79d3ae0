"""Tables as spreadsheets save them."""

from pathlib import Path

import pytest

from netravision.csv_input import as_path, read_table
from netravision.errors import RunError


def table(folder: Path, text: str, encoding: str = "utf-8"):
    (folder / "t.csv").write_text(text, encoding=encoding)
    return read_table(folder / "t.csv", ["path", "rule"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rows_by_the_names_of_their_columns(tmp_path: Path, separator: str, encoding: str) -> None:
    text = " Path ,RULE\n a/1.jpg ,\n\n,\nb.jpg,x,y\nc.jpg,x\n".replace(",", separator)
    read = table(tmp_path, text, encoding)
    assert read.names == ["path", "rule"]
    assert read.rows == [
        (2, {"path": "a/1.jpg", "rule": None}),
        (6, {"path": "c.jpg", "rule": "x"}),
    ]
    assert read.misfits == [(5, ["b.jpg", "x", "y"])]
    assert read.problems == ["row 5: expected 2 cells, got 3; skipped"]


def test_a_header_may_be_in_any_language(tmp_path: Path) -> None:
    read = table(tmp_path, "Lokasi berkas,yang dicari,Kolom lain\na.jpg,number-2,x\n")
    assert read.names == ["path", "rule", "kolom lain"]
    assert read.rows[0][1]["rule"] == "number-2"
    assert table(tmp_path, "lokasi berkas,path\n").names == ["path", "path"]


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"gone\.csv: cannot be read"):
        read_table(tmp_path / "gone.csv", ["path"])
    with pytest.raises(RunError, match=r"t\.csv: is not UTF-8"):
        table(tmp_path, "path\ncafé", "latin-1")
    with pytest.raises(RunError, match=r"t\.csv: line 2: is not valid CSV"):
        table(tmp_path, 'path\n"' + "x" * 200_000 + '"\n')
    assert table(tmp_path, "").names == []


def test_paths_are_as_in_the_record() -> None:
    assert as_path(".\\akun\\1.jpg") == "akun/1.jpg"
    assert as_path("./akun/1.jpg") == "akun/1.jpg"
    assert as_path(None) == ""
