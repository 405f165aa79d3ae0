"""Instaloader's names and sidecars, as it writes them."""

import json
import lzma
from datetime import timedelta
from pathlib import Path

import pytest

from tests.downloads import (
    FIRST,
    instaloader_name,
    instaloader_post,
    instaloader_profile,
    instaloader_sidecar,
    known,
    put,
    shortcode,
)

STEM = "2024-09-24_17-30-00_UTC"
POSTED = "2024-09-24T17:30:00+00:00"


@pytest.mark.parametrize("compressed", [True, False])
def test_a_post_and_its_sidecar(tmp_path: Path, compressed: bool) -> None:
    instaloader_post(tmp_path / "#netral", "akun_a", FIRST, compressed=compressed)
    entries, problems = known(tmp_path)
    entry = entries[f"#netral/{STEM}.jpg"]
    assert entry.account == "akun_a"
    assert entry.posted_at == POSTED
    assert entry.kind == "post"
    assert entry.url == f"https://www.instagram.com/p/{shortcode(FIRST)}/"
    assert set(entry.known_from.values()) == {"sidecar"}
    assert problems == []


def test_the_pictures_of_one_post_share_its_sidecar(tmp_path: Path) -> None:
    instaloader_post(tmp_path / "akun_a", "akun_a", FIRST, pictures=3)
    put(tmp_path / "akun_a" / f"{STEM}_2.mp4")
    entries, _ = known(tmp_path)
    for name in (f"{STEM}_1.jpg", f"{STEM}_2.jpg", f"{STEM}_2.mp4", f"{STEM}_3.jpg"):
        entry = entries[f"akun_a/{name}"]
        assert (entry.posted_at, entry.url) == (
            POSTED,
            f"https://www.instagram.com/p/{shortcode(FIRST)}/",
        )


def test_a_profile_picture_is_an_avatar_of_the_profile(tmp_path: Path) -> None:
    instaloader_profile(tmp_path / "foto" / "akun_a", "akun_a", FIRST)
    entries, _ = known(tmp_path)
    entry = entries[f"foto/akun_a/{STEM}_profile_pic.jpg"]
    assert (entry.account, entry.kind, entry.posted_at) == ("akun_a", "avatar", POSTED)
    assert entry.url == "https://www.instagram.com/akun_a/"
    assert entry.known_from["account"] == "sidecar"
    assert entry.known_from["posted_at"] == "name"


def test_without_sidecars_names_and_folders_say_what_they_can(tmp_path: Path) -> None:
    put(tmp_path / "akun_a" / f"{STEM}.jpg")
    put(tmp_path / "akun_a" / f"pagi_{STEM}.jpg")
    put(tmp_path / "#netral" / f"{STEM}.jpg")
    put(tmp_path / "：stories" / f"{STEM}.jpg")
    put(tmp_path / "akun_a" / "2024-13-24_17-30-00_UTC.jpg")
    entries, _ = known(tmp_path)
    entry = entries[f"akun_a/{STEM}.jpg"]
    assert (entry.account, entry.kind, entry.posted_at) == ("akun_a", None, POSTED)
    assert entry.known_from == {"account": "folder", "posted_at": "name"}
    assert entries[f"akun_a/pagi_{STEM}.jpg"].posted_at == POSTED
    # A folder of a hashtag or of stories is nobody's account; a day that is none is no day.
    assert entries[f"#netral/{STEM}.jpg"].account is None
    assert entries[f"：stories/{STEM}.jpg"].account is None
    assert entries["akun_a/2024-13-24_17-30-00_UTC.jpg"].posted_at is None


def test_a_highlight_belongs_to_the_profile_above(tmp_path: Path) -> None:
    instaloader_profile(tmp_path / "unduhan" / "akun_a", "akun_a", FIRST)
    put(tmp_path / "unduhan" / "akun_a" / "Kampanye" / f"{STEM}.jpg")
    entries, _ = known(tmp_path)
    assert entries[f"unduhan/akun_a/Kampanye/{STEM}.jpg"].account == "akun_a"


@pytest.mark.parametrize("folder", [":tagged", "：tagged"])
def test_what_others_posted_about_an_account_is_not_its_own(tmp_path: Path, folder: str) -> None:
    instaloader_profile(tmp_path / "akun_a", "akun_a", FIRST)
    by_name = put(tmp_path / "akun_a" / folder / f"{STEM}.jpg")
    (told,) = instaloader_post(tmp_path / "akun_a" / folder, "akun_b", FIRST + timedelta(days=1))
    entries, _ = known(tmp_path)
    accounts = [entries[file.relative_to(tmp_path).as_posix()].account for file in (by_name, told)]
    assert accounts == [None, "akun_b"]


def test_an_item_of_a_story(tmp_path: Path) -> None:
    story = instaloader_sidecar(
        "akun_a", FIRST, "StoryItem", id="3464748131000000001", shortcode=None
    )
    put(tmp_path / f"{STEM}.json", json.dumps(story))
    put(tmp_path / f"{STEM}.jpg")
    entries, _ = known(tmp_path)
    url = entries[f"{STEM}.jpg"].url
    assert url == "https://www.instagram.com/stories/akun_a/3464748131000000001/"


def test_the_form_of_the_phone_s_interface(tmp_path: Path) -> None:
    structure = {
        "node": {
            "__typename": "GraphImage",
            "shortcode": "DAbCdEfGhIj",
            "owner": {"id": "1"},
            "iphone_struct": {"user": {"username": "akun_a"}, "taken_at": int(FIRST.timestamp())},
        },
        "instaloader": {"version": "4.14", "node_type": "Post"},
    }
    put(tmp_path / "rapat.json.xz", lzma.compress(json.dumps(structure).encode()))
    put(tmp_path / "rapat.jpg")
    entries, _ = known(tmp_path)
    assert (entries["rapat.jpg"].account, entries["rapat.jpg"].posted_at) == ("akun_a", POSTED)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (".json.xz", b"<html>Too many requests</html>", "is not valid XZ"),
        (".json.xz", lzma.compress(b'{"node": {}}')[:40], "ends early, or is too large"),
        (".json.xz", lzma.compress(b" " * 17 * 2**20, preset=0), "ends early, or is too large"),
        (".json", b'{"node": ', "is not valid JSON"),
        (".json", b"\xff\xfe\0", "is not valid JSON"),
        (".json", b"[" * 100_000, "is not valid JSON"),
        (".json", b" " * (16 * 2**20 + 1), "is larger than 16,777,216 bytes"),
    ],
    ids=["no xz", "cut xz", "xz bomb", "cut json", "binary", "deep", "large"],
)
def test_a_broken_sidecar_is_named_once_and_the_name_counts(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    put(tmp_path / "akun_a" / f"{STEM}_1.jpg")
    put(tmp_path / "akun_a" / f"{STEM}_2.jpg")
    put(tmp_path / "akun_a" / f"{STEM}{name}", content)
    entries, problems = known(tmp_path)
    assert problems == [f"akun_a/{STEM}{name}: {said}"]
    for number in (1, 2):
        entry = entries[f"akun_a/{STEM}_{number}.jpg"]
        assert (entry.account, entry.posted_at) == ("akun_a", POSTED)


@pytest.mark.parametrize(
    "content",
    [
        {"node": [], "instaloader": 1},
        {"node": {"owner": [], "taken_at_timestamp": 1e308, "shortcode": 7}, "instaloader": []},
        {"node": {"owner": {"username": "\ud800"}, "shortcode": "../../x"}, "instaloader": {}},
        {"node": {"taken_at_timestamp": True, "owner": {"username": 5}}, "instaloader": {}},
        {"judul": "bukan instaloader"},
        [],
        None,
    ],
)
def test_sidecars_of_any_content_say_nothing_wrong(tmp_path: Path, content: object) -> None:
    put(tmp_path / "akun_a" / f"{STEM}.jpg")
    put(tmp_path / "akun_a" / f"{STEM}.json", json.dumps(content))
    entries, problems = known(tmp_path)
    entry = entries[f"akun_a/{STEM}.jpg"]
    assert (entry.account, entry.posted_at, entry.url) == ("akun_a", POSTED, None)
    assert problems == []


def test_names_of_many_times(tmp_path: Path) -> None:
    times = [FIRST + timedelta(hours=7 * n) for n in range(40)]
    for when in times:
        instaloader_post(tmp_path / "akun_a", "akun_a", when)
    entries, _ = known(tmp_path)
    for when in times:
        posted_at = entries[f"akun_a/{instaloader_name(when)}.jpg"].posted_at
        assert posted_at == when.isoformat()
