"""What the tests of several detectors share."""

from pathlib import Path

import pytest

from netravision.watchlist import Watchlist


@pytest.fixture(scope="module")
def watchlist(fixtures_dir: Path) -> Watchlist:
    """The watchlist of the fixtures."""
    return Watchlist.load(fixtures_dir / "watchlist.toml")
