"""What screening says about a photo, and its JSON: the record ``netravision.result/2``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from netravision.arguments import Kind, check_choice, check_number, check_posted_at, check_type
from netravision.candidates import Candidate, candidates
from netravision.conversions import Tabular, converted
from netravision.errors import ArgumentError, RecordError
from netravision.finding import Finding
from netravision.languages import gettext as _

if TYPE_CHECKING:
    from supervision import Detections

__all__ = [
    "ERROR_CODES",
    "NOT_A_PICTURE",
    "SCHEMA",
    "Failure",
    "Known",
    "Origin",
    "Photo",
    "PictureHashes",
    "Result",
    "Status",
]

SCHEMA = "netravision.result/2"

#: Where something about a photo can be known from.
Origin = Literal["manifest", "sidecar", "name", "folder"]

#: What can be known about a photo besides its pixels.
Known = Literal["account", "kind", "posted_at", "url"]

Status = Literal["screened", "skipped", "failed"]

#: The code of a file that by its content is no picture and no video: it is skipped, not failed.
NOT_A_PICTURE = "not_a_picture"

_SHA256 = re.compile("[0-9a-f]{64}")

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
    NOT_A_PICTURE,
)


@dataclass(frozen=True, slots=True)
class Photo:
    """Which photo a result is about.

    Attributes
    ----------
    path : str or None
        Relative to the given root, forward slashes; None for what was no path.
    sha256 : str or None
        Of the file's bytes (of the pixels, for an array or an image of Pillow); None if they could
        not be read.
    width, height : int or None
        Pixels of the upright photo; None if it could not be read.
    account : str or None
        Who posted it, where known.
    kind : {"avatar", "post", "frame"}
    posted_at : str or None
        ISO 8601 date or time, where known.
    frame_s : float or None
        Second of a video frame.
    truncated : bool
        The file ends early or is damaged; only what is there was looked at.
    known_from : mapping of str to {"manifest", "sidecar", "name", "folder"}
        Of `account`, `kind`, `posted_at` and ``url``, where each is known from. What the caller has
        said, and a kind that follows from the picture, is not among them.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a value is none of these.
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
    known_from: Mapping[Known, Origin] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in ("path", "sha256", "account"):
            check_type(name, getattr(self, name), str, None)
        if self.sha256 is not None and not _SHA256.fullmatch(self.sha256):
            raise ArgumentError("sha256", self.sha256, _("64 hexadecimal digits, in small letters"))
        for name in ("width", "height"):
            pixels = getattr(self, name)
            check_type(name, pixels, int, None)
            if pixels is not None:
                check_number(name, pixels, 1)
        check_choice("kind", self.kind, Kind)
        check_posted_at(self.posted_at)
        if self.frame_s is not None:
            check_number("frame_s", self.frame_s, 0)
        check_type("truncated", self.truncated, bool)
        for name, origin in self.known_from.items():
            check_choice("known_from", name, Known)
            check_choice(f"known_from.{name}", origin, Origin)

    def to_dict(self) -> dict[str, Any]:
        """The ``photo`` part of the record.

        ``truncated`` and ``known_from`` stand in it only where they say something.
        """
        record = {name: getattr(self, name) for name in self.__slots__}
        if not self.truncated:
            del record["truncated"]
        record["known_from"] = dict(self.known_from)
        if not self.known_from:
            del record["known_from"]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Photo:
        """Inverse of :meth:`to_dict`.

        Parameters
        ----------
        record : mapping

        Returns
        -------
        Photo

        Raises
        ------
        RecordError
            If a key is missing or unknown.
        ArgumentError
            If a value is none that a photo can have.
        """
        try:
            return cls(**record)
        except ArgumentError:
            raise
        except TypeError as error:
            raise RecordError(_("the photo of a record: {why}").format(why=error)) from None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file was not screened.

    Attributes
    ----------
    code : str
        One of :data:`ERROR_CODES`.
    message : str

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the code is another one, or the message no text.
    """

    code: str
    message: str

    def __post_init__(self) -> None:
        if self.code not in ERROR_CODES:
            raise ArgumentError(
                "code", self.code, _("one of {choices}").format(choices=", ".join(ERROR_CODES))
            )
        check_type("message", self.message, str)

    def to_dict(self) -> dict[str, Any]:
        """The ``error`` part of the record."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """What a picture is found again by, also recompressed or resized; kept beside the record.

    Attributes
    ----------
    phash, phash256 : str
        As :func:`netravision.core.hashing.to_stored` writes them; what follows the colon of the
        first is the string of ``imagehash``.
    quality : int
        0 to 100; below 50, as for a blank page, the hashes say little.
    """

    phash: str
    phash256: str
    quality: int


@dataclass(frozen=True, slots=True)
class Result(Tabular):
    """Everything said about one photo. Empty ``findings`` means looked at, found nothing.

    Attributes
    ----------
    photo : Photo
    error : Failure or None
        Why it was not screened.
    findings : tuple of Finding
        What a rule asks for, strongest first.
    observations : tuple of Finding
        Everything seen; empty unless asked for.
    hashes : PictureHashes or None
        No part of the record; None for a video, and in a result that was read back.
    file : Path or None
        What was looked at, on this machine. No part of the record; None where it was no file.
    """

    photo: Photo
    error: Failure | None = None
    findings: tuple[Finding, ...] = ()
    observations: tuple[Finding, ...] = ()
    hashes: PictureHashes | None = field(default=None, compare=False, repr=False)
    file: Path | None = field(default=None, compare=False, repr=False)

    @property
    def status(self) -> Status:
        """``"screened"``; ``"skipped"`` for what is no picture and no video; or ``"failed"``."""
        if self.error is None:
            return "screened"
        return "skipped" if self.error.code == NOT_A_PICTURE else "failed"

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The findings, gathered into what a person looks at once; strongest first.

        >>> Result(Photo("a.jpg", None, None, None)).candidates
        ()
        """
        return candidates(self.findings)

    def to_supervision(self, classes: Sequence[str] | None = None) -> Detections:
        """The findings as ``supervision.Detections``.

        Parameters
        ----------
        classes : sequence of str, optional
            Names of rules, in the order that numbers them; by default those of this photo, sorted.

        Returns
        -------
        supervision.Detections
            As :func:`netravision.convert.supervision.to_detections` says.

        Raises
        ------
        ArgumentError
            If a rule is not among the classes.
        MissingRequirementError
            If supervision is not installed.
        """
        detections: Detections = converted("supervision:to_detections", self, classes)
        return detections

    def _repr_html_(self) -> str:
        shown: str = converted("notebook:html", self)
        return shown

    def _repr_png_(self) -> bytes | None:
        shown: bytes | None = converted("notebook:png", self)
        return shown

    def to_dict(self) -> dict[str, Any]:
        """The record ``netravision.result/2``, ready for ``json.dumps``."""
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

        Parameters
        ----------
        record : mapping

        Returns
        -------
        Result

        Raises
        ------
        RecordError
            If the record is of another schema, or not as its schema says.
        ArgumentError
            If a value is none that a result can have.
        """
        if record.get("schema") != SCHEMA:
            raise RecordError(
                _("expected a record of schema {expected}, got {found}").format(
                    expected=SCHEMA, found=repr(record.get("schema"))
                )
            )
        try:
            error = record["error"]
            return cls(
                photo=Photo.from_dict(record["photo"]),
                error=None if error is None else Failure(error["code"], error["message"]),
                findings=tuple(map(Finding.from_dict, record["findings"])),
                observations=tuple(map(Finding.from_dict, record["observations"])),
            )
        except KeyError as error:
            raise RecordError(_("a record lacks its {key}").format(key=error)) from None
