"""A picture found in several runs at once."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.core.pyramid import ImagePyramid
from netravision.errors import FolderError, RunError
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from netravision.run.find import find
from tests.made_run import Folder


def test_runs_are_searched_together_open_or_by_their_folders(tmp_path: Path) -> None:
    folders = []
    for name in ("satu", "dua"):
        (tmp_path / name).mkdir()
        folder = Folder(tmp_path / name)
        for file, seed in (("asli.png", 1), ("lain.png", 2)):
            picture = folder.picture(file, seed=seed)
            hashes = hash_picture(ImagePyramid(read_image(picture).rgb))
            folder.add(picture, account=f"{name}-{seed}", hashes=hashes)
        folders.append(folder)
    one, other = folders
    other.run.close()
    picture = Image.open(tmp_path / "satu" / "asli.png")
    found = find(picture, [one.run, str(other.run.folder)], parts=False)
    assert [(copy.photo.account, copy.distance) for copy in found] == [("satu-1", 0), ("dua-1", 0)]
    assert find(picture, one.run, parts=False) == found[:1]
    assert find(picture, other.run.folder, parts=False) == found[1:]
    assert find(np.zeros((9, 9, 3), np.uint8), one.run) == []
    with pytest.raises(RunError):
        find(picture, tmp_path / "none")
    with pytest.raises(FolderError):
        find(tmp_path, one.run)
    one.run.close()
