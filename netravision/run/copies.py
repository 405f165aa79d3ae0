"""Where a picture was posted again: whole, by its hash, or in part, by the copy engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.groups import near_duplicates
from netravision.core.hamming import nearest, within
from netravision.core.hashing import from_stored
from netravision.core.pyramid import ImagePyramid
from netravision.errors import PhotoError, WatchlistError
from netravision.imaging.image import read_image
from netravision.imaging.media import Source, read_pixels
from netravision.matching.references import Reference
from netravision.picture_hashes import LEAST_QUALITY, hash_picture
from netravision.result import Photo
from netravision.run.run import Run

__all__ = [
    "LOOKED_AT",
    "PART_SCORE",
    "SAME_PICTURE",
    "Copy",
    "duplicates",
    "find",
    "same_pictures",
]

#: Bits of 256. Of pictures saved again at half the size or with quality 30, 99.6 % are within, no
#: two of 751 other photos are: ``docs/performance.md``, "The 256-bit hash".
SAME_PICTURE = 31

#: Photos that are opened to look for a part of the picture: those whose hashes are nearest.
LOOKED_AT = 48

# Long side in pixels at which such a photo is looked at first, in a sixth of the time of a search,
# and the votes from which it is searched. Of 94 parts that a search finds (a quarter of a photo,
# recompressed or not; with text over it; photographed off a wall) the least got 6.8; of 144 other
# photos 7 got 4.
_FIRST_SIDE = 320
_LEAST_VOTES = 4.0

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


def find(
    picture: Source,
    runs: Run | str | PathLike[str] | Iterable[Run | str | PathLike[str]],
    *,
    parts: bool = True,
) -> list[Copy]:
    """Who posted this picture: photos of runs that show it, whole or in part.

    Found are recompressed, resized and mirrored copies, by the hash of the whole; and parts of it,
    in the photos that are most alike.

    Parameters
    ----------
    picture : path, bytes, binary file, PIL.Image or ndarray
        As :meth:`netravision.Screener.screen` takes it; no video.
    runs : Run or path of a run folder, or an iterable of them
        A folder is opened and closed again.
    parts : bool
        Look for parts, too, in the :data:`LOOKED_AT` photos of each run whose hashes are nearest.
        What is small in a photo with much else is not among them: name it in a watchlist, as
        material.

    Returns
    -------
    list of Copy
        Whole ones first, nearest first; then parts, likeliest first.

    Raises
    ------
    ArgumentError, ArgumentTypeError, FolderError
        If the picture is none of these.
    PhotoError
        If the picture cannot be read.
    RunError
        If a folder holds no run.
    HashVersionError
        If the hashes of a run were made in another way.

    Examples
    --------
    >>> import netravision
    >>> for copy in netravision.find("poster.jpg", "run-2024-09"):  # doctest: +SKIP
    ...     print(copy.photo.account, copy.photo.path, copy.url)
    """
    rgb = read_pixels(picture)
    copies: list[Copy] = []
    for run in [runs] if isinstance(runs, Run | str | PathLike) else runs:
        with nullcontext(run) if isinstance(run, Run) else Run.open(Path(run)) as opened:
            copies += _find(opened, rgb, parts)
    return sorted(
        copies, key=lambda copy: (copy.distance is None, copy.distance or 0, -(copy.score or 0))
    )


def _find(run: Run, rgb: NDArray[np.uint8], parts: bool) -> list[Copy]:
    hashes = run.store.hashes.wide()
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
                copies += _whole(run, number, distance, mirrored=mirrored)
    if parts:
        rows, _distances = nearest(queries, hashes, LOOKED_AT // 2 + len(found))
        near = [int(row) for row in dict.fromkeys(rows.T.ravel().tolist()) if row not in found]
        copies += _parts(run, rgb, near[:LOOKED_AT])
    return copies


def duplicates(run: Run) -> Iterator[list[Copy]]:
    """Photos of a run that show the same picture, in groups.

    A group is a chain of pictures that differ in at most :data:`SAME_PICTURE` bits from another.
    100,000 pictures take some ten seconds, a million a hundred times as long.

    Parameters
    ----------
    run : Run

    Yields
    ------
    list of Copy
        At least two files; the distance is that to the first. Largest group first.
    """
    hashes = run.store.hashes.wide()
    groups = near_duplicates(hashes, SAME_PICTURE)
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(number)
    found = []
    for first, numbers in members.items():
        if len(numbers) > 1:
            sure = [n for n in numbers if run.store.hashes.picture(n + 1).quality >= LEAST_QUALITY]
            numbers = sure or numbers[:1]
        off = np.bitwise_count(hashes[numbers] ^ hashes[first]).sum(axis=1)
        copies = [
            copy
            for number, bits in zip(numbers, off.tolist(), strict=True)
            for copy in _whole(run, number, bits, mirrored=False)
        ]
        if len(copies) > 1:
            found.append(copies)
    yield from sorted(found, key=lambda copies: -len(copies))


def same_pictures(run: Run, contents: Collection[str]) -> list[list[str]]:
    """Which of some pictures are the same, saved again.

    Parameters
    ----------
    run : Run
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
    sure = run.store.hashes.sure(contents, LEAST_QUALITY)
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


def _whole(run: Run, number: int, distance: int, *, mirrored: bool) -> list[Copy]:
    content = run.store.hashes.picture(number + 1).content
    return [
        Copy(result.photo, place.file, place.url, distance, mirrored)
        for result, place in run.store.appearances_of(content)
    ]


def _parts(run: Run, rgb: NDArray[np.uint8], numbers: Sequence[int]) -> Iterator[Copy]:
    # Only here: it loads SciPy's trees.
    from netravision.matching.copies.index import CopyIndex

    try:
        index = CopyIndex([Reference("picture", [rgb])])
    except WatchlistError:
        return  # too few details to be known by in part
    for number in numbers:
        content = run.store.hashes.picture(number + 1).content
        appearances = list(run.store.appearances_of(content))
        with suppress(PhotoError):
            if not appearances:
                continue
            image = ImagePyramid(read_image(appearances[0][1].file).rgb)
            if index.votes(image, long_side=_FIRST_SIDE) < _LEAST_VOTES:
                continue
            for match in index.search(image):
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
