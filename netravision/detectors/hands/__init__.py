"""Raised hands: which pose, which number, and how sure.

``finder`` finds hands, ``poses`` reads them, ``shown`` tells a hand that shows something from one
that merely is there, and this file asks the watchlist which of them matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netravision.detectors.hands.finder import EFFORTS, Finder, Hands, boxes
from netravision.detectors.hands.poses import NUMBERS, PoseReader, Reading
from netravision.detectors.hands.shown import FINDING_THRESHOLD, confidence, shownness
from netravision.detectors.protocol import Sightings
from netravision.result import DetectorName, Finding, Kind, Profile
from netravision.watchlist import Watchlist

__all__ = ["HandsDetector"]


class HandsDetector:
    """Finds hands that show a number or a pose of the watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    """

    name: DetectorName = "hands"

    def __init__(self, watchlist: Watchlist, profile: Profile) -> None:
        self._numbers = frozenset(rule.value for rule in watchlist.numbers)
        self._poses = frozenset(rule.name for rule in watchlist.poses)
        self._finder = Finder(EFFORTS[profile])
        self._reader = PoseReader()

    def detect(self, rgb: NDArray[np.uint8], kind: Kind) -> Sightings:
        """Look at one upright (H, W, 3) RGB photo; avatars, posts and frames alike."""
        hands = self._finder(rgb)
        readings = self._reader(hands.landmarks)
        observations = _observations(hands, readings)
        findings = [
            Finding("hands", rule, seen.label, seen.score, seen.box, seen.evidence)
            for seen in observations
            if seen.score >= FINDING_THRESHOLD and (rule := self._rule(seen.label)) is not None
        ]
        return Sightings(findings, observations)

    def close(self) -> None:
        """Free the networks."""
        self._finder.close()

    def _rule(self, pose: str) -> str | None:
        """The rule that asks for a pose: its number, if listed, before its name."""
        number = NUMBERS.get(pose)
        if number in self._numbers:
            return f"number-{number}"
        return f"pose-{pose}" if pose in self._poses else None


def _observations(hands: Hands, readings: list[Reading]) -> list[Finding]:
    shown = shownness(hands.landmarks, readings)
    scores = confidence(hands.real, readings, shown)
    observations = []
    for number, reading in enumerate(readings):
        box = boxes(hands.landmarks[number : number + 1])[0].tolist()
        evidence = {
            "fingers": list(reading.fingers),
            "number": NUMBERS.get(reading.pose),
            "pose_probability": round(reading.probability, 3),
            "presence": round(float(hands.presence[number]), 3),
            "hand_probability": round(float(hands.real[number]), 3),
            "shown": round(float(shown[number]), 3),
            "hand_px": round(max(box[2] - box[0], box[3] - box[1])),
        }
        x0, y0, x1, y1 = box
        score = float(scores[number])
        observations.append(Finding("hands", None, reading.pose, score, (x0, y0, x1, y1), evidence))
    return observations
