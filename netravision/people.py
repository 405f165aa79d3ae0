"""Where hands and heads are: what any detector may ask that looks for people.

Heads are located, never recognised: a box and a score, nothing else. The network is trained by
``models/train_people.py``; ``models/people_detector.md`` says on what and how good it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.geometry import non_max_suppression
from netravision.core.logistic import logit, sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.inference import Network, signed

__all__ = ["People", "PeopleNetwork", "find_people"]

Floats = NDArray[np.float32]

# The network answers for each cell of 8 x 8 pixels; its deepest layer has a 32nd of the input.
_STRIDE, _MULTIPLE = 8, 32
# Gray around the image, as in training.
_FILL = 114
# Boxes that overlap more are one hand, or one head; so are those whose middles are nearer than
# this share of the larger one's longer side: on group photos of unseen sources a quarter fewer
# boxes, and no shown hand less.
_OVERLAP, _SAME_PLACE = 0.45, 0.35
# Sizes in cells, so that a broken input cannot overflow: 1 to 3,200 pixels.
_LOG_SIZES = (-2.0, 6.0)
# Small images are enlarged no further than this.
_LARGEST_ENLARGEMENT = 2.0
# Of these each image gets a look: one for hands that fill it, one that tells whether there is
# anybody at all.
_COARSE_LOOKS = 2
# Somebody is there if one of them shows a head or a hand of at least this score: all of 37 group
# photos and 17 scenes tried, and half of 25 photos without people instead of three quarters.
_SOMEBODY = 0.3


class People(NamedTuple):
    """Hands and heads of an image, each the surest first.

    Attributes
    ----------
    hands : (N, 5) float32 ndarray
        ``x0, y0, x1, y1`` in pixels of the image and the score in [0, 1]. The boxes hold palm and
        wrist; outstretched fingers may pass their edges.
    heads : (M, 5) float32 ndarray
        The same, of heads seen from any side.
    """

    hands: Floats
    heads: Floats


class PeopleNetwork:
    """Finds hands and heads; runs at any size, one size after the other in the same memory.

    Parameters
    ----------
    content : bytes, optional
        Of a ``.tflite`` file; the shipped one without.
    """

    def __init__(self, content: bytes | None = None) -> None:
        self._network = Network(content or assets.load("people_detector.tflite"))

    def __call__(self, image: ImagePyramid, scale: float, threshold: float) -> People:
        """Look at an image once.

        Parameters
        ----------
        image : ImagePyramid
            Of an upright (H, W, 3) RGB image.
        scale : float
            By which the image is resized: hands and heads of 10 to 300 pixels are found then.
        threshold : float
            Lowest score, in (0, 1).

        Returns
        -------
        People
        """
        width, height = image.size_wh
        inner_wh = max(1, round(width * scale)), max(1, round(height * scale))
        columns, rows = (-(-length // _MULTIPLE) * _MULTIPLE for length in inner_wh)
        canvas = np.full((rows, columns, 3), _FILL, np.uint8)
        level = image.level(image.level_for(1 / scale))
        # As in training. Mean areas take ten times as long, and no hand more is found.
        cv2.resize(level, inner_wh, dst=canvas[: inner_wh[1], : inner_wh[0]])
        (answers,) = self._network(signed(canvas)[None])
        to_image = np.array((width / inner_wh[0], height / inner_wh[1]) * 2, np.float32)
        hands, heads = (
            _boxes(answers[0, :, :, kind], answers[0, :, :, 2 + 4 * kind : 6 + 4 * kind], threshold)
            * np.append(to_image, np.float32(1))
            for kind in range(2)
        )
        return People(_distinct(hands), _distinct(heads))


def find_people(
    network: PeopleNetwork, image: ImagePyramid, areas: Sequence[float], threshold: float
) -> People:
    """Hands and heads of an image, by looks at several sizes.

    Parameters
    ----------
    network : PeopleNetwork
    image : ImagePyramid
        Of an upright (H, W, 3) RGB image.
    areas : sequence of float
        Pixels to which the image is resized for each look, coarsest first. If the first two show
        nobody, there are no closer ones.
    threshold : float
        Lowest score, in (0, 1).

    Returns
    -------
    People
    """
    width, height = image.size_wh
    scales = [min((area / (width * height)) ** 0.5, _LARGEST_ENLARGEMENT) for area in areas]
    looks: list[People] = []
    for number, scale in enumerate(scales):
        if number and scale == scales[number - 1]:
            break  # the image is too small for a closer look
        if number == _COARSE_LOOKS and not _shows_somebody(looks):
            break
        looks.append(network(image, scale, threshold))
    hands, heads = (np.concatenate(boxes) for boxes in zip(*looks, strict=True))
    return People(_distinct(hands), _distinct(heads))


def _shows_somebody(looks: Sequence[People]) -> bool:
    return any((boxes[:, 4] >= _SOMEBODY).any() for look in looks for boxes in look)


def _boxes(logits: Floats, regression: Floats, threshold: float) -> Floats:
    """(N, 5) boxes in pixels of the input and scores of the cells that pass a threshold."""
    row, column = np.nonzero(logits >= logit(threshold))
    values = regression[row, column]
    center = (np.stack([column, row], axis=1) + np.float32(0.5) + values[:, :2]) * _STRIDE
    half = np.exp(np.clip(values[:, 2:], *_LOG_SIZES)) * (_STRIDE / 2)
    scores = sigmoid(logits[row, column])
    return np.concatenate([center - half, center + half, scores[:, None]], axis=1).astype(
        np.float32
    )


def _distinct(boxes: Floats) -> Floats:
    """Without boxes that overlap a surer one, or whose middle lies in the middle of one."""
    boxes = boxes[non_max_suppression(boxes[:, :4], boxes[:, 4], _OVERLAP)]
    middles, sizes = (boxes[:, :2] + boxes[:, 2:4]) / 2, (boxes[:, 2:4] - boxes[:, :2]).max(axis=1)
    left = np.ones(len(boxes), bool)
    for number in range(len(boxes)):
        if left[number]:
            distances = np.abs(middles - middles[number]).max(axis=1)
            same = distances < _SAME_PLACE * np.maximum(sizes, sizes[number])
            left &= ~same
            left[number] = True
    return boxes[left]
