"""What an installation must be: all that runs and nothing else, one OpenCV, a light import."""

import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import hatchling.build
import pytest
from hatchling.builders.sdist import SdistBuilder

from netravision import assets

ROOT = Path(__file__).parents[1]

HEAVY = {"cv2", "mediapipe", "ai_edge_litert", "numpy", "pydantic", "PIL", "skimage", "scipy"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules loaded by a statement in a fresh interpreter."""
    code = f"{statement}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_exactly_one_distribution_provides_cv2() -> None:
    # Two of them overwrite each other's files; which one is then imported is chance.
    assert set(packages_distributions()["cv2"]) == {"opencv-python"}


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import netravision", HEAVY),
        ("import netravision.cli", HEAVY),
        ("import netravision; netravision.Watchlist", HEAVY - {"pydantic"}),
        # What a photo waits for: the command, and the process that is given it.
        (
            "import netravision.cli.screen",
            {"ai_edge_litert", "av", "babel", "cv2", "flask", "jinja2", "rich", "scipy"},
        ),
        ("import netravision.cli.find", {"babel", "filelock", "jinja2", "pydantic", "scipy"}),
        ("import netravision.__main__", {"click", *HEAVY}),
        ("import netravision.workers", HEAVY - {"pydantic"}),
        ("import netravision.screener", {"av", "babel", "jinja2", "mediapipe", "rich", "scipy"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(statement: str, unwanted: set[str]) -> None:
    assert not modules_after(statement) & unwanted


def test_the_face_of_the_package_is_complete() -> None:
    import netravision

    for name in netravision.__all__:
        assert getattr(netravision, name).__name__.removeprefix("netravision.") == name
    assert set(netravision.__all__) <= set(dir(netravision))
    with pytest.raises(AttributeError, match="Scanner"):
        _ = netravision.Scanner


def shipped() -> Iterator[str]:
    """What a wheel must hold beside its metadata, from what the checkout has."""
    package = ROOT / "netravision"
    for file in package.rglob("*"):
        if file.is_file() and file.suffix != ".pyc":
            yield f"netravision/{file.relative_to(package).as_posix()}"
    models = ROOT / "models"
    cards = (file.name for file in models.glob("*.md"))
    for name in ("SHA256SUMS", *assets.checksums(), *cards):
        yield f"netravision/models/{name}"
    fixtures = ROOT / "fixtures"
    for file in (*fixtures.glob("marks/*"), *fixtures.glob("photos/*/*")):
        yield f"netravision/fixtures/{file.relative_to(fixtures).as_posix()}"
    yield "netravision/fixtures/watchlist.toml"


def test_a_wheel_holds_what_runs_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / hatchling.build.build_wheel(str(tmp_path))) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
        licences = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
        (notice,) = (wheel.read(name) for name in wheel.namelist() if name.endswith("/NOTICE"))
    assert held == set(shipped())
    assert licences == {"LICENSE", "NOTICE"}
    # Who reads it finds every network.
    assert all(name in notice.decode() for name in assets.checksums())


def test_a_container_gets_what_a_wheel_is_made_of() -> None:
    let_through = set((ROOT / ".containerignore").read_text(encoding="utf-8").split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sources = project["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    named = (*sources, "pyproject.toml", "README.md", *project["project"]["license-files"])
    assert {f"!{name}" for name in named} | {"*"} == let_through


def test_a_source_distribution_holds_what_makes_that_wheel() -> None:
    files = {
        Path(file.distribution_path).as_posix()
        for file in SdistBuilder(os.fspath(ROOT)).recurse_included_files()
    }
    beside = {"netravision/models": "models", "netravision/fixtures": "fixtures"}
    for name in shipped():
        folder = next((folder for folder in beside if name.startswith(f"{folder}/")), None)
        source = name if folder is None else name.replace(folder, beside[folder], 1)
        assert source in files
    assert "NOTICE" in files
    scripts = {Path(name).parts[0] for name in files if name.endswith(".py")}
    assert scripts == {"netravision"}
