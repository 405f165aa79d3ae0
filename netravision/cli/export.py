"""``netravision export``: a run's results for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from netravision.errors import RunError
from netravision.result import Finding, Result
from netravision.run import Run

CSV_COLUMNS = (
    "path",
    "account",
    "kind",
    "posted_at",
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
)

# OWASP, "CSV Injection": cells that begin so are run by spreadsheets. The full-width forms
# are taken for the same signs by Excel with an East Asian locale.
_RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n＝＋－＠")


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one record a line. csv: one row a finding, for spreadsheets.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of standard output.",
)
def export(folder: Path, form: str, output: Path | None) -> None:
    """Write a run's results for other programs.

    RUN is the folder that “screen” filled. Photos come in the order of their paths.
    """
    with Run.open(folder) as run:
        chunks = jsonl_lines(run) if form == "jsonl" else csv_rows(run)
        if output is None:
            _write(chunks, sys.stdout.buffer)
            return
        # Written beside and moved: no other program ever reads half an export.
        unfinished = output.with_name(f"{output.name}.part")
        try:
            with unfinished.open("wb") as stream:
                _write(chunks, stream)
            unfinished.replace(output)
        except OSError as error:
            raise RunError(f"{output}: cannot be written: {error.strerror}") from error


def jsonl_lines(run: Run) -> Iterator[bytes]:
    """Records ``netravision.result/1``, one a line.

    ASCII only: what passes through a Windows console or pipe arrives as it was.
    """
    for result in run.results():
        yield json.dumps(result.to_dict()).encode("ascii") + b"\n"


def csv_rows(run: Run) -> Iterator[bytes]:
    """One row a finding, and one for a photo without, so that no photo is missing.

    UTF-8 with a byte order mark, without which Excel reads it as another encoding.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    yield b"\xef\xbb\xbf"
    for result in run.results():
        yield _drain(buffer)
        url = run.source_url(result)
        for finding in result.findings or (None,):
            writer.writerow([_defuse(cell) for cell in _cells(result, url, finding)])
    yield _drain(buffer)


def _cells(
    result: Result, url: str | None, finding: Finding | None
) -> tuple[str | float | None, ...]:
    photo, error = result.photo, result.error
    about_finding: tuple[str | float | None, ...] = (None,) * 9
    if finding is not None:
        about_finding = (
            finding.detector,
            finding.rule,
            finding.label,
            round(finding.score, 4),
            finding.reason,
            *(finding.box or (None,) * 4),
        )
    return (
        photo.path,
        photo.account,
        photo.kind,
        photo.posted_at,
        url,
        result.status,
        None if error is None else error.code,
        None if error is None else error.message,
        *about_finding,
        photo.width,
        photo.height,
        photo.sha256,
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
