"""A file as a run knows it: where it lies, who posted it, what its bytes were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from netravision.arguments import Kind
from netravision.result import Failure, Known, Origin

__all__ = ["Appearance", "Location"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """One file: where it lies, who posted it, and what its bytes were when it was read.

    Attributes
    ----------
    file : Path
        Absolute; two files are two appearances, however much alike.
    path : str
        What the record says: relative to the source, forward slashes.
    account, posted_at, url : str or None
    kind : {"avatar", "post", "frame"}
    guessed : bool
        The kind was guessed from the picture.
    size, mtime_ns : int or None
        Of the file; as long as both stay, the file counts as unchanged.
    sha256 : str or None
        None if the bytes could not be read; `error` then says why.
    error : Failure or None
    image_digest : str or None
        As :class:`netravision.imaging.inspection.FileInfo` has it.
    known_from : mapping of str to str
        As :class:`netravision.result.Photo` has it.
    """

    file: Path
    path: str
    account: str | None
    kind: Kind
    guessed: bool
    posted_at: str | None
    url: str | None
    size: int | None
    mtime_ns: int | None
    sha256: str | None
    error: Failure | None = None
    image_digest: str | None = None
    known_from: Mapping[Known, Origin] = field(default_factory=dict, hash=False)

    @property
    def content(self) -> str | None:
        """What is said about the content is stored by this and by the kind."""
        return self.image_digest or self.sha256


class Location(NamedTuple):
    """Where the file of a record lies, its web address, and the digest of its content.

    Attributes
    ----------
    file : Path
    url : str or None
    content : str or None
        64 hexadecimal digits.
    """

    file: Path
    url: str | None
    content: str | None
