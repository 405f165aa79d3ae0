"""Manifests: right rows are taken, wrong ones named, none guessed."""

from pathlib import Path

import pytest

from netravision.errors import RunError
from netravision.run.manifest import Row, read_manifest

HEADER = "path,account,kind,posted_at,url\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "manifest.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (HEADER, {}),
        ("path\na/1.jpg\n", {"a/1.jpg": Row(None, None, None, None)}),
        (
            HEADER + "a/1.jpg,akun,avatar,2024-09-25,https://x.id/1\n",
            {"a/1.jpg": Row("akun", "avatar", "2024-09-25", "https://x.id/1")},
        ),
        # Column order, case, blanks, blank lines and backslashes of Windows
        (
            " URL , Path\r\n\r\n,a\\b\\1.jpg \r\n",
            {"a/b/1.jpg": Row(None, None, None, None)},
        ),
        # Excel where the comma is the decimal sign
        (
            "path;posted_at\na/1.jpg;2024-09-25T14:30\n",
            {"a/1.jpg": Row(None, None, "2024-09-25T14:30", None)},
        ),
        # Times as Indonesian Excel writes them
        (
            "path;posted_at\na.jpg;2024-09-25 14.30\nb.jpg;2024-09-25 14.30.05\n",
            {
                "a.jpg": Row(None, None, "2024-09-25 14:30", None),
                "b.jpg": Row(None, None, "2024-09-25 14:30:05", None),
            },
        ),
        ('path\n"two\nlines.jpg"\n', {"two\nlines.jpg": Row(None, None, None, None)}),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rows(tmp_path: Path, text: str, rows: dict[str, Row], encoding: str) -> None:
    manifest = read_manifest(write(tmp_path, text, encoding))
    assert manifest.rows == rows
    assert manifest.problems == []


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (",akun,post,,", "row 2: path is missing"),
        ("/etc/passwd,,,,", "row 2: path must be relative"),
        ("a/../../b.jpg,,,,", "row 2: path must be relative"),
        ("C:\\foto\\1.jpg,,,,", "row 2: path must be relative"),
        ("a.jpg,,frame,,", "row 2: kind must be avatar or post, got 'frame'"),
        ("a.jpg,,,25/09/2024,", "row 2: posted_at must be a date like"),
        ("a.jpg,,,2024-13-01,", "row 2: posted_at must be a date like"),
        ("a.jpg,,,20240925,", "row 2: posted_at must be a date like"),
        ("a.jpg,,,２０２４-09-25,", "row 2: posted_at must be a date like"),
        ("a.jpg,,,,instagram", "row 2: url must be a web address like"),
        ("a.jpg,,,,javascript:alert(1)", "row 2: url must be a web address like"),
        ("a.jpg,,,,https://x.id/1 https://x.id/2", "row 2: url must be a web address like"),
        ("a.jpg,,,,https:///p/1", "row 2: url must be a web address like"),
        ("a.jpg,akun", "row 2: expected 5 cells, got 2"),
    ],
)
def test_a_wrong_row_is_named_and_skipped(tmp_path: Path, row: str, named: str) -> None:
    manifest = read_manifest(write(tmp_path, f"{HEADER}{row}\nb.jpg,,,,\n"))
    assert list(manifest.rows) == ["b.jpg"]
    assert len(manifest.problems) == 1
    assert manifest.problems[0].startswith(named)
    assert manifest.problems[0].endswith("; skipped")


def test_the_first_of_two_rows_counts(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, HEADER + "a.jpg,satu,,,\na.jpg,dua,,,\n"))
    assert manifest.rows["a.jpg"].account == "satu"
    assert "earlier row" in manifest.problems[0]


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("", "utf-8", "must name the column path"),
        ("account,kind\n", "utf-8", "must name the column path"),
        ("path,akunnya\n", "utf-8", "must name the column path"),
        ("path,path\n", "utf-8", "each once"),
        ("path\ncafé.jpg\n", "cp1252", "not UTF-8"),
    ],
)
def test_a_wrong_file_is_an_error(tmp_path: Path, text: str, encoding: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        read_manifest(write(tmp_path, text, encoding))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_manifest(tmp_path / "none.csv")


def test_rows_that_no_file_had_are_known(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, "path\na.jpg\nb.jpg\n"))
    assert manifest.row("b.jpg") is not None
    assert manifest.row("c.jpg") is None
    assert manifest.unmet() == ["a.jpg"]


def test_a_path_is_met_in_another_spelling_of_its_letters(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, "path\ndesa/D\u00e9sa.jpg\ndesa/De\u0301sa.jpg\n"))
    assert manifest.problems == [
        "row 3: 'desa/De\u0301sa.jpg' stands in an earlier row already; skipped"
    ]
    assert manifest.row("desa/De\u0301sa.jpg") is not None
    assert manifest.unmet() == []


def test_upper_and_lower_case_are_one_where_nothing_is_spelled_as_the_row(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, "path\nAkun_A/Satu.JPG\nb.jpg\nc.jpg\nC.jpg\n"))
    assert manifest.row("akun_a/satu.jpg") is manifest.rows["Akun_A/Satu.JPG"]
    assert manifest.row("b.jpg") is not None
    assert manifest.row("B.jpg") is None  # another file, as b.jpg is there
    assert manifest.row("C.JPG") is None  # which of the two is meant?
    assert manifest.unmet() == ["c.jpg", "C.jpg"]


def test_an_account_that_was_rounded_is_not_taken(tmp_path: Path) -> None:
    row = "100064712345678/1.jpg,1.00065E+14,post,2024-09-30,\n"
    manifest = read_manifest(write(tmp_path, HEADER + row))
    assert manifest.rows == {"100064712345678/1.jpg": Row(None, "post", "2024-09-30", None)}
    (problem,) = manifest.problems
    assert problem.startswith("row 2: account 1.00065E+14 was rounded by a spreadsheet")
