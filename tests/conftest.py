"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import browser
from tests.made_run import Folder

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


@pytest.fixture
def open_page(tmp_path: Path) -> Callable[..., AbstractContextManager[browser.Page]]:
    """Open a file or an address in Chromium: ``with open_page(file) as page``."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or os.name != "posix":
        pytest.skip("install chromium (on Linux or macOS) to see the report in a real browser")
    return partial(browser.open_page, program, tmp_path / "profile")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    with made.run:
        yield made
