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
    shown = _shown(data)
    return None if len(shown) == len(data) else hashlib.sha256(shown).hexdigest()


def _shown(data: bytes) -> bytes:
    if not data.startswith(_START_OF_IMAGE):
        return data
    kept, position = [_START_OF_IMAGE], len(_START_OF_IMAGE)
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _WITHOUT_LENGTH:
            return data
        if marker == _START_OF_SCAN:
            kept.append(data[position:])
            shown = b"".join(kept)
            is_sure = len(shown) < len(data) and _is_whole(data, position) and _is_upright(data)
            return shown if is_sure else data
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4])
        if not data.startswith(_ABOUT.get(marker, ()), position + 4):
            kept.append(data[position:end])
        position = end
    return data


def _is_whole(data: bytes, scan: int) -> bool:
    """Whether the end is there: how much is seen of a cut file may depend on what is before."""
    return data.rfind(_END_OF_IMAGE, scan) > 0


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
