"""What a file is and what identifies it, read once and decoded never.

This is all that the process in charge of a run needs of a photo; workers open it with
:func:`netravision.imaging.media.open_media`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from netravision.errors import PhotoError
from netravision.imaging import jpeg
from netravision.imaging.file import open_file
from netravision.imaging.file_type import HEAD_BYTES, VIDEO_FORMATS, Format
from netravision.imaging.header import header_size
from netravision.imaging.image import require_heic
from netravision.imaging.other_files import refusal

__all__ = ["FileInfo", "inspect_file"]


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What can be said of a file without decoding it.

    Attributes
    ----------
    sha256 : str
        Of all its bytes, 64 hexadecimal digits.
    image_digest : str or None
        The same for files that differ only in their metadata; None where `sha256` identifies the
        image. See :class:`netravision.imaging.jpeg.Header`.
    format : str or None
        As :func:`netravision.imaging.file_type.identify` says; None is any other file.
    size : (int, int) or None
        Width and height in pixels as an image's header gives them, before any EXIF turn; None
        where there is no such header.
    refusal : PhotoError or None
        Why a file without a format is not looked at.
    """

    sha256: str
    image_digest: str | None
    format: Format | None
    size: tuple[int, int] | None
    refusal: PhotoError | None = None


def inspect_file(path: str | os.PathLike[str]) -> FileInfo:
    """Read a file once for what identifies it. A video is not held in memory.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    FileInfo

    Raises
    ------
    PhotoError
        As :func:`netravision.imaging.file.open_file` does; ``unsupported`` for a HEIC without the
        package it needs. What has no format is told by its content and name in ``refusal``.
    """
    with open_file(path) as (file, form):
        if form in VIDEO_FORMATS:
            return FileInfo(hashlib.file_digest(file, "sha256").hexdigest(), None, form, None)
        if form == "HEIC":
            # Refused before its content is known: a later call, with the package, tries again.
            require_heic()
        data = file.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if form is None:
        why = refusal(data[:HEAD_BYTES], Path(path).name)
        return FileInfo(sha256, None, None, None, why)
    if form == "JPEG":
        header = jpeg.read_header(data)
        return FileInfo(sha256, header.digest, form, header.size)
    return FileInfo(sha256, None, form, header_size(data, form))
