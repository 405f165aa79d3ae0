"""Files opened and read: every failure to do so is a :class:`PhotoError` with its code."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netravision.errors import PhotoError, cause
from netravision.imaging.archive import is_archive, is_document, member_of, read_member, why_closed
from netravision.imaging.file_type import HEAD_BYTES, VIDEO_FORMATS, Format, identify
from netravision.imaging.other_files import refusal
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = ["MAX_BYTES", "MAX_VIDEO_BYTES", "file_status", "open_file", "read_bytes"]

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
            size = os.fstat(file.fileno()).st_size
            limit = MAX_VIDEO_BYTES if form in VIDEO_FORMATS else MAX_BYTES
            if size > limit:
                if form is None:
                    raise refusal(head, path.name)
                raise PhotoError(
                    "too_large",
                    _("{name} has {size} bytes; at most {limit} are read").format(
                        name=path.name, size=count(size), limit=count(limit)
                    ),
                )
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
