"""The one way from whatever a caller has to pixels: opened once, read once."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.arguments import check_type
from netravision.errors import ArgumentError, ArgumentTypeError, FolderError, PhotoError
from netravision.imaging.file import open_file, open_stream, read_stream
from netravision.imaging.file_type import HEAD_BYTES, VIDEO_FORMATS, Format
from netravision.imaging.image import (
    DecodedImage,
    decode_image,
    image_from_array,
    image_from_pillow,
)
from netravision.imaging.other_files import refusal
from netravision.languages import gettext as _

if TYPE_CHECKING:
    from netravision.imaging.video import Video

__all__ = ["Portable", "Source", "check_source", "open_media", "portable", "read_pixels"]

#: A path; the bytes of an image or video file; a binary file opened to be read; an image of Pillow;
#: or gray, RGB or RGBA pixels as (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8 ndarray.
Source: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | BinaryIO
    | Image.Image
    | NDArray[np.uint8]
)

#: A source in a form that can be handed to another process.
Portable: TypeAlias = Path | bytes | NDArray[np.uint8]

# With one slash, too: pathlib joins the two.
_WEB_ADDRESS = re.compile(r"(https?|ftp):/", re.IGNORECASE)

_CHANNELS = (1, 3, 4)


@contextmanager
def open_media(source: Source, *, bgr: bool = False) -> Iterator[DecodedImage | Video]:
    """Open an image or a video, whichever the content is; a video stays open until the end.

    Parameters
    ----------
    source : Source
        That :func:`check_source` has let pass.
    bgr : bool
        An array begins with blue.

    Yields
    ------
    DecodedImage or Video

    Raises
    ------
    PhotoError
        With one of the codes of :data:`netravision.result.ERROR_CODES`.
    """
    if isinstance(source, np.ndarray):
        yield image_from_array(source, bgr=bgr)
        return
    if isinstance(source, Image.Image):
        yield image_from_pillow(source)
        return
    with _opened(source) as (file, form):
        if form in VIDEO_FORMATS:
            # FFmpeg is loaded with the first video; most folders have none.
            from netravision.imaging.video import Video

            yield Video(file, form)
            return
        if form is None:
            name = Path(source).name if isinstance(source, str | os.PathLike) else None
            raise refusal(file.read(HEAD_BYTES), name)
        data = file.read()
    image = decode_image(data)
    del data  # not held while the image is looked at
    yield image


def _opened(
    source: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
) -> AbstractContextManager[tuple[io.BufferedReader | io.BytesIO, Format | None]]:
    if isinstance(source, str | os.PathLike):
        return open_file(source)
    if isinstance(source, bytes | bytearray | memoryview):
        # Copied before anything looks at it, unless nobody can change it meanwhile.
        return open_stream(io.BytesIO(bytes(source)))
    return open_stream(source)


def read_pixels(source: Source, *, bgr: bool = False) -> NDArray[np.uint8]:
    """The pixels of a picture, in whatever form it comes.

    Parameters
    ----------
    source : Source
    bgr : bool
        An array begins with blue.

    Returns
    -------
    (H, W, 3) uint8 ndarray

    Raises
    ------
    ArgumentError, ArgumentTypeError, FolderError
        As :func:`check_source` does.
    PhotoError
        If it cannot be read, or is a video.
    """
    check_source(source, bgr=bgr)
    with open_media(source, bgr=bgr) as media:
        if isinstance(media, DecodedImage):
            return media.rgb
        raise PhotoError("unsupported", _("a video, where a picture is needed"))


def portable(source: Source, *, bgr: bool = False) -> Portable:
    """A source that another process can open; it says the same there.

    Parameters
    ----------
    source : Source
        That :func:`check_source` has let pass.
    bgr : bool
        An array begins with blue.

    Returns
    -------
    Path, bytes or (H, W, 3) uint8 ndarray

    Raises
    ------
    PhotoError
        If what is open cannot be read, or is a video of more than 256 MB.
    """
    if isinstance(source, np.ndarray):
        return image_from_array(source, bgr=bgr).rgb
    if isinstance(source, Image.Image):
        return image_from_pillow(source).rgb
    if isinstance(source, str | os.PathLike):
        return Path(source).absolute()
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    return read_stream(source)


def check_source(source: object, *, bgr: bool = False) -> None:
    """Refuse what is no source by the caller's mistake; files that cannot be read are none.

    Parameters
    ----------
    source : object
    bgr : bool
        As :func:`open_media` takes it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Also for a web address, as nothing is downloaded.
    FolderError
        If it is a folder.
    """
    expected = _(
        "a path, the bytes of a file, an open binary file, a PIL.Image, or an (H, W), (H, W, 3) or "
        "(H, W, 4) uint8 array"
    )
    check_type("bgr", bgr, bool)
    if bgr and not isinstance(source, np.ndarray):
        raise ArgumentError("bgr", bgr, _("False, as only the channels of an array have an order"))
    if isinstance(source, np.ndarray):
        given = f"<{source.dtype} array of shape {source.shape}>"
        if source.dtype != np.uint8:
            raise ArgumentTypeError("source", given, expected)
        is_gray = source.ndim == 2
        if source.size == 0 or not (is_gray or (source.ndim == 3 and source.shape[2] in _CHANNELS)):
            raise ArgumentError("source", given, expected)
    elif isinstance(source, Image.Image):
        if 0 in source.size:
            raise ArgumentError("source", source, _("an image with at least one pixel"))
    elif isinstance(source, str | os.PathLike):
        _check_path(os.fspath(source), expected)
    elif isinstance(source, io.TextIOBase):
        raise ArgumentTypeError("source", source, _('a file opened as binary, with "rb"'))
    elif hasattr(source, "read"):
        if getattr(source, "closed", False):
            raise ArgumentError("source", source, _("a file that is open"))
    elif not isinstance(source, bytes | bytearray | memoryview):
        raise ArgumentTypeError("source", source, expected)


def _check_path(path: str | bytes, expected: str) -> None:
    if isinstance(path, bytes):
        raise ArgumentTypeError("source", path, expected)
    if _WEB_ADDRESS.match(path):
        raise ArgumentError(
            "source",
            path,
            _("a file, as nothing is downloaded: fetch it yourself, and give its bytes"),
        )
    try:
        is_folder = Path(path).is_dir()
    except (OSError, ValueError):  # no possible name: the photo's failure
        is_folder = False
    if is_folder:
        raise FolderError(
            _(
                "source: expected a file, got the folder {folder}; use netravision.screen_folder, "
                "or give its files to screen_many"
            ).format(folder=repr(path))
        )
