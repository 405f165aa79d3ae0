"""The page of a search: a picture, and the photos that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netravision.errors import PhotoError
from netravision.html.blurred_faces import FaceFinder
from netravision.html.page import write_page
from netravision.imaging.image import read_image
from netravision.review.cards import draw_small
from netravision.run.copies import Copy

__all__ = ["MAX_SHOWN", "write_copies_page"]

#: Photos shown with their picture; the others follow as lines.
MAX_SHOWN = 40

_SIDE = 320


@dataclass(frozen=True, slots=True)
class _Shown:
    """One photo on the page."""

    copy: Copy
    picture: bytes | None


def write_copies_page(
    output: Path, name: str, rgb: NDArray[np.uint8], copies: Sequence[Copy]
) -> None:
    """Write what a search found as one self-contained HTML file, faces blurred.

    Parameters
    ----------
    output : Path
    name : str
        Of the picture.
    rgb : (H, W, 3) uint8 ndarray
        The picture.
    copies : sequence of Copy

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    find_faces = FaceFinder()
    write_page(
        "copies.html.j2",
        output,
        name=name,
        picture=draw_small(rgb, find_faces, side=_SIDE),
        shown=[_Shown(copy, _picture(copy, find_faces)) for copy in copies[:MAX_SHOWN]],
        rest=copies[MAX_SHOWN:],
        accounts=len({copy.photo.account for copy in copies}),
    )


def _picture(copy: Copy, find_faces: FaceFinder) -> bytes | None:
    try:
        return draw_small(read_image(copy.file).rgb, find_faces, side=_SIDE, box=copy.part)
    except PhotoError:
        return None
