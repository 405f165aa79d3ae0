"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

from tests.browser import Browser, Page
from tests.made_run import Folder

Draw = Callable[..., None]
OpenPage = Callable[..., AbstractContextManager[Page]]

# What the program says is tested in English, whatever the system speaks.
os.environ["NETRAVISION_LANG"] = "en"

# The same examples everywhere, however slow the machine; test_fuzz.py looks further when asked.
settings.register_profile(
    "netravision", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("netravision")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The evaluation pictures; tests that use them are marked ``data``."""
    named = os.environ.get("NETRAVISION_DATA")
    if not named:
        pytest.skip("set NETRAVISION_DATA to the folder of evaluation pictures to run this test")
    folder = Path(named).resolve()
    if not (folder / "hands").is_dir():
        pytest.fail(f"NETRAVISION_DATA names {folder}, which has no folder 'hands'")
    return folder


@pytest.fixture(scope="session")
def fixtures_dir() -> Path:
    """The rendered pictures with their ground truth."""
    return Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="session", autouse=True)
def _nothing_kept_outside(tmp_path_factory: pytest.TempPathFactory) -> None:
    # The user's cache is not the tests' to fill; workers inherit the variable.
    os.environ["NETRAVISION_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium, to be had by :func:`open_page`."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or os.name != "posix":
        pytest.skip("install chromium (on Linux or macOS) to see the report in a real browser")
    started = Browser(program, tmp_path_factory.mktemp("profile"))
    yield started
    started.kill()


@pytest.fixture
def open_page(browser: Browser) -> OpenPage:
    """Open a file or an address in Chromium: ``with open_page(file) as page``."""
    return browser.open


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    with made.run:
        yield made


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Save a gray gradient, different for each seed, in which there is nothing to find."""

    def _draw(file: Path, seed: int, size: tuple[int, int] = (120, 80)) -> None:
        width, height = size
        ramp = np.linspace(60, 180, width, dtype=np.uint8)
        rgb = np.broadcast_to(ramp[None, :, None], (height, width, 3)).copy()
        rgb[0, 0] = seed
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rgb).save(file)

    return _draw


@pytest.fixture
def photos(tmp_path: Path, draw: Draw) -> Path:
    """Two accounts with five photos, one of them in both, and two files that are no photos."""
    folder = tmp_path / "foto"
    for seed, name in enumerate(("akun_a/1.png", "akun_a/2.png", "akun_b/1.png", "akun_b/2.png")):
        draw(folder / name, seed)
    (folder / "akun_b" / "copy.png").write_bytes((folder / "akun_a" / "1.png").read_bytes())
    (folder / "akun_b" / "empty.jpg").touch()
    (folder / "catatan.txt").write_text("rapat hari Senin")
    return folder
