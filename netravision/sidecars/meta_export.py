"""What Instagram and Facebook hand out to who asks for the own data: pictures, and JSON about them.

``instagram-<account>-2024-10-01-…/media/posts/202409/….jpg`` is described in
``your_instagram_activity/…/posts_1.json``, ``facebook-…/your_facebook_activity/posts/media/….jpg``
in ``posts/your_posts_….json`` and ``posts/album/….json``. The folders have moved over the years;
what stayed is that a picture is named by ``uri`` from the root of the export, with its time beside
or around it. Text is UTF-8 that was taken for Latin-1 and written as UTF-8 again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

from netravision.errors import NetravisionError
from netravision.sidecars.base import (
    Place,
    Reader,
    SidecarError,
    Told,
    clean,
    dig,
    parse_json,
    read,
    told,
    utc_time,
)
from netravision.sidecars.tree import Tree

__all__ = ["READER"]

#: Of one JSON file, and of all of an export: ten thousand posts take 20 MB.
_MAX_JSON_BYTES = 64 * 2**20
_MAX_EXPORT_BYTES = 256 * 2**20

#: Folders of an export with JSON in them lie five deep.
_MAX_DEPTH = 6
_MAX_FOLDERS = 20_000

# What the root of an export holds: folders that only an export has, or several together.
_ROOTS = (
    frozenset({"your_instagram_activity"}),
    frozenset({"your_facebook_activity"}),
    frozenset({"this_profile's_activity_across_facebook"}),
    frozenset({"media", "content"}),
    frozenset({"media", "personal_information"}),
    frozenset({"posts", "profile_information"}),
    frozenset({"photos_and_videos", "profile_information"}),
)
# The first exports of Instagram had their JSON at the root.
_OLD_JSON = "media.json"

_ROOT_NAME = re.compile(r"(?:instagram|facebook)-(.+?)(?:-20[0-9]{2}-[0-9]{2}-[0-9]{2}.*)?")
_OWN_FOLDERS = re.compile(
    r"(.*/)?((instagram|facebook)-[^/]+-20[0-9]{2}-[0-9]{2}-[0-9]{2}[^/]*"
    r"|your_(instagram|facebook)_activity|this_profile's_activity_across_facebook)/.*"
)

# The label of the account's name in whatever language the account has; others are left to the name
# of the export.
_USERNAME_LABELS = ("username", "nama pengguna")

# Files that say whose an export is, by the layouts of the years.
_OWNER_FILES = tuple(
    PurePosixPath(path)
    for path in (
        "personal_information/personal_information/personal_information.json",
        "personal_information/personal_information.json",
        "account_information/personal_information.json",
        "personal_information/profile_information/profile_information.json",
        "profile_information/profile_information.json",
        "profile.json",
    )
)

_PROFILE_ALBUMS = ("profile pictures", "foto profil", "profile photos")
_PROFILE_KEYS = ("ig_profile_picture", "profile", "Profile Photo", "Foto profil", "Foto Profil")

_TIME_KEYS = ("timestamp", "creation_timestamp", "taken_at")


class _Around(NamedTuple):
    """What is known of what lies in a part of a JSON file."""

    posted_at: str | None = None
    account: str | None = None
    kind: Literal["avatar", "post"] = "post"


def _read(photo: Place) -> Iterator[Told]:
    root = _root(photo)
    if root is None:
        return
    tree = photo.tree
    described = tree.once(_describe, root) or {}
    said = described.get(str(photo.path.relative_to(root)))
    account = None if said is None else said.account
    yield told(
        "sidecar",
        account=account or tree.once(_owner, root),
        kind=None if said is None else said.kind,
        posted_at=None if said is None else said.posted_at,
    )
    if match := _ROOT_NAME.fullmatch(tree.name if root == PurePosixPath() else root.name):
        yield told("name", account=match[1])


def _root(photo: Place) -> PurePosixPath | None:
    for folder in reversed(photo.path.parents):
        folders = photo.tree.folders(folder)
        if any(root <= folders for root in _ROOTS):
            return folder
        if _OLD_JSON in photo.tree.files(folder) and folders & {"photos", "videos", "profile"}:
            return folder
    return None


def _describe(tree: Tree, root: PurePosixPath) -> dict[str, _Around]:
    """What is said of each picture of an export, by its path from the root."""
    described: dict[str, _Around] = {}
    budget = _MAX_EXPORT_BYTES
    broken: NetravisionError | None = None
    for path in _json_files(tree, root):
        try:
            data = read(tree, path, _MAX_JSON_BYTES)
            budget -= len(data)
            if budget < 0:
                break
            if b'"uri"' in data or b'"path"' in data:
                around = _Around(kind="avatar" if path.stem == "profile_photos" else "post")
                for uri, said in _pictures(parse_json(data, path), around):
                    known = described.get(uri)
                    if known is None or (said.posted_at and not known.posted_at):
                        described[uri] = said
        except SidecarError as error:
            broken = broken or error
    if broken is not None:
        tree.report(str(broken))
    return described


def _json_files(tree: Tree, root: PurePosixPath) -> Iterator[PurePosixPath]:
    """In an order that never changes; folders of pictures are full of other files."""
    ahead = [root]
    for _ in range(_MAX_FOLDERS):
        if not ahead:
            return
        folder = ahead.pop()
        listed = tree.list(folder)
        yield from (folder / name for name in sorted(listed.files) if name.endswith(".json"))
        if len(folder.relative_to(root).parts) < _MAX_DEPTH:
            ahead.extend(folder / name for name in sorted(listed.folders, reverse=True))


def _pictures(whole: Any, around: _Around) -> Iterator[tuple[str, _Around]]:
    """Everything in a JSON file that names a picture. Without recursion, however deep it is."""
    ahead: list[tuple[Any, _Around]] = [(whole, around)]
    while ahead:
        value, around = ahead.pop()
        if isinstance(value, list):
            ahead.extend((item, around) for item in reversed(value))
        elif isinstance(value, dict):
            here = _with(value, around)
            uri = value.get("uri", value.get("path"))
            if isinstance(uri, str) and "://" not in uri:
                yield uri.replace("\\", "/").removeprefix("./").lstrip("/"), here
            for key, item in reversed(value.items()):
                if isinstance(item, dict | list):
                    is_profile = key in _PROFILE_KEYS
                    ahead.append((item, here._replace(kind="avatar") if is_profile else here))


def _with(value: dict[str, Any], around: _Around) -> _Around:
    # The time of a post lies around the times of its pictures, which may have been taken before.
    posted_at = around.posted_at or next(
        filter(None, (_time(value.get(k)) for k in _TIME_KEYS)), None
    )
    milliseconds = value.get("timestamp_ms")
    if posted_at is None and isinstance(milliseconds, int):
        posted_at = utc_time(milliseconds // 1000)
    account = clean(_mended(value.get("sender_name"))) or around.account
    name = _mended(value.get("name"))
    is_album = isinstance(value.get("photos"), list) and isinstance(name, str)
    is_profile = is_album and str(name).lower() in _PROFILE_ALBUMS
    return _Around(posted_at, account, "avatar" if is_profile else around.kind)


def _time(given: object) -> str | None:
    if isinstance(given, str) and not given.isdecimal():
        try:
            time = datetime.fromisoformat(given)
            return utc_time((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            return None
    return utc_time(given)


def _mended(text: object) -> object:
    """Text as it was before its UTF-8 was taken for Latin-1."""
    if not isinstance(text, str):
        return None
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _owner(tree: Tree, root: PurePosixPath) -> str | None:
    """Whose export it is, as the account is called in addresses, or else by its name."""
    for path in (root / file for file in _OWNER_FILES):
        if path.name in tree.files(path.parent):
            try:
                return _owner_in(parse_json(read(tree, path), path))
            except SidecarError as error:
                tree.report(str(error))
    return None


def _owner_in(information: Any) -> str | None:
    profile = dig(information, "profile_v2")
    if profile is not None:
        address = re.fullmatch(
            r"https?://[^/]+/([A-Za-z0-9.]+)/?", str(dig(profile, "profile_uri"))
        )
        return (
            clean(dig(profile, "username"))
            or clean(address and address[1])
            or clean(_mended(dig(profile, "name", "full_name")))
        )
    users = dig(information, "profile_user")
    labels = dig(users[0] if isinstance(users, list) and users else None, "string_map_data")
    for label, said in labels.items() if isinstance(labels, dict) else ():
        if label.lower() in _USERNAME_LABELS and (account := clean(dig(said, "value"))):
            return account
    return clean(dig(information, "username"))


READER = Reader(_read, _OWN_FOLDERS)
