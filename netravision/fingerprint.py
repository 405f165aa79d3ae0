"""Whether two files hold the same picture, though not the same is written about it.

Who downloads a photo from Facebook or Instagram twice gets the same pixels with another mark in
the header (IPTC, ``FBMD…``); viewers, downloaders and content management systems add and remove
EXIF, XMP and comments and leave the picture as it was. Nothing of that reaches a detector, so what
one file was screened for holds for the other, exactly.

Pictures that were compressed anew are other pictures here. Why: ``docs/decisions/0014-copies.md``.
"""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import ExifTags, Image

# Markers of ITU-T T.81, table B.1.
_START_OF_IMAGE = b"\xff\xd8"
_END_OF_IMAGE = b"\xff\xd9"
_START_OF_SCAN = 0xDA
# Out of place before the first scan: what follows is not read as segments.
_WITHOUT_LENGTH = (0x00, 0x01, *range(0xD0, 0xDA), 0xFF)

#: How segments begin that say something about a picture and change nothing in it, by marker. The
#: first may turn it: they are only left out where it is upright.
_ABOUT = {
    0xE1: (b"Exif\0\0", b"http://ns.adobe.com/x"),  # EXIF; XMP, also of several segments
    0xED: (b"Photoshop 3.0\0",),  # IPTC
    0xFE: (b"",),  # a comment
}

_UPRIGHT = 1

#: Some programs pad their files.
_NEAR_THE_END = 64


def picture_digest(data: bytes) -> str | None:
    """SHA-256 of a file without what is only written about its picture.

    Files of one digest are decoded to the same pixels, or fail in the same way: what is left out
    of a JPEG is known, and whatever is not known counts.

    Parameters
    ----------
    data : bytes
        Of any file.

    Returns
    -------
    str or None
        64 hexadecimal digits; None where nothing is left out, as of every other format: then the
        digest is the SHA-256 of the file itself.
    """
    kept = _shown(data)
    if sum(map(len, kept)) == len(data) or not (_is_whole(kept[-1]) and _is_upright(data)):
        return None
    digest = hashlib.sha256()
    for part in kept:
        digest.update(part)
    return digest.hexdigest()


def _shown(data: bytes) -> list[memoryview]:
    """The parts of a file that count, in order; not copied, as files may be large."""
    view = memoryview(data)
    kept, position = [view[: len(_START_OF_IMAGE)]], len(_START_OF_IMAGE)
    if not data.startswith(_START_OF_IMAGE):
        return [view]
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _WITHOUT_LENGTH:
            break
        if marker == _START_OF_SCAN:
            return [*kept, view[position:]]
        end = position + 2 + int.from_bytes(view[position + 2 : position + 4])
        if not data.startswith(_ABOUT.get(marker, ()), position + 4):
            kept.append(view[position:end])
        position = end
    return [view]


def _is_whole(scans: memoryview) -> bool:
    """Whether the end is there: how much is seen of a cut file may depend on what is before.

    A few bytes may follow it; where more do, or it is missing, all bytes count.
    """
    return _END_OF_IMAGE in scans[-_NEAR_THE_END:].tobytes()


def _is_upright(data: bytes) -> bool:
    """Whether Pillow reads the header, and shows the one picture behind it as it is stored."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
                # A file of several pictures has their places, from its beginning, in its header.
                is_single = image.format == "JPEG"
                return is_single and image.getexif().get(ExifTags.Base.Orientation, 1) == _UPRIGHT
    except Exception:  # as in photo.py: a header can fail in any way it likes
        return False
