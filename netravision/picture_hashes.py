"""The hashes of a picture, by which it is found again."""

from __future__ import annotations

from netravision.core.hashing import phash, to_stored
from netravision.core.pyramid import ImagePyramid
from netravision.result import PictureHashes

__all__ = ["LEAST_QUALITY", "hash_picture"]

#: Below it, as for a blank page, pictures are alike by chance: ``core.hashing.phash256``.
LEAST_QUALITY = 50


def hash_picture(image: ImagePyramid) -> PictureHashes:
    """Hash a picture, whole.

    Parameters
    ----------
    image : ImagePyramid
        Of (H, W, 3) RGB pixels.

    Returns
    -------
    PictureHashes
    """
    wide, quality = image.phash256
    return PictureHashes(
        to_stored("phash", phash(image.gray[None]))[0],
        to_stored("phash256", wide)[0],
        int(quality[0]),
    )
