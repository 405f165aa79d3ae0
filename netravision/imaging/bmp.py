"""The color profile of a BMP: https://learn.microsoft.com/windows/win32/api/wingdi/."""

from __future__ import annotations

from netravision.imaging.parts import MAX_PROFILE_BYTES, Parts

__all__ = ["parse_bmp"]

_HEADER_AT = 14
_VERSION_5_BYTES = 124

# A BITMAPV5HEADER whose bV5CSType says PROFILE_EMBEDDED.
_COLOR_SPACE_AT, _EMBEDDED = 56, b"DEBM"
_PROFILE_AT = 112


def parse_bmp(data: bytes) -> Parts:
    """Pixels and profile of a BMP.

    Parameters
    ----------
    data : bytes
        Of a BMP file.

    Returns
    -------
    Parts
    """
    header = data[_HEADER_AT : _HEADER_AT + _VERSION_5_BYTES]
    if int.from_bytes(header[:4], "little") != _VERSION_5_BYTES:
        return Parts(data)
    if header[_COLOR_SPACE_AT : _COLOR_SPACE_AT + 4] != _EMBEDDED:
        return Parts(data)
    begin = _HEADER_AT + int.from_bytes(header[_PROFILE_AT : _PROFILE_AT + 4], "little")
    length = int.from_bytes(header[_PROFILE_AT + 4 : _PROFILE_AT + 8], "little")
    return Parts(data, profile=data[begin : begin + min(length, MAX_PROFILE_BYTES)] or None)
