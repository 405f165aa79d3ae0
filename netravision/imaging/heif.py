"""AVIF and HEIC files read as boxes: ISO/IEC 14496-12 and 23008-12."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from netravision.imaging.parts import Parts, ends_in_zeros

__all__ = ["clean_aperture", "parse_heif"]

# Items that say something about a picture, and what they are made instead: one that no decoder
# asks for.
_METADATA = (b"Exif", b"mime")
_NO_ITEM = b"skip"


def parse_heif(data: bytes) -> Parts:
    """Pixels of an AVIF or HEIC: the file without the EXIF and XMP that its decoder would parse.

    Parameters
    ----------
    data : bytes
        Of an AVIF or HEIC file.

    Returns
    -------
    Parts
        Turns and profile are the decoder's to read.
    """
    pixels = bytearray(data)
    incomplete = False
    for kind, begin, end in _boxes(data, 0, len(data)):
        if kind == b"mdat":
            incomplete |= ends_in_zeros(data[max(begin, end - 1024) : end])
        for item in _items(data, begin, end) if kind == b"meta" else ():
            if data[item : item + 4] in _METADATA:
                pixels[item : item + 4] = _NO_ITEM
    return Parts(bytes(pixels), incomplete=incomplete)


def clean_aperture(data: bytes, width: int, height: int) -> tuple[int, int, int, int] | None:
    """The part of an AVIF that is to be seen, as its property `clap` says; None if all of it is.

    libavif leaves it to its caller. It comes before any turn.

    Parameters
    ----------
    data : bytes
        Of an AVIF file.
    width, height : int
        Of the picture as it is coded, in pixels.

    Returns
    -------
    (int, int, int, int) or None
        Left, top, right and bottom; None also where it does not lie within the picture.
    """
    for kind, begin, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            for property_kind, at in _properties_of_the_picture(data, begin + 4, end):
                if property_kind == b"clap":
                    return _cut(data[at : at + 32], width, height)
    return None


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of what is in each box between two places."""
    while at + 8 <= end:
        length, header = int.from_bytes(data[at : at + 4]), 8
        if length == 1:
            length, header = int.from_bytes(data[at + 8 : at + 16]), 16
        elif length == 0:
            length = end - at
        if length < header:
            return
        yield data[at + 4 : at + 8], at + header, min(at + length, end)
        at += length


def _items(data: bytes, begin: int, end: int) -> Iterator[int]:
    """Where the type of each item of a `meta` box stands."""
    for kind, infos, infos_end in _boxes(data, begin + 4, end):
        if kind == b"iinf":
            count_bytes = 2 if data[infos : infos + 1] == b"\0" else 4
            for _, info, info_end in _boxes(data, infos + 4 + count_bytes, infos_end):
                id_bytes = {2: 2, 3: 4}.get(data[info] if info < info_end else 0)
                if id_bytes:
                    yield info + 4 + id_bytes + 2


def _properties_of_the_picture(data: bytes, begin: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Kind and place of each property of the primary item."""
    inside = {kind: (at, to) for kind, at, to in _boxes(data, begin, end)}
    if not {b"pitm", b"iprp"} <= inside.keys():
        return
    at, to = inside[b"pitm"]
    primary = int.from_bytes(data[at + 4 : to][: 2 if data[at : at + 1] == b"\0" else 4])
    inside = {kind: (at, to) for kind, at, to in _boxes(data, *inside[b"iprp"])}
    if not {b"ipco", b"ipma"} <= inside.keys():
        return
    properties = [(kind, at) for kind, at, _ in _boxes(data, *inside[b"ipco"])]
    at, to = inside[b"ipma"]
    if to - at < 8:
        return
    id_bytes = 2 if data[at] == 0 else 4
    index_bytes = 2 if data[at + 3] & 1 else 1
    at += 8
    while at + id_bytes < to:
        item = int.from_bytes(data[at : at + id_bytes])
        count = data[at + id_bytes]
        at += id_bytes + 1
        if item == primary:
            for place in range(at, min(at + count * index_bytes, to), index_bytes):
                # The highest bit says that the property may not be left out.
                index = int.from_bytes(data[place : place + index_bytes])
                index &= (1 << 8 * index_bytes - 1) - 1
                if 1 <= index <= len(properties):
                    yield properties[index - 1]
            return
        at += count * index_bytes


def _cut(values: bytes, width: int, height: int) -> tuple[int, int, int, int] | None:
    """The rectangle of a `clap` property: its size, and how far its middle is off."""
    numbers = [int.from_bytes(values[at : at + 4], signed=True) for at in range(0, len(values), 4)]
    if len(numbers) < 8 or 0 in numbers[1::2]:
        return None
    seen_width, seen_height, right, down = (
        Fraction(top, bottom) for top, bottom in zip(numbers[::2], numbers[1::2], strict=True)
    )
    x, y = (width - seen_width) / 2 + right, (height - seen_height) / 2 + down
    if x < 0 or y < 0 or seen_width < 1 or seen_height < 1:
        return None
    if x + seen_width > width or y + seen_height > height:
        return None
    return int(x), int(y), int(x + seen_width), int(y + seen_height)
