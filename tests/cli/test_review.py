"""``netravision review`` as one types it: what it refuses before a page is served."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("words", [("nowhere",), ("run", "--since", "nowhere")])
def test_a_folder_without_a_run_is_named(
    here: Program, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = here("review", *words)
    assert done.returncode == 2
    assert "is not a run folder" in done.stderr
    assert str(tmp_path / words[0]) in done.stderr


def test_a_file_is_no_run(here: Program, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    done = here("review", "run")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
