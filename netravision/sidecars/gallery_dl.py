"""gallery-dl: ``gallery-dl/<site>/<account>/…``, with ``--write-metadata`` a sidecar for each file.

The sidecar is called as the picture with ``.json`` behind it. Times in it are UTC without saying
so. Instagram and X number their posts by time, and the numbers are in the names of the files.
https://gdl-org.github.io/docs/configuration.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from netravision.sidecars.base import Place, Reader, Told, dig, read_json, told, utc_time
from netravision.sidecars.post_numbers import post_time

__all__ = ["READER"]

# Where each site keeps who has posted; in the order in which they are asked.
_ACCOUNTS = (
    ("username",),
    ("author", "name"),
    ("author", "uniqueId"),
    ("user", "name"),
    ("user", "uniqueId"),
    ("user", "username"),
    ("author", "handle"),
    ("account", "acct"),
    ("owner", "username"),
    ("blog_name",),
    ("author",),
    ("user",),
    ("uploader",),
)

_SITES = "instagram|twitter|facebook|tiktok|threads"
_OWN_FOLDERS = re.compile(rf"(gallery-dl/)?({_SITES})/|gallery-dl/", re.IGNORECASE)
_IN_SITE = re.compile(rf"(?:^|/)({_SITES})/[^/]+(?:/|$)", re.IGNORECASE)

# Behind the number of a post there may be that of its picture, or a title.
_NUMBER = re.compile(r"([0-9]{15,20})(?:p|[ _].*)?", re.DOTALL)


def _read(photo: Place) -> Iterator[Told]:
    site = _IN_SITE.search(str(photo.folder))
    number = _NUMBER.fullmatch(photo.path.stem)
    if site is not None and number is not None:
        yield told("name", posted_at=post_time(site[1].lower(), int(number[1])))
    for sidecar in photo.beside(f"{photo.path.name}.json", f"{photo.path.stem}.json"):
        metadata = photo.tree.once(read_json, sidecar)
        if isinstance(metadata, dict) and isinstance(metadata.get("category"), str):
            yield _of_file(metadata)
            return


def _of_file(metadata: dict[str, Any]) -> Told:
    named = (dig(metadata, *keys) for keys in _ACCOUNTS)
    account = next((name for name in named if isinstance(name, str) and name), None)
    is_avatar = metadata.get("subcategory") == "avatar"
    return told(
        "sidecar",
        account=account,
        kind="avatar" if is_avatar else "post",
        posted_at=_time(metadata.get("post_date")) or _time(metadata.get("date")),
        url=metadata.get("post_url") or _address(metadata, account),
    )


def _time(given: object) -> str | None:
    if not isinstance(given, str):
        return utc_time(given)
    try:
        time = datetime.fromisoformat(given)
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
    return utc_time(time.timestamp())


def _address(metadata: dict[str, Any], account: str | None) -> str | None:
    if account is None or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", account):
        return None
    category = metadata["category"]
    number = metadata.get("tweet_id") if category == "twitter" else metadata.get("id")
    if not re.fullmatch(r"[0-9]{5,20}", str(number)):
        return None
    if category == "twitter":
        return f"https://x.com/{account}/status/{number}"
    return f"https://www.tiktok.com/@{account}/video/{number}" if category == "tiktok" else None


READER = Reader(_read, _OWN_FOLDERS)
