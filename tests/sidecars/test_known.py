"""An office's folder of some six hundred files, and who goes before whom."""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netravision.imaging.other_files import is_named_as_media
from netravision.result import Photo
from netravision.run.manifest import Manifest, Row
from netravision.run.sources import list_entries
from netravision.sidecars.base import Place, Reader, Told
from netravision.sidecars.known import READERS, account_folder, what_is_told
from netravision.sidecars.tree import FolderTree
from tests.downloads import (
    FIRST,
    facebook_export,
    gallery_dl_instagram,
    gallery_dl_twitter,
    instagram_export,
    instaloader_name,
    instaloader_post,
    instaloader_profile,
    instaloader_sidecar,
    known,
    put,
    whatsapp_android_chat,
    whatsapp_iphone_chat,
    yt_dlp_tiktok,
)

JAKARTA = timedelta(hours=7)

KEYS = (
    *(
        "owner",
        "username",
        "taken_at_timestamp",
        "date",
        "shortcode",
        "iphone_struct",
        "user",
        "id",
    ),
    *("node_type", "author", "name", "post_date", "post_url", "tweet_id", "subcategory"),
    *("timestamp", "upload_date", "uploader", "webpage_url", "release_timestamp"),
    *("uri", "path", "creation_timestamp", "timestamp_ms", "sender_name", "photos", "profile_user"),
    *("string_map_data", "profile_v2", "profile_uri", "full_name"),
)

#: Of each photo, whose it is and when it was posted: what a person would type into a manifest.
Truth = dict[str, tuple[str | None, datetime | None]]


def office_folder(root: Path) -> Truth:
    """As an office has it after a month: five programs, two exports, a chat, and loose files."""
    truth: Truth = {}

    def note(files: list[Path], account: str | None, when: datetime | None) -> None:
        for file in files:
            truth[file.relative_to(root).as_posix()] = (account, when)

    times = [FIRST + timedelta(hours=11 * n, minutes=n) for n in range(60)]
    for account in ("dinas_a", "dinas_b", "dinas_c"):
        folder = root / account
        note([instaloader_profile(folder, account, times[0])], account, times[0])
        for n, when in enumerate(times[:30]):
            note(instaloader_post(folder, account, when, 1 + 2 * (n % 5 == 0)), account, when)
    for n, when in enumerate(times[:15]):
        account = f"pegawai_{n % 4}"
        note(instaloader_post(root / "#netral", account, when, compressed=False), account, when)
    for n, when in enumerate(times[:30]):
        base = root / "gallery-dl"
        note([gallery_dl_instagram(base, "dinas_d", when, sidecar=n % 2 == 0)], "dinas_d", when)
        if n < 25:
            note([gallery_dl_twitter(base, "dinas_e", when, sidecar=n % 3 > 0)], "dinas_e", when)
    for when in times[:12]:
        note(yt_dlp_tiktok(root / "video tiktok", "dinas_f", when), "dinas_f", when)
    sent = [
        (f"IMG-{when + JAKARTA:%Y%m%d}-WA{n:04}.jpg", f"Pegawai {n % 5}", when)
        for n, when in enumerate(times[:35])
    ]
    chat = root / "Chat WhatsApp dengan Grup Dinas"
    local = [(name, who, when + JAKARTA) for name, who, when in sent]
    whatsapp_android_chat(chat, "Grup Dinas", local)
    for name, who, when in sent:
        note([chat / name], who, when.replace(second=0))
    folder = root / "WhatsApp Chat - Humas"
    names = whatsapp_iphone_chat(folder, [("Humas", when + JAKARTA) for when in times[:20]])
    for name, when in zip(names, times, strict=False):
        note([folder / name], "Humas", when)
    export = root / "instagram-dinas_g-2024-10-01-AbCd1234"
    for uri, when in zip(instagram_export(export, "dinas_g", times[:30]), times, strict=False):
        note([export / uri], "dinas_g", when)
    export = root / "facebook-dinash-2024-10-01-EfGh5678"
    for uri, when in zip(facebook_export(export, "Dinas H", times[:25]), times, strict=False):
        note([export / uri], "Dinas H", when)
    for n, when in enumerate(times[:10]):
        name = f"WhatsApp Image {when + JAKARTA:%Y-%m-%d} at {when + JAKARTA:%H.%M.%S}.jpeg"
        note([put(root / f"lapor_{n % 2}" / name)], f"lapor_{n % 2}", when)
    # Nobody can know these without a manifest.
    for n in range(12):
        note([put(root / "lain-lain" / f"IMG_{n}.jpg")], None, None)
    put(root / "lain-lain" / "Thumbs.db")
    put(root / "catatan.docx", b"PK\3\4")
    return truth


def test_nine_of_ten_dates_and_accounts_are_known_without_a_manifest(tmp_path: Path) -> None:
    truth = office_folder(tmp_path)
    entries, problems = known(tmp_path)
    assert problems == []
    assert 580 <= len(entries) <= 640
    assert truth.keys() <= {path for path in entries if is_named_as_media(path)}
    right_accounts = right_days = wrong_times = 0
    for path, (account, when) in truth.items():
        entry = entries[path]
        right_accounts += account is not None and entry.account == account
        if entry.posted_at is None:
            continue
        told = datetime.fromisoformat(entry.posted_at)
        zone = UTC if when is None or told.tzinfo else None
        told = told if zone else told - JAKARTA
        is_right = when is not None and told.replace(tzinfo=UTC) == when
        right_days += is_right
        wrong_times += not is_right
    assert right_accounts >= 0.95 * len(truth), (right_accounts, len(truth))
    assert right_days >= 0.95 * len(truth), (right_days, len(truth))
    print(len(entries), len(truth), right_accounts, right_days)
    assert wrong_times == 0


def test_a_manifest_goes_before_sidecars_sidecars_before_names_names_before_folders(
    tmp_path: Path,
) -> None:
    instaloader_post(tmp_path / "unduhan", "akun_a", FIRST)
    path = f"unduhan/{instaloader_name(FIRST)}.jpg"
    row = Row(account="kata_manifest", kind=None, posted_at="2024-01-01", url=None)
    (entry,) = (
        entry
        for entry in list_entries([tmp_path], manifest=Manifest({path: row}, []), report=print)
        if entry.path == path
    )
    assert (entry.account, entry.posted_at, entry.kind) == ("kata_manifest", "2024-01-01", "post")
    assert entry.known_from == {
        "account": "manifest",
        "posted_at": "manifest",
        "kind": "sidecar",
        "url": "sidecar",
    }


def test_a_kind_that_is_asked_for_goes_before_sidecars(tmp_path: Path) -> None:
    instaloader_post(tmp_path, "akun_a", FIRST)
    name = f"{instaloader_name(FIRST)}.jpg"
    entries = {e.path: e for e in list_entries([tmp_path], kind="avatar", report=print)}
    assert entries[name].kind == "avatar"
    assert "kind" not in entries[name].known_from


def test_a_file_as_a_source_has_its_sidecar_beside_it(tmp_path: Path) -> None:
    (file,) = instaloader_post(tmp_path / "akun_a", "akun_a", FIRST)
    entries, _ = known(file)
    assert entries[file.name].account == "akun_a"


def test_sidecars_are_not_looked_for_without_a_report(tmp_path: Path) -> None:
    instaloader_post(tmp_path / "#a", "akun_a", FIRST)
    assert {entry.account for entry in list_entries([tmp_path])} == {None}


def test_a_sidecar_is_never_a_pipe_or_a_folder(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg")
    (tmp_path / "a.json").mkdir()
    (tmp_path / "a.jpg.json").symlink_to(tmp_path / "nowhere")
    entries, problems = known(tmp_path)
    assert entries["a.jpg"].posted_at is None
    assert [problem.split(":")[0] for problem in problems] == ["a.jpg.json"]


@pytest.mark.parametrize(
    ("folders", "account"),
    [
        ((), None),
        (("akun_a", "instagram"), "akun_a"),
        (("instagram", "akun_a", "x"), "akun_a"),
        (("gallery-dl", "facebook", "akun_a"), "akun_a"),
        (("#netral",), None),
        (("your_instagram_activity", "media"), None),
        (("instagram_palsu",), "instagram_palsu"),
    ],
)
def test_the_folder_of_an_account(folders: tuple[str, ...], account: str | None) -> None:
    assert account_folder(folders) == account


def test_every_reader_keeps_still_about_strangers(tmp_path: Path) -> None:
    put(tmp_path / "akun_a" / "IMG_1.jpg")
    tree = FolderTree(tmp_path, pytest.fail)
    for name in ("akun_a/IMG_1.jpg", "akun_a/gone.jpg", "nowhere/at/all.jpg"):
        assert what_is_told(tree, PurePosixPath(name)) == []
    assert len(READERS) == 5
    assert instaloader_sidecar("a", FIRST)["node"]["owner"]["username"] == "a"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**309)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2024-09-24 17:30:00", "0001-01-01", "9999-12-31T23:59:59-23:59", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_sidecars_may_say_anything(said: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "foto"
        put(root / "media" / "a [1].jpg")
        (root / "content").mkdir()
        for name, marks in {
            "media/a [1].json": {"node": said, "instaloader": said},
            "media/a [1].jpg.json": {**said, "category": "twitter"},
            "media/a [1].info.json": {**said, "extractor": "TikTok"},
            "content/posts_1.json": [{**said, "media": [{**said, "uri": "media/a [1].jpg"}]}],
            "personal_information/personal_information.json": said,
        }.items():
            put(root / name, json.dumps(marks))
        entries, problems = known(root)
        assert problems == []
        entry = entries["media/a [1].jpg"]
        Photo(entry.path, None, None, None, entry.account, entry.kind or "post", entry.posted_at)
        json.dumps([entry.account, entry.url]).encode()
        assert f"{entry.account}{entry.url}".encode()


def test_a_fault_in_a_reader_costs_no_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(photo: Place) -> Iterator[Told]:
        yield Told("name", posted_at="2024-09-25")
        raise KeyError(photo.path.name)

    monkeypatch.setattr("netravision.sidecars.known.READERS", (Reader(faulty),))
    put(tmp_path / "akun_a" / "1.jpg")
    entries, problems = known(tmp_path)
    assert entries["akun_a/1.jpg"].posted_at == "2024-09-25"
    assert problems == ["akun_a/1.jpg: a fault of the program: KeyError: '1.jpg'"]
