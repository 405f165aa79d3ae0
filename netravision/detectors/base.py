"""What a detector is: an image in, detections out."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from netravision.arguments import Kind
from netravision.core.pyramid import ImagePyramid
from netravision.finding import DetectorName, Finding


class Detections(NamedTuple):
    """What one detector says of one picture.

    Attributes
    ----------
    findings : list of Finding
        What a rule of the watchlist asks for, each with its ``rule``.
    observations : list of Finding
        Everything seen, also what no rule asks for, with ``rule`` None.
    """

    findings: list[Finding]
    observations: list[Finding]


class Detector(Protocol):
    """Looks for one kind of thing. Built from a watchlist and a profile; knows no account."""

    name: DetectorName

    def detect(self, picture: ImagePyramid, kind: Kind) -> Detections:
        """Look at one upright (H, W, 3) RGB picture, whose halves the detectors share."""
        ...
