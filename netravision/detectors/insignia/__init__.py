"""Insignia: party symbols, campaign material, ballot-number badges and campaign colors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netravision.detectors.insignia.colors import Colors
from netravision.detectors.protocol import Sightings
from netravision.result import DetectorName, Kind, Profile
from netravision.watchlist import Watchlist


class InsigniaDetector:
    """Looks for what a campaign shows: each part in a file of its own.

    Findings come strongest first; those of one place stay separate, each with its own reason.
    """

    name: DetectorName = "insignia"

    def __init__(self, watchlist: Watchlist, profile: Profile) -> None:
        self._colors = Colors(watchlist.colors)

    def detect(self, rgb: NDArray[np.uint8], kind: Kind) -> Sightings:
        """Look at one upright (H, W, 3) RGB picture."""
        findings, observations = self._colors.look(rgb)
        findings.sort(key=lambda finding: -finding.score)
        observations.sort(key=lambda finding: -finding.score)
        return Sightings(findings, observations)

    def close(self) -> None:
        """Nothing to free: all is arrays."""
