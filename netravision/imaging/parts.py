"""A parsed image file: its pixels, and the little of what is said about them that shows.

Text, EXIF, XMP and color profiles are written by many programs and broken by some. None of that
is a reason not to see the picture, so decoders never get it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from netravision.imaging.exif import UPRIGHT

__all__ = ["MAX_PROFILE_BYTES", "Parts", "ends_in_zeros", "inflated"]

#: The largest color profiles, those of printers, have 2 to 3 MB.
MAX_PROFILE_BYTES = 16 * 2**20

# A download that was allotted its space and stopped ends in zeros. Compressed pictures have a few
# dozen of them at their end where they are of one color.
_ZEROED_BYTES = 512


@dataclass(frozen=True, slots=True)
class Parts:
    """A parsed image file.

    Attributes
    ----------
    pixels : bytes
        A file of the same format with what its decoder needs and nothing else.
    orientation : int
        1 to 8, as EXIF counts.
    profile : bytes or None
        ICC profile; may be unusable.
    incomplete : bool
        The file ends early, or a checksum of its pixels is wrong.
    """

    pixels: bytes
    orientation: int = UPRIGHT
    profile: bytes | None = None
    incomplete: bool = False


def ends_in_zeros(data: bytes) -> bool:
    """Whether the end of compressed data is missing and zeros stand in its place.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bool
    """
    return len(data) > _ZEROED_BYTES and not any(data[-_ZEROED_BYTES:])


def inflated(data: bytes, limit: int) -> bytes | None:
    """What zlib compressed; None if it is damaged or larger than `limit`.

    Parameters
    ----------
    data : bytes
    limit : int
        In bytes.

    Returns
    -------
    bytes or None
    """
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, limit)
    except zlib.error:
        return None
    return content if stream.eof else None
