"""A file is replaced whole, or stays as it was."""

from pathlib import Path

import pytest

from netravision.atomic_write import atomic_write


@pytest.mark.parametrize("before", [None, b"old, and longer than the new"])
def test_it_is_there_when_it_is_complete(tmp_path: Path, before: bytes | None) -> None:
    file = tmp_path / "keluar.bin"
    if before is not None:
        file.write_bytes(before)
    with atomic_write(file) as stream:
        stream.write(b"new\n")
        stream.flush()
        assert (file.read_bytes() if file.exists() else None) == before
    assert file.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [file]


def write_half(file: Path, fault: type[BaseException]) -> None:
    with atomic_write(file) as stream:
        stream.write(b"half")
        raise fault


@pytest.mark.parametrize("fault", [ValueError, OSError, KeyboardInterrupt])
def test_what_was_there_stays_if_it_is_not(tmp_path: Path, fault: type[BaseException]) -> None:
    file = tmp_path / "keluar.bin"
    file.write_bytes(b"old")
    with pytest.raises(fault):
        write_half(file, fault)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "none" / "a"):
        pass
