"""What is computed from references, kept in a file for other processes."""

import os

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.languages import in_language
from netravision.matching.copies.index import CopyIndex
from netravision.matching.references import read_references
from netravision.watchlist import Material
from tests.matching.copies.test_index import poster, quarter


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / f"{seed}.png" for seed in range(4)]
    for seed, path in enumerate(paths):
        cv2.imwrite(str(path), poster(seed))
    return paths


def references(files):
    return read_references(
        [Material(id=f"poster-{file.stem}", label="Poster", images=(file,)) for file in files]
    )


def found(index, seed):
    rgb = np.ascontiguousarray(quarter(poster(seed))[..., ::-1])
    return index.search(ImagePyramid(rgb))


def kept(folder):
    return sorted(folder.glob("*.arrays"))


def test_another_process_finds_the_same_and_decodes_nothing(files, tmp_path):
    folder = tmp_path / "kept"
    alone = CopyIndex(references(files))
    first = CopyIndex(references(files), folder)
    again = references(files)
    for file in files:
        file.unlink()
    second = CopyIndex(again, folder)
    assert found(alone, 2)[0].id == "poster-2"
    assert found(first, 2) == found(second, 2) == found(alone, 2)
    if os.name == "posix":
        assert kept(folder)[0].stat().st_mode & 0o077 == 0


def test_what_was_enrolled_before_is_not_decoded_again(files, tmp_path):
    folder = tmp_path / "kept"
    CopyIndex(references(files[:3]), folder)
    [former] = kept(folder)
    changed = references([files[0], *files[2:]])
    files[0].unlink()
    files[2].unlink()
    index = CopyIndex(changed, folder)
    assert [[each.id for each in found(index, seed)] for seed in range(4)] == [
        ["poster-0"],
        [],
        ["poster-2"],
        ["poster-3"],
    ]
    assert len(kept(folder)) == 1
    assert not former.exists()


def test_a_damaged_file_is_written_again(files, tmp_path):
    folder = tmp_path / "kept"
    CopyIndex(references(files[:2]), folder)
    [file] = kept(folder)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1000]):
        file.unlink()
        file.write_bytes(damaged)
        index = CopyIndex(references(files[:2]), folder)
        assert file.read_bytes() == whole
    assert found(index, 1)[0].id == "poster-1"


def test_a_folder_that_cannot_be_made_keeps_nothing(files, tmp_path):
    index = CopyIndex(references(files), files[0] / "kept")
    assert found(index, 1)[0].id == "poster-1"


def test_pictures_that_are_refused_are_named_and_leave_no_file(files, tmp_path):
    for file in files[1:3]:
        cv2.imwrite(str(file), np.full((300, 300, 3), 120, np.uint8))
    with in_language("id"), pytest.raises(WatchlistError) as refused:
        CopyIndex(references(files), tmp_path / "kept")
    first, second = str(refused.value).splitlines()
    assert first.startswith("poster-1, gambar 1")
    assert second.startswith("poster-2, gambar 1")
    assert kept(tmp_path / "kept") == []
    assert not list((tmp_path / "kept").glob("*.part"))
