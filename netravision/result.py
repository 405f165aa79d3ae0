"""What screening says about a photo, and its JSON: the record ``netravision.result/1``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from netravision import wording
from netravision.candidates import Candidate, candidates

SCHEMA = "netravision.result/1"

DetectorName = Literal["emblem", "hands", "insignia"]
Kind = Literal["avatar", "post", "frame"]
Profile = Literal["fast", "balanced", "thorough"]
Status = Literal["screened", "failed"]
Box = tuple[float, float, float, float]

#: The closed list of error codes; each is explained in ``docs/reference.md``.
ERROR_CODES = (
    "empty",
    "unreadable",
    "truncated",
    "too_large",
    "unsupported",
    "timed_out",
    "crashed",
    "permission_denied",
    "vanished",
    "internal",
)


@dataclass(frozen=True, slots=True)
class Photo:
    """Which picture a result is about.

    Attributes
    ----------
    path : str or None
        Relative to the given root, forward slashes; None for bytes and arrays.
    sha256 : str or None
        Of the file's bytes (of the pixels, for an array); None if they could not be read.
    width, height : int or None
        Pixels of the upright picture; None if it could not be read.
    account : str or None
        Who posted it, where known.
    kind : {"avatar", "post", "frame"}
    posted_at : str or None
        ISO 8601 date or time, where known.
    frame_s : float or None
        Second of a video frame.
    truncated : bool
        The file ends early or is damaged; only what is there was looked at.
    """

    path: str | None
    sha256: str | None
    width: int | None
    height: int | None
    account: str | None = None
    kind: Kind = "post"
    posted_at: str | None = None
    frame_s: float | None = None
    truncated: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The ``photo`` part of the record; ``truncated`` stands in it only where it is true."""
        record = {name: getattr(self, name) for name in self.__slots__}
        if not self.truncated:
            # Readers that know exactly the keys of the first records can read nearly all.
            del record["truncated"]
        return record


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

    detector: DetectorName
    rule: str | None
    label: str
    score: float
    box: Box | None
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def reason(self) -> str:
        """One English sentence saying what was seen and measured."""
        return wording.explain(self)

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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a photo could not be screened: a code of :data:`ERROR_CODES` and a message."""

    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """The ``error`` part of the record."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Result:
    """Everything said about one photo. Empty ``findings`` means looked at, found nothing."""

    photo: Photo
    error: Failure | None = None
    findings: tuple[Finding, ...] = ()
    observations: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status:
        """``"screened"``, or ``"failed"`` where there is an error."""
        return "screened" if self.error is None else "failed"

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The findings, gathered into what a person looks at once; strongest first.

        >>> Result(Photo("a.jpg", None, None, None)).candidates
        ()
        """
        return candidates(self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The record ``netravision.result/1``, ready for ``json.dumps``."""
        return {
            "schema": SCHEMA,
            "photo": self.photo.to_dict(),
            "status": self.status,
            "error": None if self.error is None else self.error.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
            "observations": [seen.to_dict() for seen in self.observations],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Result:
        """Inverse of :meth:`to_dict`.

        Raises
        ------
        ValueError
            If the record's schema is another one.
        """
        if record["schema"] != SCHEMA:
            raise ValueError(f"expected a record of schema {SCHEMA}, got {record['schema']!r}")
        error = record["error"]
        return cls(
            photo=Photo(**record["photo"]),
            error=None if error is None else Failure(**error),
            findings=tuple(Finding.from_dict(item) for item in record["findings"]),
            observations=tuple(Finding.from_dict(item) for item in record["observations"]),
        )
