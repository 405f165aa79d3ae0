"""WebP files read as chunks: https://developers.google.com/speed/webp/docs/riff_container."""

from __future__ import annotations

from netravision.imaging.exif import UPRIGHT, exif_orientation
from netravision.imaging.parts import Parts, ends_in_zeros

__all__ = ["parse_webp"]

_HEADER_BYTES = 12

# The first of the chunks says what the others are.
_EXTENDED = b"VP8X"
_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")
_OF_PIXELS = (*_PICTURES, b"ALPH", b"ANIM")

# In the first byte of the extended header: the file has a profile, EXIF, XMP.
_METADATA_FLAGS = 0x20 | 0x08 | 0x04


def parse_webp(data: bytes) -> Parts:
    """Pixels, orientation and profile of a WebP.

    Parameters
    ----------
    data : bytes
        Of a WebP file.

    Returns
    -------
    Parts
    """
    kept: list[bytes] = []
    orientation, profile = UPRIGHT, None
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    incomplete = end < 8 + int.from_bytes(data[4:8], "little")
    at = _HEADER_BYTES
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        content = data[at + 8 : at + 8 + length]
        if kind == _EXTENDED and content:
            flags = content[0] & ~_METADATA_FLAGS
            kept += [data[at : at + 8], bytes([flags]), content[1:]]
        elif kind in _OF_PIXELS:
            kept += [data[at : at + 8], content, bytes(length % 2)]
            incomplete |= kind in _PICTURES and ends_in_zeros(content)
        elif kind == b"EXIF":
            orientation = exif_orientation(content)
        elif kind == b"ICCP":
            profile = content
        at += 8 + length + length % 2
    pixels = b"WEBP" + b"".join(kept)
    head = b"RIFF" + len(pixels).to_bytes(4, "little")
    return Parts(head + pixels, orientation, profile, incomplete)
