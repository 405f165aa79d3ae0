"""``netravision export``: a run's results for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

from netravision.errors import RunError
from netravision.result import Finding, Result
from netravision.review.decisions import Decisions
from netravision.run import Run
from netravision.run.coco import coco_json
from netravision.run.comparison import Comparison, compare_runs
from netravision.whole_file import whole_file

Row = tuple[str | float | None, ...]

CSV_COLUMNS: tuple[str, ...] = (
    "path",
    "account",
    "kind",
    "posted_at",
    "outside_period",
    "url",
    "status",
    "error_code",
    "error_message",
    "detector",
    "rule",
    "label",
    "score",
    "reason",
    "x0",
    "y0",
    "x1",
    "y1",
    "width",
    "height",
    "sha256",
    "truncated",
    "frame_s",
    "first_s",
    "last_s",
    "decision",
    "note",
    "decided_at",
    "candidate",
)

COMPARISON_COLUMNS: tuple[str, ...] = (
    "account",
    "status",
    "emblem",
    "label",
    "first_seen",
    "older",
    "older_path",
    "older_date",
    "older_score",
    "newer",
    "newer_path",
    "newer_date",
    "newer_score",
)

_YES_OR_NO = {True: "yes", False: "no", None: None}

# OWASP, "CSV Injection": cells that begin so are run by spreadsheets. The full-width forms
# are taken for the same signs by Excel with an East Asian locale.
_RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n＝＋－＠")


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "coco"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one record a line. csv: one row a finding, for spreadsheets. coco: boxes.",
)
@click.option(
    "--compare",
    "older_folder",
    type=click.Path(path_type=Path),
    metavar="OLDER_RUN",
    help="Instead, what became of the emblems that accounts wore in that run.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of standard output.",
)
def export(folder: Path, form: str, older_folder: Path | None, output: Path | None) -> None:
    """Write a run's results for other programs.

    RUN is the folder that “screen” filled. Photos come in the order of their paths.

    With --compare, one record or row for each account and emblem: still worn, new, replaced, not
    seen again, or unknown, with the day it was first seen.
    """
    if form == "coco" and older_folder is not None:
        raise click.UsageError("--compare says nothing of boxes: choose jsonl or csv")
    with ExitStack() as stack:
        run = stack.enter_context(Run.open(folder))
        if older_folder is None:
            records: Iterable[Result | Comparison] = run.results()
            columns, rows = CSV_COLUMNS, _result_rows(run)
        else:
            older = stack.enter_context(Run.open(older_folder))
            comparisons, notes = compare_runs(older, run)
            for note in notes:
                click.echo(note, err=True)
            records = comparisons
            columns, rows = COMPARISON_COLUMNS, map(_comparison_row, comparisons)
        if form == "coco":
            chunks = coco_json(run.results())
        else:
            chunks = _jsonl_lines(records) if form == "jsonl" else _csv_lines(columns, rows)
        if output is None:
            _write(chunks, sys.stdout.buffer)
            return
        try:
            with whole_file(output) as stream:
                _write(chunks, stream)
        except OSError as error:
            raise RunError(f"{output}: cannot be written: {error.strerror}") from error


def _jsonl_lines(records: Iterable[Result | Comparison]) -> Iterator[bytes]:
    """One record a line.

    ASCII only: what passes through a Windows console or pipe arrives as it was.
    """
    for record in records:
        yield json.dumps(record.to_dict()).encode("ascii") + b"\n"


def _csv_lines(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """A table whose cells no spreadsheet runs.

    UTF-8 with a byte order mark, without which Excel reads it as another encoding.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield _drain(buffer)
        writer.writerow([_defuse(cell) for cell in row])
    yield _drain(buffer)


def _result_rows(run: Run) -> Iterator[Row]:
    """One row a finding, and one for a photo without, so that no photo is missing."""
    with Decisions(run.folder) as decisions:
        for result in run.results():
            outside = run.watchlist.is_outside_period(result.photo.posted_at)
            url = run.source_url(result)
            gathered = {
                id(finding): number
                for number, candidate in enumerate(result.candidates, 1)
                for finding in candidate.findings
            }
            for finding, decision in zip(result.findings, decisions.of(result), strict=True):
                said = (decision.choice, decision.note or None, decision.decided_at)
                cells = _cells(result, _YES_OR_NO[outside], url, finding)
                yield *cells, *said, gathered[id(finding)]
            if not result.findings:
                yield *_cells(result, _YES_OR_NO[outside], url, None), None, None, None, None


def _comparison_row(comparison: Comparison) -> Row:
    record = comparison.to_dict()
    return (
        *(record[column] for column in COMPARISON_COLUMNS[:5]),
        *record["older"].values(),
        *record["newer"].values(),
    )


def _cells(
    result: Result, outside_period: str | None, url: str | None, finding: Finding | None
) -> Row:
    photo, error = result.photo, result.error
    about_finding: Row = (None,) * 9
    when: Row = (photo.frame_s, None, None)
    if finding is not None:
        about_finding = (
            finding.detector,
            finding.rule,
            finding.label,
            round(finding.score, 4),
            finding.reason,
            *(finding.box or (None,) * 4),
        )
        if photo.kind == "frame":
            when = tuple(finding.evidence.get(key) for key in ("frame_s", "first_s", "last_s"))
    return (
        photo.path,
        photo.account,
        photo.kind,
        photo.posted_at,
        outside_period,
        url,
        result.status,
        None if error is None else error.code,
        None if error is None else error.message,
        *about_finding,
        photo.width,
        photo.height,
        photo.sha256,
        _YES_OR_NO[photo.truncated] if result.error is None else None,
        *when,
    )


def _defuse(cell: str | float | None) -> str | float | None:
    if isinstance(cell, str) and cell.startswith(_RUN_BY_SPREADSHEETS):
        return f"'{cell}"
    return cell


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _write(chunks: Iterator[bytes], stream: IO[bytes]) -> None:
    for chunk in chunks:
        stream.write(chunk)
    stream.flush()
