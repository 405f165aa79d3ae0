"""CSV: what is written is what a spreadsheet reads, and nothing that it runs."""

import csv
import io
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.export.columns import RESULT_COLUMNS, Column, result_rows
from netravision.export.csv_output import csv_lines, escape_formula, unescape_formula
from netravision.languages import in_language
from netravision.result import Failure
from netravision.visible_text import visible
from tests.made_run import BLUE, Folder

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def written(*columns: tuple[str, type], rows: list[tuple[object, ...]]) -> bytes:
    listed = [Column(name, kind, itemgetter(n)) for n, (name, kind) in enumerate(columns)]
    return b"".join(csv_lines(listed, rows))


def test_a_table_without_rows_has_its_header() -> None:
    assert written(("path", str), ("score", float), rows=[]) == b"\xef\xbb\xbfpath,score\r\n"


def test_cells_by_their_type() -> None:
    columns = ("text", str), ("score", float), ("yes", bool), ("no", bool)
    assert written(*columns, rows=[("a,b", 0.5, True, False), (None, None, None, None)]) == (
        b'\xef\xbb\xbftext,score,yes,no\r\n"a,b",0.5,yes,no\r\n,,,\r\n'
    )


def test_mappings_are_left_out() -> None:
    assert written(("a", str), ("evidence", dict), ("b", int), rows=[("x", {"k": 1}, 2)]) == (
        b"\xef\xbb\xbfa,b\r\nx,2\r\n"
    )


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_formulas_are_escaped(sign: str) -> None:
    assert escape_formula(f"{sign}1+1") == f"'{sign}1+1"
    assert escape_formula(f"a{sign}") == f"a{sign}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("foto;=1+1", "foto;'=1+1"),
        ('a;"=1+1";@x', "a;'\"=1+1\";'@x"),
        ("a; -1;b", "a;' -1;b"),
        ("'=1", "''=1"),
        ("a;'+1", "a;''+1"),
        ("2;3 =4", "2;3 =4"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_where_semicolons_separate(text: str, cell: str) -> None:
    assert escape_formula(text) == cell
    assert unescape_formula(cell) == text
    line = written(("text", str), ("last", str), rows=[(text, "x")]).decode().splitlines()[1]
    for part in next(csv.reader([line], delimiter=";")):
        assert not part.lstrip(' "').startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("cell", ["'biasa", "'", "", "a;'b"])
def test_an_apostrophe_that_escapes_nothing_stays(cell: str) -> None:
    assert unescape_formula(cell) == cell


@given(st.lists(TEXTS, max_size=8))
def test_every_text_comes_back(texts: list[str]) -> None:
    data = written(("n", int), ("text", str), rows=list(enumerate(texts))).decode("utf-8-sig")
    cells = [row[1] for row in csv.reader(io.StringIO(data, newline=""))][1:]
    assert [unescape_formula(cell) for cell in cells] == [*map(visible, texts)]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_a_table_for_people_is_in_their_language(folder: Folder) -> None:
    folder.add(folder.picture(), BLUE, path="a.png", posted_at="2024-09-25")
    folder.add(folder.root / "b.png", path="b.png", error=Failure("empty", "no content"))
    with in_language("id"):
        lines = b"".join(csv_lines(RESULT_COLUMNS, result_rows(folder.run), translated=True))
    found, failed = csv.DictReader(io.StringIO(lines.decode("utf-8-sig")))
    assert found["di luar masa kampanye"] == "tidak"
    with in_language("id"):
        assert found["alasan"] == BLUE.explain(labels={"color-biru-muda": "Biru muda"})
    assert "Biru muda" in found["alasan"]
    assert found["yang dicari"] == "color-biru-muda"
    assert (failed["kode kegagalan"], failed["keterangan kegagalan"]) == ("empty", "Berkas kosong")
