"""Raised hands: which pose, which number, and how sure.

``finder`` finds hands, ``poses`` reads them, ``together`` looks at all hands of the photo,
``shown`` tells a hand that shows something from one that merely is there, and this file asks the
watchlist which of them matter.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Example, findings_of, shipped_example
from netravision.detectors.hands.finder import EFFORTS, Finder, Hands, boxes
from netravision.detectors.hands.poses import PoseReader, Reading
from netravision.detectors.hands.shown import FINDING_THRESHOLD, confidence, shownness
from netravision.detectors.hands.together import Pair, pairs, raised, showing_the_same
from netravision.evidence import HandEvidence, HandOfTwo, TwoHandsEvidence
from netravision.faces import FaceNetwork
from netravision.finding import Finding
from netravision.rules import DetectorName
from netravision.watchlist import Watchlist

__all__ = ["HandsDetector"]


class HandsDetector:
    """Finds hands that show a number or a pose of the watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    glance : FaceNetwork
        For searches at :data:`netravision.faces.GLANCE_SIDE`, whoever else makes such.
    """

    name: DetectorName = "hands"

    def __init__(self, watchlist: Watchlist, profile: Profile, glance: FaceNetwork) -> None:
        self._watchlist = watchlist
        self._finder = Finder(EFFORTS[profile], glance)
        self._reader = PoseReader()

    @staticmethod
    def examples() -> Iterator[Example]:
        """A hand that shows a number, one that shows a pose, and a landscape."""
        yield shipped_example("akun_jari/two_400px_tan_left.jpg", "post", "number-2")
        yield shipped_example("akun_jari/thumb_up_200px_brown_left.jpg", "post", "pose-thumb_up")
        yield shipped_example("alam_raya/pemandangan_1.jpg", "post")

    def detect(self, picture: ImagePyramid, kind: Kind) -> Detections:
        """Look at one upright (H, W, 3) RGB photo; avatars, posts and frames alike."""
        hands = self._finder(picture)
        if not len(hands.real):
            return Detections([], [])
        up = raised(hands.landmarks)
        readings = self._reader(hands.landmarks, hands.mirrored, hands.real * up)
        observations = _observations(hands, readings, up)
        findings, taken = [], set()
        for pair in pairs(hands.landmarks, readings, up, hands.faces):
            finding = _of_both(pair, observations[pair.left], observations[pair.right])
            if found := findings_of([finding], self._watchlist, FINDING_THRESHOLD):
                findings += found
                taken |= {pair.left, pair.right}
        alone = [seen for number, seen in enumerate(observations) if number not in taken]
        findings += findings_of(alone, self._watchlist, FINDING_THRESHOLD)
        return Detections(findings, observations)


def _observations(hands: Hands, readings: list[Reading], up: NDArray[np.bool_]) -> list[Finding]:
    shown = shownness(hands.landmarks, readings)
    same = showing_the_same(readings, up)
    scores = confidence(hands.real, readings, shown, same)
    observations = []
    for number, reading in enumerate(readings):
        box = boxes(hands.landmarks[number : number + 1])[0].tolist()
        evidence = HandEvidence(
            fingers=tuple(reading.fingers),
            number=reading.number,
            pose_probability=round(reading.probability, 3),
            pose_alone=reading.alone,
            presence=round(float(hands.presence[number]), 3),
            hand_probability=round(float(hands.real[number]), 3),
            shown=round(float(shown[number]), 3),
            same_number=int(same[number]) + 1,
            raised_hands=int(up.sum()) + int(not up[number]),
            hand_px=round(max(box[2] - box[0], box[3] - box[1])),
        )
        x0, y0, x1, y1 = box
        score = float(scores[number])
        observations.append(Finding("hands", None, reading.pose, score, (x0, y0, x1, y1), evidence))
    return observations


def _of_both(pair: Pair, left: Finding, right: Finding) -> Finding:
    """One finding of two hands: as sure as the less sure of them."""
    corners = np.array([left.box, right.box], np.float64)
    x0, y0 = corners[:, :2].min(axis=0).tolist()
    x1, y1 = corners[:, 2:].max(axis=0).tolist()
    first, second = left.evidence, right.evidence
    assert isinstance(first, HandEvidence)
    assert isinstance(second, HandEvidence)
    evidence = TwoHandsEvidence(
        fingers=first.fingers + second.fingers,
        number=pair.number,
        hands=(
            HandOfTwo(box=tuple(corners[0].tolist()), pose=left.label, fingers=first.fingers),
            HandOfTwo(box=tuple(corners[1].tolist()), pose=right.label, fingers=second.fingers),
        ),
        pose_probability=min(first.pose_probability, second.pose_probability),
        presence=min(first.presence, second.presence),
        hand_probability=min(first.hand_probability, second.hand_probability),
        shown=min(first.shown, second.shown),
        hand_px=max(first.hand_px, second.hand_px),
    )
    score = min(left.score, right.score)
    return Finding("hands", None, str(pair.number), score, (x0, y0, x1, y1), evidence)
