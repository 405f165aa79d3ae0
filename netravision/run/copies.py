"""Where a picture was posted again: whole, by its hash, or in part, by the copy engine."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.groups import near_duplicates
from netravision.core.hamming import within
from netravision.core.hashing import from_stored, luma, phash256
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.errors import PhotoError, WatchlistError
from netravision.imaging.image import read_image
from netravision.matching.references import Reference
from netravision.picture_hashes import LEAST_QUALITY, hash_picture
from netravision.result import Photo
from netravision.run.store import Store

__all__ = [
    "LOOKED_AT",
    "PART_SCORE",
    "SAME_PICTURE",
    "Copy",
    "duplicates",
    "find_in",
    "same_pictures",
]

#: Bits of 256. Of pictures saved again at half the size or with quality 30, 99.6 % are within, no
#: two of 751 other photos are: ``docs/performance.md``, "The 256-bit hash".
SAME_PICTURE = 31

#: Photos that are opened to look for a part of the picture: those whose hashes are nearest to that
#: of the picture or of a crop of it.
LOOKED_AT = 24

# Crops of the picture that are asked about: shares of its width or height, and in how many places;
# with each other 441. Of crops at chance, half to 0.95 of each side and saved again, 0.59 are then
# nearer than what a million photos come to by chance, and 0.86 of those cut at one side only; with
# the hash of the whole picture alone, 0.0 and 0.2.
_CROPS = ((1.0, 1), (0.9, 2), (0.8, 3), (0.7, 4), (0.6, 5), (0.5, 6))

# Long side in pixels of the picture that is cropped.
_CROPPED_SIDE = 512

# Pairs of a crop and a photo that are near by chance and get on the list.
_BY_CHANCE = 2 * LOOKED_AT

# Long side in pixels at which such a photo is searched: half of what material of a watchlist gets,
# for a third of the time, as what is looked for here fills much of the photo. At both sizes all of
# 20 edits of photos and 20 crops of a landscape were found.
_SEARCHED_SIDE = 512

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


def find_in(store: Store, rgb: NDArray[np.uint8], *, parts: bool) -> list[Copy]:
    """Photos of one run that show a picture.

    Parameters
    ----------
    store : Store
    rgb : (H, W, 3) uint8 ndarray
    parts : bool
        As :func:`netravision.find` takes it.

    Returns
    -------
    list of Copy
        In no order; see :attr:`Copy.rank`.

    Raises
    ------
    HashVersionError
        If the run's hashes were made in another way.
    """
    hashes = store.hashes.wide()
    queries = _queries(rgb)
    if not len(hashes):
        return []
    copies, found = [], set()
    if hash_picture(rgb).quality >= LEAST_QUALITY:
        pairs = within(queries, hashes, SAME_PICTURE)
        for place in np.argsort(pairs.distance, kind="stable"):
            number = int(pairs.reference[place])
            if number not in found:
                found.add(number)
                mirrored, distance = bool(pairs.query[place]), int(pairs.distance[place])
                copies += _whole(store, number, distance, mirrored=mirrored)
    if parts:
        crops = np.concatenate([queries, _crop_hashes(rgb)])
        likely = [number for number in _nearest_first(crops, hashes) if number not in found]
        copies += _parts(store, rgb, likely[:LOOKED_AT])
    return copies


def duplicates(store: Store) -> Iterator[list[Copy]]:
    """Photos of a run that show the same picture, in groups.

    A group is a chain of pictures that differ in at most :data:`SAME_PICTURE` bits from another.
    100,000 pictures take some ten seconds, a million a hundred times as long.

    Parameters
    ----------
    store : Store

    Yields
    ------
    list of Copy
        At least two files; the distance is that to the first. Largest group first.
    """
    hashes = store.hashes.wide()
    groups = near_duplicates(hashes, SAME_PICTURE)
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(number)
    found = []
    for first, numbers in members.items():
        if len(numbers) > 1:
            sure = [n for n in numbers if store.hashes.picture(n + 1).quality >= LEAST_QUALITY]
            numbers = sure or numbers[:1]
        off = np.bitwise_count(hashes[numbers] ^ hashes[first]).sum(axis=1)
        copies = [
            copy
            for number, bits in zip(numbers, off.tolist(), strict=True)
            for copy in _whole(store, number, bits, mirrored=False)
        ]
        if len(copies) > 1:
            found.append(copies)
    yield from sorted(found, key=lambda copies: -len(copies))


def same_pictures(store: Store, contents: Collection[str]) -> list[list[str]]:
    """Which of some pictures are the same, saved again.

    Parameters
    ----------
    store : Store
    contents : collection of str
        As :meth:`netravision.run.Run.content` has them.

    Returns
    -------
    list of list of str
        Groups of at least two, as :func:`duplicates` makes them.

    Raises
    ------
    HashVersionError
        If the run's hashes were made in another way.
    """
    sure = store.hashes.sure(contents, LEAST_QUALITY)
    if len(sure) < 2:
        return []
    groups: dict[int, list[str]] = {}
    labels = near_duplicates(from_stored("phash256", list(sure.values())), SAME_PICTURE)
    for content, group in zip(sure, labels.tolist(), strict=True):
        groups.setdefault(group, []).append(content)
    return [group for group in groups.values() if len(group) > 1]


def _queries(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hashes of a picture and of its mirror image."""
    sides = (rgb, np.ascontiguousarray(rgb[:, ::-1]))
    return from_stored("phash256", [hash_picture(side).phash256 for side in sides])


def _crop_hashes(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hashes of crops of a picture, of those that have enough in them."""
    gray = resize_longest_side(luma(rgb[None])[0], _CROPPED_SIDE, enlarge=False)
    rows, columns = (_spans(side) for side in gray.shape)
    hashes, quality = phash256([gray[row, column] for row in rows for column in columns])
    return hashes[quality >= LEAST_QUALITY]


def _spans(side: int) -> list[slice]:
    """Where crops begin and end along one side of a picture."""
    spans = []
    for share, places in _CROPS:
        length = max(1, round(share * side))
        starts = np.linspace(0, side - length, places).round().astype(int)
        spans += [slice(start, start + length) for start in starts.tolist()]
    return spans


def _nearest_first(queries: NDArray[np.uint8], hashes: NDArray[np.uint8]) -> list[int]:
    """Numbers of the hashes that are nearest to any query."""
    # The lower half of the frequencies across: a crop that misses by some pixels keeps them best,
    # and it is half the work.
    asked, stored = queries[:, ::2], hashes[:, ::2]
    bits = 8 * asked.shape[1]
    chance = NormalDist(bits / 2, bits**0.5 / 2)
    limit = chance.inv_cdf(min(0.5, _BY_CHANCE / (len(asked) * len(stored))))
    # Comparing leaves the interpreter free: each core takes some of the queries.
    with ThreadPoolExecutor() as pool:
        shares = np.array_split(asked, os.cpu_count() or 1)
        found = list(pool.map(lambda some: within(some, stored, int(limit)), shares))
    numbers = np.concatenate([pairs.reference for pairs in found])
    order = np.argsort(np.concatenate([pairs.distance for pairs in found]), kind="stable")
    return list(dict.fromkeys(numbers[order].tolist()))


def _whole(store: Store, number: int, distance: int, *, mirrored: bool) -> list[Copy]:
    content = store.hashes.picture(number + 1).content
    return [
        Copy(result.photo, place.file, place.url, distance, mirrored)
        for result, place in store.appearances_of(content)
    ]


def _parts(store: Store, rgb: NDArray[np.uint8], numbers: Sequence[int]) -> Iterator[Copy]:
    # Only here: it loads SciPy's trees.
    from netravision.matching.copies.index import CopyIndex

    try:
        index = CopyIndex([Reference("picture", [rgb])])
    except WatchlistError:
        return  # too few details to be known by in part
    for number in numbers:
        content = store.hashes.picture(number + 1).content
        appearances = list(store.appearances_of(content))
        with suppress(PhotoError):
            if not appearances:
                continue
            image = ImagePyramid(read_image(appearances[0][1].file).rgb)
            for match in index.search(image, long_side=_SEARCHED_SIDE):
                if match.score >= PART_SCORE:
                    yield from (
                        Copy(
                            result.photo,
                            place.file,
                            place.url,
                            None,
                            match.mirrored,
                            match.box,
                            match.score,
                        )
                        for result, place in appearances
                    )
