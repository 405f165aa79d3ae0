"""What a file is, told by its first bytes, and whether its end is missing.

Nothing is decoded here and no library asked: the names that files have are often wrong, and
the libraries know formats that are not wanted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, Literal

from netravision.imaging import jpeg

__all__ = [
    "HEAD_BYTES",
    "IMAGE_FORMATS",
    "VIDEO_FORMATS",
    "Format",
    "ImageFormat",
    "VideoFormat",
    "ends_early",
    "identify",
]

ImageFormat = Literal["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIC"]
VideoFormat = Literal["MP4", "MOV", "WEBM", "MKV", "AVI", "TS", "WMV"]
Format = ImageFormat | VideoFormat

#: MPO is a JPEG with more pictures behind the first.
IMAGE_FORMATS: tuple[ImageFormat, ...] = (
    "JPEG",
    "PNG",
    "WEBP",
    "GIF",
    "BMP",
    "TIFF",
    "AVIF",
    "HEIC",
)
VIDEO_FORMATS: tuple[VideoFormat, ...] = ("MP4", "MOV", "WEBM", "MKV", "AVI", "TS", "WMV")

#: Enough of a file for :func:`identify`: a WebM names its type within its first element, an
#: AVIF its brands within the first box, and a transport stream begins with five packets.
HEAD_BYTES = 1024

# Bytes in a BMP's second header, by version: https://en.wikipedia.org/wiki/BMP_file_format
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)

# ISO/IEC 23008-12: brands of single pictures and of sequences coded in HEVC.
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# Same container, no picture in it that we read: sound, and the raw photos of Canon.
_OTHER_BRANDS = (b"M4A ", b"M4B ", b"M4P ", b"crx ")

# QuickTime files older than the ftyp box begin with one of these.
_MOV_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")

# Packets of transport streams: of television, and with a time before each as camcorders write them.
# Where each has its first byte, and how long it is: ISO/IEC 13818-1, 2.4.3.
_TS_PACKETS = ((0, 188), (4, 192))
_TS_SYNC = 0x47

# The first object of a file, and the one in which its size stands: Advanced Systems Format, 10.
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")

# A download that was allotted its space and stopped ends in zeros; programs that align their files
# leave fewer.
_ZEROED_BYTES = 4096


def identify(head: bytes) -> Format | None:
    r"""The format of a file that begins so; None if it is none of ours.

    Parameters
    ----------
    head : bytes
        At least :data:`HEAD_BYTES`, or the whole file where it is shorter.

    Returns
    -------
    str or None

    Examples
    --------
    >>> identify(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    'JPEG'
    >>> identify(b"%PDF-1.7") is None
    True
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    # Two letters alone would take many a text for a picture.
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    # 42 is TIFF, 43 BigTIFF.
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "TIFF"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _identify_matroska(head)
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "AVI"
    if head.startswith(_ASF_HEADER):
        return "WMV"
    if _ts_packet(head) is not None:
        return "TS"
    if head[4:8] == b"ftyp":
        return _identify_brand(head)
    return "MOV" if head[4:8] in _MOV_BOXES else None


def _identify_matroska(head: bytes) -> Format | None:
    if b"\x42\x82\x84webm" in head:
        return "WEBM"
    return "MKV" if b"\x42\x82\x88matroska" in head else None


def _ts_packet(head: bytes) -> tuple[int, int] | None:
    """Which of the packets a transport stream has; None if it is none."""
    for first, length in _TS_PACKETS:
        begins = head[first::length]
        if len(begins) >= 5 and set(begins) == {_TS_SYNC}:
            return first, length
    return None


def _identify_brand(head: bytes) -> Format | None:
    length = int.from_bytes(head[:4])
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, min(length, len(head)), 4))}
    # A picture's major brand may be the one that all picture codecs share.
    if major in (b"avif", b"avis") or (major in (b"mif1", b"msf1") and b"avif" in brands):
        return "AVIF"
    if major in _HEIC_BRANDS:
        return "HEIC"
    if major in _OTHER_BRANDS:
        return None
    return "MOV" if major == b"qt  " else "MP4"


def ends_early(file: BinaryIO, form: Format) -> bool:
    """Whether a file is shorter than it says itself, by its container's own lengths.

    Parameters
    ----------
    file : binary file
        Seekable. Only its structure is read, so a large video costs little.
    form : str
        As :func:`identify` says. A TIFF is never said to end early: its parts may lie
        anywhere, and its decoder notices.

    Returns
    -------
    bool
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if form == "JPEG":
        return jpeg.ends_early(file.read())
    if form == "PNG":
        return _png_ends_early(file, size)
    if form == "GIF":
        return not file.read().rstrip(b"\0").endswith(b";")
    if form == "WEBP":
        return int.from_bytes(file.read(8)[4:8], "little") + 8 > size
    if form == "BMP":
        return int.from_bytes(file.read(6)[2:6], "little") > size
    if form in _VIDEO_ENDS:
        return _VIDEO_ENDS[form](file, size) or _ends_in_zeros(file, size)
    return form != "TIFF" and _boxes_end_early(file, size)


def _png_ends_early(file: BinaryIO, size: int) -> bool:
    at = 8
    while at + 12 <= size:
        file.seek(at)
        head = file.read(8)
        if head[4:] == b"IEND":
            return False
        at += 12 + int.from_bytes(head[:4])
    return True


def _boxes_end_early(file: BinaryIO, size: int) -> bool:
    """Whether a box of an ISO file (MP4, MOV, AVIF, HEIC) reaches beyond the end."""
    at = 0
    kinds = set()
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        kinds.add(head[4:8])
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        elif length == 0:  # to the end of the file, if it is a box and no zeros
            return not any(head) and not kinds & {b"moov", b"meta"}
        if length < 8:
            return False  # damaged rather than cut
        at += length
    # Cut between two boxes: without these there is nothing that says where the pictures are.
    return at != size or not kinds & {b"moov", b"meta"}


def _matroska_ends_early(file: BinaryIO, size: int) -> bool:
    """Whether the segment, the one large element of the file, reaches beyond the end."""
    head = file.read(HEAD_BYTES)
    header_length, at = _ebml_number(head, 4)
    at += header_length or 0
    if len(head) < at + 12:
        return True
    segment_length, begin = _ebml_number(head, at + 4)
    return segment_length is not None and begin + segment_length > size


def _avi_ends_early(file: BinaryIO, size: int) -> bool:
    """Whether one of the parts of up to 1 GB each reaches beyond the end."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        head = file.read(8)
        if head[:4] != b"RIFF":
            return False
        at += 8 + int.from_bytes(head[4:], "little")
    return at > size


def _ts_ends_early(file: BinaryIO, size: int) -> bool:
    """Whether the last packet has begun and not ended."""
    packet = _ts_packet(file.read(HEAD_BYTES))
    if packet is None:
        return True
    first, length = packet
    file.seek(size - size % length)
    return file.read()[first : first + 1] == bytes([_TS_SYNC])


def _asf_ends_early(file: BinaryIO, size: int) -> bool:
    """Whether the file is shorter than its properties say; a broadcast has no length."""
    header = file.read(min(size, 2**16))
    at = header.find(_ASF_FILE_PROPERTIES)
    if at < 0 or len(header) < at + 92:
        return True
    is_broadcast = header[at + 88] & 1
    return not is_broadcast and int.from_bytes(header[at + 40 : at + 48], "little") > size


def _ends_in_zeros(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - _ZEROED_BYTES))
    return not any(file.read())


def _ebml_number(data: bytes, at: int) -> tuple[int | None, int]:
    """A length of EBML and where it ends; None is a length that was not known (RFC 8794)."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    bits = 7 * width
    value = int.from_bytes(data[at : at + width]) & ((1 << bits) - 1)
    return (None if value == (1 << bits) - 1 else value), at + width


_VIDEO_ENDS: dict[str, Callable[[BinaryIO, int], bool]] = {
    "WEBM": _matroska_ends_early,
    "MKV": _matroska_ends_early,
    "AVI": _avi_ends_early,
    "TS": _ts_ends_early,
    "WMV": _asf_ends_early,
}
