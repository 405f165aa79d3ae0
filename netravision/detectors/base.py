"""What a detector is: an image in, detections out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, Protocol

from netravision.arguments import Kind
from netravision.core.pyramid import ImagePyramid
from netravision.finding import Finding
from netravision.watchlist import Watchlist


class Detections(NamedTuple):
    """What one detector says of one image.

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

    @property
    def name(self) -> str:
        """What the findings' ``detector`` says."""
        ...

    def detect(self, image: ImagePyramid, kind: Kind, /) -> Detections:
        """Look at one upright (H, W, 3) RGB image, whose halves the detectors share."""
        ...


def findings_of(
    observations: Iterable[Finding], watchlist: Watchlist, threshold: float, kind: Kind = "post"
) -> list[Finding]:
    """Those observations that a rule asks for, each with the name of its rule.

    Parameters
    ----------
    observations : iterable of Finding
    watchlist : Watchlist
    threshold : float
        Lowest score of a finding.
    kind : {"avatar", "post", "frame"}
        Of the photo.
    """
    return [
        replace(seen, rule=rule.name)
        for seen in observations
        if seen.score >= threshold and (rule := watchlist.rule_for(seen, kind)) is not None
    ]
