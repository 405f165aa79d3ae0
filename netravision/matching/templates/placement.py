"""Where a mark may lie in an image, and how: an affine map."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box

__all__ = ["Placement"]


class Placement(NamedTuple):
    """Position, size, turn and slant of a mark in an image.

    Attributes
    ----------
    x, y : float
        Its center in pixels of the image.
    height, width : float
        In pixels, before the turn.
    degrees : float
        Its turn, clockwise.
    slant : float
        Shear before the turn: how far its foot lies to the right of its head, as a share of its
        height.
    """

    x: float
    y: float
    height: float
    width: float
    degrees: float
    slant: float = 0.0

    @property
    def box(self) -> Box:
        """``(x0, y0, x1, y1)`` of the mark before its turn; may reach beyond the image."""
        half_width, half_height = self.width / 2, self.height / 2
        return (
            self.x - half_width,
            self.y - half_height,
            self.x + half_width,
            self.y + half_height,
        )

    def linear(self, rows: int, columns: int) -> NDArray[np.float64]:
        """Map from a grid of ``rows`` × ``columns`` on the mark, its center at 0, to pixels.

        Parameters
        ----------
        rows, columns : int

        Returns
        -------
        (2, 2) float64 ndarray
        """
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        across, down = self.width / columns, self.height / rows
        turn, stretch = [[cos, -sin], [sin, cos]], [[across, self.slant * down], [0, down]]
        return np.array(turn) @ stretch

    def moved(self, dx: float, dy: float) -> Placement:
        """Shifted by pixels along the mark's own sides.

        Parameters
        ----------
        dx, dy : float
            Pixels.

        Returns
        -------
        Placement
        """
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        return self._replace(x=self.x + dx * cos - dy * sin, y=self.y + dx * sin + dy * cos)

    def changed(self, size: float, aspect: float = 1.0, degrees: float = 0.0) -> Placement:
        """Scaled by ``size``, its aspect ratio multiplied, turned further by ``degrees``.

        Parameters
        ----------
        size : float
            Factor.
        aspect : float
            Factor.
        degrees : float

        Returns
        -------
        Placement
        """
        root = math.sqrt(aspect)
        return self._replace(
            height=self.height * size / root,
            width=self.width * size * root,
            degrees=self.degrees + degrees,
        )
