"""Tables as spreadsheets save them."""

from pathlib import Path

import pytest

from netravision.csv_input import as_path, is_shortened_number, path_key, read_table
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


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("sep=;\npath;rule\na.jpg;x\n", "utf-8-sig"),
        ("SEP=|\r\npath|rule\r\na.jpg|x\r\n", "utf-8"),
        ('"sep=,"\npath,rule\na.jpg,x\n', "utf-8"),
        ("path\trule\na.jpg\tx\n", "utf-16"),  # Excel's “Unicode text”
        ("path;rule;;\na.jpg;x;;\n;;;\n", "utf-8"),
        (";path;;rule\n;a.jpg;;x\n", "utf-8"),
        ("path,rule\na.jpg,x,,,\n", "utf-8"),
        ("\ufeffpath,rule\na.jpg,x\n", "utf-8-sig"),
        ('path,rule\na.jpg,"=""x"""\n', "utf-8"),
    ],
)
def test_what_spreadsheets_add_is_no_content(tmp_path: Path, text: str, encoding: str) -> None:
    read = table(tmp_path, text, encoding)
    assert (read.names, read.misfits) == (["path", "rule"], [])
    assert read.rows == [(2, {"path": "a.jpg", "rule": "x"})]


def test_empty_lines_before_the_header_are_counted(tmp_path: Path) -> None:
    read = table(tmp_path, "\r\n;\r\npath;rule\r\na.jpg;x\r\nb.jpg\r\n")
    assert read.rows == [(4, {"path": "a.jpg", "rule": "x"})]
    assert read.misfits == [(5, ["b.jpg"])]


def test_a_cell_under_no_name_is_a_misfit(tmp_path: Path) -> None:
    read = table(tmp_path, "path,,rule\na.jpg,?,x\nb.jpg\n")
    assert read.misfits == [(2, ["a.jpg", "x", "?"]), (3, ["b.jpg"])]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('path,rule\na.jpg,"x\nb.jpg,y\n', 2),
        ('path,rule\na.jpg,x\n\n"b.jpg,y\nc.jpg,"z"\nd.jpg,\n', 4),
        ('sep=,\npath,rule\na.jpg,x\nb.jpg,"y\n', 4),
        ('path,rule\n"a.jpg' + ",x\n" * 60_000, 2),
    ],
)
def test_a_forgotten_quotation_mark_is_named_by_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    with pytest.raises(RunError, match=rf"t\.csv: line {line}: is not valid CSV: a quotation mark"):
        table(tmp_path, text)


def test_quotation_marks_may_stand_as_people_write_them(tmp_path: Path) -> None:
    read = table(tmp_path, 'path,rule\n"a\n""b"".jpg",x\n"c" d.jpg,y\n')
    assert [values["path"] for _, values in read.rows] == ['a\n"b".jpg', "c d.jpg"]


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


@pytest.mark.parametrize(
    ("cell", "shortened"),
    [
        ("1.00065E+14", True),
        ("1,00065E+14", True),
        ("1E+11", True),
        ("1.00065E14", True),
        ("1E14", False),
        ("100064712345678", False),
        ("1e14_akun", False),
        ("E+14", False),
        (None, False),
    ],
)
def test_numbers_that_a_spreadsheet_has_rounded(cell: str | None, shortened: bool) -> None:
    assert is_shortened_number(cell) is shortened


def test_spellings_of_a_path() -> None:
    assert path_key("De\u0301sa.jpg") == path_key("D\u00e9sa.jpg") != path_key("d\u00e9sa.jpg")
    assert path_key("De\u0301sa.JPG", fold=True) == path_key("D\u00c9SA.jpg", fold=True)


def test_paths_are_as_in_the_record() -> None:
    assert as_path(".\\akun\\1.jpg") == "akun/1.jpg"
    assert as_path("./akun/1.jpg") == "akun/1.jpg"
    assert as_path(None) == ""
