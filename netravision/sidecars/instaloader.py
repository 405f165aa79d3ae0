"""Instaloader: Instagram by the name of an account, a hashtag or a place.

``<account>/2024-10-01_02-03-04_UTC.jpg``, its caption beside it as ``.txt`` and what Instagram says
of the post as ``.json.xz`` or ``.json``. The pictures of one post share these and are numbered;
``…_UTC_profile_pic.jpg`` is the profile picture, and ``<account>_<number>.json.xz`` the profile.
https://instaloader.github.io/basic-usage.html
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Literal

from netravision.languages import gettext as _
from netravision.sidecars.base import (
    MAX_SIDECAR_BYTES,
    Place,
    Reader,
    SidecarError,
    Told,
    dig,
    parse_json,
    read,
    read_json,
    told,
    utc_time,
)
from netravision.sidecars.tree import Tree

__all__ = ["READER"]

_SITE = "https://www.instagram.com"

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{2})-([0-9]{2})-([0-9]{2})_UTC(?![0-9A-Za-z])"
)
_PROFILE_PICTURE = re.compile(r"_profile_pic$")
_TAGGED = re.compile(r"[:\uff1a]tagged")
_PROFILE = re.compile(r"(.+)_[0-9]+\.json(\.xz)?")
_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{5,40}")
_USERNAME = re.compile(r"[A-Za-z0-9._]{1,64}")


def _read(photo: Place) -> Iterator[Told]:
    stem = photo.path.stem
    is_profile_picture = _PROFILE_PICTURE.search(stem) is not None
    match = _TIME.search(stem)
    if match is not None:
        yield _by_name(match, is_avatar=is_profile_picture)
    elif is_profile_picture:
        yield told("name", kind="avatar")
    if is_profile_picture:
        yield from _profile(photo.tree, photo.folder, kind="avatar")
        return
    if match is not None and not _TAGGED.fullmatch(photo.folder.name):
        yield from _profile(photo.tree, photo.folder)
    of_post = re.sub(r"_[0-9]+$", "", stem)
    names = [base + suffix for base in (stem, of_post) for suffix in (".json.xz", ".json")]
    for sidecar in photo.beside(*names):
        structure = photo.tree.once(_structure, sidecar)
        if structure is not None:
            yield _of_item(structure)
            return


def _by_name(match: re.Match[str], *, is_avatar: bool) -> Told:
    day, hour, minute, second = match.groups()
    posted_at = f"{day}T{hour}:{minute}:{second}+00:00"
    return told("name", kind="avatar" if is_avatar else None, posted_at=posted_at)


def _structure(tree: Tree, path: PurePosixPath) -> dict[str, Any] | None:
    """What a file says, if it is Instaloader's."""
    if path.suffix == ".xz":
        structure = parse_json(_decompressed(read(tree, path), path), path)
    else:
        structure = tree.once(read_json, path)
    if isinstance(dig(structure, "node"), dict) and dig(structure, "instaloader") is not None:
        return dict(structure)
    return None


def _decompressed(data: bytes, path: PurePosixPath) -> bytes:
    decompressor = lzma.LZMADecompressor(memlimit=2**28)
    try:
        whole = decompressor.decompress(data, MAX_SIDECAR_BYTES)
    except (lzma.LZMAError, EOFError) as error:
        raise SidecarError(_("{file}: is not valid XZ").format(file=path)) from error
    if not decompressor.eof:
        raise SidecarError(_("{file}: ends early, or is too large").format(file=path))
    return whole


def _of_item(structure: dict[str, Any]) -> Told:
    """A post or an item of a story; their forms have changed over the years."""
    node = structure["node"]
    phone = dig(node, "iphone_struct")
    names = (dig(node, "owner", "username"), dig(phone, "user", "username"))
    account = next(filter(None, (*names, dig(node, "user", "username"))), None)
    times = (dig(node, "taken_at_timestamp"), dig(node, "date"), dig(node, "taken_at"))
    taken_at = next(filter(None, (*times, dig(phone, "taken_at"))), None)
    return told(
        "sidecar",
        account=account,
        kind="post",
        posted_at=utc_time(taken_at),
        url=_address(dig(structure, "instaloader", "node_type"), node, account),
    )


def _address(node_type: object, node: dict[str, Any], account: object) -> str | None:
    if node_type == "StoryItem":
        item = str(node.get("id") or node.get("pk") or "").partition("_")[0]
        if isinstance(account, str) and _USERNAME.fullmatch(account) and item.isdecimal():
            return f"{_SITE}/stories/{account}/{item}/"
        return None
    shortcode = node.get("shortcode") or node.get("code")
    if isinstance(shortcode, str) and _SHORTCODE.fullmatch(shortcode):
        return f"{_SITE}/p/{shortcode}/"
    return None


def _profile(
    tree: Tree, folder: PurePosixPath, kind: Literal["avatar"] | None = None
) -> Iterator[Told]:
    """Whose folder it is: by the profile's own sidecar, here or above a folder of highlights."""
    for above in dict.fromkeys((folder, folder.parent)):
        if account := tree.once(_owner, above):
            address = f"{_SITE}/{account}/" if kind and _USERNAME.fullmatch(account) else None
            yield told("sidecar", account=account, kind=kind, url=address)
            return


def _owner(tree: Tree, folder: PurePosixPath) -> str | None:
    for name in sorted(filter(_PROFILE.fullmatch, tree.files(folder))):
        structure = tree.once(_structure, folder / name)
        account = dig(structure, "node", "username")
        if dig(structure, "instaloader", "node_type") == "Profile" and isinstance(account, str):
            return account
    return None


#: Of a hashtag, a place, a single post, the feed, stories, and what others posted about an account:
#: Windows has another colon.
_TARGETS = re.compile(rf"[#%:\uff1a-][^/]*/|[^/]+/{_TAGGED.pattern}/")

READER = Reader(_read, _TARGETS)
