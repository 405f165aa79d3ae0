"""Files opened and read: every failure to do so is a :class:`PhotoError` with its code."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from netravision.errors import PhotoError, cause
from netravision.imaging.archive import is_archive, is_document, member_of, read_member, why_closed
from netravision.imaging.file_type import HEAD_BYTES, VIDEO_FORMATS, Format, identify
from netravision.imaging.other_files import refusal
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = [
    "MAX_BYTES",
    "MAX_VIDEO_BYTES",
    "file_status",
    "open_file",
    "open_stream",
    "read_bytes",
    "read_stream",
]

#: No photo comes near it; archives renamed to .jpg do.
MAX_BYTES = 256 * 2**20

#: An hour of a phone's video in high definition.
MAX_VIDEO_BYTES = 8 * 2**30


@contextmanager
def open_file(
    path: str | os.PathLike[str],
) -> Iterator[tuple[io.BufferedReader | io.BytesIO, Format | None]]:
    """Open a photo or video; what goes wrong until it is closed is a :class:`PhotoError`.

    Parameters
    ----------
    path : str or path
        May lead into an archive, as ``akun.zip/IMG_1.jpg``.

    Yields
    ------
    file : binary file
        At its beginning.
    format : str or None
        As :func:`netravision.imaging.file_type.identify` says.

    Raises
    ------
    PhotoError
        With code ``vanished``, ``permission_denied``, ``too_large`` or ``unreadable``; as
        :func:`netravision.imaging.archive.read_member` does for a member of an archive; as
        :func:`netravision.imaging.other_files.refusal` says for a large file of no known format.
    """
    path = Path(path)
    if (member := member_of(path)) is not None:
        data = read_member(member)
        form = identify(data[:HEAD_BYTES])
        if form is None and _is_closed_archive(path, data):
            raise why_closed(path)
        yield io.BytesIO(data), form
        return
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            form = identify(head)
            if form is None and _is_closed_archive(path, head):
                raise why_closed(path)
            _check_length(os.fstat(file.fileno()).st_size, head, path.name)
            file.seek(0)
            yield file, form
    except FileNotFoundError as error:
        raise PhotoError(
            "vanished", _("{name} is no longer there").format(name=path.name)
        ) from error
    except PermissionError as error:
        raise PhotoError(
            "permission_denied",
            _("{name} may not be read by this user").format(name=path.name),
        ) from error
    except OSError as error:
        message = _("{name} cannot be read: {why}").format(name=path.name, why=cause(error))
        raise PhotoError("unreadable", message) from error


@contextmanager
def open_stream(
    stream: BinaryIO,
) -> Iterator[tuple[io.BufferedReader | io.BytesIO, Format | None]]:
    """Use a file that the caller has opened, and leave it open.

    Parameters
    ----------
    stream : binary file
        Read from its beginning; one that cannot seek, such as a pipe, from where it stands, up to
        :data:`MAX_BYTES` also of a video, as it is held in memory.

    Yields
    ------
    file : binary file
        At its beginning.
    format : str or None
        As :func:`netravision.imaging.file_type.identify` says.

    Raises
    ------
    PhotoError
        With code ``too_large`` or ``unreadable``; as
        :func:`netravision.imaging.other_files.refusal` says for a large file of no known format.
    """
    try:
        if hasattr(stream, "readinto") and stream.seekable():
            # As far as it is used.
            file = cast("io.BufferedReader | io.BytesIO", stream)
        else:
            file = io.BytesIO(_read_up_to(stream, MAX_BYTES))
        file.seek(0)
        head = file.read(HEAD_BYTES)
        file.seek(0, os.SEEK_END)
        _check_length(file.tell(), head)
        file.seek(0)
        yield file, identify(head)
    except OSError as error:
        message = _("{name} cannot be read: {why}").format(name=_("the file"), why=cause(error))
        raise PhotoError("unreadable", message) from error


def read_stream(stream: BinaryIO) -> bytes:
    """Content of a file that the caller has opened; it is left open.

    Parameters
    ----------
    stream : binary file
        Read as :func:`open_stream` does, up to :data:`MAX_BYTES`.

    Returns
    -------
    bytes

    Raises
    ------
    PhotoError
        As :func:`open_stream` does.
    """
    with open_stream(stream) as (file, _form):
        return _read_up_to(file, MAX_BYTES)


def _read_up_to(stream: BinaryIO, limit: int) -> bytes:
    # A pipe gives what it has, which may be less than asked for.
    data = bytearray()
    while part := stream.read(2**20):
        data += part
        if len(data) > limit:
            raise _too_large(_("the file"), len(data), limit)
    return bytes(data)


def _check_length(size: int, head: bytes, name: str | None = None) -> None:
    """Refuse a file larger than any photo or video, by its first bytes."""
    form = identify(head)
    limit = MAX_VIDEO_BYTES if form in VIDEO_FORMATS else MAX_BYTES
    if size <= limit:
        return
    if form is None:
        raise refusal(head, name)
    raise _too_large(name or _("the file"), size, limit)


def _too_large(name: str, size: int, limit: int) -> PhotoError:
    told = _("{name} has {size} bytes; at most {limit} are read").format(
        name=name, size=count(size), limit=count(limit)
    )
    return PhotoError("too_large", told)


def _is_closed_archive(path: Path, head: bytes) -> bool:
    return head.startswith(b"PK") and is_archive(path) and not is_document(path)


def file_status(path: Path) -> os.stat_result:
    """Size and time of a file; of its archive for a member of one.

    Parameters
    ----------
    path : Path

    Returns
    -------
    os.stat_result

    Raises
    ------
    OSError
        If it is not there.
    """
    member = member_of(path)
    return (path if member is None else member.archive).stat()


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Content of a file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    bytes

    Raises
    ------
    PhotoError
        As :func:`open_file` does.
    """
    with open_file(path) as (file, _):
        return file.read()
