"""Where a picture was posted again: whole, by its hash, or in part, by the copy engine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.hamming import within
from netravision.core.hashing import luma, phash256
from netravision.core.pyramid import ImagePyramid
from netravision.errors import PhotoError, WatchlistError
from netravision.imaging.image import read_reduced
from netravision.matching.copies.index import CopyIndex, CopyMatch
from netravision.matching.references import Reference
from netravision.picture_hashes import LEAST_QUALITY
from netravision.result import Photo
from netravision.run.crop_search import crop_hashes, nearest_first
from netravision.run.store import Store

__all__ = ["LOOKED_AT", "PART_SCORE", "SAME_PICTURE", "Copy", "find_in", "whole_copies"]

#: Bits of 256. Of pictures saved again at half the size or with quality 30, 99.6 % are within, no
#: two of 751 other photos are: ``docs/performance.md``, "The 256-bit hash".
SAME_PICTURE = 31

#: Photos that are opened to look for a part of the picture: those whose hashes are nearest to that
#: of the picture or of a crop of it.
LOOKED_AT = 24

# Long side in pixels at which such a photo is searched: less than half of what a watchlist's
# material gets, as what is looked for here fills much of the photo. Of 20 crops of a landscape all
# are found, at 384 px 15; of 80 crops of photos 79, as at 512 px.
_SEARCHED_SIDE = 448

#: Score from which a part counts as found; as for material of a watchlist.
PART_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """A photo that shows a picture.

    Attributes
    ----------
    photo : Photo
    file : Path
    url : str or None
    distance : int or None
        Differing bits of 256 where the whole picture is the same.
    mirrored : bool
    part : tuple of float or None
        ``(x0, y0, x1, y1)`` of the picture in the photo, in pixels, where it is a part of it or
        only a part is shown.
    score : float or None
        Probability that the part is one, in [0, 1].
    """

    photo: Photo
    file: Path
    url: str | None
    distance: int | None
    mirrored: bool = False
    part: Box | None = None
    score: float | None = None

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Least first: whole ones before parts, nearest before likeliest."""
        return self.distance is None, self.distance or 0, -(self.score or 0)


def find_in(stores: Sequence[Store], rgb: NDArray[np.uint8], *, parts: bool) -> list[Copy]:
    """Photos of runs that show a picture.

    Parameters
    ----------
    stores : sequence of Store
        Of the runs.
    rgb : (H, W, 3) uint8 ndarray
    parts : bool
        As :func:`netravision.find` takes it.

    Returns
    -------
    list of Copy
        By :attr:`Copy.rank`.

    Raises
    ------
    HashVersionError
        If the hashes of a run were made in another way.
    """
    # Most of the work leaves the interpreter free, so all cores have something to do.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        enrolled = pool.submit(_enrolled, rgb) if parts else None
        crops = pool.submit(crop_hashes, rgb) if parts else None
        gray = luma(rgb)
        queries, quality = phash256(np.stack([gray, gray[:, ::-1]]))
        copies: list[Copy] = []
        for store in stores:
            hashes = store.hashes.wide()
            found = _whole(store, queries, hashes) if quality[0] >= LEAST_QUALITY else {}
            copies += chain.from_iterable(found.values())
            if enrolled and crops:
                asked = np.concatenate([queries, crops.result()])
                likely = [number for number in nearest_first(asked, hashes) if number not in found]
                if index := enrolled.result():
                    copies += _parts(store, index, likely[:LOOKED_AT], pool)
    return sorted(copies, key=lambda copy: copy.rank)


def _whole(
    store: Store, queries: NDArray[np.uint8], hashes: NDArray[np.uint8]
) -> dict[int, list[Copy]]:
    """Files of the pictures that are the same or mirrored, nearest first, by number of the hash."""
    pairs = within(queries, hashes, SAME_PICTURE)
    found: dict[int, list[Copy]] = {}
    for place in np.argsort(pairs.distance, kind="stable"):
        number = int(pairs.reference[place])
        if number not in found:
            mirrored, distance = bool(pairs.query[place]), int(pairs.distance[place])
            found[number] = whole_copies(store, number, distance, mirrored=mirrored)
    return found


def whole_copies(store: Store, number: int, distance: int, *, mirrored: bool) -> list[Copy]:
    """Every file of a picture that is another one, whole.

    Parameters
    ----------
    store : Store
    number : int
        Of the picture's hash, from 0.
    distance : int
        Differing bits of 256.
    mirrored : bool

    Returns
    -------
    list of Copy
    """
    content = store.hashes.picture(number + 1).content
    return [
        Copy(result.photo, place.file, place.url, distance, mirrored)
        for result, place in store.appearances_of(content)
    ]


def _parts(
    store: Store, index: CopyIndex, numbers: Sequence[int], pool: ThreadPoolExecutor
) -> Iterator[Copy]:
    contents = [store.hashes.picture(number + 1).content for number in numbers]
    files = [_first_file(store, content) for content in contents]
    for content, matches in zip(contents, pool.map(partial(_search, index), files), strict=True):
        for match in matches:
            for result, place in store.appearances_of(content):
                yield Copy(
                    result.photo,
                    place.file,
                    place.url,
                    None,
                    match.mirrored,
                    match.box,
                    match.score,
                )


def _first_file(store: Store, content: str) -> Path | None:
    return next((place.file for _result, place in store.appearances_of(content)), None)


def _search(index: CopyIndex, file: Path | None) -> list[CopyMatch]:
    if file is None:
        return []
    try:
        rgb, (width, height) = read_reduced(file, _SEARCHED_SIDE)
    except PhotoError:
        return []
    matches = index.search(ImagePyramid(rgb), long_side=_SEARCHED_SIDE, least_score=PART_SCORE)
    across, down = width / rgb.shape[1], height / rgb.shape[0]
    return [
        match._replace(box=(x0 * across, y0 * down, x1 * across, y1 * down))
        for match in matches
        for x0, y0, x1, y1 in [match.box]
    ]


def _enrolled(rgb: NDArray[np.uint8]) -> CopyIndex | None:
    """The picture to look for parts of; None if it has too few details to be known by in part."""
    try:
        return CopyIndex([Reference("picture", [rgb])])
    except WatchlistError:
        return None
