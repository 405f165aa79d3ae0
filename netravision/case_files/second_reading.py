"""What the published MediaPipe landmarker sees in the hands of a case, for comparison only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from netravision.core.box import Box
from netravision.errors import SecondOpinionUnavailableError
from netravision.evidence import HandEvidence, TwoHandsEvidence
from netravision.finding import Finding
from netravision.imaging.image import DecodedImage
from netravision.second_opinion import second_opinion

__all__ = ["SecondReading", "second_readings"]


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A hand, read by netravision and by another program.

    Attributes
    ----------
    outcome : {"read", "no_hand", "unavailable"}
        Whether the other program saw a hand there, or could not be asked.
    pose : str
        As netravision reads it.
    fingers : tuple of int
        1 for each finger that is out as netravision reads it, thumb to pinky.
    second_pose : str or None
        As the other program reads it.
    second_fingers : tuple of int or None
    """

    outcome: Literal["read", "no_hand", "unavailable"]
    pose: str
    fingers: tuple[int, ...]
    second_pose: str | None = None
    second_fingers: tuple[int, ...] | None = None


def second_readings(
    picture: DecodedImage | None,
    shown: Callable[[Finding], Box | None],
    findings: Iterable[Finding],
) -> list[SecondReading]:
    """Ask about every hand of some findings, each once.

    Parameters
    ----------
    picture : DecodedImage or None
        None where there is no picture any more; nobody can be asked then.
    shown : callable
        Where a finding is in the picture.
    findings : iterable of Finding

    Returns
    -------
    list of SecondReading
    """
    readings: dict[Box, SecondReading] = {}
    for finding in findings:
        for box, pose, fingers in _hands(finding):
            place = shown(replace(finding, box=box))
            if place is not None and place not in readings:
                readings[place] = _read(picture, place, pose, fingers)
    return list(readings.values())


def _hands(finding: Finding) -> list[tuple[Box, str, tuple[int, ...]]]:
    if isinstance(finding.evidence, TwoHandsEvidence):
        return [(hand.box, hand.pose, hand.fingers) for hand in finding.evidence.hands]
    if isinstance(finding.evidence, HandEvidence) and finding.box is not None:
        return [(finding.box, finding.label, finding.evidence.fingers)]
    return []


def _read(
    picture: DecodedImage | None, box: Box, pose: str, fingers: tuple[int, ...]
) -> SecondReading:
    if picture is None:
        return SecondReading("unavailable", pose, fingers)
    try:
        seen = second_opinion(picture.rgb, box)
    except SecondOpinionUnavailableError:
        return SecondReading("unavailable", pose, fingers)
    if seen is None:
        return SecondReading("no_hand", pose, fingers)
    return SecondReading("read", pose, fingers, seen.pose, seen.fingers)
