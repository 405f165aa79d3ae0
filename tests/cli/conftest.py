"""The real program in a folder of its own."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.program import run_here, run_program

Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def netravision(tmp_path: Path) -> Program:
    """Run ``python -m netravision`` in the temporary folder."""

    def run(*args: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        return run_program(*args, cwd=tmp_path, env=env)

    return run


@pytest.fixture
def here(tmp_path: Path) -> Program:
    """The same without a process of its own."""
    return lambda *args: run_here(*args, cwd=tmp_path)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two accounts with two photos each, and a file that is none."""
    folder = tmp_path / "foto"
    for shade, name in enumerate(("akun_a/1.png", "akun_a/2.png", "akun_b/1.png", "akun_b/2.png")):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((80, 120, 3), 100 + shade, np.uint8)).save(file)
    (folder / "akun_b" / "catatan.txt").write_text("rapat hari Senin")
    return folder
