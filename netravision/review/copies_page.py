"""Pages of copies: the photos that show a picture, and a run's photos that show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

__all__ = ["MAX_GROUPS", "MAX_LISTED", "MAX_SHOWN", "write_copies_page", "write_duplicates_page"]

#: Photos shown with their picture, or groups; the others follow as lines.
MAX_SHOWN = 40

#: Groups on a page, and photos of a group that are named.
MAX_GROUPS, MAX_LISTED = 400, 24

# Photos of a group of which the first that can still be opened is shown.
_OPENED = 3

_SIDE = 320


@dataclass(frozen=True, slots=True)
class _Shown:
    """One photo on the page."""

    copy: Copy
    picture: bytes | None


@dataclass(frozen=True, slots=True)
class _Group:
    """One picture on the page, and the photos that show it.

    Its picture is None where it cannot be opened, empty where it is not shown.
    """

    number: int
    picture: bytes | None
    copies: Sequence[Copy]
    photos: int
    accounts: int


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
        accounts=_accounts(copies),
    )


def write_duplicates_page(output: Path, name: str, groups: Sequence[Sequence[Copy]]) -> None:
    """Write groups of copies as one self-contained HTML file, faces blurred.

    Parameters
    ----------
    output : Path
    name : str
        Of the run.
    groups : sequence of sequence of Copy
        As :func:`netravision.run.duplicates.duplicates` gives them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    find_faces = FaceFinder()
    write_page(
        "duplicates.html.j2",
        output,
        name=name,
        groups=[
            _group(number, copies, find_faces)
            for number, copies in enumerate(groups[:MAX_GROUPS], start=1)
        ],
        count_groups=len(groups),
        photos=sum(map(len, groups)),
        accounts=_accounts(copy for copies in groups for copy in copies),
    )


def _group(number: int, copies: Sequence[Copy], find_faces: FaceFinder) -> _Group:
    shown: bytes | None = b""
    if number <= MAX_SHOWN:
        pictures = (_picture(copy, find_faces) for copy in copies[:_OPENED])
        shown = next((picture for picture in pictures if picture), None)
    return _Group(number, shown, copies[:MAX_LISTED], len(copies), _accounts(copies))


def _accounts(copies: Iterable[Copy]) -> int:
    return len({copy.photo.account for copy in copies})


def _picture(copy: Copy, find_faces: FaceFinder) -> bytes | None:
    try:
        return draw_small(read_image(copy.file).rgb, find_faces, side=_SIDE, box=copy.part)
    except PhotoError:
        return None
