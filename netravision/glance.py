"""The small gray picture that hashes need, out of a JPEG that is never decoded in full.

A JPEG holds blocks of 8 × 8 frequencies, and a decoder that is asked for an eighth of the size
uses the first of each block only. In a progressive JPEG, as Facebook and Instagram serve them,
those come first: the scans behind them are left out before decoding, which leaves a tenth of the
bytes. What this saves: ``docs/performance.md``.
"""

from __future__ import annotations

import io
import re
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from netravision.core.hashing import decode_reduction

# Markers of ITU-T T.81, table B.1.
_START_OF_IMAGE = b"\xff\xd8"
_END_OF_IMAGE = b"\xff\xd9"
_PROGRESSIVE = 0xC2
_START_OF_SCAN = 0xDA
# Within a scan 0xff is followed by zero or is a restart marker; anything else ends the scan.
_NEXT_SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

# Quarter turns to the left that make a picture upright, and whether it is mirrored before
# (EXIF 2.32, tag Orientation).
_UPRIGHT = {
    1: (0, False),
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (1, True),
    6: (3, False),
    7: (3, True),
    8: (1, False),
}


def small_gray(data: bytes) -> NDArray[np.uint8] | None:
    """Brightness of a JPEG, as small as its hash allows, upright.

    Parameters
    ----------
    data : bytes
        Of an image file.

    Returns
    -------
    (H, W) uint8 ndarray or None
        For ``core.hashing.phash([gray])``: at most 4 of 64 bits off the hash of the full picture
        for 99 % of real photos. None if `data` is no JPEG in gray or color, or a broken one: then
        the picture has to be decoded in full, which also tells what is wrong with it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
                if image.mode not in ("L", "RGB"):
                    return None
                step = decode_reduction(image.height, image.width)
                turns, mirrored = _UPRIGHT.get(
                    image.getexif().get(ExifTags.Base.Orientation, 1), _UPRIGHT[1]
                )
                gray = _reduced(data if step < 8 else _first_frequencies(data), step)
    except Exception:  # as in photo.py: a broken file can fail in any way it likes
        return None
    if mirrored:
        gray = gray[:, ::-1]
    return np.ascontiguousarray(np.rot90(gray, turns))


def _reduced(data: bytes, step: int) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("L", (image.width // step, image.height // step))
        return np.asarray(image.convert("L"), dtype=np.uint8)


def _first_frequencies(data: bytes) -> bytes:
    """A progressive JPEG without the scans of all but the first frequency; others as they are."""
    kept = [_START_OF_IMAGE]
    position, progressive = len(_START_OF_IMAGE), False
    while position + 2 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _START_OF_SCAN:
            if not progressive:
                return data
            components = data[position + 4]
            lowest = data[position + 5 + 2 * components]
            following = _NEXT_SEGMENT.search(data, end)
            end = following.start() if following else len(data)
            if lowest == 0:
                kept.append(data[position:end])
        elif marker == _END_OF_IMAGE[1]:
            return b"".join([*kept, _END_OF_IMAGE])
        else:
            progressive |= marker == _PROGRESSIVE
            kept.append(data[position:end])
        position = end
    return data
