"""What a reader is given and what it says, and how text, times and JSON of others are taken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Literal

from netravision.arguments import is_date, is_web_address
from netravision.errors import NetravisionError, PhotoError, cause
from netravision.languages import count
from netravision.languages import gettext as _
from netravision.result import Origin
from netravision.sidecars.tree import Tree

__all__ = [
    "MAX_SIDECAR_BYTES",
    "Place",
    "Reader",
    "SidecarError",
    "Told",
    "clean",
    "dig",
    "parse_json",
    "read",
    "read_json",
    "told",
    "utc_time",
]

#: Of the sidecar of one photo; those with thousands of comments have a tenth.
MAX_SIDECAR_BYTES = 16 * 2**20

_MAX_NAME = 200

# Times of social media: the first networks are of 2004, and later ones are no times.
_FIRST_S = 1_072_915_200
_LAST_S = 4_102_444_800


class SidecarError(NetravisionError, ValueError):
    """A sidecar cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a name or a sidecar says of a photo; None where it says nothing.

    Attributes
    ----------
    origin : {"sidecar", "name"}
    account : str or None
    kind : {"avatar", "post"} or None
    posted_at : str or None
        ISO 8601 date or time.
    url : str or None
    """

    origin: Origin
    account: str | None = None
    kind: Literal["avatar", "post"] | None = None
    posted_at: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A photo among the files of its source.

    Attributes
    ----------
    tree : Tree
    path : PurePosixPath
        Below the root of the tree.
    """

    tree: Tree
    path: PurePosixPath

    @property
    def folder(self) -> PurePosixPath:
        """Where the photo lies, and its sidecars."""
        return self.path.parent

    def beside(self, *names: str) -> list[PurePosixPath]:
        """Those of some names that are files in the photo's folder.

        Parameters
        ----------
        *names : str

        Returns
        -------
        list of PurePosixPath
        """
        there = self.tree.files(self.folder)
        return [self.folder / name for name in dict.fromkeys(names) if name in there]


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of one program's files.

    Attributes
    ----------
    read : callable
        What is said of a photo; of two with the same origin the later counts. Broken sidecars
        raise :class:`SidecarError`.
    own_folders : re.Pattern or None
        Beginning of a path, with its slashes, in which folders are named by the program and not by
        an account.
    """

    read: Callable[[Place], Iterator[Told]]
    own_folders: re.Pattern[str] | None = None


def told(
    origin: Origin,
    *,
    account: object = None,
    kind: Literal["avatar", "post"] | None = None,
    posted_at: str | None = None,
    url: object = None,
) -> Told:
    """What is said, of values that may be anything.

    Parameters
    ----------
    origin : {"sidecar", "name"}
    account : object
        Left out if it is no name.
    kind : {"avatar", "post"} or None
    posted_at : str or None
        Left out if there is no such day.
    url : object
        Left out if it is no web address.

    Returns
    -------
    Told
    """
    is_address = isinstance(url, str) and is_web_address(url) and url.isprintable()
    if posted_at is not None and not is_date(posted_at):
        posted_at = None
    return Told(origin, clean(account), kind, posted_at, str(url) if is_address else None)


def clean(name: object) -> str | None:
    r"""A name on one line, without marks that are not seen; None if nothing is left.

    Parameters
    ----------
    name : object

    Returns
    -------
    str or None

    Examples
    --------
    >>> clean("\u202a+62 811-0000-000\u202c")
    '+62 811-0000-000'
    >>> clean(17) is None
    True
    """
    if not isinstance(name, str):
        return None
    # Only what has no shape and no width goes: an emoji may stand in a name.
    seen = "".join(" " if sign.isspace() else sign for sign in name[: 2 * _MAX_NAME])
    seen = "".join(sign for sign in seen if sign.isprintable())
    return " ".join(seen.split())[:_MAX_NAME] or None


def utc_time(seconds: object) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC; None if they are no time of social media.

    Parameters
    ----------
    seconds : object
        A number, or its digits.

    Returns
    -------
    str or None

    Examples
    --------
    >>> utc_time(1727199000), utc_time("1727199000"), utc_time(0)
    ('2024-09-24T17:30:00+00:00', '2024-09-24T17:30:00+00:00', None)
    """
    if isinstance(seconds, str) and re.fullmatch(r"[0-9]{9,10}", seconds):
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not _FIRST_S <= seconds < _LAST_S:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def read(tree: Tree, path: PurePosixPath, limit: int = MAX_SIDECAR_BYTES) -> bytes:
    """The content of a sidecar.

    Parameters
    ----------
    tree : Tree
    path : PurePosixPath
    limit : int
        In bytes.

    Returns
    -------
    bytes

    Raises
    ------
    SidecarError
        If it cannot be read, or is larger.
    """
    try:
        data = tree.read(path, limit)
    except (OSError, PhotoError) as error:
        why = cause(error) if isinstance(error, OSError) else str(error)
        raise SidecarError(_("{file}: cannot be read: {why}").format(file=path, why=why)) from error
    if len(data) > limit:
        raise SidecarError(
            _("{file}: is larger than {limit} bytes").format(file=path, limit=count(limit))
        )
    return data


def parse_json(data: bytes, path: PurePosixPath) -> Any:
    """The content of a JSON file.

    Parameters
    ----------
    data : bytes
    path : PurePosixPath
        Named where it is broken.

    Returns
    -------
    dict, list, str, int, float, bool or None

    Raises
    ------
    SidecarError
    """
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SidecarError(_("{file}: is not valid JSON").format(file=path)) from error


def read_json(tree: Tree, path: PurePosixPath) -> Any:
    """The content of a JSON file, for :meth:`Tree.once`.

    Parameters
    ----------
    tree : Tree
    path : PurePosixPath

    Returns
    -------
    dict, list, str, int, float, bool or None

    Raises
    ------
    SidecarError
    """
    return parse_json(read(tree, path), path)


def dig(value: Any, *keys: str) -> Any:
    """What lies below some keys, one in the other; None where there is no such thing.

    Parameters
    ----------
    value : object
    *keys : str

    Returns
    -------
    object

    Examples
    --------
    >>> dig({"owner": {"username": "akun_a"}}, "owner", "username")
    'akun_a'
    >>> dig({"owner": None}, "owner", "username") is None
    True
    """
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
