"""TIFF files read as directories, and the picture among them chosen.

A directory holds everything at once: where the pixels are, what they mean, and what programs note
about them. Decoders get a new directory with the first two only. Raw photos of cameras (NEF, DNG,
ARW, CR2) are TIFF, too, and hold pictures that the camera made of what its sensor saw; of a raw
photo, one of these in full size is read.

References
----------
TIFF 6.0 (1992); TIFF/EP (ISO 12234-2) for raw photos; Adobe DNG 1.4; BigTIFF as libtiff has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np

from netravision.errors import PhotoError
from netravision.imaging.exif import ORIENTATIONS, UPRIGHT
from netravision.imaging.jpeg import is_viewable, parse_jpeg, read_header
from netravision.imaging.parts import MAX_PROFILE_BYTES, Parts
from netravision.languages import gettext as _

__all__ = ["Directory", "Tag", "directories", "first_size", "parse_tiff", "with_directory"]


class Tag(IntEnum):
    """Tags by their names in TIFF 6.0 and its supplements."""

    NEW_SUBFILE_TYPE = 254
    WIDTH = 256
    LENGTH = 257
    BITS_PER_SAMPLE = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES_PER_PIXEL = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTE_COUNTS = 279
    PLANAR_CONFIGURATION = 284
    T4_OPTIONS = 292
    T6_OPTIONS = 293
    PREDICTOR = 317
    COLOR_MAP = 320
    TILE_WIDTH = 322
    TILE_LENGTH = 323
    TILE_OFFSETS = 324
    TILE_BYTE_COUNTS = 325
    SUB_IFDS = 330
    INK_SET = 332
    NUMBER_OF_INKS = 334
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    JPEG_TABLES = 347
    JPEG_OFFSET = 513
    JPEG_LENGTH = 514
    YCBCR_COEFFICIENTS = 529
    YCBCR_SUBSAMPLING = 530
    YCBCR_POSITIONING = 531
    REFERENCE_BLACK_WHITE = 532
    ICC_PROFILE = 34675
    DNG_VERSION = 50706


# Those of JPEG as TIFF 6.0 had it have names that nobody needs.
_READ = {*Tag, *range(512, 522)}
_OF_PIXELS = _READ - {
    Tag.NEW_SUBFILE_TYPE,
    Tag.ORIENTATION,
    Tag.SUB_IFDS,
    Tag.ICC_PROFILE,
    Tag.DNG_VERSION,
}

# Bytes of a number by its type, as NumPy writes it; 16 to 18 are those of BigTIFF.
_TYPES = {
    **{1: "u1", 2: "S1", 3: "u2", 4: "u4", 5: "2u4", 6: "i1", 7: "S1", 8: "i2", 9: "i4"},
    **{10: "2i4", 11: "f4", 12: "f8", 13: "u4", 16: "u8", 17: "i8", 18: "u8"},
}
_LONG = 4

# The first bits of what a directory is: a smaller copy of another.
_REDUCED = 1
# PlanarConfiguration of samples that lie in a plane of their own.
_SEPARATE = 2

# What a sensor saw, before it is a picture: a mosaic, or linear light.
_SENSOR = 32803
_SENSOR_PHOTOMETRICS = (_SENSOR, 34892)

# Gray, RGB, palettes, ink, luminance and chroma, and three kinds of Lab.
_PHOTOMETRICS = (0, 1, 2, 3, 5, 6, 8, 9, 10)

_JPEG_COMPRESSIONS = (6, 7)
_CR2_MARK = b"CR"

# Of the width of a raw photo, the least that its picture in full size has: makers cut off edges
# of the sensor.
_FULL_SIZE = 0.8

# The tags of a size are among the first, as they stand in the order of their numbers.
_MAX_ENTRIES = 1024

# Files of a camera have up to ten. Those with more are documents, of which the first page counts.
_MAX_DIRECTORIES = 64


@dataclass(frozen=True)
class Directory:
    """One directory of a TIFF.

    Attributes
    ----------
    data : bytes
        Of the whole file.
    order : str
        ``"<"`` or ``">"``, as NumPy writes it.
    tags : dict
        Type and bytes of each tag's values.
    following : int
        Offset of the next directory, 0 without one.
    is_cut : bool
        Something that pixels are made of lies beyond the end of the file.
    """

    data: bytes
    order: str
    tags: dict[int, tuple[int, bytes]]
    following: int
    is_cut: bool

    def numbers(self, tag: int) -> list[int]:
        """The whole numbers of a tag; none where it is missing or holds something else.

        Parameters
        ----------
        tag : int

        Returns
        -------
        list of int
        """
        kind, content = self.tags.get(tag, (0, b""))
        if _TYPES.get(kind, "S")[0] not in "ui":
            return []
        return [int(n) for n in np.frombuffer(content, self.order + _TYPES[kind])]

    def number(self, tag: int, default: int = 0) -> int:
        """The first whole number of a tag.

        Parameters
        ----------
        tag, default : int

        Returns
        -------
        int
        """
        return next(iter(self.numbers(tag)), default)

    @property
    def is_separate(self) -> bool:
        """Whether each kind of sample lies in a plane of its own: TIFF 6.0, PlanarConfiguration."""
        return self.number(Tag.PLANAR_CONFIGURATION) == _SEPARATE

    @cached_property
    def embedded_jpeg(self) -> bytes | None:
        """A whole JPEG that this directory points to, as raw photos have them."""
        begin, length = self.number(Tag.JPEG_OFFSET), self.number(Tag.JPEG_LENGTH)
        if not begin and self.number(Tag.COMPRESSION) in _JPEG_COMPRESSIONS:
            if len(self.numbers(Tag.STRIP_OFFSETS)) != 1:
                return None
            begin, length = self.number(Tag.STRIP_OFFSETS), self.number(Tag.STRIP_BYTE_COUNTS)
        file = self.data[begin : begin + length] if begin else b""
        return file if is_viewable(file) else None

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, (0, 0) where it has no picture."""
        if self.embedded_jpeg is not None:
            return read_header(self.embedded_jpeg).size or (0, 0)
        return self.number(Tag.WIDTH), self.number(Tag.LENGTH)


def directories(data: bytes) -> Iterator[Directory]:
    """The directories of a TIFF or BigTIFF, each followed by those below it.

    Parameters
    ----------
    data : bytes
        Of a TIFF file.

    Yields
    ------
    Directory
    """
    order, is_big = _kind_of(data)
    to_read = [_number(data, order, 8, 8) if is_big else _number(data, order, 4, 4)]
    seen: set[int] = set()
    while to_read and len(seen) < _MAX_DIRECTORIES:
        at = to_read.pop(0)
        if at in seen or not 8 <= at < len(data):
            continue
        seen.add(at)
        directory = _directory(data, order, at, is_big)
        yield directory
        to_read = [*directory.numbers(Tag.SUB_IFDS), *to_read, directory.following]


def first_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in the first directory of a TIFF.

    Parameters
    ----------
    data : bytes
        Of a TIFF file.

    Returns
    -------
    (int, int) or None
        None if it does not say them, or is of a smaller copy of another picture.
    """
    order, is_big = _kind_of(data)
    at = _number(data, order, 8, 8) if is_big else _number(data, order, 4, 4)
    width, head = (8, 8) if is_big else (4, 2)
    entry_bytes = 4 + 2 * width
    found: dict[int, int] = {}
    for entry in range(min(_number(data, order, at, head), _MAX_ENTRIES)):
        begin = at + head + entry * entry_bytes
        if begin >= len(data):
            break
        kind = _number(data, order, begin + 2, 2)
        if _TYPES.get(kind, "S")[0] == "u":
            number_bytes = min(np.dtype(_TYPES[kind]).itemsize, width)
            value = _number(data, order, begin + 4 + width, number_bytes)
            found.setdefault(_number(data, order, begin, 2), value)
    if found.get(Tag.NEW_SUBFILE_TYPE, 0) & _REDUCED:
        return None
    return found.get(Tag.WIDTH, 0), found.get(Tag.LENGTH, 0)


def parse_tiff(data: bytes) -> Parts:
    """Pixels, orientation and profile of the picture in a TIFF.

    Parameters
    ----------
    data : bytes
        Of a TIFF file.

    Returns
    -------
    Parts
        Its pixels may be those of a JPEG.

    Raises
    ------
    PhotoError
        With code ``unsupported`` if it is a raw photo without a picture in full size, ``truncated``
        if it ends before its first directory.
    """
    found = list(directories(data))
    if not found:
        raise _cut_off()
    first = found[0]
    has_several_sizes = _is_raw(data, found) or first.number(Tag.NEW_SUBFILE_TYPE) & _REDUCED
    chosen = _full_picture(found) if has_several_sizes else first
    if chosen.is_cut:
        raise _cut_off()
    orientation = chosen.number(Tag.ORIENTATION) or first.number(Tag.ORIENTATION)
    if has_several_sizes and chosen.embedded_jpeg is not None:
        parts = parse_jpeg(chosen.embedded_jpeg)
        return replace(parts, orientation=orientation) if orientation in ORIENTATIONS else parts
    profile = chosen.tags[Tag.ICC_PROFILE][1] if Tag.ICC_PROFILE in chosen.tags else b""
    return Parts(
        with_directory(chosen),
        orientation if orientation in ORIENTATIONS else UPRIGHT,
        profile[:MAX_PROFILE_BYTES] or None,
        _ends_early(chosen),
    )


def with_directory(
    directory: Directory, changed: Mapping[int, Sequence[int]] | None = None
) -> bytes:
    """The file with one directory: what pixels are made of, as a classic TIFF.

    Parameters
    ----------
    directory : Directory
    changed : mapping of int to sequence of int, optional
        Other numbers for some tags; without any, the tag is left out.

    Returns
    -------
    bytes
    """
    order, long = directory.order, directory.order + "u4"
    tags = {tag: directory.tags[tag] for tag in _OF_PIXELS & directory.tags.keys()}
    for tag, numbers in (changed or {}).items():
        tags[tag] = (_LONG, np.array(numbers, long).tobytes())
    tags = {tag: tags[tag] for tag in sorted(tags) if tags[tag][1]}
    file = bytearray(directory.data)
    file += bytes(len(file) % 2)
    directory_at = len(file)
    values_at = directory_at + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, (kind, content) in tags.items():
        if _TYPES[kind] in ("u8", "i8"):
            wide = np.frombuffer(content, order + _TYPES[kind])
            kind, content = _LONG, wide.astype(long).tobytes()
        length = len(content) // np.dtype(_TYPES[kind]).itemsize
        entries += np.array([tag, kind], order + "u2").tobytes()
        entries += np.array([length], long).tobytes()
        if len(content) <= 4:
            entries += content.ljust(4, b"\0")
        else:
            entries += np.array([values_at + len(values)], long).tobytes()
            values += content + bytes(len(content) % 2)
    file += np.array([len(tags)], order + "u2").tobytes() + entries + bytes(4) + values
    magic = b"II*\0" if order == "<" else b"MM\0*"
    file[:8] = magic + np.array([directory_at], long).tobytes()
    return bytes(file)


def _ends_early(directory: Directory) -> bool:
    """Whether a strip or tile reaches beyond the end of the file."""
    return any(
        offset + length > len(directory.data)
        for offsets, lengths in (
            (Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS),
            (Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS),
        )
        for offset, length in zip(
            directory.numbers(offsets), directory.numbers(lengths), strict=False
        )
    )


def _cut_off() -> PhotoError:
    message = _("the {format} ends before its first pixels").format(format="TIFF")
    return PhotoError("truncated", message)


def _kind_of(data: bytes) -> tuple[str, bool]:
    """The order of bytes, and whether it is a BigTIFF."""
    return "<" if data.startswith(b"II") else ">", data[2:4] in (b"+\0", b"\0+")


def _number(data: bytes, order: str, at: int, width: int) -> int:
    return int.from_bytes(data[at : at + width], "little" if order == "<" else "big")


def _directory(data: bytes, order: str, at: int, is_big: bool) -> Directory:
    """Read one directory; a tag that reaches beyond the end of the file is left out."""
    width, head = (8, 8) if is_big else (4, 2)
    entry_bytes = 4 + 2 * width
    first = at + head
    end = first + entry_bytes * _number(data, order, at, head)
    is_cut = end > len(data)
    end = min(end, len(data))
    tags: dict[int, tuple[int, bytes]] = {}
    for entry in range(first, end - entry_bytes + 1, entry_bytes):
        tag, kind = _number(data, order, entry, 2), _number(data, order, entry + 2, 2)
        if kind not in _TYPES or tag not in _READ or tag in tags:
            continue
        length = np.dtype(_TYPES[kind]).itemsize * _number(data, order, entry + 4, width)
        begin = entry + 4 + width
        if length > width:
            begin = _number(data, order, begin, width)
        if begin + length <= len(data):
            tags[tag] = (kind, data[begin : begin + length])
        else:
            is_cut |= tag in _OF_PIXELS
    return Directory(data, order, tags, _number(data, order, end, width), is_cut)


def _is_raw(data: bytes, found: list[Directory]) -> bool:
    return (
        data[8:10] == _CR2_MARK
        or any(directory.number(Tag.PHOTOMETRIC) in _SENSOR_PHOTOMETRICS for directory in found)
        or Tag.DNG_VERSION in found[0].tags
    )


def _full_picture(found: list[Directory]) -> Directory:
    """The largest picture; never one that is small beside what else the file has."""
    pictures = [
        directory
        for directory in found
        if directory.embedded_jpeg is not None
        or directory.number(Tag.PHOTOMETRIC, _SENSOR) in _PHOTOMETRICS
    ]
    largest = max(pictures, key=lambda directory: math.prod(directory.size), default=None)
    widest = max(max(directory.size) for directory in found)
    if largest is None or max(largest.size) < _FULL_SIZE * widest:
        if any(map(_ends_early, found)):
            raise _cut_off()
        raise PhotoError(
            "unsupported",
            _("a raw photo without a picture in full size; export it as JPEG with its program"),
        )
    return largest
