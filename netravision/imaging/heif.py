"""AVIF and HEIC files read as boxes: ISO/IEC 14496-12 and 23008-12."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from netravision.imaging.parts import Parts, ends_in_zeros

__all__ = ["clean_aperture", "parse_heif", "picture_size"]

# How to brighten a picture for HDR screens: an item, and a brand of files that have one.
_TONE_MAP = b"tmap"

# Items that say something about a picture, and what they are made instead: one that no decoder
# asks for.
_METADATA = (b"Exif", b"mime", _TONE_MAP)
_NO_ITEM = b"skip"

# What tells the size of a picture is among the first boxes, and small.
_FIRST_BOXES = 16
_MAX_META_BYTES = 2**20

# Properties that may not be left out, whether the file says so or not: ISO/IEC 23000-22, 7.3.6.7.
_TRANSFORMS = (b"clap", b"irot", b"imir")


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
    for box, begin, end in _boxes(data, 0, len(data)):
        if box == b"mdat":
            incomplete |= ends_in_zeros(data[max(begin, end - 1024) : end])
        elif box == b"ftyp":
            for at in range(begin + 8, end - 3, 4):
                if data[at : at + 4] == _TONE_MAP:
                    pixels[at : at + 4] = _NO_ITEM
        elif box == b"meta":
            primary = _primary_item(data, begin, end)
            for item, at in _items(data, begin, end):
                kind = data[at : at + 4]
                if kind in _METADATA and item != primary:
                    pixels[at : at + 4] = _NO_ITEM
            _mend_properties(pixels, list(_properties(data, begin, end)), primary)
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
            primary = _primary_item(data, begin, end)
            for item in _properties(data, begin, end):
                if item.item == primary and item.kind == b"clap":
                    return _cut(data[item.at : item.at + 32], width, height)
    return None


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of an AVIF or HEIC, before it is turned.

    Parameters
    ----------
    data : bytes
        Of an AVIF or HEIC file.

    Returns
    -------
    (int, int) or None
        None if the file does not say it where files do.
    """
    for kind, begin, end in islice(_boxes(data, 0, len(data)), _FIRST_BOXES):
        if kind == b"meta" and end - begin <= _MAX_META_BYTES:
            primary = _primary_item(data, begin, end)
            said = {p.kind: p.at for p in _properties(data, begin, end) if p.item == primary}
            if b"ispe" not in said:
                return None
            at = said[b"ispe"] + 4
            size = int.from_bytes(data[at : at + 4]), int.from_bytes(data[at + 4 : at + 8])
            at = said.get(b"clap", len(data))
            left, top, right, bottom = _cut(data[at : at + 32], *size) or (0, 0, *size)
            return right - left, bottom - top
    return None


class _Property(NamedTuple):
    """A property of an item, where its content is, and the number that gives it to the item."""

    item: int
    kind: bytes
    at: int
    number_at: int
    number_bytes: int

    @property
    def number(self) -> slice:
        return slice(self.number_at, self.number_at + self.number_bytes)


def _mend_properties(pixels: bytearray, properties: list[_Property], primary: int) -> None:
    """Write what libavif insists on and files of older programs do not say."""
    for each in properties:
        if each.kind in _TRANSFORMS:
            pixels[each.number_at] |= 0x80
    # Transparency is as large as the picture, where nobody says how large it is.
    size = next((p for p in properties if p.item == primary and p.kind == b"ispe"), None)
    of_item: dict[int, dict[bytes, _Property]] = {}
    for each in properties:
        of_item.setdefault(each.item, {})[each.kind] = each
    for kinds in of_item.values():
        if size and b"auxC" in kinds and b"pixi" in kinds and b"ispe" not in kinds:
            bits = kinds[b"pixi"]  # which libavif does not need
            if bits.number_bytes == size.number_bytes:
                pixels[bits.number] = pixels[size.number]


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


def _items(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Each item of a `meta` box, and where its type stands."""
    for kind, infos, infos_end in _boxes(data, begin + 4, end):
        if kind == b"iinf":
            count_bytes = 2 if data[infos : infos + 1] == b"\0" else 4
            for _, info, info_end in _boxes(data, infos + 4 + count_bytes, infos_end):
                id_bytes = {2: 2, 3: 4}.get(data[info] if info < info_end else 0)
                if id_bytes:
                    at = info + 4 + id_bytes
                    yield int.from_bytes(data[info + 4 : at]), at + 2


def _primary_item(data: bytes, begin: int, end: int) -> int:
    """The item of a `meta` box that is the picture; -1 if none is."""
    for kind, at, to in _boxes(data, begin + 4, end):
        if kind == b"pitm":
            return int.from_bytes(data[at + 4 : to][: 2 if data[at : at + 1] == b"\0" else 4])
    return -1


def _properties(data: bytes, begin: int, end: int) -> Iterator[_Property]:
    """Every property that a `meta` box gives to an item."""
    inside = {kind: (at, to) for kind, at, to in _boxes(data, begin + 4, end)}
    if b"iprp" not in inside:
        return
    inside = {kind: (at, to) for kind, at, to in _boxes(data, *inside[b"iprp"])}
    if not {b"ipco", b"ipma"} <= inside.keys():
        return
    contents = [(kind, at) for kind, at, _ in _boxes(data, *inside[b"ipco"])]
    at, to = inside[b"ipma"]
    if to - at < 8:
        return
    id_bytes = 2 if data[at] == 0 else 4
    number_bytes = 2 if data[at + 3] & 1 else 1
    at += 8
    while at + id_bytes < to:
        item = int.from_bytes(data[at : at + id_bytes])
        numbers = at + id_bytes + 1
        at = numbers + data[numbers - 1] * number_bytes
        for place in range(numbers, min(at, to - number_bytes + 1), number_bytes):
            # The highest bit says that the property may not be left out.
            number = int.from_bytes(data[place : place + number_bytes])
            number &= (1 << 8 * number_bytes - 1) - 1
            if 1 <= number <= len(contents):
                yield _Property(item, *contents[number - 1], place, number_bytes)


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
