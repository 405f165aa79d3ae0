"""What a command writes is whole or not there, and a fault names the file."""

from pathlib import Path
from typing import BinaryIO

import click
import pytest

from netravision.cli.output import refuse_terminal, write_output, writing
from netravision.errors import RunError


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    write_output(file, lambda stream: stream.write(b"one"))

    def fail(stream: BinaryIO) -> None:
        stream.write(b"two")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - that of the writer passes
        write_output(file, fail)
    assert file.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_standard_output_gets_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch, open(1, "w", closefd=False) as stdout:
        patch.setattr("sys.stdout", stdout)
        write_output(None, lambda stream: stream.write(b"\xff\n"))
    assert capfdbinary.readouterr().out == b"\xff\n"


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nowhere"):
        write_output(tmp_path / "nowhere" / "a.csv", lambda stream: stream.write(b""))
    with pytest.raises(RunError, match=r"b\.html.*No space left"), writing(Path("b.html")):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_what_is_no_text_is_not_for_a_terminal(
    form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(click.UsageError, match="--output"):
        refuse_terminal(form, None)
    refuse_terminal(form, tmp_path / "a")
    refuse_terminal("csv", None)
