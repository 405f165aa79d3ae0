"""What a file is, told by its first bytes, and whether its end is missing.

Nothing is decoded here and no library asked: the names that files have are often wrong, and
the libraries know formats that are not wanted.
"""

from __future__ import annotations

import os
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
VideoFormat = Literal["MP4", "MOV", "WEBM"]
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
VIDEO_FORMATS: tuple[VideoFormat, ...] = ("MP4", "MOV", "WEBM")

#: Enough of a file for :func:`identify`: a WebM names its type within its first element, an
#: AVIF its brands within the first box.
HEAD_BYTES = 256

# Bytes in a BMP's second header, by version: https://en.wikipedia.org/wiki/BMP_file_format
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)

# ISO/IEC 23008-12: brands of single pictures and of sequences coded in HEVC.
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# Same container, no picture in it that we read: sound, and the raw photos of Canon.
_OTHER_BRANDS = (b"M4A ", b"M4B ", b"M4P ", b"crx ")

# QuickTime files older than the ftyp box begin with one of these.
_MOV_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


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
        return "WEBM" if b"\x42\x82\x84webm" in head else None
    if head[4:8] == b"ftyp":
        return _identify_brand(head)
    return "MOV" if head[4:8] in _MOV_BOXES else None


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
    if form == "WEBM":
        return _webm_ends_early(file, size)
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
        elif length == 0:  # to the end of the file
            return False
        if length < 8:
            return False  # damaged rather than cut
        at += length
    # Cut between two boxes: without these there is nothing that says where the pictures are.
    return at != size or not kinds & {b"moov", b"meta"}


def _webm_ends_early(file: BinaryIO, size: int) -> bool:
    """Whether the segment, the one large element of the file, reaches beyond the end."""
    head = file.read(HEAD_BYTES)
    header_length, at = _ebml_number(head, 4)
    at += header_length or 0
    if len(head) < at + 12:
        return True
    segment_length, begin = _ebml_number(head, at + 4)
    return segment_length is not None and begin + segment_length > size


def _ebml_number(data: bytes, at: int) -> tuple[int | None, int]:
    """A length of EBML and where it ends; None is a length that was not known (RFC 8794)."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    bits = 7 * width
    value = int.from_bytes(data[at : at + width]) & ((1 << bits) - 1)
    return (None if value == (1 << bits) - 1 else value), at + width
