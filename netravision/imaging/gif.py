"""GIF files read as blocks, up to the end of the first frame: the picture is its first."""

from __future__ import annotations

from netravision.imaging.parts import Parts

__all__ = ["parse_gif"]

_HEADER_BYTES = 13
_EXTENSION, _GRAPHIC_CONTROL, _FRAME, _TRAILER = 0x21, 0xF9, 0x2C, b";"


def parse_gif(data: bytes) -> Parts:
    """The first frame of a GIF, without comments and whatever else programs note in it.

    Parameters
    ----------
    data : bytes
        Of a GIF file.

    Returns
    -------
    Parts
    """
    at = _HEADER_BYTES + _palette_bytes(data, 10)
    kept = [data[:at]]
    control = b""
    while at < len(data):
        begin = at
        if data[at] == _EXTENSION:
            at = _behind_blocks(data, at + 2)
            if data[begin + 1 : begin + 2] == bytes([_GRAPHIC_CONTROL]):
                control = data[begin:at]
        elif data[at] == _FRAME:
            # The size of codes, which comes before the blocks, has a byte.
            at = _behind_blocks(data, at + 10 + _palette_bytes(data, at + 9) + 1)
            kept += [control, data[begin:at], _TRAILER]
            return Parts(b"".join(kept), incomplete=at > len(data))
        else:
            break
    return Parts(data)


def _palette_bytes(data: bytes, flags_at: int) -> int:
    flags = data[flags_at] if flags_at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    """Where a row of blocks ends; beyond the end of the file if it does not."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1
