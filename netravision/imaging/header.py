"""Width and height as the header of an image file says, read at fixed places.

No decoder is asked and no more than the beginning is read, whatever the file claims to hold: the
process that asks has all photos of a run to ask for.
"""

from __future__ import annotations

from netravision.imaging import heif, tiff
from netravision.imaging.file_type import Format

__all__ = ["header_size"]


def header_size(data: bytes, form: Format) -> tuple[int, int] | None:
    """Width and height in pixels, before any turn; None without any.

    For a JPEG, :func:`netravision.imaging.jpeg.read_header` tells.

    Parameters
    ----------
    data : bytes
    form : str
        As :func:`netravision.imaging.file_type.identify` says. A video has none.

    Returns
    -------
    (int, int) or None
    """
    if form == "TIFF":
        size = tiff.first_size(data)
    elif form in ("AVIF", "HEIC"):
        size = heif.picture_size(data)
    else:
        size = _at_fixed_places(data[:64], form)
    return size if size is not None and min(size) > 0 else None


def _at_fixed_places(head: bytes, form: Format) -> tuple[int, int] | None:
    if form == "PNG":
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if form == "GIF":
        return _little(head, 6, 2), _little(head, 8, 2)
    if form == "BMP":
        if _little(head, 14, 4) == 12:  # of OS/2
            return _little(head, 18, 2), _little(head, 20, 2)
        height = int.from_bytes(head[22:26], "little", signed=True)  # below 0 from the top down
        return _little(head, 18, 4), abs(height)
    if form != "WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return _little(head, 24, 3) + 1, _little(head, 27, 3) + 1
    if kind == b"VP8L":
        bits = _little(head, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(head, 26, 2) & 0x3FFF, _little(head, 28, 2) & 0x3FFF


def _little(head: bytes, at: int, width: int) -> int:
    return int.from_bytes(head[at : at + width], "little")
