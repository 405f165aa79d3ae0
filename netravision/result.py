"""What screening says about a photo, and its JSON: the record ``netravision.result/1``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from netravision.arguments import Kind
from netravision.candidates import Candidate, candidates
from netravision.finding import Finding

SCHEMA = "netravision.result/1"

Status = Literal["screened", "failed"]

#: The closed list of error codes; each is explained in ``docs/record.md``.
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
