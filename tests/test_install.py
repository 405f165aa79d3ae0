"""What an installation must be: one OpenCV, a light import, nothing heavy before it is used."""

import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

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
        ("import netravision.__main__", {"click", *HEAVY}),
        ("import netravision.run.workers", HEAVY - {"pydantic"}),
        ("import netravision.screener", {"av", "babel", "jinja2", "mediapipe", "rich", "scipy"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(statement: str, unwanted: set[str]) -> None:
    assert not modules_after(statement) & unwanted


def test_the_face_of_the_package_is_complete() -> None:
    import netravision

    for name in netravision.__all__:
        assert getattr(netravision, name).__name__ == name
    assert set(netravision.__all__) <= set(dir(netravision))
    with pytest.raises(AttributeError, match="Scanner"):
        _ = netravision.Scanner
