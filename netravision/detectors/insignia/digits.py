"""Reading single digits: one mark of a plate to one of ten digits, or none of them."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision import assets
from netravision.core.logistic import softmax
from netravision.core.resizing import resize_longest_side

__all__ = ["GLYPH_SIDE", "DigitReader", "normalized_glyph", "without_edges"]

#: Side of a glyph as the digit network sees it.
GLYPH_SIDE = 24
_GLYPH_INK = 20

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
#: Beside a mark that is so surely a digit another one is likelier a digit, too, by this logarithm
#: of odds: an old-style 1 is drawn like the letter I. At twice as much 2 of 60 plates with a letter
#: and a digit are read as two digits, at this none.
_SURE = 0.9
_BESIDE_A_DIGIT = 1.5
#: Fewer pixels than this have no median to go by.
_LEAST_KERNEL = 11


@dataclass(frozen=True)
class DigitReader:
    """A small network that tells the ten digits and everything else apart.

    Attributes
    ----------
    layers : tuple of (weights, bias)
        (M, N) and (N,) float32 arrays; the last layer has 11 outputs, ten digits and the rest.
    """

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    @classmethod
    def shipped(cls) -> DigitReader:
        """The network of the package, trained by ``models/train_digits.py``."""
        with np.load(io.BytesIO(assets.load("badge_digits.npz"))) as weights:
            count = len(weights.files) // 2
            return cls(
                tuple(
                    (
                        weights[f"weights{layer}"].astype(np.float32),
                        weights[f"bias{layer}"].astype(np.float32),
                    )
                    for layer in range(count)
                )
            )

    def read(self, glyphs: NDArray[np.float32]) -> tuple[str, float]:
        """Read marks as digits.

        Parameters
        ----------
        glyphs : (N, 24, 24) float32 ndarray
            As :func:`normalized_glyph` gives them, from left to right.

        Returns
        -------
        digits : str
        chance : float
            Probability, 0 to 1, that all are read right.
        """
        values = glyphs.reshape(len(glyphs), -1)
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        weights, bias = self.layers[-1]
        logits = values @ weights + bias
        chances = softmax(logits)
        digits = chances[:, :10].argmax(axis=1)
        sure = chances[:, :10].max(axis=1) > _SURE
        if len(glyphs) > 1 and sure.any():
            logits[~sure, 10] -= _BESIDE_A_DIGIT
            chances = softmax(logits)
        score = float(chances[np.arange(len(digits)), digits].prod())
        return "".join(str(digit) for digit in digits), score


def normalized_glyph(ink: NDArray[np.float32], part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """One mark as the digit network sees it.

    Parameters
    ----------
    ink : (H, W) float32 ndarray
        How much of each pixel is ink, 0 to 1.
    part : (H, W) bool ndarray
        Pixels of the mark; not empty.

    Returns
    -------
    (24, 24) float32 ndarray
        The mark fitted into the middle 20 × 20 pixels, its proportions kept.
    """
    ys, xs = np.nonzero(part)
    rows, columns = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
    around = cv2.dilate(part[rows, columns].astype(np.uint8), np.ones((3, 3), np.uint8))
    crop = np.clip(ink[rows, columns], 0, 1) * around
    fitted = resize_longest_side(crop.astype(np.float32), _GLYPH_INK, upsampling=cv2.INTER_LINEAR)
    size = fitted.shape[::-1]
    glyph = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.float32)
    top, left = (GLYPH_SIDE - size[1]) // 2, (GLYPH_SIDE - size[0]) // 2
    glyph[top : top + size[1], left : left + size[0]] = fitted
    return glyph


def without_edges(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink away from its edges, which are a mixture; all of it where strokes are thin.

    Parameters
    ----------
    ink : (H, W) bool ndarray

    Returns
    -------
    (H, W) bool ndarray
    """
    kernel = cv2.erode(ink.astype(np.uint8), _CROSS) == 1
    return kernel if kernel.sum() >= _LEAST_KERNEL else ink
