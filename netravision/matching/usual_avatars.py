"""The usual profile pictures of each mark, and whether a picture is one of them, by its hash.

Many accounts wear the same file: the mark as it is, padded, or cut to a circle. Such a picture is
settled by its perceptual hash in a fraction of the time of a search; decision 36 has the distances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box, area
from netravision.core.hamming import hamming_distances
from netravision.core.hashing import luma, phash256
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.foreground import bounds, foreground_mask
from netravision.matching.templates.index import Match

__all__ = ["MAX_DISTANCE", "Settled", "UsualAvatars"]

#: Bits of 256 that a picture may differ from a usual one: ``benchmarks/avatars_by_hash.py``.
MAX_DISTANCE = 60

_BITS = 256

# How much nearer than any other mark's, in bits.
_MIN_MARGIN = 20

# Mean difference of the colors, in steps of 255, on a grid of so many cells a side: hashes are
# of brightness, and a recolored mark is another.
_MAX_COLOR = 16.0
_COLOR_SIDE = 6

# Side in pixels of what is hashed, so that no size needs a resampling of its own, and of the
# smallest of a picture's halves that is trimmed.
_HASHED_SIDE = 64
_TRIMMED_SIDE = 96

# Long side in pixels at which marks are rendered.
_RENDERED_SIDE = 160

# Diameters of the circle that cuts a mark out, in long sides of the mark.
_CIRCLES = (1.02, 1.09, 1.16, 1.25)

_Rgb = NDArray[np.uint8]
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


class Settled(NamedTuple):
    """A picture that is a usual profile picture of a mark.

    Attributes
    ----------
    match : Match
        What the search says of the usual picture, its box where the mark lies in this one.
    distance : int
        Bits of 256 in which their hashes differ.
    """

    match: Match
    distance: int


class UsualAvatars:
    """Usual profile pictures of marks.

    Nothing is learned from the pictures looked at, so what is said of one depends on no other.

    Parameters
    ----------
    drawings : sequence of Drawing
    search : callable
        Takes an image, returns its matches, likeliest first.
    """

    def __init__(
        self, drawings: Sequence[Drawing], search: Callable[[ImagePyramid], list[Match]]
    ) -> None:
        self._search = search
        self._pictures = [
            (drawing.id, ImagePyramid(each)) for drawing in drawings for each in _rendered(drawing)
        ]
        # Rendered on a ground of one color, they all have one to trim.
        cut = [each for _, picture in self._pictures if (each := _trimmed(picture))]
        self._hashes = np.concatenate([_hash(rgb) for rgb, _ in cut])
        self._colors = np.array([_colors(rgb) for rgb, _ in cut])
        self._ids = np.array([name for name, _ in self._pictures])
        self._boxes = [box for _, box in cut]
        self._matches: dict[int, Match | None] = {}

    def settle(self, image: ImagePyramid) -> Settled | None:
        """Which usual picture an image is.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.

        Returns
        -------
        Settled or None
            None if it is none, or only a search can tell.
        """
        trimmed = _trimmed(image)
        if trimmed is None:
            return None
        rgb, box = trimmed
        apart = np.abs(self._colors - _colors(rgb)).mean(axis=1)
        if apart.min() > _MAX_COLOR:
            # Most pictures end here, without a hash.
            return None
        distances = hamming_distances(_hash(rgb), self._hashes)[0]
        nearest = int(distances.argmin())
        distance = int(distances[nearest])
        if distance > MAX_DISTANCE or apart[nearest] > _MAX_COLOR:
            return None
        others = distances[self._ids != self._ids[nearest]]
        if others.size and others.min() < distance + _MIN_MARGIN:
            return None
        match = self._match(nearest)
        if match is None:
            return None
        placed = _placed(match.box, self._boxes[nearest], box, image.size_wh)
        width, height = image.size_wh
        coverage = area(placed) / (width * height)
        return Settled(match._replace(box=placed, coverage=coverage), distance)

    def distance(self, image: ImagePyramid) -> int:
        """Bits of 256 in which an image differs from the nearest usual picture.

        Parameters
        ----------
        image : ImagePyramid

        Returns
        -------
        int
            256 for an image without a ground of one color, which no usual picture is.
        """
        trimmed = _trimmed(image)
        if trimmed is None:
            return _BITS
        return int(hamming_distances(_hash(trimmed[0]), self._hashes).min())

    def _match(self, number: int) -> Match | None:
        """What the search says of a usual picture, asked when it is first seen."""
        if number not in self._matches:
            name, picture = self._pictures[number]
            best = next(iter(self._search(picture)), None)
            self._matches[number] = best if best is not None and best.id == name else None
        return self._matches[number]


def _trimmed(image: ImagePyramid) -> tuple[_Rgb, Box] | None:
    """An image without the ground around it, reduced, and where that lies in it.

    None if there is no ground of one color, as in most photos and faces.
    """
    level = image.level_for(min(image.size_wh) / _TRIMMED_SIDE)
    rgb = image.level(level)
    mask = foreground_mask(rgb)
    if mask.all() or not mask.any():
        return None
    x0, y0, x1, y1 = bounds(mask)
    scale = float(2**level)
    return np.ascontiguousarray(rgb[y0:y1, x0:x1]), (x0 * scale, y0 * scale, x1 * scale, y1 * scale)


def _hash(rgb: _Rgb) -> NDArray[np.uint8]:
    """(1, 32) packed bits."""
    square = cv2.resize(luma(rgb), (_HASHED_SIDE, _HASHED_SIDE), interpolation=cv2.INTER_AREA)
    return phash256(np.asarray(square, np.uint8)[None])[0]


def _colors(rgb: _Rgb) -> NDArray[np.float32]:
    small = cv2.resize(rgb, (_COLOR_SIDE, _COLOR_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(-1)


def _placed(box: Box, there: Box, here: Box, size_wh: tuple[int, int]) -> Box:
    """A box in one image, where it lies in another whose foregrounds agree."""
    across = (here[2] - here[0]) / (there[2] - there[0])
    down = (here[3] - here[1]) / (there[3] - there[1])
    return (
        float(np.clip(here[0] + (box[0] - there[0]) * across, 0, size_wh[0])),
        float(np.clip(here[1] + (box[1] - there[1]) * down, 0, size_wh[1])),
        float(np.clip(here[0] + (box[2] - there[0]) * across, 0, size_wh[0])),
        float(np.clip(here[1] + (box[3] - there[1]) * down, 0, size_wh[1])),
    )


def _rendered(drawing: Drawing) -> list[_Rgb]:
    """The mark on white and on black, and in white circles on black."""
    rgb = resize_longest_side(drawing.rgb, _RENDERED_SIDE)
    size = (rgb.shape[1], rgb.shape[0])
    mask = cv2.resize(drawing.mask, size, interpolation=cv2.INTER_NEAREST)
    grounds = (_WHITE, _BLACK)
    plain = [_on_square(rgb, mask, 1.3 * max(size), ground) for ground in grounds]
    circles = [_circled(_on_square(rgb, mask, share * max(size), _WHITE)) for share in _CIRCLES]
    return [*plain, *circles]


def _on_square(rgb: _Rgb, mask: NDArray[Any], side: float, ground: tuple[int, ...]) -> _Rgb:
    square = np.full((round(side), round(side), 3), ground, np.uint8)
    y, x = (square.shape[0] - rgb.shape[0]) // 2, (square.shape[1] - rgb.shape[1]) // 2
    inside = square[y : y + rgb.shape[0], x : x + rgb.shape[1]]
    inside[mask > 0] = rgb[mask > 0]
    return square


def _circled(square: _Rgb) -> _Rgb:
    radius = len(square) / 2
    rows, columns = np.ogrid[: len(square), : len(square)]
    beyond = (rows - radius + 0.5) ** 2 + (columns - radius + 0.5) ** 2 > radius**2
    square[beyond] = _BLACK
    return square
