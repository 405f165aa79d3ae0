"""A reason for a person to look at a photo, as one entry of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netravision import explanations
from netravision.core.geometry import Box


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason for a person to look; never a verdict.

    Attributes
    ----------
    detector : {"emblem", "hands", "insignia"}
    rule : str or None
        The watchlist rule that asks for it, ``"number-2"`` or ``"emblem-<id>"``; None in an
        observation, which no rule need ask for.
    label : str
        Pose name, watchlist id, or the digits of a badge.
    score : float
        Calibrated probability in [0, 1] that the finding is right.
    box : tuple of float or None
        ``(x0, y0, x1, y1)`` in pixels of the upright picture; None means the whole picture.
    evidence : mapping
        What was measured, in plain JSON types.
    """

    detector: str
    rule: str | None
    label: str
    score: float
    box: Box | None
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def reason(self) -> str:
        """One English sentence saying what was seen and measured."""
        return explanations.explain(self)

    def to_dict(self) -> dict[str, Any]:
        """One entry of the record's ``findings`` or ``observations``."""
        return {
            "detector": self.detector,
            "rule": self.rule,
            "label": self.label,
            "score": round(self.score, 4),
            "box": None if self.box is None else [round(value, 1) for value in self.box],
            "reason": self.reason,
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Finding:
        """Inverse of :meth:`to_dict`; the reason follows from the evidence."""
        box = record["box"]
        return cls(
            detector=record["detector"],
            rule=record["rule"],
            label=record["label"],
            score=record["score"],
            box=None if box is None else (box[0], box[1], box[2], box[3]),
            evidence=record["evidence"],
        )
