"""PNG files read as chunks: https://www.w3.org/TR/png-3/."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from netravision.imaging.exif import UPRIGHT, exif_orientation
from netravision.imaging.parts import MAX_PROFILE_BYTES, Parts, inflated

__all__ = ["Chunk", "chunk", "chunks", "parse_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# What pixels are made of. The frames of an animation are not among them: the picture is its first.
_OF_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")


_GRAY, _RGB, _PALETTE = 0, 2, 3


class Chunk(NamedTuple):
    """One chunk of a PNG.

    Attributes
    ----------
    kind : bytes
        Four letters.
    content : bytes
        What is there of it, if the file ends within the chunk.
    is_sound : bool
        It is all there, and its checksum is right.
    """

    kind: bytes
    content: bytes
    is_sound: bool


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of a PNG in order, up to where the file is cut off or holds something else.

    Parameters
    ----------
    data : bytes
        Of a PNG file.

    Yields
    ------
    Chunk
    """
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4])
        kind, content = data[at + 4 : at + 8], data[at + 8 : end]
        if not kind.isalpha():
            return
        checksum = int.from_bytes(data[end : end + 4])
        is_sound = end + 4 <= len(data) and zlib.crc32(content, zlib.crc32(kind)) == checksum
        yield Chunk(kind, content, is_sound)
        at = end + 4


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk as it stands in a file.

    Parameters
    ----------
    kind : bytes
        Four letters.
    content : bytes

    Returns
    -------
    bytes
    """
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return len(content).to_bytes(4) + kind + content + checksum.to_bytes(4)


def parse_png(data: bytes) -> Parts:
    """Pixels, orientation and profile of a PNG.

    Parameters
    ----------
    data : bytes
        Of a PNG file.

    Returns
    -------
    Parts
    """
    kept = [_SIGNATURE]
    orientation, profile = UPRIGHT, None
    are_sound, has_end, color_type, bits = True, False, _GRAY, 8
    for kind, content, is_sound in chunks(data):
        if kind == b"IEND":
            has_end = True
            break
        if kind == b"IHDR":
            bits, color_type = (content[8], content[9]) if len(content) == 13 else (8, _GRAY)
        if kind == b"tRNS":
            if not _is_transparency(content, color_type):
                continue
            if color_type == _GRAY and bits < 8:
                # Pillow compares it with gray of 8 bits, which it makes of these.
                gray = content[1] % (1 << bits) * 255 // ((1 << bits) - 1)
                content = gray.to_bytes(2)
        if kind in _OF_PIXELS:
            # With a checksum that is right in any case: what is damaged is marked, not refused.
            kept.append(chunk(kind, content))
            are_sound &= is_sound
        elif kind == b"eXIf":
            orientation = exif_orientation(content)
        elif kind == b"iCCP":
            # A name, and how it is compressed, of which there is one way.
            _, _, compressed = content.partition(b"\0")
            profile = inflated(compressed[1:], MAX_PROFILE_BYTES)
    kept.append(chunk(b"IEND", b""))
    return Parts(b"".join(kept), orientation, profile, not (are_sound and has_end))


def _is_transparency(content: bytes, color_type: int) -> bool:
    """Whether a tRNS chunk is one for these colors; others are ignored, as browsers do."""
    if color_type == _PALETTE:
        return 0 < len(content) <= 256
    return len(content) == {_GRAY: 2, _RGB: 6}.get(color_type)
