"""``netravision export``: a run's results for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import click

from netravision.atomic_write import atomic_write
from netravision.errors import MissingRequirementError, RunError
from netravision.export.coco import coco_json
from netravision.export.comparison import Comparison, compare_runs
from netravision.export.rows import (
    COMPARISON_CELLS,
    RESULT_CELLS,
    Row,
    comparison_row,
    defused,
    result_rows,
)
from netravision.result import Result
from netravision.run import Run

#: What was measured differs from rule to rule, and no spreadsheet can show it.
CSV_COLUMNS = tuple(name for name in RESULT_CELLS if name != "evidence")

COMPARISON_COLUMNS = tuple(COMPARISON_CELLS)


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet", "coco"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one record a line. csv: one row a finding, for spreadsheets. parquet: the same "
    "rows for data frames and databases. coco: boxes.",
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
        raise click.UsageError("--compare says nothing of boxes: choose another --format")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("parquet is no text: name a file with --output")
    write_parquet = _parquet_writer() if form == "parquet" else None
    with ExitStack() as stack:
        run = stack.enter_context(Run.open(folder))
        if older_folder is None:
            records: Iterable[Result | Comparison] = run.results()
            cells, rows = RESULT_CELLS, result_rows(run)
        else:
            older = stack.enter_context(Run.open(older_folder))
            comparisons, notes = compare_runs(older, run)
            for note in notes:
                click.echo(note, err=True)
            records = comparisons
            cells, rows = COMPARISON_CELLS, map(comparison_row, comparisons)

        def write(stream: IO[bytes]) -> None:
            if write_parquet is not None:
                write_parquet(cells, rows, stream)
            elif form == "csv":
                names = CSV_COLUMNS if older_folder is None else COMPARISON_COLUMNS
                stream.writelines(_csv_lines(names, rows))
            elif form == "coco":
                stream.writelines(coco_json(run.results()))
            else:
                stream.writelines(_jsonl_lines(records))
            stream.flush()

        if output is None:
            write(sys.stdout.buffer)
            return
        try:
            with atomic_write(output) as stream:
                write(stream)
        except OSError as error:
            raise RunError(f"{output}: cannot be written: {error.strerror}") from error


def _parquet_writer() -> Callable[[Mapping[str, type], Iterable[Row], IO[bytes]], None]:
    try:
        from netravision.export.parquet import write_parquet
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            f"--format parquet needs the package {error.name}: "
            'python -m pip install "netravision[parquet]"'
        ) from error
    return write_parquet


def _jsonl_lines(records: Iterable[Result | Comparison]) -> Iterator[bytes]:
    """One record a line.

    ASCII only: what passes through a Windows console or pipe arrives as it was.
    """
    for record in records:
        yield json.dumps(record.to_dict()).encode("ascii") + b"\n"


def _csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """A table whose cells no spreadsheet runs.

    UTF-8 with a byte order mark, without which Excel reads it as another encoding.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield _drain(buffer)
        writer.writerow([_cell(cell) for cell in row[: len(columns)]])
    yield _drain(buffer)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return defused(value) if isinstance(value, str) else value


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")
