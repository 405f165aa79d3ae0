"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest


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
