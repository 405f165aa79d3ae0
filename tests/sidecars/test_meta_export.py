"""Data exports of Instagram and Facebook, of several years."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.downloads import FIRST, facebook_export, instagram_export, known, mojibake, put

POSTED = "2024-09-24T17:30:00+00:00"


def test_instagram(tmp_path: Path) -> None:
    root = tmp_path / "instagram-akun_e-2024-10-01-AbCd1234"
    first, second = instagram_export(root, "akun_e", [FIRST, FIRST + timedelta(days=3)])
    entries, problems = known(tmp_path)
    entry = entries[f"{root.name}/{first}"]
    assert (entry.account, entry.posted_at, entry.kind) == ("akun_e", POSTED, "post")
    assert set(entry.known_from.values()) == {"sidecar"}
    assert entries[f"{root.name}/{second}"].posted_at == "2024-09-27T17:30:00+00:00"
    avatar = entries[f"{root.name}/media/profile/202401/1_n.jpg"]
    assert (avatar.account, avatar.kind) == ("akun_e", "avatar")
    assert problems == []


def test_facebook_and_its_text(tmp_path: Path) -> None:
    (uri,) = facebook_export(tmp_path, "Déwi Contoh 🤝", [FIRST])
    entries, problems = known(tmp_path)
    # When it was posted, not when it was taken or uploaded; the name is mended.
    assert (entries[uri].account, entries[uri].posted_at) == ("Déwi Contoh 🤝", POSTED)
    avatar = entries["your_facebook_activity/posts/media/Fotoprofil_1/1_n.jpg"]
    assert (avatar.account, avatar.kind) == ("Déwi Contoh 🤝", "avatar")
    assert problems == []


def test_a_page_s_name_is_that_of_its_address(tmp_path: Path) -> None:
    facebook_export(tmp_path, "Dinas Contoh", [FIRST])
    profile = {"profile_v2": {"profile_uri": "https://www.facebook.com/dinas.contoh"}}
    information = tmp_path / "personal_information" / "profile_information"
    put(information / "profile_information.json", json.dumps(profile))
    entries, _ = known(tmp_path)
    assert {e.account for path, e in entries.items() if path.endswith(".jpg")} == {"dinas.contoh"}


def test_a_message_is_its_sender_s(tmp_path: Path) -> None:
    inbox = "your_facebook_activity/messages/inbox/grup_1"
    photo = {"uri": f"{inbox}/photos/1_n.jpg", "creation_timestamp": int(FIRST.timestamp()) - 60}
    message = {
        "sender_name": mojibake("Akun – Contoh"),
        "timestamp_ms": int(FIRST.timestamp()) * 1000 + 17,
        "photos": [photo],
    }
    thread = {"participants": [{"name": "A"}], "messages": [message], "title": "Grup"}
    put(tmp_path / inbox / "message_1.json", json.dumps(thread))
    put(tmp_path / photo["uri"])
    entry = known(tmp_path)[0][photo["uri"]]
    assert (entry.account, entry.posted_at) == ("Akun – Contoh", POSTED)


def test_the_first_exports_of_instagram(tmp_path: Path) -> None:
    root = tmp_path / "akun"
    put(root / "photos" / "201810" / "a.jpg")
    put(root / "profile" / "201801" / "b.jpg")
    media = {
        "photos": [
            {"caption": "", "taken_at": "2018-10-16T12:00:00+07:00", "path": "photos/201810/a.jpg"}
        ],
        "profile": [{"taken_at": "2018-01-16T12:00:00", "path": "profile/201801/b.jpg"}],
    }
    put(root / "media.json", json.dumps(media))
    entries, _ = known(tmp_path)
    assert entries["akun/photos/201810/a.jpg"].posted_at == "2018-10-16T05:00:00+00:00"
    assert entries["akun/profile/201801/b.jpg"].kind == "avatar"
    assert entries["akun/profile/201801/b.jpg"].account == "akun"


def test_the_name_of_the_account_in_the_layouts_of_the_years(tmp_path: Path) -> None:
    labels = {"Email": {"value": "akun@example.org"}, "Nama Pengguna": {"value": "akun_f"}}
    said = {"profile_user": [{"string_map_data": labels}]}
    put(tmp_path / "2021" / "content" / "posts_1.json", "[]")
    put(tmp_path / "2021/account_information/personal_information.json", json.dumps(said))
    put(tmp_path / "2021" / "media" / "a.jpg")
    put(tmp_path / "2019" / "media.json", "{}")
    put(tmp_path / "2019" / "profile.json", json.dumps({"username": "akun_g"}))
    put(tmp_path / "2019" / "photos" / "a.jpg")
    entries, problems = known(tmp_path)
    assert entries["2021/media/a.jpg"].account == "akun_f"
    assert entries["2019/photos/a.jpg"].account == "akun_g"
    assert problems == []


def test_without_json_the_name_of_the_export_counts(tmp_path: Path) -> None:
    root = tmp_path / "instagram-akun_e-2024-10-01-AbCd1234"
    put(root / "media" / "posts" / "202409" / "1.jpg")
    put(root / "your_instagram_activity" / "media" / "posts_1.html", "<html>")
    entry = known(tmp_path)[0][f"{root.name}/media/posts/202409/1.jpg"]
    assert (entry.account, entry.posted_at) == ("akun_e", None)
    assert entry.known_from["account"] == "name"


@pytest.mark.parametrize(
    "content",
    [
        '[{"media": [{"uri": "media/posts/202409/0_1234567890_n.jpg", "creation_ti',
        "[" * 100_000 + '"uri"',
    ],
)
def test_a_broken_file_is_named_and_the_others_count(tmp_path: Path, content: str) -> None:
    (uri,) = instagram_export(tmp_path, "akun_e", [FIRST])
    activity = tmp_path / "your_instagram_activity" / "media"
    put(activity / "posts_1.json", content)
    entries, problems = known(tmp_path)
    assert problems == ["your_instagram_activity/media/posts_1.json: is not valid JSON"]
    assert (entries[uri].account, entries[uri].posted_at) == ("akun_e", None)
    assert entries["media/profile/202401/1_n.jpg"].posted_at == POSTED


def test_deep_json_is_walked(tmp_path: Path) -> None:
    (uri,) = instagram_export(tmp_path, "akun_e", [FIRST])
    item: object = {"uri": uri, "creation_timestamp": int(FIRST.timestamp())}
    for _ in range(400):
        item = [item]
    put(tmp_path / "your_instagram_activity" / "media" / "posts_1.json", json.dumps(item))
    assert known(tmp_path)[0][uri].posted_at == POSTED
