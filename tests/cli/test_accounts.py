"""``netravision accounts`` and the delimiters of an export, as one types them."""

import csv
import io
from pathlib import Path

import openpyxl

from tests.made_run import THUMB, TWO, Folder
from tests.program import run_here, run_program, without_package


def test_the_list_of_work(folder: Folder) -> None:
    folder.add(folder.picture("a.png", seed=1), TWO, posted_at="2024-10-02")
    folder.add(folder.picture("b.png", seed=2), THUMB, account="akun_b")
    done = run_program("accounts", "run", "--since", "run", cwd=folder.root)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert [(row["account"], row["rule"], row["status"]) for row in rows] == [
        ("akun_a", "number-2", "still"),
        ("akun_b", "pose-thumb_up", "still"),
    ]
    words = ("accounts", "run", "--format", "xlsx", "--output", "akun.xlsx", "--lang", "id")
    assert run_here(*words, cwd=folder.root).returncode == 0
    sheet = openpyxl.load_workbook(folder.root / "akun.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["akun", "yang dicari", "label"]


def test_semicolons_and_decimal_commas(folder: Folder) -> None:
    folder.add(folder.picture(), TWO)
    words = ("export", "run", "--format", "csv", "--delimiter", ";", "--lang", "id")
    done = run_here(*words, cwd=folder.root)
    assert done.returncode == 0, done.stderr
    text = io.StringIO(done.stdout.removeprefix("\ufeff"))
    (row,) = csv.DictReader(text, delimiter=";")
    assert (row["skor"], row["nama yang dicari"]) == ("0,91", "Paslon 2 <b>tebal</b>")


def test_a_workbook_without_its_package_says_which(folder: Folder, tmp_path: Path) -> None:
    done = run_program(
        *("export", "run", "--format", "xlsx", "--output", "x.xlsx"),
        cwd=folder.root,
        env=without_package("xlsxwriter", tmp_path),
    )
    assert done.returncode == 3
    assert 'needs the package xlsxwriter: python -m pip install "netravision[xlsx]"' in done.stderr
    assert not (folder.root / "x.xlsx").exists()
