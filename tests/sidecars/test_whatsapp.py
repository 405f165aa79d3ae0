"""WhatsApp's names, and the chats that it exports."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.downloads import known, put, whatsapp_android_chat, whatsapp_iphone_chat

NAMES = [
    ("IMG-20240925-WA0003.jpg", "2024-09-25"),
    ("IMG-20240925-WA0003 (1).jpg", "2024-09-25"),
    ("VID-20240925-WA0012.mp4", "2024-09-25"),
    ("00000012-PHOTO-2024-09-25-14-05-30.jpg", "2024-09-25T14:05:30"),
    ("PHOTO-2024-09-25-14-05-30.jpg", "2024-09-25T14:05:30"),
    ("VIDEO-2024-09-25-14-05-30 2.mp4", "2024-09-25T14:05:30"),
    ("WhatsApp Image 2024-09-25 at 14.05.30.jpeg", "2024-09-25T14:05:30"),
    ("WhatsApp Image 2024-09-25 at 2.05.30 PM.jpeg", "2024-09-25T14:05:30"),
    ("WhatsApp Image 2024-09-25 at 12.05.30 AM (2).jpeg", "2024-09-25T00:05:30"),
    ("WhatsApp Image 2024-09-25 at 14.05.30_0a1b2c3d.jpg", "2024-09-25T14:05:30"),
    ("Gambar WhatsApp 2024-09-25 pukul 14.05.30_0a1b2c3d.jpg", "2024-09-25T14:05:30"),
    ("WhatsApp Video 2024-09-25 at 14.05.30.mp4", "2024-09-25T14:05:30"),
    ("WhatsApp Image 2024-09-25 at 14.05.jpeg", "2024-09-25T14:05:00"),
    ("WhatsApp-Image-2024-09-25-at-2.05.30-PM.jpeg", "2024-09-25T14:05:30"),
    ("Salinan IMG-20240925-WA0003.jpg", "2024-09-25"),
    ("FIMG-20240925-WA0003.jpg", None),
    ("IMG-20249925-WA0003.jpg", None),
    ("IMG_20240925_140530.jpg", None),
]


@pytest.mark.parametrize(("name", "posted_at"), NAMES)
def test_names(tmp_path: Path, name: str, posted_at: str | None) -> None:
    put(tmp_path / "akun_d" / name)
    entry = known(tmp_path)[0][f"akun_d/{name}"]
    assert (entry.account, entry.posted_at) == ("akun_d", posted_at)
    if posted_at is not None:
        assert entry.known_from == {"account": "folder", "posted_at": "name"}


def test_a_chat_from_android(tmp_path: Path) -> None:
    sent = [
        ("IMG-20240925-WA0001.jpg", "Akun Contoh", datetime(2024, 9, 25, 14, 5)),
        ("VID-20240905-WA0002.mp4", "\u202a+62 811-0000-000\u202c", datetime(2024, 9, 5, 7, 1)),
    ]
    whatsapp_android_chat(tmp_path, "Grup Dinas", sent)
    put(tmp_path / "IMG-20240926-WA0009.jpg")
    entries, problems = known(tmp_path)
    first, second = (entries[name] for name, *_ in sent)
    assert (first.account, first.posted_at) == ("Akun Contoh", "2024-09-25T14:05:00")
    assert (second.account, second.posted_at) == ("+62 811-0000-000", "2024-09-05T07:01:00")
    assert (first.kind, set(first.known_from.values())) == ("post", {"sidecar"})
    # Not in the chat: its name still says the day.
    assert entries["IMG-20240926-WA0009.jpg"].posted_at == "2024-09-26"
    assert entries["IMG-20240926-WA0009.jpg"].account is None
    assert problems == []


def test_a_chat_from_an_iphone(tmp_path: Path) -> None:
    folder = tmp_path / "WhatsApp Chat - Grup Dinas"
    names = whatsapp_iphone_chat(
        folder,
        [
            ("~ Pengawas 2 🙏", datetime(2024, 9, 25, 14, 5, 30)),
            ("Pengawas 1", datetime(2024, 9, 26, 0, 5, 31)),
        ],
    )
    put(folder / "IMG_1.jpg")
    entries, _ = known(tmp_path)
    first, second = (entries[f"{folder.name}/{name}"] for name in names)
    assert (first.account, first.posted_at) == ("Pengawas 2 🙏", "2024-09-25T14:05:30")
    assert (second.account, second.posted_at) == ("Pengawas 1", "2024-09-26T00:05:31")
    # A chat is nobody's account.
    assert entries[f"{folder.name}/IMG_1.jpg"].account is None


@pytest.mark.parametrize(
    ("line", "name", "posted_at"),
    [
        (
            "9/25/24, 2:05 PM - Pengawas 1: IMG-20240925-WA0001.jpg (file attached)",
            "IMG",
            "2024-09-25T14:05",
        ),
        (
            "9/5/24, 2:05\u202fPM - Pengawas 1: IMG-20240905-WA0001.jpg (file attached)",
            "IMG",
            "2024-09-05T14:05",
        ),
        (
            "05/09/24 14:05 - Pengawas 1: foto rapat.jpg (berkas terlampir)",
            "foto",
            "2024-09-05T14:05",
        ),
        ("9/25/24, 2:05 PM - Pengawas 1: foto.jpg (file attached)", "foto", "2024-09-25T14:05"),
        (
            "[2024/09/25, 14:05:30] Pengawas 1: \u200e<attached: 00000002-PHOTO.jpg>",
            "0",
            "2024-09-25T14:05:30",
        ),
        (
            "[25.09.24, 14:05:30] Pengawas 1: <Anhang: 00000002-PHOTO.jpg>",
            "0",
            "2024-09-25T14:05:30",
        ),
        ("[25/09/24 14.05.30] Pengawas 1: \u200e<terlampir: a.jpg>", "a", "2024-09-25T14:05:30"),
    ],
)
def test_the_dates_of_phones(tmp_path: Path, line: str, name: str, posted_at: str) -> None:
    put(tmp_path / "_chat.txt", f"\ufeff{line}\n")
    file = next(word for word in (line.partition(": ")[2].split("<")[-1],) if word)
    file = file.rpartition(": ")[2] if "<" in line else file
    file = file.partition(" (")[0].rstrip(">")
    assert file.startswith(name)
    put(tmp_path / file)
    entry = known(tmp_path)[0][file]
    assert entry.account == "Pengawas 1"
    assert (entry.posted_at or "").startswith(posted_at)


def test_captions_stand_before_the_file_on_an_iphone(tmp_path: Path) -> None:
    lines = (
        "[25/09/24 14.05.30] Pengawas 1: Apel pagi (hadir semua) \u200e<terlampir: a.jpg>",
        "[25/09/24 14.06.30] Pengawas 2: Rapat",
        "di kantor (lantai 2)",
        "\u200e<terlampir: b.jpg>",
        "[25/09/24 14.07.30] Pengawas 3: foto c.jpg (besok) \u2026",
        "<terlampir: d.jpg> dikirim lagi",
    )
    put(tmp_path / "_chat.txt", "\r\n".join(lines))
    for name in "abcd":
        put(tmp_path / f"{name}.jpg")
    entries, problems = known(tmp_path)
    accounts = [entries[f"{name}.jpg"].account for name in "abcd"]
    assert accounts == ["Pengawas 1", "Pengawas 2", None, None]
    assert entries["b.jpg"].posted_at == "2024-09-25T14:06:30"
    assert problems == []


def test_a_sender_may_have_a_colon_and_an_editor_its_own_characters(tmp_path: Path) -> None:
    line = "25/09/24 14.05 - Dinas: Pengawas 1: foto rapat.jpg (file terlampir)\n"
    (tmp_path / "Chat WhatsApp dengan Dinas.txt").write_text(line, "utf-16")
    put(tmp_path / "foto rapat.jpg")
    entry = known(tmp_path)[0]["foto rapat.jpg"]
    assert (entry.account, entry.posted_at) == ("Dinas: Pengawas 1", "2024-09-25T14:05:00")


def test_names_as_macos_writes_them(tmp_path: Path) -> None:
    put(tmp_path / "_chat.txt", "[25/09/24 14.05.30] Pengawas 1: <terlampir: d\u00e9sa.jpg>\n")
    put(tmp_path / "de\u0301sa.jpg")
    assert known(tmp_path)[0]["de\u0301sa.jpg"].account == "Pengawas 1"


def test_the_folders_of_a_phone_are_nobody_s_account(tmp_path: Path) -> None:
    for folder in ("WhatsApp", "WhatsApp Images", "WhatsApp/Media/WhatsApp Images/Sent"):
        put(tmp_path / folder / "IMG-20240925-WA0003.jpg")
    put(tmp_path / "WhatsApp Profile Photos" / "62811.jpg")
    entries, _ = known(tmp_path)
    assert {entry.account for entry in entries.values()} == {None}
    assert entries["WhatsApp Profile Photos/62811.jpg"].kind == "avatar"


@pytest.mark.parametrize(
    "chat",
    [
        b"\xff\xfe\0\x01",
        b"",
        b"[25/09/24 14.05.30] Pengawas 1: <terlampir: ",
        b"(" * 1_000_000,
        b"<a: b>\n" * 60_000,
    ],
)
def test_a_text_of_any_content_fails_no_photo(tmp_path: Path, chat: bytes) -> None:
    put(tmp_path / "_chat.txt", chat)
    put(tmp_path / "IMG-20240925-WA0003.jpg")
    entries, problems = known(tmp_path)
    assert entries["IMG-20240925-WA0003.jpg"].posted_at == "2024-09-25"
    assert problems == []
