"""Usual avatars of each mark: what a photo's hash proposes to look for, and where.

A mark is mostly worn as it is, on a plain ground or in a circle. Such avatars are rendered at
enrolment and hashed. A photo whose hash lies near one of them is not searched: what it shows is
measured at the place that is known. A hash alone names nothing. ``docs/emblems.md`` has what this
settles, decision 36 how the distance was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.hamming import hamming_distances
from netravision.core.hashing import HASHING_VERSION, luma, phash256
from netravision.core.pyramid import ImagePyramid
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.placement import Placement

__all__ = ["MAX_DISTANCE", "Proposal", "UsualAvatars"]

#: Bits of 256 that a photo may differ from a usual avatar. Of the avatars of another mark the
#: nearest is 64 away, of look-alikes 68: ``benchmarks/usual_avatars.py``.
MAX_DISTANCE = 60

# Side in pixels at which avatars are rendered: a hash sees 64 of them.
_SIDE = 192

# Long side of a mark, as a share of the avatar's. Between two of them a hash is some 40 bits off.
_SHARES = tuple(0.98 * 0.93**step for step in range(12))

# In a circle marks are drawn large.
_CIRCLED_SHARES = _SHARES[:6]

# Shorter side in pixels, or up to twice as much, at which the ground around a mark is looked at.
_SEEN_SIDE = 64

# What belongs to the mark's own rim and to that of the circle, as a share of the shorter side and
# of the radius, and steps of 255 by which a plain ground varies.
_RIM = 0.04
_CIRCLE = 0.05
_PLAIN = 24

# Of something as small as is looked for so much may lie elsewhere than on the plain ground.
_OVERLOOKED = 0.25

_WHITE, _GRAY, _BLACK = 255, 150, 0


class _Layout(NamedTuple):
    """A usual avatar: the mark's share of it, the ground, and what is beyond its circle."""

    share: float | None  # None where the mark fills the picture, whatever its shape
    ground: int
    beyond: int | None


_LAYOUTS = [
    *(
        _Layout(share, ground, None)
        for ground in (_WHITE, _GRAY, _BLACK)
        for share in (None, *_SHARES)
    ),
    *(
        _Layout(share, ground, beyond)
        for ground, beyond in ((_WHITE, _BLACK), (_GRAY, _BLACK), (_GRAY, _WHITE))
        for share in _CIRCLED_SHARES
    ),
]


class Proposal(NamedTuple):
    """What a photo may show.

    Attributes
    ----------
    drawing : int
        Index of the drawing.
    placement : Placement
        Where it lies in the usual avatar that the photo resembles.
    distance : int
        Bits of 256 in which the hashes of the two differ.
    circled : bool
        Whether a circle cuts that avatar out.
    """

    drawing: int
    placement: Placement
    distance: int
    circled: bool


class UsualAvatars:
    """Hashes of the usual avatars of marks.

    Nothing is learned from the photos looked at, so what is said of one depends on no other.

    Parameters
    ----------
    drawings : sequence of Drawing

    Attributes
    ----------
    hashes : (N, 32) uint8 ndarray
        Packed bits, as many rows for each drawing.
    """

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        self._drawings = drawings
        self.hashes = np.concatenate([_hashes(drawing) for drawing in drawings])

    def nearest(self, image: ImagePyramid) -> Proposal | None:
        """The usual avatar that a photo resembles most.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.

        Returns
        -------
        Proposal or None
            None if none is near.
        """
        distances = hamming_distances(image.phash256[0], self.hashes)[0]
        nearest = int(distances.argmin())
        distance = int(distances[nearest])
        if distance > MAX_DISTANCE:
            return None
        drawing, layout = divmod(nearest, len(_LAYOUTS))
        share, _, beyond = _LAYOUTS[layout]
        high, wide = _extent(self._drawings[drawing].aspect, share)
        width, height = image.size_wh
        placement = Placement(width / 2, height / 2, high * height, wide * width, 0.0)
        return Proposal(drawing, placement, distance, beyond is not None)

    def is_alone(self, image: ImagePyramid, proposal: Proposal, min_height: float) -> bool:
        """Whether a photo shows the mark on a plain ground and nothing else, as is usual.

        A small emblem in the corner leaves the hash near.

        Parameters
        ----------
        image : ImagePyramid
        proposal : Proposal
            Its placement aligned with the photo.
        min_height : float
            Height of the smallest thing to look for, as a share of the photo's shorter side.

        Returns
        -------
        bool
        """
        rgb = image.level(image.level_for(min(image.size_wh) / _SEEN_SIDE))
        height, width = rgb.shape[:2]
        covered = _covered(self._drawings[proposal.drawing], proposal.placement, image, rgb.shape)
        rim = max(3, round(_RIM * min(height, width)))
        ground = cv2.dilate(covered, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) == 0
        down, across = (np.abs((np.arange(n) + 0.5) / n * 2 - 1) for n in (height, width))
        radius = np.hypot.outer(down, across) if proposal.circled else np.zeros((height, width))
        within, beyond = ground & (radius < 1 - _CIRCLE), ground & (radius > 1 + _CIRCLE)
        strange = sum(_strange(rgb[part]) for part in (within, beyond))
        smallest = (min_height * min(height, width)) ** 2
        return bool(strange < _OVERLOOKED * smallest)


def _hashes(drawing: Drawing) -> NDArray[np.uint8]:
    """(layouts, 32) packed bits."""

    def compute() -> NDArray[np.uint8]:
        gray = luma(drawing.rgb)
        return phash256([_rendered(drawing, gray, layout) for layout in _LAYOUTS])[0]

    return drawing.cache.get_or_compute(f"usual avatars, hashing {HASHING_VERSION}", compute)


def _rendered(drawing: Drawing, gray: NDArray[np.uint8], layout: _Layout) -> NDArray[np.uint8]:
    """The brightness of a usual avatar, (_SIDE, _SIDE), from that of the drawing."""
    avatar = np.full((_SIDE, _SIDE), layout.ground, np.uint8)
    height, width = (round(_SIDE * share) for share in _extent(drawing.aspect, layout.share))
    mark = cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA)
    mask = cv2.resize(drawing.mask, (width, height), interpolation=cv2.INTER_NEAREST)
    top, left = (_SIDE - height) // 2, (_SIDE - width) // 2
    np.copyto(avatar[top : top + height, left : left + width], mark, where=mask > 0)
    if layout.beyond is not None:
        np.copyto(avatar, layout.beyond, where=_beyond_circle())
    return avatar


@cache
def _beyond_circle() -> NDArray[np.bool_]:
    from_center = np.arange(_SIDE) - (_SIDE - 1) / 2
    return np.asarray(np.hypot.outer(from_center, from_center) > _SIDE / 2)


def _covered(
    drawing: Drawing, placement: Placement, image: ImagePyramid, shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    """Where a mark lies in an image that is shrunken to a shape, 1 or 0."""
    scale = np.array([[shape[1]], [shape[0]]]) / np.array(image.size_wh)[:, None]
    rows, columns = drawing.mask.shape
    matrix = np.empty((2, 3))
    matrix[:, :2] = placement.linear(rows, columns) * scale
    matrix[:, 2] = (placement.x, placement.y) * scale[:, 0] - matrix[:, :2] @ (
        columns / 2,
        rows / 2,
    )
    size = (shape[1], shape[0])
    return np.asarray(cv2.warpAffine(drawing.mask, matrix, size, flags=cv2.INTER_NEAREST), np.uint8)


def _strange(pixels: NDArray[np.uint8]) -> int:
    """How many of some pixels, (N, 3), do not have the color of most."""
    if not len(pixels):
        return 0
    apart = np.abs(pixels - np.median(pixels, axis=0)).max(axis=1)
    return int((apart > _PLAIN).sum())


def _extent(aspect: float, share: float | None) -> tuple[float, float]:
    """Height and width of a mark, as shares of the avatar's."""
    if share is None:
        return 1.0, 1.0
    return share / max(aspect, 1.0), share * min(aspect, 1.0)
