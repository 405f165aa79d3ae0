"""The pictures of all references, as arrays: whichever process needs them reads only some."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.hashing import luma
from netravision.core.resizing import resize_longest_side
from netravision.errors import WatchlistError
from netravision.languages import count
from netravision.languages import gettext as _
from netravision.matching.copies.keypoints import Keypoints, detect_keypoints
from netravision.matching.copies.verification import LONG_SIDE
from netravision.matching.references import WHITE, Reference, composite

__all__ = ["COARSE", "Enrolled", "Picture", "enroll"]

# References are scaled to this long side: copies in posts are rarely larger.
_REFERENCE_SIDE = 640

# Keypoints kept of a reference: fine ones of each tile, and coarse ones of the whole.
_FINE = 150

#: Coarse keypoints of a reference and of an image.
COARSE = 250

# A reference with fewer keypoints is refused.
_MIN_KEYPOINTS = 24

# Pictures that are enrolled side by side; each may be decoded to 360 MB.
_THREADS = min(4, os.cpu_count() or 1)


# Refused pictures that an error names.
_MOST_NAMED = 20


class Picture(NamedTuple):
    """One picture of a reference.

    Attributes
    ----------
    id : str
        Of the reference.
    key : str
        SHA-256 of the picture's file, or empty.
    size_wh : tuple of int
        Width and height in pixels, to which the keypoints belong.
    small : (H, W) uint8 ndarray
        What is verified, its long side at most :data:`~.verification.LONG_SIDE`.
    keypoints : Keypoints
    """

    id: str
    key: str
    size_wh: tuple[int, int]
    small: NDArray[np.uint8]
    keypoints: Keypoints


class Enrolled(NamedTuple):
    """All pictures, one behind the other.

    Attributes
    ----------
    ids, keys : (P,) str ndarray
    sizes_wh : (P, 2) int32 ndarray
    small_shapes : (P, 2) int32 ndarray
    small_starts : (P + 1,) int64 ndarray
        Where each small picture begins in `pixels`.
    pixels : (B,) uint8 ndarray
    starts : (P + 1,) int64 ndarray
        Where the keypoints of each picture begin.
    points : (N, 2) float32 ndarray
    sizes : (N,) float32 ndarray
    angles : (N,) float32 ndarray
    descriptors : (N, 128) uint8 ndarray
        Fields of :class:`Keypoints`.
    """

    ids: NDArray[np.str_]
    keys: NDArray[np.str_]
    sizes_wh: NDArray[np.int32]
    small_shapes: NDArray[np.int32]
    small_starts: NDArray[np.int64]
    pixels: NDArray[np.uint8]
    starts: NDArray[np.int64]
    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    @property
    def keypoints(self) -> Keypoints:
        """Those of all pictures."""
        return Keypoints(self.points, self.sizes, self.angles, self.descriptors)

    def picture(self, number: int) -> Picture:
        """One of them.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        Picture
        """
        width, height = self.sizes_wh[number].tolist()
        of_pixels = slice(*self.small_starts[number : number + 2].tolist())
        mine = slice(*self.starts[number : number + 2].tolist())
        return Picture(
            str(self.ids[number]),
            str(self.keys[number]),
            (width, height),
            self.pixels[of_pixels].reshape(self.small_shapes[number]),
            Keypoints(
                self.points[mine], self.sizes[mine], self.angles[mine], self.descriptors[mine]
            ),
        )

    def pictures(self) -> Iterator[Picture]:
        """All of them, in order."""
        return (self.picture(number) for number in range(len(self.ids)))


def enroll(references: Sequence[Reference], known: Mapping[str, Picture] | None = None) -> Enrolled:
    """Detect the keypoints of all pictures.

    Parameters
    ----------
    references : sequence of Reference
    known : dict of str to Picture, optional
        Pictures that have been enrolled, by their keys.

    Returns
    -------
    Enrolled

    Raises
    ------
    WatchlistError
        If pictures cannot be read, or have too few keypoints to be recognized by; it names all of
        them, as thousands take minutes to enroll.
    """
    known = known or {}

    def enrolled(reference: Reference, number: int) -> Picture | WatchlistError:
        key = reference.keys[number] if reference.keys else ""
        if key in known:
            return known[key]._replace(id=reference.id)
        try:
            return _enroll(reference.id, key, number + 1, reference.pictures[number])
        except WatchlistError as error:
            return error

    which = [
        (reference, number) for reference in references for number in range(len(reference.pictures))
    ]
    spoken = copy_context()  # a thread would say in English what is wrong with a picture
    with ThreadPoolExecutor(_THREADS) as threads:
        done = list(threads.map(lambda each: spoken.copy().run(enrolled, *each), which))
    refused = [str(each) for each in done if isinstance(each, WatchlistError)]
    more = len(refused) - _MOST_NAMED
    if more > 0:
        refused[_MOST_NAMED:] = [_("(and {n} more)").format(n=count(more))]
    if refused:
        raise WatchlistError("\n".join(refused))
    return _joined([each for each in done if isinstance(each, Picture)])


def _enroll(name: str, key: str, number: int, picture: NDArray[np.uint8]) -> Picture:
    pixels = resize_longest_side(luma(composite(picture, WHITE)), _REFERENCE_SIDE, enlarge=False)
    keypoints = detect_keypoints(pixels, _FINE, COARSE)
    if len(keypoints.points) < _MIN_KEYPOINTS:
        raise WatchlistError(
            _(
                "{name}, picture {number} has too few details to be known by; give a larger "
                "picture, or one that is not blurred"
            ).format(name=name, number=number)
        )
    size_wh = (pixels.shape[1], pixels.shape[0])
    small = resize_longest_side(pixels, LONG_SIDE, enlarge=False)
    return Picture(name, key, size_wh, small, keypoints)


def _joined(pictures: Sequence[Picture]) -> Enrolled:
    return Enrolled(
        np.array([each.id for each in pictures]),
        np.array([each.key for each in pictures]),
        np.array([each.size_wh for each in pictures], np.int32),
        np.array([each.small.shape for each in pictures], np.int32),
        _starts([each.small.size for each in pictures]),
        np.concatenate([each.small.ravel() for each in pictures]),
        _starts([len(each.keypoints.points) for each in pictures]),
        *map(np.concatenate, zip(*(each.keypoints for each in pictures), strict=True)),
    )


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
