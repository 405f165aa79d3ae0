"""One version, wherever it stands."""

import tomllib
from pathlib import Path

import netravision
from netravision.version import VERSION


def test_package_and_project_have_one_version() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION == netravision.__version__
