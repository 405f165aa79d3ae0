"""The real program, as one types it."""

import os
import subprocess
import sys
from pathlib import Path


def run_program(
    *words: str, cwd: Path, env: dict[str, str] | None = None
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
    )


def without_package(name: str, folder: Path) -> dict[str, str]:
    """An environment in which a package cannot be imported; `folder` gets what hides it."""
    absent = folder / "absent"
    absent.mkdir()
    (absent / f"{name}.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')"
    )
    path = os.pathsep.join([str(absent), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}
