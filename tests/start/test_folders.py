"""What a page needs to know of this computer's folders."""

import subprocess
import sys
from pathlib import Path

import pytest

from netravision.errors import RunError
from netravision.run import Run
from netravision.start.folders import list_folder, places, run_folder
from netravision.watchlist import Watchlist
from tests.program import POSIX, without_privileges


def test_a_listing_has_what_matters_for_choosing(tmp_path: Path) -> None:
    for name in ("b", "A", ".tersembunyi", "$RECYCLE.BIN"):
        (tmp_path / name).mkdir()
    for name in ("1.jpg", "2.MP4", "catatan.txt", "Pilkada.TOML", ".3.jpg"):
        (tmp_path / name).touch()
    listing = list_folder(tmp_path)
    assert [folder.name for folder in listing.folders] == ["A", "b"]
    assert [file.name for file in listing.watchlists] == ["Pilkada.TOML"]
    assert (listing.media, listing.is_run) == (2, False)


def test_a_run_is_known_as_one(tmp_path: Path) -> None:
    Run.start(tmp_path / "hasil", Watchlist.default()).close()
    assert list_folder(tmp_path / "hasil").is_run


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "foto.jpg").touch()
    for name in ("foto.jpg", "tidak ada"):
        with pytest.raises(RunError, match=f"{name} cannot be opened"):
            list_folder(tmp_path / name)


def test_places_begin_with_the_users_own_and_exist() -> None:
    found = places()
    assert found[0] == Path.home()
    assert all(place.is_dir() for place in found)
    assert len({*found}) == len(found)


def test_results_go_beside_the_photos(tmp_path: Path) -> None:
    (tmp_path / "foto 2024").mkdir()
    assert run_folder(tmp_path / "foto 2024") == tmp_path / "foto 2024-netravision"
    assert run_folder(Path(tmp_path.anchor)).parent == Path.home()


@POSIX
def test_results_of_what_lies_in_a_locked_folder_go_home(tmp_path: Path) -> None:
    (tmp_path / "foto").mkdir()
    tmp_path.chmod(0o500)
    code = (
        "import pathlib, sys; from netravision.start.folders import run_folder;"
        "print(run_folder(pathlib.Path(sys.argv[1])))"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "foto")]
    told = subprocess.check_output(asked, encoding="utf-8", preexec_fn=without_privileges)
    tmp_path.chmod(0o700)
    assert told.strip() == str(Path.home() / "foto-netravision")
