"""The one thing in EXIF that changes what is seen: which way up the picture is.

Everything else in it is never read, so nothing else in it can be wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ORIENTATIONS", "QUARTER_TURNS", "UPRIGHT", "exif_orientation", "upright"]

#: The orientation of a picture that is stored as it is to be seen.
UPRIGHT = 1

#: All that there are.
ORIENTATIONS = range(1, 9)

#: Those of pictures that are stored lying on a side.
QUARTER_TURNS = ORIENTATIONS[4:]

_ORIENTATION = 0x0112

# Bytes by type of number (TIFF 6.0, page 15): BYTE, SHORT and LONG, without and with a sign. The
# standard asks for SHORT; programs write the others, too.
_WIDTHS = {1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4}

# Before the block in a JPEG, and by mistake elsewhere.
_PREFIX = b"Exif\0\0"

# Quarter turns to the left that make a picture upright, and whether it is mirrored before
# (EXIF 2.32, tag Orientation).
_TURNS = {
    1: (0, False),
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (1, True),
    6: (3, False),
    7: (3, True),
    8: (1, False),
}


def exif_orientation(block: bytes) -> int:
    r"""Orientation that a block of EXIF asks for; :data:`UPRIGHT` where it asks for none.

    Parameters
    ----------
    block : bytes
        Any: what is no EXIF asks for nothing.

    Returns
    -------
    int
        1 to 8.

    Examples
    --------
    >>> exif_orientation(b"MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0")
    6
    >>> exif_orientation(b"hello world")
    1
    """
    block = block.removeprefix(_PREFIX)
    if block.startswith(b"II*\0"):
        order = "little"
    elif block.startswith(b"MM\0*"):
        order = "big"
    else:
        return UPRIGHT

    def number(at: int, width: int) -> int:
        return int.from_bytes(block[at : at + width], "big" if order == "big" else "little")

    directory = number(4, 4)
    for at in range(directory + 2, directory + 2 + 12 * number(directory, 2), 12):
        if at + 12 > len(block):
            break
        if number(at, 2) == _ORIENTATION:
            value = number(at + 8, _WIDTHS.get(number(at + 2, 2), 0))
            return value if value in ORIENTATIONS else UPRIGHT
    return UPRIGHT


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Pixels turned and mirrored as an orientation asks for.

    Parameters
    ----------
    pixels : (H, W[, C]) uint8 ndarray
    orientation : int
        1 to 8.

    Returns
    -------
    (H, W[, C]) or (W, H[, C]) uint8 ndarray
        C-contiguous.
    """
    turns, mirrored = _TURNS[orientation]
    if mirrored:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, turns))
