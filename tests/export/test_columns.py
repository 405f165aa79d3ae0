"""The cells of the tables: what each column says of a finding, a video, a failed photo."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netravision.evidence import VideoSpan
from netravision.export.columns import (
    COMPARISON_COLUMNS,
    RESULT_COLUMNS,
    Column,
    ResultRow,
    result_rows,
)
from netravision.export.comparison import Comparison, Side
from netravision.languages import LANGUAGES, gettext, in_language
from netravision.result import Failure, Photo, Result
from netravision.run.decisions import Decision, Decisions, View
from tests.made_run import BLUE, THUMB, TWO, Folder

PHOTO = Photo("a/1.png", "ab" * 32, 120, 80, "a", posted_at="2024-09-25")


def cells(columns: tuple[Column[Any], ...], row: object) -> dict[str, object]:
    """What a row says, without its empty cells."""
    said = {column.name: column.cell(row) for column in columns}
    return {name: cell for name, cell in said.items() if cell is not None}


@pytest.mark.parametrize("columns", [RESULT_COLUMNS, COMPARISON_COLUMNS])
def test_names_are_there_once(columns: tuple[Column[Any], ...]) -> None:
    names = [column.name for column in columns]
    assert len(names) == len(set(names))


def test_a_photo_without_findings() -> None:
    assert cells(RESULT_COLUMNS, ResultRow(Result(PHOTO), outside_period=False, url=None)) == {
        "path": "a/1.png",
        "account": "a",
        "kind": "post",
        "posted_at": "2024-09-25",
        "outside_period": False,
        "status": "screened",
        "width": 120,
        "height": 80,
        "sha256": "ab" * 32,
        "truncated": False,
    }


def test_a_failed_photo() -> None:
    failed = Result(PHOTO, Failure("truncated", "ends early"))
    said = cells(RESULT_COLUMNS, ResultRow(failed, None, "https://example.org/1"))
    assert (said["status"], said["error_code"], said["error_message"], said["url"]) == (
        "failed",
        "truncated",
        "ends early",
        "https://example.org/1",
    )
    assert not {"truncated", "outside_period", "score", "decision", "candidate"} & said.keys()


def test_a_finding_with_its_decision() -> None:
    finding = replace(TWO, score=0.912345)
    decision = Decision(
        (View("right", "no", "", "Pengawas 1", decided_at="2024-10-01T00:00:00+00:00"),)
    )
    row = ResultRow(Result(PHOTO, None, (finding,)), None, None, finding, 1, decision)
    said = cells(RESULT_COLUMNS, row)
    assert [said[name] for name in ("detector", "rule", "label", "score", "candidate")] == [
        *("hands", "number-2", "two", 0.9123, 1)
    ]
    assert tuple(said[side] for side in ("x0", "y0", "x1", "y1")) == TWO.box
    assert (said["decision"], said["decided_at"]) == ("right", decision.decided_at)
    assert (said["follow_up"], said["reviewer"]) == ("no", "Pengawas 1")
    assert said["evidence"] == TWO.evidence.to_dict()
    assert said["reason"] == finding.reason
    assert "note" not in said  # an empty note is no note


def test_a_finding_of_the_whole_picture_has_no_box() -> None:
    row = ResultRow(Result(PHOTO, None, (BLUE,)), None, None, BLUE, 1, Decision())
    assert not {"x0", "y0", "x1", "y1", "frame_s"} & cells(RESULT_COLUMNS, row).keys()


def test_seconds_are_those_of_the_finding_in_a_video() -> None:
    video = replace(PHOTO, kind="frame", frame_s=3.0)
    when = VideoSpan(frame_s=9.0, first_s=8.0, last_s=10.0, frames=2, frames_looked_at=3)
    seen = replace(TWO, evidence=replace(TWO.evidence, video=when))
    said = cells(RESULT_COLUMNS, ResultRow(Result(video, None, (seen,)), None, None, seen, 1))
    assert (said["frame_s"], said["first_s"], said["last_s"]) == (9.0, 8.0, 10.0)
    assert cells(RESULT_COLUMNS, ResultRow(Result(video), None, None))["frame_s"] == 3.0


def test_a_comparison_says_both_sides() -> None:
    older, newer = Side("worn", "a/1", "2024-09-25", 0.123456), Side("no_avatar")
    assert cells(COMPARISON_COLUMNS, Comparison("a", "x", "X", "2024-09-25", older, newer)) == {
        "account": "a",
        "status": "not_seen",
        "emblem": "x",
        "label": "X",
        "first_seen": "2024-09-25",
        "older": "worn",
        "older_path": "a/1",
        "older_date": "2024-09-25",
        "older_score": 0.1235,
        "newer": "no_avatar",
    }


def test_a_run_has_a_row_a_finding_and_one_for_every_other_photo(folder: Folder) -> None:
    folder.add(folder.picture("1.png", seed=1), TWO, THUMB, posted_at="2020-01-01")
    folder.add(folder.picture("2.png", seed=2), url="https://example.org/2")
    folder.add(Path("gone.png"), error=Failure("vanished", "is gone"))
    with Decisions(folder.run.folder, create=True) as decisions:
        first = next(iter(folder.run.results()))
        said = [(first.findings[1], View("wrong", note="bukan"))]
        decisions.add(folder.run.content(first), "post", said)
    rows = list(result_rows(folder.run))
    assert [(row.photo.path, row.finding and row.finding.rule) for row in rows] == [
        ("akun_a/1.png", first.findings[0].rule),
        ("akun_a/1.png", first.findings[1].rule),
        ("akun_a/2.png", None),
        ("akun_a/gone.png", None),
    ]
    assert [row.decision and row.decision.choice for row in rows] == [
        *("undecided", "wrong", None, None)
    ]
    assert [row.outside_period for row in rows] == [True, True, None, None]
    assert [row.url for row in rows] == [None, None, "https://example.org/2", None]
    assert [row.candidate for row in rows][2:] == [None, None]
    assert {row.candidate for row in rows[:2]} <= {1, 2}


@pytest.mark.parametrize("columns", [RESULT_COLUMNS, COMPARISON_COLUMNS])
def test_a_heading_stands_for_one_column_in_whichever_language(
    columns: tuple[Column[Any], ...],
) -> None:
    meant: dict[str, set[str]] = {}
    for code in LANGUAGES:
        with in_language(code):
            for column in columns:
                meant.setdefault(gettext(column.name).lower(), set()).add(column.name)
    assert len(meant) > len(columns)
    assert all(len(names) == 1 for names in meant.values())
