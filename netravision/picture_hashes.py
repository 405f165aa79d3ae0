"""The hashes of a picture, by which it is found again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netravision.core.hashing import luma, phash, phash256, to_stored
from netravision.result import PictureHashes

__all__ = ["LEAST_QUALITY", "hash_picture"]

#: Below it, as for a blank page, pictures are alike by chance: ``core.hashing.phash256``.
LEAST_QUALITY = 50


def hash_picture(rgb: NDArray[np.uint8]) -> PictureHashes:
    """Hash a picture, whole.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray

    Returns
    -------
    PictureHashes
    """
    gray = luma(rgb)[None]
    wide, quality = phash256(gray)
    return PictureHashes(
        to_stored("phash", phash(gray))[0],
        to_stored("phash256", wide)[0],
        int(quality[0]),
    )
