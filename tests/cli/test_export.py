"""Exports: every line is valid by the schema, every cell harmless."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from netravision import schemas
from netravision.cli import main
from netravision.evidence import VideoSpan
from netravision.export.columns import RESULT_COLUMNS
from netravision.finding import Finding
from netravision.result import ERROR_CODES, Failure, Known, Origin, Photo, Result
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.run.decisions import Decisions, View
from netravision.visible_text import encodable, visible
from netravision.watchlist import Period, Watchlist
from tests.made_evidence import HAND
from tests.program import run_program, without_package
from tests.strict_schema import assert_refused

Program = Callable[..., "subprocess.CompletedProcess[str]"]
SCHEMA = schemas.load("result/2")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TWO = Finding("hands", "number-2", "two", 0.97, (1.0, 2.0, 3.0, 4.0), HAND)
THUMB = Finding("hands", "pose-thumb_up", "thumb_up", 0.5, None, HAND)
SEEN = Finding("hands", None, "fist", 0.2, (1.0, 2.0, 3.0, 4.0), HAND)

CSV_COLUMNS = tuple(column.name for column in RESULT_COLUMNS if column.type is not dict)

NAMES = ["a/1.png", "b/two\nlines 😀.png", 'b/café,"x".png', "b/caf\udce9.png", "=1+1.png"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with findings, without, and with a failure of every code."""
    with Run.start(tmp_path / "run", Watchlist.default(), observations=True) as run:
        for index, name in enumerate(NAMES):
            findings = (TWO, THUMB)[:index]
            photo = Photo(None, f"{index:064x}", 120, 80)
            add(run, name, f"{index:064x}", None, Result(photo, None, findings, (SEEN,)))
        for code in ERROR_CODES:
            add(run, f"c/{code}.png", None, Failure(code, f"-{code} it was"), None)
    return tmp_path / "run"


def add(
    run: Run, name: str, sha256: str | None, error: Failure | None, screened: Result | None
) -> None:
    file, path = Path("/foto", name).absolute(), encodable(name)
    run.store.add(
        Appearance(file, path, "@akun", "post", False, "2024-09-25", None, 1, 2, sha256, error),
        screened,
    )


def invoke(*args: str) -> bytes:
    done = CliRunner().invoke(main, ["export", *args])
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def test_every_line_is_a_valid_record(folder: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    lines = invoke(str(folder)).decode("ascii").splitlines()
    assert len(lines) == len(NAMES) + len(ERROR_CODES)
    for line in lines:
        VALIDATOR.validate(json.loads(line))
    with Run.open(folder) as run:
        assert [Result.from_dict(json.loads(line)) for line in lines] == list(run.results())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), "netravision.result/1"),
        (("extra",), 1),
        (("status",), "failed"),
        (("error",), {"code": "empty", "message": "x"}),
        (("photo", "extra"), 1),
        (("photo", "kind"), "story"),
        (("photo", "sha256"), None),
        (("photo", "width"), 0),
        (("photo", "posted_at"), "25/09/2024"),
        (("photo", "known_from"), {}),
        (("photo", "known_from", "account"), "rumor"),
        (("photo", "known_from", "color"), "folder"),
        (("findings", 0, "rule"), None),
        (("findings", 0, "rule"), "two"),
        (("findings", 0, "score"), 1.1),
        (("findings", 0, "box"), [1, 2, 3]),
        (("findings", 0, "detector"), "faces"),
        (("findings", 0, "reason"), ""),
        (("findings", 0, "extra"), 1),
        (("observations", 0, "rule"), "number-2"),
    ],
)
def test_the_schema_is_strict(place: tuple[str | int, ...], value: object) -> None:
    known_from: dict[Known, Origin] = {"account": "folder", "posted_at": "manifest"}
    photo = Photo("a/1.png", "ab" * 32, 120, 80, "a", "post", "2024-09-25", known_from=known_from)
    record = json.loads(json.dumps(Result(photo, None, (TWO,), (SEEN,)).to_dict()))
    assert_refused(VALIDATOR, record, place, value)


def test_the_schema_knows_the_closed_list_of_codes() -> None:
    assert SCHEMA["$defs"]["error"]["properties"]["code"]["enum"] == list(ERROR_CODES)


def test_csv_has_a_row_a_finding_and_one_for_every_other_photo(folder: Path) -> None:
    data = invoke(str(folder), "--format", "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(header) == CSV_COLUMNS
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(table) == 1 + 1 + 2 + 2 + 2 + len(ERROR_CODES)
    assert {row["path"].removeprefix("'") for row in table} >= {
        visible(encodable(name)) for name in NAMES
    }
    assert [row["error_code"] for row in table if row["error_code"]] == sorted(ERROR_CODES)
    assert [row["error_code"] for row in table if row["status"] == "skipped"] == ["not_a_picture"]
    two = next(row for row in table if row["rule"] == "number-2")
    assert (two["score"], two["x0"], two["y1"], two["width"]) == ("0.97", "1.0", "4.0", "120")
    assert two["reason"] == TWO.reason


def test_cells_that_a_spreadsheet_would_run_are_defused(folder: Path) -> None:
    data = invoke(str(folder), "--format", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for r in rows for cell in r.values()
    )
    assert {row["account"] for row in rows} == {"'@akun"}
    assert "'=1+1.png" in {row["path"] for row in rows}
    assert "'-empty it was" in {row["error_message"] for row in rows}


@pytest.mark.parametrize(
    ("start", "marked"), [(None, ""), (date(2024, 9, 25), "no"), (date(2024, 9, 26), "yes")]
)
def test_csv_marks_photos_outside_the_period(folder: Path, start: date | None, marked: str) -> None:
    period = None if start is None else Period(start=start, end=date(2024, 11, 23))
    watchlist = Watchlist.default().model_copy(update={"period": period})
    Run.start(folder, watchlist, observations=True).close()
    data = invoke(str(folder), "--format", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert {row["outside_period"] for row in rows} == {marked}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_file_gets_what_standard_output_gets(folder: Path, tmp_path: Path, form: str) -> None:
    output = tmp_path / "keluar"
    assert invoke(str(folder), "--format", form, "--output", str(output)) == b""
    assert output.read_bytes() == invoke(str(folder), "--format", form)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("args", "message"),
    [(["nowhere"], "is not a run folder"), (["nowhere", "--format", "xlsx"], "xlsx")],
)
def test_wrong_use(here: Program, args: list[str], message: str) -> None:
    done = here("export", *args)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_cut_files_and_videos_say_so_in_each_format(tmp_path: Path) -> None:
    video = VideoSpan(frame_s=3.2, first_s=1.0, last_s=8.4, frames=3, frames_looked_at=4)
    shown = [
        replace(TWO, evidence=replace(HAND, truncated=True)),
        replace(TWO, evidence=replace(HAND, video=video)),
    ]
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        for path, kind, truncated, finding in (
            ("a/cut.jpg", "post", True, shown[0]),
            ("a/nothing.jpg", "post", True, None),
            ("a/reel.mp4", "frame", False, shown[1]),
            ("a/whole.jpg", "post", False, TWO),
        ):
            sha256 = sha(path)
            photo = Photo(None, sha256, 120, 80, truncated=truncated)
            found = () if finding is None else (finding,)
            run.store.add(
                Appearance(Path("/x", path), path, "a", kind, False, None, None, 1, 2, sha256),
                Result(photo, findings=found),
            )
    table = csv.DictReader(io.StringIO(invoke(str(tmp_path / "run"), "--format", "csv").decode()))
    columns = ("truncated", "frame_s", "first_s", "last_s")
    assert [[row[column] for column in columns] for row in table] == [
        ["yes", "", "", ""],
        ["yes", "", "", ""],
        ["no", "3.2", "1.0", "8.4"],
        ["no", "", "", ""],
    ]
    records = [json.loads(line) for line in invoke(str(tmp_path / "run")).splitlines()]
    for record in records:
        VALIDATOR.validate(record)
    assert [record["photo"].get("truncated") for record in records] == [True, True, None, None]
    assert [record["photo"]["frame_s"] for record in records] == [None, None, 3.2, None]
    assert "file ends early" in records[0]["findings"][0]["reason"]
    assert "from 0:01 to 0:08" in records[2]["findings"][0]["reason"]


def sha(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def test_coco_has_the_boxes_of_the_run(folder: Path) -> None:
    record = json.loads(invoke(str(folder), "--format", "coco").decode("ascii"))
    assert [image["file_name"] for image in record["images"]] == [
        encodable(name) for name in sorted(NAMES, key=encodable)
    ]
    assert {each["name"] for each in record["categories"]} == {"number-2", "pose-thumb_up"}
    done = CliRunner().invoke(
        main, ["export", str(folder), "--format", "coco", "--compare", str(folder)]
    )
    assert done.exit_code == 2


def test_parquet_has_the_rows_of_the_csv_in_their_own_types(
    netravision: Program, folder: Path, tmp_path: Path
) -> None:
    with Run.open(folder) as run, Decisions(folder, create=True) as decisions:
        shown = next(result for result in run.results() if len(result.findings) == 2)
        said = [(shown.findings[0], View("right", note="=1+1"))]
        decisions.add(run.content(shown), shown.photo.kind, said)
    done = netravision("export", "run", "--format", "parquet", "--output", "keluar.parquet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.glob("*.part"))
    table = pq.read_table(tmp_path / "keluar.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        *((name, "string") for name in CSV_COLUMNS[:4]),
        ("outside_period", "bool"),
        *((name, "string") for name in CSV_COLUMNS[5:13]),
        ("score", "double"),
        ("reason", "string"),
        *((name, "double") for name in ("x0", "y0", "x1", "y1")),
        *((name, "int32") for name in ("width", "height")),
        ("sha256", "string"),
        ("truncated", "bool"),
        *((name, "double") for name in ("frame_s", "first_s", "last_s")),
        *((name, "string") for name in ("decision", "follow_up", "reviewer", "note")),
        ("decided_at", "timestamp[ms, tz=UTC]"),
        ("phash", "string"),
        ("candidate", "int32"),
        ("evidence", "string"),
    ]
    rows = table.to_pylist()
    as_csv = list(
        csv.DictReader(
            io.StringIO(invoke(str(folder), "--format", "csv").decode("utf-8-sig"), newline="")
        )
    )
    assert len(rows) == len(as_csv)
    for row, texts in zip(rows, as_csv, strict=True):
        for name, text in texts.items():
            assert as_cell(row[name]) == (text[1:] if text.startswith("'") else text), name
    said = [row for row in rows if row["decision"] == "right"]
    assert [(row["rule"], row["note"]) for row in said] == [("number-2", "=1+1")]
    assert {row["evidence"] and json.loads(row["evidence"])["number"] for row in rows} == {None, 2}


def as_cell(value: object) -> str:
    """How a value of Parquet stands in the CSV."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else visible(str(value))


def test_parquet_goes_through_a_pipe(folder: Path) -> None:
    command = [sys.executable, "-m", "netravision", "export", str(folder), "--format", "parquet"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert pq.read_table(io.BytesIO(done.stdout)).num_rows == 8 + len(ERROR_CODES)


def test_parquet_of_an_empty_run_has_its_columns(tmp_path: Path) -> None:
    Run.start(tmp_path / "kosong", Watchlist.default()).close()
    table = pq.read_table(io.BytesIO(invoke(str(tmp_path / "kosong"), "--format", "parquet")))
    assert (table.num_rows, table.schema.names) == (0, [*CSV_COLUMNS, "evidence"])


def test_parquet_without_its_package_says_which(folder: Path, tmp_path: Path) -> None:
    done = run_program(
        *("export", "run", "--format", "parquet", "--output", "keluar.parquet"),
        cwd=tmp_path,
        env=without_package("pyarrow", tmp_path),
    )
    assert done.returncode == 3
    assert 'needs the package pyarrow: python -m pip install "netravision[parquet]"' in done.stderr
    assert not list(tmp_path.glob("keluar.parquet*"))
