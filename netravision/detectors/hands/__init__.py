"""Raised hands: which pose, which number, and how sure.

``detection`` finds hands and their joints, ``poses`` reads them, ``scoring`` says how sure a
reading is, ``pairs`` adds up two hands of one person, and this file asks the watchlist which of
them matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Example, findings_of, shipped_example
from netravision.detectors.hands.detection import EFFORTS, HandDetection, Hands
from netravision.detectors.hands.landmarks import landmark_boxes
from netravision.detectors.hands.pairs import Pair, pairs
from netravision.detectors.hands.poses import PoseReader, Reading
from netravision.detectors.hands.scoring import (
    FINDING_THRESHOLD,
    HandScorer,
    showing_the_same,
)
from netravision.detectors.hands.signs import nothing_shown
from netravision.evidence import HandEvidence, HandOfTwo, TwoHandsEvidence
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
    detection : HandDetection, optional
        With other networks than the shipped ones.
    reader : PoseReader, optional
        With other networks than the shipped ones.
    scorer : HandScorer, optional
        With other trees than the shipped ones.
    """

    name: DetectorName = "hands"

    def __init__(
        self,
        watchlist: Watchlist,
        profile: Profile,
        detection: HandDetection | None = None,
        reader: PoseReader | None = None,
        scorer: HandScorer | None = None,
    ) -> None:
        self._watchlist = watchlist
        self._detection = detection or HandDetection(EFFORTS[profile])
        self._reader = reader or PoseReader()
        self._scorer = scorer or HandScorer()

    @staticmethod
    def examples() -> Iterator[Example]:
        """A hand that shows a number, one that shows a pose, and a landscape."""
        yield shipped_example("akun_jari/two_400px_tan_left.jpg", "post", "number-2")
        yield shipped_example("akun_jari/thumb_up_200px_brown_left.jpg", "post", "pose-thumb_up")
        yield shipped_example("alam_raya/pemandangan_1.jpg", "post")

    def detect(self, image: ImagePyramid, kind: Kind) -> Detections:
        """Look at one image; avatars, posts and frames alike.

        Parameters
        ----------
        image : ImagePyramid
            Of an upright (H, W, 3) RGB image.
        kind : {"avatar", "post", "frame"}
            Changes nothing here.

        Returns
        -------
        Detections
        """
        hands = self._detection(image)
        if not len(hands.hand):
            return Detections([], [])
        hands, readings = self._reader(hands)
        rows, scores = self._scorer(hands, readings)
        hands, readings = hands.take(rows), [readings[row] for row in rows]
        observed = _observations(hands, readings, scores)
        findings, taken = [], set()
        sure = [each.score >= FINDING_THRESHOLD for each in observed]
        numbers = [
            each.number if raised else None for each, raised in zip(readings, sure, strict=True)
        ]
        for pair in pairs(landmark_boxes(hands.points), numbers, hands.heads):
            both = _of_both(pair, observed[pair.left], observed[pair.right])
            if found := findings_of([both], self._watchlist, FINDING_THRESHOLD):
                findings += found
                taken |= {pair.left, pair.right}
        alone = [seen for number, seen in enumerate(observed) if number not in taken]
        findings += findings_of(alone, self._watchlist, FINDING_THRESHOLD)
        return Detections(findings, observed)


def _observations(
    hands: Hands, readings: Sequence[Reading], scores: NDArray[np.float64]
) -> list[Finding]:
    shown = 1 - nothing_shown(hands.signs)
    raised = scores >= FINDING_THRESHOLD
    same = showing_the_same(readings) & raised[None] & ~np.eye(len(readings), dtype=bool)
    observed = []
    for number, (reading, corners) in enumerate(
        zip(readings, landmark_boxes(hands.points).tolist(), strict=True)
    ):
        x0, y0, x1, y1 = corners
        evidence = HandEvidence(
            fingers=reading.fingers,
            number=reading.number,
            pose_probability=round(reading.probability, 3),
            presence=round(float(hands.presence[number]), 3),
            hand_probability=round(float(hands.scores[number]), 3),
            shown=round(float(np.clip(shown[number], 0, 1)), 3),
            same_number=int(same[number].sum()) + 1,
            raised_hands=int(raised.sum()) + int(not raised[number]),
            hand_px=round(max(x1 - x0, y1 - y0)),
        )
        score, box = float(scores[number]), (x0, y0, x1, y1)
        observed.append(Finding("hands", None, reading.pose, score, box, evidence))
    return observed


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
