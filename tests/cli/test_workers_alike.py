"""However many processes share the work, what comes out is the same, byte for byte."""

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_one_worker_and_three_export_the_same_bytes(
    here: Callable[..., "CompletedProcess[str]"], tmp_path: Path
) -> None:
    photos = sorted((FIXTURES / "photos").rglob("*.jpg"))[::9]
    assert len(photos) > 12
    for number, photo in enumerate(photos):
        file = tmp_path / "foto" / f"akun_{number % 3}" / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(photo, file)
    # One content in two accounts: which of the two is screened must not show.
    shutil.copyfile(photos[0], tmp_path / "foto" / "akun_1" / "again.jpg")
    exported = []
    for workers in ("1", "3"):
        command = ("screen", "foto", "--run", workers, "--workers", workers)
        watchlist = ("--watchlist", str(FIXTURES / "watchlist.toml"))
        done = here(*command, *watchlist, "--profile", "fast", "--observations", "--quiet")
        assert done.returncode == 0, done.stderr
        here("export", workers, "--format", "jsonl", "--output", f"{workers}.jsonl")
        exported.append((tmp_path / f"{workers}.jsonl").read_bytes())
    assert exported[0].count(b"\n") == len(photos) + 1
    assert exported[0].count(b'"rule": "') > 5
    assert exported[1] == exported[0]
