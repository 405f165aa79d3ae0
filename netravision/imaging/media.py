"""The one way from a file, bytes or an array to pixels: opened once, read once."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netravision.imaging.file import open_file
from netravision.imaging.file_type import HEAD_BYTES, VIDEO_FORMATS, identify
from netravision.imaging.image import DecodedImage, decode_image, image_from_array
from netravision.imaging.other_files import refusal
from netravision.imaging.video import Video

__all__ = ["Source", "open_media"]

Source = str | os.PathLike[str] | bytes | NDArray[np.uint8]


@contextmanager
def open_media(source: Source) -> Iterator[DecodedImage | Video]:
    """Open an image or a video, whichever the content is; a video stays open until the end.

    Parameters
    ----------
    source : path, bytes of an image or video file, or (H, W, 3) uint8 RGB ndarray

    Yields
    ------
    DecodedImage or Video

    Raises
    ------
    PhotoError
        With one of the codes of :data:`netravision.result.ERROR_CODES`.
    TypeError, ValueError
        If an array is not (H, W, 3) uint8.
    """
    if isinstance(source, np.ndarray):
        yield image_from_array(source)
        return
    if isinstance(source, bytes):
        form = identify(source[:HEAD_BYTES])
        yield Video(io.BytesIO(source), form) if form in VIDEO_FORMATS else decode_image(source)
        return
    with open_file(source) as (file, form):
        if form in VIDEO_FORMATS:
            yield Video(file, form)
            return
        if form is None:
            raise refusal(file.read(HEAD_BYTES), Path(source).name)
        data = file.read()
    image = decode_image(data)
    del data  # not held while the image is looked at
    yield image
