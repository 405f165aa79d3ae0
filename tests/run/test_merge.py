"""Runs joined by one call; as one types it is in ``cli/test_merge.py``."""

from pathlib import Path

import pytest

from netravision.errors import RunError
from netravision.run import Run
from netravision.run.decisions import Decisions, View
from netravision.run.merge import merge_runs
from netravision.run.run import Listing
from tests.made_run import TWO, Folder


def made(root: Path, name: str, seed: int, *, ended: bool = True) -> Folder:
    root.mkdir()
    folder = Folder(root)
    folder.run.begin_shard("1/1")
    folder.add(folder.picture(name, seed=seed), TWO)
    if ended:
        folder.run.end_shard("1/1", Listing(1, "0" * 64))
    return folder


def test_photos_and_decisions_of_all_are_in_the_whole(tmp_path: Path) -> None:
    parts = [made(tmp_path / name, f"{name}.png", seed) for seed, name in enumerate("ab")]
    for folder in parts:
        with Decisions(folder.run.folder, create=True) as decisions:
            content = folder.run.content(next(folder.run.results()))
            decisions.add(content, "post", [(TWO, View("right", "yes", "", folder.root.name))])
        folder.run.close()
    with merge_runs([folder.run.folder for folder in parts], tmp_path / "utuh") as whole:
        found = list(whole.found())
        assert [result.photo.path for result, _ in found] == ["akun_a/a.png", "akun_a/b.png"]
        with Decisions(whole.folder) as decisions:
            said = [decisions.of(content, result)[0] for result, content in found]
    assert [decision.views[0].reviewer for decision in said] == ["a", "b"]
    # All or nothing, and the parts stay as they are.
    with Run.open(parts[0].run.folder) as run:
        assert run.store.count() == 1


def test_a_run_that_was_not_gone_through_is_named(tmp_path: Path) -> None:
    parts = [made(tmp_path / "a", "a.png", 1), made(tmp_path / "b", "b.png", 2, ended=False)]
    for folder in parts:
        folder.run.close()
    with pytest.raises(RunError, match="not gone through to its end"):
        merge_runs([folder.run.folder for folder in parts], tmp_path / "utuh")
    assert not (tmp_path / "utuh").exists()
