"""The real program, as one types it."""

import ctypes
import os
import subprocess
import sys
from contextlib import chdir
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from netravision.cli import main

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights are set in another way there")


def run_program(
    *words: str, cwd: Path, env: dict[str, str] | None = None, **options: Any
) -> "subprocess.CompletedProcess[str]":
    """Run ``netravision`` with these words in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "netravision", *words],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
        **options,
    )


def run_here(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """The same in this process, which saves a second, for what needs none of its own."""
    with chdir(cwd):
        done = copy_context().run(CliRunner().invoke, main, words, catch_exceptions=False)
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def without_privileges() -> None:
    """Make what is started next respect the rights of files, also if root starts it."""
    if sys.platform == "linux":
        for capability in range(64):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def without_package(name: str, folder: Path) -> dict[str, str]:
    """An environment in which a package cannot be imported; `folder` gets what hides it."""
    absent = folder / "absent"
    absent.mkdir()
    (absent / f"{name}.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')"
    )
    path = os.pathsep.join([str(absent), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}
