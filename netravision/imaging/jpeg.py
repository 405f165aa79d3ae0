"""JPEG files read as segments, without decoding: what they hold, and what can be left out.

The digest of :func:`read_header` tells whether two files hold the same image although their
metadata differ. Who downloads a photo from Facebook or Instagram twice gets the same pixels with
another mark in the header (IPTC, ``FBMD…``), and viewers and content management systems add and
remove EXIF, XMP and comments. None of that reaches a detector, so what one file was screened for
holds for the other. Recompressed images are different images here; why is in
``docs/decisions/0014-copies.md``.

:func:`small_gray` decodes the small image that a perceptual hash needs. A decoder asked for an
eighth of the size uses the first of the 64 frequencies of each block only. In a progressive JPEG,
as Facebook and Instagram serve them, those come first: leaving out the other scans leaves a tenth
of the bytes. What this saves is in ``docs/performance.md``.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.imaging.exif import UPRIGHT, exif_orientation, upright
from netravision.imaging.parts import Parts, ends_in_zeros

__all__ = [
    "Header",
    "Segment",
    "ends_early",
    "is_viewable",
    "parse_jpeg",
    "read_header",
    "segments",
    "small_gray",
]

# Markers of ITU-T T.81, table B.1.
_START_OF_IMAGE = b"\xff\xd8"
_END_OF_IMAGE = b"\xff\xd9"
_END_MARKER = 0xD9
_EMPTY_COMMENT = b"\xff\xfe\0\x02"
_FILL = 0xFF
_PROGRESSIVE_FRAME = 0xC2
_VIEWABLE_FRAMES = (0xC0, 0xC1, _PROGRESSIVE_FRAME)
_START_OF_SCAN = 0xDA
_APP1 = 0xE1
_APP2 = 0xE2
_ADOBE = 0xEE

# Frames, tables, restart intervals, and JFIF, which says what the colors are.
_OF_PIXELS = (*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xE0)
# These have no length and no place before the first scan.
_OUT_OF_PLACE = (0x00, 0x01, *range(0xD0, 0xD9))

# Within a scan 0xff is followed by zero or is a restart marker; anything else ends the scan.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_EXIF = b"Exif\0\0"

# Behind it the number of the part and of all parts (ICC.1:2010, B.4).
_PROFILE = b"ICC_PROFILE\0"
_PROFILE_AT = len(_PROFILE) + 2

# How segments begin that describe an image and change nothing in it, by marker. EXIF may turn the
# image: it is left out only where the image is upright.
_METADATA = {
    _APP1: (_EXIF, b"http://ns.adobe.com/x"),  # EXIF; XMP, also in several segments
    0xED: (b"Photoshop 3.0\0",),  # IPTC
    0xFE: (b"",),  # a comment
}

# 256 MB of profiles and EXIF. A header with more segments is left to a worker and its time limit:
# a million takes seconds.
_MAX_SEGMENTS = 4096

# Both Pillow and libjpeg look for the next segment behind damage; Pillow byte by byte.
_SEARCHED_BYTES = 2**16

# Some programs pad their files.
_NEAR_THE_END = 64


class Segment(NamedTuple):
    """One segment of a JPEG: where its marker and its last byte are.

    Attributes
    ----------
    marker : int
        The marker's second byte, as ``0xE1`` for APP1.
    start : int
        Offset of the marker. Fill bytes before it belong to no segment.
    end : int
        Offset behind the segment, as its length says: may lie beyond the end of the file. The
        compressed data of a scan lie behind its segment.
    """

    marker: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """The segments of a JPEG in order, without the start marker, read lazily in linear time.

    Ends behind the end marker, where the file is cut off, and where damage leaves no segment to
    read.

    Parameters
    ----------
    data : bytes
        Of any file; of one that is no JPEG there are no segments.

    Yields
    ------
    Segment
    """
    if not data.startswith(_START_OF_IMAGE):
        return
    at = len(_START_OF_IMAGE)
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _FILL:
            at += 1
            continue
        if marker == _END_MARKER:
            yield Segment(marker, at, at + 2)
            return
        length = int.from_bytes(data[at + 2 : at + 4])
        if marker in _OUT_OF_PLACE or at + 4 > len(data) or length < 2:
            return
        end = at + 2 + length
        yield Segment(marker, at, end)
        if marker == _START_OF_SCAN:
            following = _AFTER_SCAN.search(data, end)
            end = following.start() if following else len(data)
        at = end


def ends_early(data: bytes) -> bool:
    """Whether the end marker is missing; thumbnails in the header have end markers, too.

    A file that is damaged before its first scan is not said to end early.

    Parameters
    ----------
    data : bytes
        Of a JPEG file.

    Returns
    -------
    bool
    """
    end = len(_START_OF_IMAGE)
    for segment in segments(data):
        if segment.marker == _START_OF_SCAN:
            return data.find(_END_OF_IMAGE, segment.start) < 0
        if segment.marker == _END_MARKER:
            return False
        end = segment.end
    return end + 4 > len(data)


class Header(NamedTuple):
    """What is known of a JPEG without decoding it.

    Attributes
    ----------
    size : (int, int) or None
        Width and height in pixels, before any EXIF turn; None where the header is unusable.
    digest : str or None
        SHA-256, 64 hexadecimal digits, of the file without its metadata. Files with the same
        digest are decoded to the same pixels, or fail in the same way: only what is known to
        change nothing is left out. None where nothing is left out: the SHA-256 of the file itself
        then identifies the image.
    """

    size: tuple[int, int] | None
    digest: str | None


def read_header(data: bytes) -> Header:
    """Size and digest of a JPEG, in one pass whose time grows with the length of the file.

    Parameters
    ----------
    data : bytes
        Of any file; of one that is no JPEG nothing is known.

    Returns
    -------
    Header
    """
    view = memoryview(data)
    end = len(_START_OF_IMAGE)
    parts, scans = [view[:end]], view[len(view) :]
    exif, has_gaps = b"", False
    for number, (marker, start, segment_end) in enumerate(segments(data)):
        if number == _MAX_SEGMENTS:
            return Header(None, None)
        # Fill bytes between two segments: what decoders make of them is not known.
        has_gaps |= start != end
        end = segment_end
        if marker == _START_OF_SCAN:
            scans = view[start:]
            break
        if not data.startswith(_METADATA.get(marker, ()), start + 4):
            parts.append(view[start:end])
        elif marker == _APP1 and data.startswith(_EXIF, start + 4):
            exif = exif or data[start + 4 : end]
    beginning = scans[: end - start] if scans else view[end : end + _SEARCHED_BYTES]
    size = _size(b"".join([*parts, beginning]))
    parts.append(scans)
    is_upright = size is not None and exif_orientation(exif) == UPRIGHT
    has_metadata = sum(map(len, parts)) < len(data)
    if has_gaps or not (is_upright and scans and has_metadata and _is_whole(scans)):
        return Header(size, None)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return Header(size, digest.hexdigest())


def is_viewable(data: bytes) -> bool:
    """Whether a JPEG is of a kind that viewers show: not what a sensor saw, kept without loss.

    Parameters
    ----------
    data : bytes
        Of any file.

    Returns
    -------
    bool
    """
    return any(segment.marker in _VIEWABLE_FRAMES for segment in segments(data))


def parse_jpeg(data: bytes) -> Parts:
    """Pixels, orientation and profile of a JPEG.

    Parameters
    ----------
    data : bytes
        Of a JPEG file.

    Returns
    -------
    Parts
    """
    kept = [_START_OF_IMAGE]
    exif: bytes | None = None
    profile: dict[int, bytes] = {}
    rest = len(_START_OF_IMAGE)
    for marker, start, end in segments(data):
        if marker == _START_OF_SCAN:
            rest = start
            break
        rest = end
        content = data[start + 4 : end]
        if marker in _OF_PIXELS or (marker == _ADOBE and content.startswith(b"Adobe")):
            kept.append(data[start:end])
        elif marker == _APP1 and exif is None and content.startswith(_EXIF):
            exif = content
        elif marker == _APP2 and content.startswith(_PROFILE) and len(content) > _PROFILE_AT:
            profile.setdefault(content[_PROFILE_AT - 2], content[_PROFILE_AT:])
    if not data.startswith(b"\xff", rest):
        # Damage, behind which decoders search. They want to see a segment first.
        kept.append(_EMPTY_COMMENT)
    kept.append(data[rest:])
    return Parts(
        b"".join(kept),
        exif_orientation(exif or b""),
        b"".join(profile[number] for number in sorted(profile)) or None,
        ends_in_zeros(data) and data.find(_END_OF_IMAGE, rest) < 0,
    )


def small_gray(data: bytes) -> NDArray[np.uint8] | None:
    """Brightness of a JPEG, as small as its hash allows, upright.

    Parameters
    ----------
    data : bytes
        Of an image file.

    Returns
    -------
    (H, W) uint8 ndarray or None
        For ``core.hashing.phash([gray])``: at most 4 of 64 bits off the hash of the full image
        for 99 % of real photos. None if `data` is no JPEG in gray or color, or a broken one: the
        image has to be decoded in full, which also tells what is wrong with it.
    """
    # Loads OpenCV: 25 MB that the process which only reads headers does not need.
    from netravision.core.hashing import decode_reduction

    apart = parse_jpeg(data)
    pixels = apart.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(pixels), formats=("JPEG",)) as image:
                if image.mode not in ("L", "RGB"):
                    return None
                step = decode_reduction(image.height, image.width)
            gray = _reduced(pixels if step < 8 else _first_frequencies(pixels), step)
    except Exception:  # a broken file can fail in any way it likes
        return None
    return upright(gray, apart.orientation)


def _is_whole(scans: memoryview) -> bool:
    """Whether the end is there: how much is seen of a cut file may depend on what is before.

    A few bytes may follow it; where more do, or it is missing, all bytes count.
    """
    return _END_OF_IMAGE in scans[-_NEAR_THE_END:].tobytes()


def _size(header: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as Pillow finds them, also behind damage."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(header), formats=("JPEG",)) as image:
                return image.size
    except Exception:  # a header can fail in any way it likes
        return None


def _reduced(data: bytes, step: int) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("L", (image.width // step, image.height // step))
        return np.asarray(image.convert("L"), dtype=np.uint8)


def _first_frequencies(data: bytes) -> bytes:
    """A progressive JPEG without the scans of all but the first frequency; others as they are."""
    kept = [_START_OF_IMAGE]
    open_from: int | None = None  # where a segment or scan begins that is kept
    progressive = False
    for segment in segments(data):
        if open_from is not None:
            kept.append(data[open_from : segment.start])
        open_from = segment.start
        if segment.marker == _START_OF_SCAN:
            if not progressive:
                return data
            components = data[segment.start + 4]
            lowest_frequency = data[segment.start + 5 + 2 * components]
            if lowest_frequency > 0:
                open_from = None
        elif segment.marker == _END_MARKER:
            return b"".join([*kept, _END_OF_IMAGE])
        progressive |= segment.marker == _PROGRESSIVE_FRAME
    return data
