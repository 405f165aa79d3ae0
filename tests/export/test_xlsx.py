"""The workbook, read back by another library."""

import io
from datetime import datetime

import openpyxl
import pytest

from netravision.export import xlsx
from netravision.export.accounts import account_rows
from netravision.export.columns import ACCOUNT_COLUMNS
from netravision.export.formats import write_results, write_rows
from netravision.languages import in_language
from netravision.run.decisions import Decisions, View
from tests.made_run import THUMB, TWO, Folder


def sheet_of(folder: Folder, language: str = "id"):
    stream = io.BytesIO()
    with in_language(language):
        write_results(folder.run, "xlsx", stream)
    return openpyxl.load_workbook(stream).active


def cells(sheet) -> list[dict]:
    head, *rows = sheet.iter_rows()
    return [dict(zip([c.value for c in head], row, strict=True)) for row in rows]


@pytest.fixture
def filled(folder: Folder) -> Folder:
    folder.add(
        folder.picture(), TWO, THUMB, url="https://contoh.invalid/p/1", posted_at="2024-10-02"
    )
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results():
            view = View(
                "right", "yes", "=1+1", "Pengawas 1", decided_at="2024-10-05T02:00:00+00:00"
            )
            said = [(finding, view) for finding in result.findings]
            decisions.add(folder.run.content(result), "post", said)
    return folder


def test_labels_numbers_and_headings_for_people(filled: Folder):
    second, first = cells(sheet_of(filled))
    assert first["nama yang dicari"].value == "jempol ke atas"
    assert second["nama yang dicari"].value == "Paslon 2 <b>tebal</b>"
    assert (first["skor"].value, first["skor"].data_type) == (0.97, "n")
    codes = "jenis", "status", "keputusan", "tindak lanjut"
    assert [first[name].value for name in codes] == ["unggahan", "disaring", "tepat", "ya"]
    decided = datetime.fromisoformat("2024-10-05T02:00:00+00:00").astimezone()
    assert first["diputuskan pada"].value == decided.replace(tzinfo=None)
    assert first["alasan"].value == THUMB.explain("id", labels=filled.run.watchlist.labels)


def test_photos_and_addresses_are_links(filled: Folder):
    first = cells(sheet_of(filled))[0]
    assert first["alamat web"].hyperlink.target == "https://contoh.invalid/p/1"
    assert first["lokasi berkas"].value == "akun_a/a.png"
    target = first["lokasi berkas"].hyperlink.target
    assert target.replace("\\", "/").lower() == (filled.root / "a.png").as_uri().lower()


def test_no_cell_is_a_formula(filled: Folder):
    filled.add(filled.picture("b.png", seed=2), TWO, path="=HYPERLINK(1)\x07.png", account="@x")
    sheet = sheet_of(filled)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "=1+1" in [row["catatan"].value for row in cells(sheet)]


def test_more_rows_than_a_sheet_holds_go_to_another(filled: Folder, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 1)
    stream = io.BytesIO()
    write_results(filled.run, "xlsx", stream)
    assert [sheet.max_row for sheet in openpyxl.load_workbook(stream)] == [2, 2]


def test_the_list_of_accounts(filled: Folder):
    stream = io.BytesIO()
    with in_language("id"):
        write_rows(ACCOUNT_COLUMNS, account_rows(filled.run), "xlsx", stream)
    first, second = cells(openpyxl.load_workbook(stream).active)
    assert {first["label"].value, second["label"].value} >= {"jempol ke atas"}
    assert first["tindak lanjut"].value == 1
