"""What was seen in many frames of a video, as few findings: from when to when, and where best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from netravision.evidence import VideoSpan
from netravision.finding import Finding
from netravision.result import Photo

__all__ = ["GAP_S", "Look", "frame_photo", "join_frames"]

#: Seconds without a detection after which the next is another finding; a still scene is looked at
#: every 5 s (:data:`netravision.imaging.video.STILL_S`).
GAP_S = 6.0

#: Second, until when the image stayed the same, and what was seen in it.
Look = tuple[float, float, Sequence[Finding]]


def join_frames(frames: Iterable[Look]) -> list[Finding]:
    """Join findings of the same rule in frames that follow each other.

    Of these frames, the one with the strongest is kept, with everything that the rule
    asks for in it: four people who raise two fingers for ten seconds are four findings, as they
    are in a photo.

    Parameters
    ----------
    frames : iterable of (float, float, sequence of Finding)
        The second of a frame, ascending, until when the image stayed as it was, and what was
        seen.

    Returns
    -------
    list of Finding
        Strongest first, each with the ``video`` of its evidence filled.
    """
    seen: defaultdict[tuple[str, str], list[list[Look]]] = defaultdict(list)
    seconds = []
    for second, until, findings in frames:
        seconds.append(second)
        of_frame: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            of_frame[finding.detector, finding.rule or f"label-{finding.label}"].append(finding)
        for key, alike in of_frame.items():
            of_rule = seen[key]
            if not of_rule or second - of_rule[-1][-1][1] > GAP_S:
                of_rule.append([])
            of_rule[-1].append((second, until, alike))
    stretches = [stretch for of_rule in seen.values() for stretch in of_rule]
    joined = [finding for stretch in stretches for finding in _best(stretch, seconds)]
    return sorted(joined, key=lambda finding: -finding.score)


def _best(stretch: list[Look], seconds: list[float]) -> list[Finding]:
    second, _, findings = max(stretch, key=lambda look: max(f.score for f in look[2]))
    first, last = stretch[0][0], stretch[-1][1]
    video = VideoSpan(
        frame_s=second,
        first_s=first,
        last_s=last,
        frames=len(stretch),
        frames_looked_at=sum(first <= looked <= last for looked in seconds),
    )
    return [
        replace(finding, evidence=replace(finding.evidence, video=video)) for finding in findings
    ]


def frame_photo(photo: Photo, findings: Sequence[Finding]) -> Photo:
    """The photo of a video's record: its second is that of the strongest finding, or 0.

    Parameters
    ----------
    photo : Photo
    findings : sequence of Finding
        Strongest first.

    Returns
    -------
    Photo
    """
    if photo.kind != "frame" or photo.width is None:
        return photo
    return replace(photo, frame_s=findings[0].frame_s if findings else 0.0)
