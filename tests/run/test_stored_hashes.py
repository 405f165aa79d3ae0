"""Hashes come out in the order in which they went in, by whatever pieces they are kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from netravision.core.hashing import to_stored
from netravision.errors import HashVersionError
from netravision.result import PictureHashes
from netravision.run.store import Store
from netravision.run.stored_hashes import BLOCK


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "run.sqlite", create=True)) as store:
        yield store


def fill(store: Store, number: int) -> np.ndarray:
    """Hashes of so many pictures that nobody has seen."""
    made = np.random.default_rng(0).integers(0, 256, (number, 32), np.uint8)
    for i, text in enumerate(to_stored("phash256", made)):
        store.hashes.add(f"{i:064x}", PictureHashes(f"phash-2:{i:016x}", text, 90))
    return made


def test_hashes_in_blocks_and_behind_them_are_read_in_order(store: Store, tmp_path: Path) -> None:
    assert store.hashes.wide().shape == (0, 32)
    made = fill(store, 2 * BLOCK + 3)
    assert (store.hashes.wide() == made).all()
    with closing(Store(tmp_path / "merged.sqlite", create=True)) as merged:
        merged.replace_by([store])
        assert (merged.hashes.wide() == made).all()
        assert merged.hashes.count() == len(made)
        picture = merged.hashes.picture(BLOCK + 1)
    assert picture == (f"{BLOCK:064x}", f"phash-2:{BLOCK:016x}", 90)


def test_a_picture_has_the_hashes_that_came_first(store: Store) -> None:
    fill(store, 2)
    store.hashes.add(f"{1:064x}", PictureHashes("phash-2:" + "f" * 16, "phash256-2:" + "f" * 64, 9))
    assert store.hashes.count() == 2
    assert store.hashes.phash(f"{1:064x}") == f"{1:016x}"
    assert store.hashes.phash("ab" * 32) is None


def test_hashes_of_another_version_are_refused(store: Store, tmp_path: Path) -> None:
    fill(store, BLOCK)
    store.set_meta()  # ends the transaction
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as connection, connection:
        connection.execute("UPDATE hash_blocks SET algorithm = 'phash256-1'")
    with pytest.raises(HashVersionError, match="phash256-1"):
        store.hashes.wide()
