"""The people network for several detectors of one photo: each size is looked at once."""

from __future__ import annotations

import weakref

from netravision.core.pyramid import ImagePyramid
from netravision.people import People, PeopleNetwork

__all__ = ["SharedPeopleNetwork"]


class SharedPeopleNetwork(PeopleNetwork):
    """A people network that remembers what it saw in the image it was last asked about.

    Colors ask for heads in photos in which hands were looked for at the same sizes. Whoever asks
    last pays nothing, and what it gets is the same as from a look of its own.

    Parameters
    ----------
    content : bytes, optional
        Of a ``.tflite`` file; the shipped one without.
    """

    def __init__(self, content: bytes | None = None) -> None:
        super().__init__(content)
        self._image: weakref.ref[ImagePyramid] | None = None
        self._looks: dict[float, tuple[float, People]] = {}

    def __call__(self, image: ImagePyramid, scale: float, threshold: float) -> People:
        """Look at an image once, or tell what was seen there.

        Parameters
        ----------
        image, scale, threshold
            As for :class:`~netravision.people.PeopleNetwork`.

        Returns
        -------
        People
        """
        if self._image is None or self._image() is not image:
            self._image, self._looks = weakref.ref(image), {}
        lowest, seen = self._looks.get(scale, (1.0, None))
        if seen is None or threshold < lowest:
            seen = super().__call__(image, scale, threshold)
            self._looks[scale] = threshold, seen
        # Boxes below a threshold never displace those above it.
        return People(*(boxes[boxes[:, 4] >= threshold] for boxes in seen))
