"""A reason for a person to look at a photo, as one entry of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netravision.arguments import check_box, check_number, check_type
from netravision.core.box import Box
from netravision.errors import ArgumentError, RecordError
from netravision.evidence import Evidence, read_evidence, registered_detectors
from netravision.explanations import explain
from netravision.languages import LANGUAGES, in_language
from netravision.languages import gettext as _

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason for a person to look; never a verdict.

    Attributes
    ----------
    detector : str
        ``"emblem"``, ``"hands"``, ``"insignia"``, or that of a third party.
    rule : str or None
        The watchlist rule that asks for it, ``"number-2"`` or ``"emblem-<id>"``; None in an
        observation, which no rule need ask for.
    label : str
        Pose name, watchlist id, or the digits of a badge.
    score : float
        Calibrated probability in [0, 1] that the finding is right.
    box : tuple of float or None
        ``(x0, y0, x1, y1)`` in pixels of the upright photo; None means the whole photo.
    evidence : Evidence
        What was measured, of the detector's type.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a value is none of these, or the evidence is of another detector.
    """

    detector: str
    rule: str | None
    label: str
    score: float
    box: Box | None
    evidence: Evidence

    def __post_init__(self) -> None:
        if self.detector not in registered_detectors():
            known = ", ".join(registered_detectors())
            raise ArgumentError(
                "detector", self.detector, _("a registered one: {names}").format(names=known)
            )
        check_type("rule", self.rule, str, None)
        check_type("label", self.label, str)
        check_number("score", self.score, 0, 1)
        if self.box is not None:
            check_box("box", self.box)
        check_type("evidence", self.evidence, Evidence)
        if self.evidence.detector != self.detector:
            raise ArgumentError(
                "evidence",
                self.evidence,
                _("evidence of {detector}").format(detector=repr(self.detector)),
            )

    @property
    def frame_s(self) -> float | None:
        """Second of the video frame that the box is in; None in a photo."""
        return None if self.evidence.video is None else self.evidence.video.frame_s

    @property
    def reason(self) -> str:
        """One English sentence saying what was seen and measured."""
        return self.explain("en")

    def explain(
        self, language: str | None = None, *, labels: Mapping[str, str] | None = None
    ) -> str:
        """The reason in a language.

        Parameters
        ----------
        language : str, optional
            One of :data:`netravision.languages.LANGUAGES`; that in force if not given.
        labels : mapping of str to str, optional
            :attr:`netravision.Watchlist.labels`, to be named instead of ids.

        Returns
        -------
        str

        Raises
        ------
        ArgumentError
            If the language has no catalog.
        """
        if language is None:
            return explain(self.label, self.evidence, labels)
        if language not in LANGUAGES:
            raise ArgumentError(
                "language", language, _("one of {choices}").format(choices=", ".join(LANGUAGES))
            )
        with in_language(language):
            return explain(self.label, self.evidence, labels)

    def to_dict(self) -> dict[str, Any]:
        """One entry of the record's ``findings`` or ``observations``.

        The score has four digits there, the box one.
        """
        return {
            "detector": self.detector,
            "rule": self.rule,
            "label": self.label,
            "score": round(self.score, 4),
            "box": None if self.box is None else [round(value, 1) for value in self.box],
            "reason": self.reason,
            "evidence": self.evidence.to_dict(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Finding:
        """Inverse of :meth:`to_dict`; the reason follows from the evidence.

        Parameters
        ----------
        record : mapping

        Returns
        -------
        Finding

        Raises
        ------
        RecordError
            If a key is missing.
        ArgumentError
            If a value is none that a finding can have.
        """
        try:
            box = record["box"]
            return cls(
                detector=record["detector"],
                rule=record["rule"],
                label=record["label"],
                score=record["score"],
                box=None if box is None else tuple(box),
                evidence=read_evidence(record["detector"], record["evidence"]),
            )
        except KeyError as error:
            raise RecordError(_("a finding lacks its {key}").format(key=error)) from None
