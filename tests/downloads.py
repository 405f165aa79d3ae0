"""Folders as programs leave them: their names and sidecars in the form that each writes.

Everybody in them is invented. The pictures have no content: what is known about a photo comes from
around it.
"""

import json
import lzma
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from netravision.run.sources import Entry, list_entries

#: 25 September 2024, half past midnight in Jakarta.
FIRST = datetime(2024, 9, 24, 17, 30, tzinfo=UTC)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def known(source: Path) -> tuple[dict[str, Entry], list[str]]:
    """The entries of a folder by their path, and what was said of broken sidecars."""
    problems: list[str] = []
    return {entry.path: entry for entry in list_entries([source], report=problems.append)}, problems


def put(file: Path, content: bytes | str = b"\xff\xd8\xff picture") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def instagram_number(when: datetime) -> int:
    return (int(when.timestamp() * 1000) - 1_314_220_021_721) << 23 | 12345


def shortcode(when: datetime) -> str:
    number, code = instagram_number(when), ""
    while number:
        number, rest = divmod(number, 64)
        code = LETTERS[rest] + code
    return code


def instaloader_name(when: datetime) -> str:
    return when.strftime("%Y-%m-%d_%H-%M-%S_UTC")


def instaloader_sidecar(
    account: str, when: datetime, node_type: str = "Post", **more: Any
) -> dict[str, Any]:
    """As ``save_structure_to_file`` writes it."""
    node = {
        "__typename": "GraphImage",
        "id": str(instagram_number(when)),
        "shortcode": shortcode(when),
        "dimensions": {"height": 1350, "width": 1080},
        "display_url": "https://scontent.cdninstagram.com/v/t51.29350-15/1_n.jpg",
        "is_video": False,
        "owner": {"id": "25025320", "username": account},
        "edge_media_to_caption": {"edges": [{"node": {"text": "Rapat kerja 🤝"}}]},
        "edge_media_preview_like": {"count": 17},
        "taken_at_timestamp": int(when.timestamp()),
        **more,
    }
    return {"node": node, "instaloader": {"version": "4.13.1", "node_type": node_type}}


def instaloader_post(
    folder: Path, account: str, when: datetime, pictures: int = 1, *, compressed: bool = True
) -> list[Path]:
    base = instaloader_name(when)
    names = [base] if pictures == 1 else [f"{base}_{n + 1}" for n in range(pictures)]
    text = json.dumps(instaloader_sidecar(account, when), separators=(",", ":"))
    if compressed:
        put(folder / f"{base}.json.xz", lzma.compress(text.encode()))
    else:
        put(folder / f"{base}.json", json.dumps(json.loads(text), indent=4, sort_keys=True))
    put(folder / f"{base}.txt", "Rapat kerja 🤝\n")
    return [put(folder / f"{name}.jpg") for name in names]


def instaloader_profile(folder: Path, account: str, when: datetime) -> Path:
    node = {"id": "25025320", "username": account, "full_name": "Akun", "is_private": False}
    text = json.dumps({"node": node, "instaloader": {"version": "4.13.1", "node_type": "Profile"}})
    put(folder / f"{account}_25025320.json.xz", lzma.compress(text.encode()))
    put(folder / "id", "25025320\n")
    return put(folder / f"{instaloader_name(when)}_profile_pic.jpg")


def gallery_dl_metadata(category: str, **metadata: Any) -> str:
    return json.dumps({"category": category, **metadata}, indent=4, ensure_ascii=False) + "\n"


def gallery_dl_instagram(root: Path, account: str, when: datetime, *, sidecar: bool = True) -> Path:
    number = instagram_number(when)
    file = put(root / "instagram" / account / f"{number}_{number + 1}.jpg")
    if sidecar:
        text = gallery_dl_metadata(
            "instagram",
            subcategory="posts",
            post_id=str(number),
            post_shortcode=shortcode(when),
            post_url=f"https://www.instagram.com/p/{shortcode(when)}/",
            post_date=when.strftime("%Y-%m-%d %H:%M:%S"),
            date=when.strftime("%Y-%m-%d %H:%M:%S"),
            username=account,
            fullname="Dinas Contoh",
            owner_id="25025320",
            user={"username": "yang_ditelusuri", "id": "1"},
            description="Rapat kerja",
        )
        put(file.with_name(f"{file.name}.json"), text)
    return file


def gallery_dl_twitter(root: Path, account: str, when: datetime, *, sidecar: bool = True) -> Path:
    number = (int(when.timestamp() * 1000) - 1_288_834_974_657) << 22 | 7
    file = put(root / "twitter" / account / f"{number}_1.jpg")
    if sidecar:
        text = gallery_dl_metadata(
            "twitter",
            subcategory="timeline",
            tweet_id=number,
            retweet_id=0,
            date=when.strftime("%Y-%m-%d %H:%M:%S"),
            author={"id": 1, "name": account, "nick": "Akun Contoh"},
            user={"id": 2, "name": "yang_membagikan", "nick": "Lain"},
            num=1,
        )
        put(file.with_name(f"{file.name}.json"), text)
    return file


def yt_dlp_info(extractor: str, when: datetime, **more: Any) -> str:
    return json.dumps(
        {
            "extractor": extractor.lower(),
            "extractor_key": extractor,
            "timestamp": int(when.timestamp()),
            "upload_date": when.strftime("%Y%m%d"),
            "_type": "video",
            **more,
        }
    )


def yt_dlp_tiktok(folder: Path, account: str, when: datetime) -> list[Path]:
    number = int(when.timestamp()) << 32 | 99
    base = f"Kerja bakti #dinas [{number}]"
    put(
        folder / f"{base}.info.json",
        yt_dlp_info(
            "TikTok",
            when,
            id=str(number),
            uploader=account,
            uploader_id="6811111111111111111",
            channel="Dinas Contoh",
            webpage_url=f"https://www.tiktok.com/@{account}/video/{number}",
        ),
    )
    return [put(folder / f"{base}.mp4"), put(folder / f"{base}.jpg")]


def whatsapp_android_chat(folder: Path, group: str, sent: list[tuple[str, str, datetime]]) -> None:
    """Of (name of the file, who, when); times are the phone's, 24 hours with a point."""
    lines = ["25/09/24 07.00 - Pesan dan panggilan terenkripsi secara end-to-end."]
    for name, who, when in sent:
        lines.append(f"{when:%d/%m/%y %H.%M} - {who}: \u200e{name} (file terlampir)")
        lines.append(f"{when:%d/%m/%y %H.%M} - {who}: Kegiatan hari ini")
        lines.append("lanjutan pesan di baris kedua")
        put(folder / name)
    put(folder / f"Chat WhatsApp dengan {group}.txt", "\n".join(lines))


def whatsapp_iphone_chat(folder: Path, sent: list[tuple[str, datetime]]) -> list[str]:
    lines = ["\u200e[25/09/24 07.00.00] Grup: \u200ePesan dan panggilan terenkripsi."]
    names = []
    for number, (who, when) in enumerate(sent, start=2):
        name = f"{number:08}-PHOTO-{when:%Y-%m-%d-%H-%M-%S}.jpg"
        lines.append(f"\u200e[{when:%d/%m/%y %H.%M.%S}] {who}: \u200e<terlampir: {name}>")
        names.append(name)
        put(folder / name)
    put(folder / "_chat.txt", "\r\n".join(lines))
    return names


def mojibake(text: str) -> str:
    """As Meta writes text into its JSON."""
    return text.encode().decode("latin-1")


def instagram_export(root: Path, account: str, posts: list[datetime]) -> list[str]:
    media = []
    for number, when in enumerate(posts):
        uri = f"media/posts/{when:%Y%m}/{number}_1234567890_n.jpg"
        put(root / uri)
        item = {
            "uri": uri,
            "creation_timestamp": int(when.timestamp()),
            "media_metadata": {"camera_metadata": {"has_camera_metadata": False}},
            "title": mojibake("Rapat kerja 🤝"),
            "cross_post_source": {"source_app": "FB"},
        }
        media.append({"media": [item]})
    activity = root / "your_instagram_activity" / "media"
    put(activity / "posts_1.json", json.dumps(media))
    profile = {
        "uri": "media/profile/202401/1_n.jpg",
        "creation_timestamp": int(FIRST.timestamp()),
        "title": "",
    }
    put(root / profile["uri"])
    put(activity / "profile_photos.json", json.dumps({"ig_profile_picture": [profile]}))
    labels = {"Nama pengguna": {"href": "", "value": account, "timestamp": 0}}
    user = {"title": "Informasi Pengguna", "media_map_data": {}, "string_map_data": labels}
    information = root / "personal_information" / "personal_information"
    put(information / "personal_information.json", json.dumps({"profile_user": [user]}))
    return [item["media"][0]["uri"] for item in media]


def facebook_export(root: Path, name: str, posts: list[datetime]) -> list[str]:
    folder = "your_facebook_activity/posts"
    said, uris = [], []
    for number, when in enumerate(posts):
        uri = f"{folder}/media/your_posts/{number}_1234567890_n.jpg"
        put(root / uri)
        uris.append(uri)
        taken = int((when - timedelta(days=400)).timestamp())
        photo = {
            "uri": uri,
            "creation_timestamp": int(when.timestamp()) - 5,
            "media_metadata": {"photo_metadata": {"exif_data": [{"taken_timestamp": taken}]}},
            "title": "",
        }
        said.append(
            {
                "timestamp": int(when.timestamp()),
                "attachments": [{"data": [{"media": photo}]}],
                "data": [{"post": mojibake("Apel pagi – Dinas Contoh")}],
                "title": mojibake(f"{name} menambahkan foto baru."),
            }
        )
    put(root / folder / "your_posts__check_ins__photos_and_videos_1.json", json.dumps(said))
    avatar = {
        "uri": f"{folder}/media/Fotoprofil_1/1_n.jpg",
        "creation_timestamp": int(FIRST.timestamp()),
        "title": "Foto profil",
    }
    put(root / avatar["uri"])
    album = {"name": "Foto profil", "photos": [avatar], "last_modified_timestamp": 1727299000}
    put(root / folder / "album" / "0.json", json.dumps(album))
    profile = {"name": {"full_name": mojibake(name)}, "profile_uri": ""}
    information = root / "personal_information" / "profile_information"
    put(information / "profile_information.json", json.dumps({"profile_v2": profile}))
    return uris
