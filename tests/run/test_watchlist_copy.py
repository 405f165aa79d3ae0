"""The copy of a watchlist: complete, known by its content, and refused if an image is unusable."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from netravision.errors import WatchlistError
from netravision.run.watchlist_copy import check_pictures, fingerprint, fingerprints, write
from netravision.watchlist import Watchlist


def made(folder: Path, *, color: str = "red", official: str = "", name: str = "Uji") -> Watchlist:
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), color).save(folder / "logo.png")
    file = folder / "dicari.toml"
    file.write_text(
        f'schema = 1\nname = "{name}"\n[[emblem]]\nid = "daerah"\nlabel = "Daerah"\n'
        f'images = ["logo.png"]\nofficial_accounts = [{official}]\n',
        encoding="utf-8",
    )
    return Watchlist.load(file)


def test_a_copy_needs_nothing_of_the_original(tmp_path: Path) -> None:
    watchlist = made(tmp_path / "w", official='"pemda"')
    before = fingerprint(watchlist, rules_only=False)
    write(watchlist, tmp_path / "copy" / "watchlist.toml")
    shutil.rmtree(tmp_path / "w")
    copy = Watchlist.load(tmp_path / "copy" / "watchlist.toml")
    assert fingerprint(copy, rules_only=False) == before
    assert copy.emblems[0].images == (tmp_path / "copy" / "images" / "emblem-daerah-1.png",)


def test_the_fingerprint_is_of_what_is_searched_for(tmp_path: Path) -> None:
    watchlist = made(tmp_path / "w")
    told = made(tmp_path / "x", official='"pemda"', name="Lain")
    other = made(tmp_path / "y", color="blue")
    rules = [fingerprint(each, rules_only=True) for each in (watchlist, told, other)]
    assert rules[0] == rules[1] != rules[2]
    whole = [fingerprint(each, rules_only=False) for each in (watchlist, told, other)]
    assert len({*whole}) == 3


def test_another_pose_is_something_else_to_ask_for() -> None:
    asked = [
        Watchlist.loads(f'schema = 1\nname = "Uji"\n[[pose]]\nname = "{pose}"')
        for pose in ("thumb_up", "pistol")
    ]
    one, other = (fingerprints(each, observations=False)["hands"] for each in asked)
    assert one != other
    assert len({fingerprint(each, rules_only=True) for each in asked}) == 2


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda image: image.unlink(), "no longer there"),
        (lambda image: image.write_bytes(b"a text"), "neither a picture"),
        (lambda image: image.write_bytes(image.read_bytes()[:-30]), "ends early"),
    ],
)
def test_an_unusable_image_is_named_as_its_owner_knows_it(
    tmp_path: Path, spoil: object, message: str
) -> None:
    watchlist = made(tmp_path / "w")
    image = tmp_path / "w" / "logo.png"
    check_pictures(watchlist)
    pixels = Image.effect_noise((64, 64), 80)
    pixels.save(image)
    spoil(image)  # type: ignore[operator]
    with pytest.raises(WatchlistError, match=message) as raised:
        write(watchlist, tmp_path / "copy" / "watchlist.toml")
    assert str(image) in str(raised.value)
    assert not (tmp_path / "copy" / "watchlist.toml").exists()
