"""yt-dlp: ``<title> [<id>].mp4``, with ``--write-info-json`` a sidecar ``….info.json``.

A thumbnail is called as its video. youtube-dl writes the same sidecar, and ``<title>-<id>.mp4``.
https://github.com/yt-dlp/yt-dlp#output-template
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netravision.sidecars.base import Place, Reader, Told, read_json, told, utc_time
from netravision.sidecars.post_numbers import instagram_number, post_time

__all__ = ["READER"]

# Where each site has the name that is in an account's address; others have it as uploader_id,
# unless that is a number.
_ACCOUNTS = {
    "instagram": ("channel", "uploader_id"),
    "tiktok": ("uploader", "uploader_id"),
    "twitter": ("uploader_id",),
    "youtube": ("uploader_id", "channel"),
}
_OTHERS = ("uploader_id", "uploader", "channel", "creator")

# One stream of a video before it is joined, and one of several thumbnails.
_PART = re.compile(r"\.f[0-9]+$|\.temp$|_[0-9]+$")

# Instagram's videos have no title of their own.
_INSTAGRAM_TITLE = re.compile(
    r"(?:Video|Photo|Post|Story) by ([A-Za-z0-9._]{1,30})"
    r"(?: \[([A-Za-z0-9_-]{11})\]|-([A-Za-z0-9_-]{11}))"
)

# So far: others have numbers as long that begin otherwise.
_TIKTOK_NUMBER = re.compile(r"\[([67][0-9]{18})\]$")


def _read(photo: Place) -> Iterator[Told]:
    stem = photo.path.stem
    of_video = _PART.sub("", stem)
    yield from _by_name(of_video)
    names = [f"{base}.info.json" for base in (stem, of_video, photo.path.name)]
    for sidecar in photo.beside(*names):
        info = photo.tree.once(read_json, sidecar)
        if isinstance(info, dict) and isinstance(info.get("extractor"), str):
            yield _of_info(info)
            return


def _of_info(info: dict[str, Any]) -> Told:
    site = str(info.get("extractor_key") or info.get("extractor")).lower().partition(":")[0]
    # A site has an extractor for each kind of its pages: InstagramStory, TikTokUser.
    keys = next((_ACCOUNTS[known] for known in _ACCOUNTS if site.startswith(known)), _OTHERS)
    names = (info.get(key) for key in keys)
    account = next((name for name in names if isinstance(name, str) and not name.isdecimal()), None)
    return told(
        "sidecar",
        account=(account or "").removeprefix("@"),
        kind="post",
        posted_at=utc_time(info.get("timestamp"))
        or utc_time(info.get("release_timestamp"))
        or _day(info.get("upload_date")),
        url=info.get("webpage_url"),
    )


def _day(given: object) -> str | None:
    match = re.fullmatch(r"(20[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])", str(given))
    return None if match is None else "-".join(match.groups())


def _by_name(stem: str) -> Iterator[Told]:
    if match := _INSTAGRAM_TITLE.fullmatch(stem):
        account, shortcode = match[1], match[2] or match[3]
        posted_at = post_time("instagram", instagram_number(shortcode))
        url = f"https://www.instagram.com/p/{shortcode}/"
        yield told("name", account=account, posted_at=posted_at, url=url)
    if match := _TIKTOK_NUMBER.search(stem):
        yield told("name", posted_at=post_time("tiktok", int(match[1])))


READER = Reader(_read)
