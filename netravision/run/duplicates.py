"""Which pictures of a run are the same, saved again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from netravision.core.groups import near_duplicates
from netravision.core.hashing import from_stored
from netravision.picture_hashes import LEAST_QUALITY
from netravision.run.copies import SAME_PICTURE, Copy, whole_copies
from netravision.run.store import Store

__all__ = ["duplicates", "same_pictures"]


def duplicates(store: Store) -> Iterator[list[Copy]]:
    """Photos of a run that show the same picture, in groups.

    A group is a chain of pictures that differ in at most
    :data:`netravision.run.copies.SAME_PICTURE` bits from another.
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
            for copy in whole_copies(store, number, bits, mirrored=False)
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
