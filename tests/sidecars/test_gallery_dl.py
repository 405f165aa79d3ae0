"""gallery-dl's folders, numbers and ``--write-metadata``."""

from pathlib import Path

import pytest

from tests.downloads import (
    FIRST,
    gallery_dl_instagram,
    gallery_dl_metadata,
    gallery_dl_twitter,
    known,
    put,
    shortcode,
)

POSTED = "2024-09-24T17:30:00+00:00"


def test_instagram_with_a_sidecar(tmp_path: Path) -> None:
    file = gallery_dl_instagram(tmp_path / "gallery-dl", "akun_b", FIRST)
    entries, problems = known(tmp_path)
    entry = entries[file.relative_to(tmp_path).as_posix()]
    # Who has posted, not whose followers were looked through.
    assert (entry.account, entry.posted_at, entry.kind) == ("akun_b", POSTED, "post")
    assert entry.url == f"https://www.instagram.com/p/{shortcode(FIRST)}/"
    assert set(entry.known_from.values()) == {"sidecar"}
    assert problems == []


def test_a_shared_post_is_its_author_s(tmp_path: Path) -> None:
    file = gallery_dl_twitter(tmp_path, "akun_b", FIRST)
    entry = known(tmp_path)[0][file.relative_to(tmp_path).as_posix()]
    assert (entry.account, entry.posted_at) == ("akun_b", POSTED)
    assert entry.url == f"https://x.com/akun_b/status/{file.stem.partition('_')[0]}"


@pytest.mark.parametrize("make", [gallery_dl_instagram, gallery_dl_twitter])
def test_without_a_sidecar_the_number_is_a_time(tmp_path: Path, make) -> None:
    file = make(tmp_path / "gallery-dl", "akun_b", FIRST, sidecar=False)
    entry = known(tmp_path)[0][file.relative_to(tmp_path).as_posix()]
    assert (entry.account, entry.posted_at) == ("akun_b", POSTED)
    assert entry.known_from == {"account": "folder", "posted_at": "name"}


def test_a_title_may_stand_behind_the_number(tmp_path: Path) -> None:
    number = int(FIRST.timestamp()) << 32 | 9
    for name in (f"{number} Kerja bakti.mp4", f"{number}_02 Kerja bakti.jpg"):
        put(tmp_path / "tiktok" / "akun_b" / name)
    entries, _ = known(tmp_path)
    assert {entry.posted_at for entry in entries.values()} == {POSTED}


def test_numbers_elsewhere_are_no_times(tmp_path: Path) -> None:
    put(tmp_path / "akun_b" / "3464748131000000001.jpg")
    put(tmp_path / "facebook" / "akun_b" / "3464748131000000001.jpg")
    put(tmp_path / "instagram" / "akun_b" / "99999999999999999999.jpg")
    entries, _ = known(tmp_path)
    assert {entry.posted_at for entry in entries.values()} == {None}
    assert {entry.account for entry in entries.values()} == {"akun_b"}


def test_an_avatar_and_other_sites(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg")
    put(
        tmp_path / "a.jpg.json",
        gallery_dl_metadata("instagram", subcategory="avatar", username="akun_b"),
    )
    put(tmp_path / "b.jpg")
    put(
        tmp_path / "b.jpg.json",
        gallery_dl_metadata(
            "tiktok",
            subcategory="user",
            id="7418000000000000001",
            author={"uniqueId": "akun_c", "nickname": "Akun C"},
            date="2024-09-24 17:30:00",
        ),
    )
    put(tmp_path / "c.jpg")
    put(tmp_path / "c.json", gallery_dl_metadata("facebook", username="Pengawas 2", date="kemarin"))
    entries, _ = known(tmp_path)
    assert (entries["a.jpg"].account, entries["a.jpg"].kind) == ("akun_b", "avatar")
    assert entries["b.jpg"].account == "akun_c"
    assert entries["b.jpg"].posted_at == POSTED
    assert entries["b.jpg"].url == "https://www.tiktok.com/@akun_c/video/7418000000000000001"
    assert (entries["c.jpg"].account, entries["c.jpg"].posted_at) == ("Pengawas 2", None)


@pytest.mark.parametrize(
    "metadata",
    [
        '{"judul": "lain"}',
        '{"category": 5}',
        '{"category": "x", "user": {"name": []}, "date": 1e400}',
    ],
)
def test_json_of_others_says_nothing(tmp_path: Path, metadata: str) -> None:
    put(tmp_path / "akun_b" / "a.jpg")
    put(tmp_path / "akun_b" / "a.jpg.json", metadata)
    entries, problems = known(tmp_path)
    entry = entries["akun_b/a.jpg"]
    assert (entry.account, entry.posted_at, entry.url) == ("akun_b", None, None)
    assert problems == []


def test_a_broken_sidecar_is_named(tmp_path: Path) -> None:
    file = gallery_dl_instagram(tmp_path, "akun_b", FIRST)
    put(file.with_name(f"{file.name}.json"), '{"category": "insta')
    entries, problems = known(tmp_path)
    path = file.relative_to(tmp_path).as_posix()
    assert problems == [f"{path}.json: is not valid JSON"]
    assert (entries[path].account, entries[path].posted_at) == ("akun_b", POSTED)
