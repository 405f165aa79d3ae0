"""What readers have in common: names, times and JSON of strangers, in bounds."""

from pathlib import Path, PurePosixPath

import pytest

from netravision.sidecars.base import (
    MAX_SIDECAR_BYTES,
    Place,
    SidecarError,
    clean,
    read,
    read_json,
    told,
    utc_time,
)
from netravision.sidecars.tree import FolderTree


@pytest.mark.parametrize(
    ("seconds", "time"),
    [
        (1727199000, "2024-09-24T17:30:00+00:00"),
        (1727199000.9, "2024-09-24T17:30:00+00:00"),
        ("1727199000", "2024-09-24T17:30:00+00:00"),
        (True, None),
        (0, None),
        (float("nan"), None),
        (1e300, None),
        ("17271990001", None),
        ([1727199000], None),
    ],
)
def test_what_is_no_time_of_social_media_is_none(seconds: object, time: str | None) -> None:
    assert utc_time(seconds) == time


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert clean(" akun\t\u202ea\n") == "akun a"
    assert clean("\u200b") is None
    assert len(clean("x" * 10_000) or "") == 200


def test_values_that_are_none_are_left_out() -> None:
    said = told("sidecar", account=["a"], posted_at="2024-13-01", url="javascript:alert(1)")
    assert (said.account, said.posted_at, said.url) == (None, None, None)
    said = told("name", account="a", posted_at="2024-10-01", url="https://x.example/p")
    assert (said.account, said.posted_at, said.url) == ("a", "2024-10-01", "https://x.example/p")


def test_a_sidecar_that_is_broken_or_giant_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("[" * 100_000)
    (tmp_path / "c.json").write_text('{"a": 1}')
    with (tmp_path / "d.json").open("wb") as file:
        file.truncate(MAX_SIDECAR_BYTES + 1)
    tree = FolderTree(tmp_path, print)
    for name in "ab":
        with pytest.raises(SidecarError, match=f"{name}.json: is not valid JSON"):
            read_json(tree, PurePosixPath(f"{name}.json"))
    assert read_json(tree, PurePosixPath("c.json")) == {"a": 1}
    with pytest.raises(SidecarError, match=r"d\.json: is larger"):
        read(tree, PurePosixPath("d.json"))
    with pytest.raises(SidecarError, match=r"e\.json: cannot be read"):
        read(tree, PurePosixPath("e.json"))


def test_what_lies_beside_a_photo(tmp_path: Path) -> None:
    (tmp_path / "akun").mkdir()
    (tmp_path / "akun" / "a.json").touch()
    place = Place(FolderTree(tmp_path, print), PurePosixPath("akun/a.jpg"))
    assert place.beside("b.json", "a.json", "a.json") == [PurePosixPath("akun/a.json")]
