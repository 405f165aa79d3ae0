"""yt-dlp's names and ``--write-info-json``."""

from pathlib import Path
from typing import Any

import pytest

from tests.downloads import FIRST, known, put, shortcode, yt_dlp_info, yt_dlp_tiktok

POSTED = "2024-09-24T17:30:00+00:00"


def test_a_video_and_its_thumbnail_share_a_sidecar(tmp_path: Path) -> None:
    files = yt_dlp_tiktok(tmp_path / "tiktok", "akun_c", FIRST)
    entries, problems = known(tmp_path)
    for file in files:
        entry = entries[file.relative_to(tmp_path).as_posix()]
        assert (entry.account, entry.posted_at) == ("akun_c", POSTED)
        assert entry.url is not None
        assert entry.url.startswith("https://www.tiktok.com/@akun_c/video/")
    assert problems == []


@pytest.mark.parametrize(
    ("extractor", "info", "account"),
    [
        ("Instagram", {"channel": "akun_c", "uploader": "Akun", "uploader_id": "123"}, "akun_c"),
        ("InstagramStory", {"channel": "akun_c", "uploader": "Akun"}, "akun_c"),
        ("Youtube", {"uploader_id": "@akunC", "channel": "Akun C"}, "akunC"),
        ("Twitter", {"uploader_id": "akun_c", "uploader": "Akun C"}, "akun_c"),
        ("Facebook", {"uploader": "Dinas Contoh", "uploader_id": "1000641"}, "Dinas Contoh"),
        ("Youtube", {"uploader_id": None, "channel": "Akun C"}, "Akun C"),
        ("Generic", {}, None),
    ],
)
def test_the_account_of_each_site(
    tmp_path: Path, extractor: str, info: dict[str, Any], account: str | None
) -> None:
    put(tmp_path / "Apel pagi [abc].f137.mp4")
    put(tmp_path / "Apel pagi [abc].info.json", yt_dlp_info(extractor, FIRST, **info))
    entry = known(tmp_path)[0]["Apel pagi [abc].f137.mp4"]
    assert (entry.account, entry.posted_at) == (account, POSTED)


@pytest.mark.parametrize(
    ("upload_date", "posted_at"),
    [("20240924", "2024-09-24"), ("20240931", None), ("kemarin", None), (None, None)],
)
def test_where_only_a_day_is_known(
    tmp_path: Path, upload_date: str | None, posted_at: str | None
) -> None:
    put(tmp_path / "a.mp4")
    put(
        tmp_path / "a.info.json",
        yt_dlp_info("Generic", FIRST, timestamp=None, upload_date=upload_date),
    )
    assert known(tmp_path)[0]["a.mp4"].posted_at == posted_at


def test_names_without_a_sidecar(tmp_path: Path) -> None:
    tiktok = f"Kerja bakti [{int(FIRST.timestamp()) << 32 | 9}].mp4"
    reel = f"Video by akun.c [{shortcode(FIRST)}].mp4"
    of_youtube_dl = f"Video by akun.c-{shortcode(FIRST)}.mp4"
    for name in (
        tiktok,
        reel,
        of_youtube_dl,
        "Apel pagi [dQw4w9WgXcQ].mp4",
        "Foto [1838626837622296576].mp4",
    ):
        put(tmp_path / name)
    entries, _ = known(tmp_path)
    assert entries[tiktok].posted_at == POSTED
    assert (entries[reel].account, entries[reel].posted_at) == ("akun.c", POSTED)
    assert (entries[of_youtube_dl].account, entries[of_youtube_dl].posted_at) == ("akun.c", POSTED)
    assert entries[reel].url == f"https://www.instagram.com/p/{shortcode(FIRST)}/"
    assert entries["Apel pagi [dQw4w9WgXcQ].mp4"].posted_at is None
    assert entries["Foto [1838626837622296576].mp4"].posted_at is None


def test_a_broken_sidecar_is_named(tmp_path: Path) -> None:
    put(tmp_path / "a.mp4")
    put(tmp_path / "a.info.json", "{")
    assert known(tmp_path)[1] == ["a.info.json: is not valid JSON"]
