"""Evidence pictures: the photo made small with its boxes drawn, and each box enlarged."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from netravision.core.box import Box
from netravision.core.resizing import longest_side_size

__all__ = ["CROP_SIDE", "JPEG_QUALITY", "PICTURE_SIDE", "evidence_crop", "evidence_picture"]

#: Fills the picture column of a card at 1366 px; one picture is then 30 to 90 kB.
PICTURE_SIDE = 640

#: Twice the displayed size of 112 px, so that it stays sharp in print and on dense screens.
CROP_SIDE = 224

JPEG_QUALITY = 78

# What surrounds a hand says whether it shows something: about a third on every side.
_CROP_MARGIN = 0.3

# Amber on a dark casing can be told from skin, batik, sky and most party colors alike.
_LINE = "#ffb000"
_CASING = "#1b1b1b"


def evidence_picture(
    rgb: NDArray[np.uint8],
    boxes: Sequence[Box],
    *,
    side: int = PICTURE_SIDE,
    lines: Sequence[NDArray[np.floating]] = (),
) -> bytes:
    """Shrink a photo and draw numbered boxes on it.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    boxes : sequence of (x0, y0, x1, y1)
        Pixels of `rgb`; numbered from 1 in this order. Parts outside the photo are cut off.
    side : int
        Longest side of the picture in pixels; smaller photos keep their size.
    lines : sequence of (N, 2) ndarray
        Drawn from point to point, x and y in pixels of `rgb`.

    Returns
    -------
    bytes
        A JPEG file without metadata.
    """
    image = Image.fromarray(rgb)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    scale = (image.width / rgb.shape[1], image.height / rgb.shape[0])
    draw = ImageDraw.Draw(image)
    # Strongest last, so that its outline lies on top where boxes overlap.
    for number, box in reversed(list(enumerate(boxes, start=1))):
        x0, y0, x1, y1 = _inside(box, rgb.shape[1], rgb.shape[0])
        _draw_box(
            draw,
            (x0 * scale[0], y0 * scale[1], x1 * scale[0], y1 * scale[1]),
            str(number),
            image.size,
        )
    # All casings first: a line that crosses another is not cut by it.
    for color, width in ((_CASING, 4), (_LINE, 2)):
        for line in lines:
            draw.line([*map(tuple, (line * scale).tolist())], color, width)
    return _jpeg(image)


def evidence_crop(rgb: NDArray[np.uint8], box: Box, *, side: int = CROP_SIDE) -> bytes:
    """Enlarge one box, with some of its surroundings.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    box : (x0, y0, x1, y1)
        Pixels of `rgb`.
    side : int
        Sides of the square picture in pixels.

    Returns
    -------
    bytes
        A JPEG file, without a box: nothing is drawn over what is to be looked at.
    """
    height, width = rgb.shape[:2]
    x0, y0, x1, y1 = _inside(box, width, height)
    reach = max(x1 - x0, y1 - y0) * (0.5 + _CROP_MARGIN)
    # Moved into the photo rather than cut off, so that it stays square where it can.
    center_x = _between((x0 + x1) / 2, reach, width - reach)
    center_y = _between((y0 + y1) / 2, reach, height - reach)
    left, top, right, bottom = _inside(
        (center_x - reach, center_y - reach, center_x + reach, center_y + reach), width, height
    )
    image = Image.fromarray(np.ascontiguousarray(rgb[top:bottom, left:right]))
    return _jpeg(image.resize(longest_side_size(image.size, side), Image.Resampling.LANCZOS))


def _between(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low > high else min(max(value, low), high)


def _inside(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Whole pixels inside the photo, at least one."""
    x0 = int(min(max(box[0], 0), width - 1))
    y0 = int(min(max(box[1], 0), height - 1))
    x1 = int(min(max(box[2], x0 + 1), width))
    y1 = int(min(max(box[3], y0 + 1), height))
    return x0, y0, x1, y1


def _draw_box(draw: ImageDraw.ImageDraw, box: Box, number: str, size: tuple[int, int]) -> None:
    x0, y0, x1, y1 = box
    draw.rectangle((x0 - 3, y0 - 3, x1 + 3, y1 + 3), outline=_CASING, width=1)
    draw.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), outline=_LINE, width=2)
    draw.rectangle((x0, y0, x1, y1), outline=_CASING, width=1)
    font = ImageFont.load_default(14)
    text_width = draw.textlength(number, font=font)
    tag_width, tag_height = text_width + 9, 18
    # Above the box where there is room: a tag over a small hand would hide it.
    left = min(max(x0 - 3, 0), max(size[0] - tag_width, 0))
    top = y0 - 3 - tag_height if y0 - 3 >= tag_height else min(y1 + 4, size[1] - tag_height)
    draw.rectangle((left, top, left + tag_width, top + tag_height), fill=_LINE, outline=_CASING)
    draw.text((left + 5, top + 1), number, fill=_CASING, font=font)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return file.getvalue()
