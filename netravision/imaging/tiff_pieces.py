"""TIFF files decoded strip by strip or tile by tile.

libtiff decodes a whole picture or nothing of it. Each of its pieces is decoded alone where one of
them is damaged, which costs that piece and no other, and where pieces are WebP, which the libtiff
of Pillow lacks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from netravision.imaging.tiff import Directory, Tag, directories, with_directory

__all__ = ["decoded_tiff"]

_WEBP = 50001

_Box = tuple[int, int, int, int]


def decoded_tiff(data: bytes, *, damaged: bool = False) -> Image.Image:
    """Decode a TIFF of a kind that Pillow reads.

    Parameters
    ----------
    data : bytes
        Of a TIFF file; its first directory counts.
    damaged : bool
        Leave black what cannot be decoded.

    Returns
    -------
    Image.Image
        As Pillow makes it, and before any turn.

    Raises
    ------
    OSError, SyntaxError
        If it is damaged; with `damaged`, if nothing of it can be decoded.
    """
    directory = next(directories(data))
    if damaged or directory.number(Tag.COMPRESSION) == _WEBP:
        pieces = list(_pieces(directory))
        if pieces:
            return _assembled(directory, pieces, damaged)
    image = TiffImageFile(io.BytesIO(data))
    image.load()
    return image


def _assembled(
    directory: Directory, pieces: list[tuple[_Box, bytes]], damaged: bool
) -> Image.Image:
    whole: Image.Image | None = None
    for (left, top, width, height), content in pieces:
        try:
            piece = _piece(directory, content, width, height)
        except Exception:  # a decoder fed with garbage can fail in any way it likes
            if not damaged:
                raise
            continue
        if whole is None:
            whole = Image.new(piece.mode, directory.size)
            if piece.mode == "P":
                whole.putpalette(piece.getpalette() or [])
        whole.paste(piece, (left, top))
    if whole is None:
        raise OSError("nothing of it can be decoded")
    return whole


def _pieces(directory: Directory) -> Iterator[tuple[_Box, bytes]]:
    """Left, top, width and height of each strip or tile, and what is there of its bytes."""
    width, height = directory.size
    if directory.number(Tag.TILE_WIDTH):
        across, down = directory.number(Tag.TILE_WIDTH), directory.number(Tag.TILE_LENGTH)
        offsets, lengths = Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS
    else:
        across, down = width, min(directory.number(Tag.ROWS_PER_STRIP, height), height)
        offsets, lengths = Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS
    if not (across and down) or (
        directory.is_separate and directory.number(Tag.SAMPLES_PER_PIXEL, 1) > 1
    ):
        return
    places = ((left, top) for top in range(0, height, down) for left in range(0, width, across))
    for (left, top), begin, length in zip(
        places, directory.numbers(offsets), directory.numbers(lengths), strict=False
    ):
        rows = down if directory.number(Tag.TILE_WIDTH) else min(down, height - top)
        yield (left, top, across, rows), directory.data[begin : begin + length]


def _piece(directory: Directory, content: bytes, width: int, height: int) -> Image.Image:
    if directory.number(Tag.COMPRESSION) == _WEBP:
        with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
            image.load()
            return image.crop((0, 0, width, height))
    head = bytes(8)
    alone = with_directory(
        replace(directory, data=head + content),
        {
            Tag.WIDTH: [width],
            Tag.LENGTH: [height],
            Tag.ROWS_PER_STRIP: [height],
            Tag.STRIP_OFFSETS: [len(head)],
            Tag.STRIP_BYTE_COUNTS: [len(content)],
            Tag.TILE_WIDTH: [],
            Tag.TILE_LENGTH: [],
            Tag.TILE_OFFSETS: [],
            Tag.TILE_BYTE_COUNTS: [],
        },
    )
    image = TiffImageFile(io.BytesIO(alone))
    image.load()
    return image
