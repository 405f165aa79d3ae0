"""A process is told how to make its screener, and makes it from a file."""

import pickle
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from netravision.errors import WatchlistError
from netravision.worker_screener import load_screener
from tests.test_install import HEAVY, modules_after


def test_it_looks_for_what_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text('schema = 1\nname = "Uji"\n[[number]]\nvalue = 2\nlabel = "Dua"\n')
    make = pickle.loads(pickle.dumps(partial(load_screener, file, "fast", observations=True)))
    with make() as screener:
        assert screener.watchlist.name == "Uji"
        assert (screener.profile, screener.observations) == ("fast", True)
        assert screener.screen(np.zeros((8, 8, 3), np.uint8)).status == "screened"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text("schema = 2")
    with pytest.raises(WatchlistError, match=r"w\.toml"):
        load_screener(tmp_path / "w.toml", "fast", observations=False)


def test_who_gives_photos_out_loads_no_network() -> None:
    assert not modules_after("import netravision.worker_screener") & HEAVY
