"""A file as a run knows it."""

from dataclasses import replace
from pathlib import Path

from netravision.run.appearance import Appearance

FILE = Appearance(Path("/foto/a.jpg"), "a.jpg", "akun_a", "post", False, None, None, 9, 9, "a" * 64)


def test_the_picture_counts_where_it_is_known_apart_from_its_metadata() -> None:
    assert FILE.content == "a" * 64
    assert replace(FILE, image_digest="b" * 64).content == "b" * 64
    assert replace(FILE, sha256=None).content is None


def test_where_it_is_known_from_does_not_make_it_another() -> None:
    assert hash(replace(FILE, known_from={"account": "folder"})) == hash(FILE)
