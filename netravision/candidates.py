"""Findings of one photo, gathered into candidates: what a person looks at once.

A poster with a symbol, a number and a color is one candidate with three reasons, not three alarms.
The record keeps every finding by itself, with its own rule and box; candidates follow from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netravision.core.box import Box, pair_gap, pair_intersection, pair_ios, pair_iou
from netravision.finding import Finding

__all__ = ["NEAR", "SAME", "WITHIN", "Candidate", "candidates"]

#: A box that lies in another by this share of its area is part of the same thing.
WITHIN = 0.6

#: Reasons of different kinds belong together up to a gap of this multiple of the longer side of
#: the larger one: a number stands beside or below its symbol.
NEAR = 0.5

#: A hand before a poster is no part of it: hands join only what has nearly their box, as two
#: fingers are a number and a pose (intersection over union).
SAME = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing to look at, with all reasons for it; never a verdict.

    Attributes
    ----------
    findings : tuple of Finding
        The reasons, strongest first.
    box : tuple of float or None
        ``(x0, y0, x1, y1)`` around them in pixels of the upright photo, around colors only
        where there is nothing else; None means the whole photo.
    """

    findings: tuple[Finding, ...]
    box: Box | None

    @property
    def score(self) -> float:
        """What candidates are put in order by, in [0, 1]; no calibrated probability.

        The strongest finding's score; the strongest of each further kind takes its share of the
        doubt that is left. So a symbol of 0.8 in a color of 0.4 goes before a symbol of 0.85.
        """
        best: dict[str, float] = {}
        for finding in self.findings:
            kind = finding.evidence.kind
            best[kind] = max(best.get(kind, 0.0), finding.score)
        doubt = 1.0
        for score in best.values():
            doubt *= 1 - score
        return 1 - doubt


def candidates(findings: Iterable[Finding]) -> tuple[Candidate, ...]:
    """Gather findings of one photo or video, the strongest candidate first.

    What lies within another or, of a different kind, near it, in the same frame, is one
    candidate. A color joins the strongest that it touches and holds nothing together by itself:
    a crowd in yellow would make one candidate of all the posters in it.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    tuple of Candidate
        Each finding in exactly one.
    """
    ordered = sorted(findings, key=lambda finding: -finding.score)
    groups: list[list[Finding]] = []
    for finding in ordered:
        if finding.evidence.kind != "color":
            joined = [group for group in groups if any(_together(finding, o) for o in group)]
            groups = [group for group in groups if all(group is not other for other in joined)]
            groups.append([*(other for group in joined for other in group), finding])
    strongest = sorted(map(_candidate, groups), key=lambda each: -each.score)
    groups = [list(each.findings) for each in strongest]
    for finding in ordered:
        if finding.evidence.kind == "color":
            touched = (g for g in groups if any(_touch(finding, other) for other in g))
            group = next(touched, None)
            if group is None:
                groups.append([finding])
            else:
                group.append(finding)
    return tuple(sorted(map(_candidate, groups), key=lambda each: -each.score))


def _candidate(group: list[Finding]) -> Candidate:
    findings = tuple(sorted(group, key=lambda finding: -finding.score))
    things = [finding for finding in findings if finding.evidence.kind != "color"] or findings
    boxes = [finding.box for finding in things]
    if any(box is None for box in boxes):
        return Candidate(findings, None)
    x0, y0, x1, y1 = zip(*(box for box in boxes if box is not None), strict=True)
    return Candidate(findings, (min(x0), min(y0), max(x1), max(y1)))


def _together(one: Finding, other: Finding) -> bool:
    if not _same_frame(one, other):
        return False
    if one.box is None or other.box is None:
        return one.box is other.box and one.rule == other.rule
    if one.box == other.box:
        return True
    if "hands" in (one.evidence.kind, other.evidence.kind):
        return pair_iou(one.box, other.box) > SAME
    if pair_ios(one.box, other.box) > WITHIN:
        return True
    reach = NEAR * max(_longer(one.box), _longer(other.box))
    return one.evidence.kind != other.evidence.kind and pair_gap(one.box, other.box) <= reach


def _touch(color: Finding, other: Finding) -> bool:
    if not _same_frame(color, other) or other.evidence.kind == "color":
        return False
    if color.box is None or other.box is None:
        return True
    return pair_intersection(color.box, other.box) > 0


def _same_frame(one: Finding, other: Finding) -> bool:
    return one.frame_s == other.frame_s


def _longer(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])
