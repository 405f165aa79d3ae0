"""Pictures in a PDF, taken out by PDFium in a process of its own.

A PDF may be made to hang or to crash its reader, and is listed by the process in charge of a run.
So this module is a program: it reads one PDF and writes a ZIP of its pictures to standard output.
PDFium is an extra: ``python -m pip install "netravision[pdf]"``.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL.Image import Image, Transpose

__all__ = ["MAX_TOTAL_BYTES", "TIME_LIMIT_S", "can_read_pdf", "packed_pictures"]

#: A scan of a hundred pages takes ten seconds on a slow office PC.
TIME_LIMIT_S = 30.0

#: All pictures of a PDF; they are held in memory.
MAX_TOTAL_BYTES = 128 * 2**20

#: Lines, bullets and strokes are pictures in many PDFs.
MIN_SIDE = 32

#: As for any picture.
MAX_PIXELS = 120_000_000

# What an orientation of EXIF asks for.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_AS_STORED = 1

_START_OF_IMAGE = b"\xff\xd8"
_EXIF = b"Exif\0\0"
_SEARCHED_BYTES = 2**16

_MAX_MEMORY = 4 * 2**30
_MAX_PICTURES = 5000


def can_read_pdf() -> bool:
    """Whether the package for it is installed.

    Returns
    -------
    bool
    """
    return find_spec("pypdfium2") is not None


def packed_pictures(file: Path) -> bytes | None:
    """The pictures of a PDF as a ZIP, called by page and number: ``page-3-1.jpg``.

    Parameters
    ----------
    file : Path

    Returns
    -------
    bytes or None
        None if it is no PDF that can be read: damaged, with a password, too large, or slow.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, os.fspath(file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=False,
            env=environment,
            # Windows would open a black window.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"PK") else None


def _pack(file: str) -> bytes:
    import pypdfium2
    from pypdfium2 import raw

    packed = io.BytesIO()
    seen: set[bytes] = set()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive,
        pypdfium2.PdfDocument(file) as document,
    ):
        for page_number, page in enumerate(document, start=1):
            number = 0
            for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
                shown = _orientation(picture, page.get_rotation())
                for suffix, data in _picture(picture, shown):
                    digest = hashlib.sha256(data).digest()
                    if digest in seen:  # a letterhead
                        continue
                    seen.add(digest)
                    number += 1
                    archive.writestr(f"page-{page_number}-{number}.{suffix}", data)
                    if packed.tell() > MAX_TOTAL_BYTES or len(seen) > _MAX_PICTURES:
                        raise MemoryError
            page.close()
    return packed.getvalue()


def _orientation(picture: Any, page_turn: int) -> int:
    """How a page shows a picture, as EXIF numbers it; `page_turn` is in degrees, clockwise."""
    a, b, c, d = picture.get_matrix().get()[:4]
    for _ in range(page_turn // 90 % 4):
        a, b, c, d = b, -a, d, -c
    # The right of the picture is shown at (a, b) and its top at (c, d), up being positive.
    if abs(a * d) >= abs(b * c):
        return {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[
            a > 0, d > 0
        ]
    return {(False, False): 5, (False, True): 6, (True, True): 7, (True, False): 8}[b > 0, c > 0]


def _picture(picture: Any, orientation: int) -> Iterator[tuple[str, bytes]]:
    """A picture as it is where it is a JPEG, else as PNG; nothing where it is small or broken."""
    try:
        width, height = picture.get_px_size()
        if min(width, height) < MIN_SIDE or width * height > MAX_PIXELS:
            return
        data = io.BytesIO()
        if picture.get_filters(skip_simple=True) == ["DCTDecode"]:
            picture.extract(data)
            yield "jpg", _oriented(data.getvalue(), orientation)
        else:
            stored: Image = picture.get_bitmap(render=False).to_pil().convert("RGB")
            turned = stored.transpose(_TURNS[orientation]) if orientation in _TURNS else stored
            turned.save(data, "PNG")
            yield "png", data.getvalue()
    except (RuntimeError, ValueError, OSError):
        return


def _oriented(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG that says how the page shows it; a page does not ask what the JPEG says itself."""
    if orientation == _AS_STORED and _EXIF not in jpeg[:_SEARCHED_BYTES]:
        return jpeg
    if not jpeg.startswith(_START_OF_IMAGE):
        return jpeg
    tag = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + bytes((0, orientation)) + bytes(6)
    segment = _EXIF + tag
    # In front of all others, as the first counts.
    head = _START_OF_IMAGE + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment
    return head + jpeg[len(_START_OF_IMAGE) :]


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.buffer.write(_pack(sys.argv[1]))
