"""Pictures in ZIP archives, and in documents that are such: looked into, never unpacked to disk.

A member is a file with a path through the archive, as ``akun.zip/IMG_1.jpg``. What an archive says
of itself may be made up, so names are made safe, sizes are kept while reading, and archives that
grow without end are refused.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from netravision.errors import PhotoError, cause
from netravision.imaging.pdf import can_read_pdf, packed_pictures
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = [
    "MAX_MEMBERS",
    "MAX_MEMBER_BYTES",
    "Member",
    "is_archive",
    "is_document",
    "list_members",
    "member_of",
    "read_member",
    "why_closed",
]

#: A data export of ten years has fewer.
MAX_MEMBERS = 200_000

#: A member is held in memory, videos too.
MAX_MEMBER_BYTES = 256 * 2**20

#: More than any name and comment that a member needs; the list of members is read at once.
_MAX_LIST_BYTES = 64 * 2**20

# Above these sizes of a member and of all, pictures do not shrink to less than a hundredth.
_BOMB_BYTES = 32 * 2**20
_TOTAL_BYTES = 256 * 2**20
_BOMB_FACTOR = 100

_MARK = b"PK\x03\x04"
_EMPTY_MARK = b"PK\x05\x06"
_SPLIT_MARK = b"PK\x07\x08"  # before the first file of an archive in parts, or in one after all

#: By the end of their names: the folders in which documents keep their pictures. A PDF has none.
_PDF = ".pdf"
_DOCUMENTS = {".docx": "word/media/", ".pptx": "ppt/media/", ".xlsx": "xl/media/", _PDF: ""}
_SUFFIXES = frozenset({".zip", *_DOCUMENTS})

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1

# No file system has them all in names, and a screen should have none.
_UNWANTED = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    archive : Path
    path : str
        In the archive, made safe: relative, with forward slashes, none of it going up.
    """

    archive: Path
    path: str


def is_archive(path: Path) -> bool:
    """Whether a file is called as an archive or document that is looked into.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bool
    """
    return path.suffix.lower() in _SUFFIXES


def is_document(path: Path) -> bool:
    """Whether a file is called as a document, of which only the pictures are looked at.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bool
    """
    return path.suffix.lower() in _DOCUMENTS


def member_of(path: Path) -> Member | None:
    """Which member of which archive a path leads to; None for a path that leads through none.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Member or None
    """
    for above in path.parents:
        if above.suffix.lower() in _SUFFIXES and above.is_file():
            return Member(above, path.relative_to(above).as_posix())
    return None


def list_members(archive: Path) -> list[str]:
    """Paths of the files in an archive, in sorted order; of a document, its pictures.

    Parameters
    ----------
    archive : Path

    Returns
    -------
    list of str
        Made safe; see :class:`Member`.

    Raises
    ------
    PhotoError
        With code ``unreadable`` or ``too_large`` if it cannot be looked into, ``not_a_picture`` if
        its content is no archive, and as :func:`netravision.imaging.file.open_file` does.
    """
    return sorted(_directory(archive))


def why_closed(archive: Path) -> PhotoError:
    """Why an archive is not looked into, where it is met as a file.

    Parameters
    ----------
    archive : Path
        Or a path in another archive.

    Returns
    -------
    PhotoError
        As :func:`list_members` raises it; code ``not_a_picture`` for one that holds nothing, and
        ``unsupported`` for one in another.
    """
    if member_of(archive) is not None:
        told = _("{name} is an archive in an archive").format(name=archive.name)
        return PhotoError("unsupported", told)
    try:
        if not list_members(archive):
            return PhotoError("not_a_picture", _("no picture and no video"))
    except PhotoError as error:
        return error
    told = _("{name} is an archive; name a picture in it").format(name=archive.name)
    return PhotoError("unsupported", told)


def read_member(member: Member, limit: int = MAX_MEMBER_BYTES) -> bytes:
    """The content of a file in an archive.

    Parameters
    ----------
    member : Member
    limit : int
        In bytes.

    Returns
    -------
    bytes

    Raises
    ------
    PhotoError
        With code ``vanished``, ``too_large``, ``unreadable``, or ``unsupported`` for one that is
        encrypted or compressed in an unknown way.
    """
    info = _directory(member.archive).get(member.path)
    name = PurePosixPath(member.path).name
    if info is None:
        raise PhotoError("vanished", _("{name} is no longer there").format(name=name))
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise PhotoError(
            "unsupported", _("{name} is locked by a password in its archive").format(name=name)
        )
    if info.file_size > limit:
        raise PhotoError(
            "too_large",
            _("{name} has {size} bytes; at most {limit} are read").format(
                name=name, size=count(info.file_size), limit=count(limit)
            ),
        )
    if info.file_size > max(_BOMB_BYTES, _BOMB_FACTOR * info.compress_size):
        raise PhotoError(
            "too_large", _("{name} grows more than any picture when unpacked").format(name=name)
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Others cannot be stopped while they grow.
        raise PhotoError(
            "unsupported", _("{name} is compressed in an unusual way").format(name=name)
        )
    try:
        with _content(member.archive) as file, _opened(file, info) as content:
            # Piece by piece: asked for everything, the standard library grows what it is given
            # whole, whatever size was said. What is longer than said fails by its checksum.
            return b"".join(iter(lambda: content.read(_PIECE_BYTES), b""))
    except _BROKEN as error:
        raise PhotoError(
            "unreadable", _("{name} is damaged in its archive").format(name=name)
        ) from error
    except OSError as error:
        raise _unreadable(member.archive, cause(error)) from error


# What the standard library raises on archives and compressed data that are damaged or made up.
_BROKEN = (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, struct.error, zlib.error)

_PIECE_BYTES = 2**20


def _opened(file: io.BufferedReader | io.BytesIO, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
    """A member, without reading the list of all others again, as the standard library would."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(_MARK):
        raise zipfile.BadZipFile
    name_length, extra_length = struct.unpack("<HH", header[26:])
    file.seek(name_length + extra_length, os.SEEK_CUR)
    return zipfile.ZipExtFile(file, "r", info)


def _directory(archive: Path) -> dict[str, zipfile.ZipInfo]:
    try:
        status = archive.stat()
    except OSError as error:
        raise _unreadable(archive, cause(error)) from error
    file = (archive, status.st_size, status.st_mtime_ns)
    if (refused := _refused.get(file)) is not None:
        raise PhotoError(refused.code, str(refused))
    try:
        return _read_directory(*file)
    except PhotoError as error:
        _refused[file] = error
        raise


# A slow PDF is not waited for a second time.
_refused: dict[tuple[Path, int, int], PhotoError] = {}


# Photos come archive by archive; a folder is listed twice.
@lru_cache(maxsize=128)
def _read_directory(archive: Path, size: int, mtime_ns: int) -> dict[str, zipfile.ZipInfo]:
    try:
        with _content(archive) as file:
            head = file.read(4)
            if head == _EMPTY_MARK:
                return {}
            if head not in (_MARK, _SPLIT_MARK):
                raise PhotoError("not_a_picture", _("no picture and no video"))
            if _list_bytes(file) > _MAX_LIST_BYTES:
                raise _unreadable(archive, _("its list of files is too long"), "too_large")
            with zipfile.ZipFile(file) as opened:
                infos = [info for info in opened.infolist() if not info.is_dir()]
    except PhotoError:
        raise
    except _BROKEN as error:
        raise _unreadable(archive, _("the archive is damaged")) from error
    except OSError as error:
        raise _unreadable(archive, cause(error)) from error
    if len(infos) > MAX_MEMBERS:
        raise _unreadable(archive, _("its list of files is too long"), "too_large")
    if _overlap(infos):
        raise _unreadable(archive, _("its files lie in one another"))
    if sum(info.file_size for info in infos) > max(_TOTAL_BYTES, _BOMB_FACTOR * size):
        raise _unreadable(archive, _("it grows more than any pictures when unpacked"), "too_large")
    folder = _DOCUMENTS.get(archive.suffix.lower(), "")
    members: dict[str, zipfile.ZipInfo] = {}
    twins: Counter[str] = Counter()
    for info in infos:
        path = _safe_path(info)
        if path is not None and path.startswith(folder) and not stat.S_ISLNK(_mode(info)):
            # Archives may hold several of one name.
            while (distinct := _numbered(path, twins[path])) in members:
                twins[path] += 1
            members[distinct] = info
    return members


def _content(archive: Path) -> io.BufferedReader | io.BytesIO:
    """An archive as a ZIP, which a PDF is made one of."""
    if archive.suffix.lower() != _PDF:
        return archive.open("rb")
    status = archive.stat()
    return io.BytesIO(_packed_pdf(archive, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=1)
def _packed_pdf(archive: Path, size: int, mtime_ns: int) -> bytes:
    with archive.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)  # programs put a line of their own before it
    return packed_pictures(archive) or b"" if is_pdf and can_read_pdf() else b""


def _list_bytes(file: io.BufferedReader | io.BytesIO) -> int:
    """How long the list of members is, as the end of the archive says."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 22 - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    listed = int.from_bytes(tail[at + 12 : at + 16], "little")
    if listed == 0xFFFFFFFF and (at := tail.rfind(b"PK\x06\x06")) >= 0:
        listed = int.from_bytes(tail[at + 40 : at + 48], "little")
    file.seek(0)
    return listed


def _overlap(infos: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether the same bytes are shared by several members, as in archives made to grow."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False


def _safe_path(info: zipfile.ZipInfo) -> str | None:
    """The path of a member: relative, and not going up; None if nothing is left of it."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        # macOS writes UTF-8 and does not say so; the standard library takes it for code page 437.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.orig_filename
    name = re.sub(r"^[A-Za-z]:", "", _UNWANTED.sub("_", name).replace("\\", "/"))
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or None


def _mode(info: zipfile.ZipInfo) -> int:
    return info.external_attr >> 16


def _numbered(path: str, twins: int) -> str:
    if twins == 0:
        return path
    pure = PurePosixPath(path)
    return str(pure.with_name(f"{pure.stem} ({twins + 1}){pure.suffix}"))


def _unreadable(archive: Path, why: str, code: str = "unreadable") -> PhotoError:
    message = _("{name} cannot be read: {why}").format(name=archive.name, why=why)
    return PhotoError(code, message)
