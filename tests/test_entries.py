"""What every entry of a watchlist has, also those of other packages."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from netravision.entries import MAX_PICTURE_BYTES, IdentifiedEntry, IllustratedEntry, Text
from netravision.rules import Rule


class Poster(IllustratedEntry):
    table = "material"


class Phrase(IdentifiedEntry):
    table = "text"

    said: Text


def test_an_entry_asks_for_a_rule_of_its_table() -> None:
    assert Phrase(id="satu", label="Satu", said="dua").rule == Rule("text", "satu")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"id": "Satu", "label": "Satu", "said": "x"}, "id"),
        ({"id": "satu", "label": "", "said": "x"}, "label"),
        ({"id": "satu", "label": "Satu", "said": 1}, "said"),
        ({"id": "satu", "label": "Satu"}, "said"),
        ({"id": "satu", "label": "Satu", "said": "x", "siad": "y"}, "siad"),
    ],
)
def test_a_wrong_key_is_named(values: dict[str, object], key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Phrase.model_validate(values)
    assert [error["loc"] for error in raised.value.errors()] == [(key,)]


def poster(folder: Path, image: str) -> Poster:
    values = {"id": "a", "label": "A", "images": [image]}
    return Poster.model_validate(values, context={"folder": folder})


def test_a_picture_is_found_from_the_folder_of_the_watchlist(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    assert poster(tmp_path, "a.png").images == (tmp_path / "a.png",)
    # Without a folder nobody looks.
    assert Poster(id="a", label="A", images=(Path("b.png"),)).images == (Path("b.png"),)


def test_a_picture_that_may_not_be_copied_into_a_run_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "kantor"
    folder.mkdir()
    (tmp_path / "rahasia.png").write_bytes(b"x")
    with (folder / "besar.png").open("wb") as file:
        file.truncate(MAX_PICTURE_BYTES + 1)
    for image, why in [
        ("../rahasia.png", "outside the folder"),
        ("tidak-ada.png", "no such picture"),
        ("besar.png", "at most"),
        ("x" * 2000, "no such picture"),
    ]:
        with pytest.raises(ValidationError, match=why):
            poster(folder, image)
