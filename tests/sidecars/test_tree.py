"""The files of a source as readers see them, on disk and in an archive."""

import os
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from netravision.imaging.archive import list_members
from netravision.sidecars.tree import ArchiveTree, FolderTree, Tree

FILES = {"akun/a.jpg": b"a", "akun/isi/b.json": b"{}", "c.txt": b"c"}


@pytest.fixture(params=["folder", "archive"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    if request.param == "folder":
        for name, data in FILES.items():
            file = tmp_path / "unduhan" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return FolderTree(tmp_path / "unduhan", print)
    archive = tmp_path / "unduhan.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for name, data in FILES.items():
            written.writestr(name, data)
    return ArchiveTree(archive, list_members(archive), print)


def test_names_by_folder_and_content_in_bounds(tree: Tree) -> None:
    assert tree.name == "unduhan"
    assert tree.folders(PurePosixPath()) == {"akun"}
    assert tree.files(PurePosixPath("akun")) == {"a.jpg"}
    assert tree.folders(PurePosixPath("akun")) == {"isi"}
    assert tree.files(PurePosixPath("nowhere")) == frozenset()
    assert tree.read(PurePosixPath("akun/isi/b.json"), 9) == b"{}"


def test_what_is_made_of_a_path_is_made_once_and_what_is_broken_is_said_once(tree: Tree) -> None:
    made: list[PurePosixPath] = []

    def broken(_tree: Tree, path: PurePosixPath) -> str:
        made.append(path)
        raise ValueError(path)

    path = PurePosixPath("c.txt")
    with pytest.raises(ValueError, match=r"c\.txt"):
        tree.once(broken, path)
    assert tree.once(broken, path) is None
    assert made == [path]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        FolderTree(tmp_path, print).read(PurePosixPath("a.json"), 9)
