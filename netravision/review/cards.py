"""One photo for a person to look at: its picture, its candidates, and the reasons for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from netravision.candidates import candidates
from netravision.core.box import Box
from netravision.errors import PhotoError
from netravision.finding import Finding
from netravision.html.evidence_pictures import PICTURE_SIDE, evidence_crop, evidence_picture
from netravision.html.filmstrip import read_filmstrip
from netravision.imaging.image import DecodedImage, read_image
from netravision.result import Photo, Result
from netravision.run import Run

__all__ = ["MAX_CROPS", "Card", "ShownCandidate", "read_card", "read_picture"]

#: Boxes enlarged on one card; a crowd of raised hands can have dozens.
MAX_CROPS = 12


@dataclass(frozen=True)
class ShownCandidate:
    """One candidate of a photo: two fingers are a number and a pose, shown together.

    Attributes
    ----------
    number : int or None
        On its box in the picture; None where the whole picture is meant.
    crop : bytes or None
        The box enlarged, a JPEG file.
    findings : list of Finding
    """

    number: int | None
    crop: bytes | None
    findings: list[Finding]


@dataclass(frozen=True)
class Card:
    """One photo with its candidates.

    Attributes
    ----------
    photo : Photo
    source_url : str or None
        Where the manifest says that the photo comes from.
    picture : bytes or None
        With numbered boxes, a JPEG file; None where it cannot be shown.
    without_picture : {"", "missing", "unreadable", "changed"}
        Why it cannot be shown.
    truncated : bool
        The file ends early.
    candidates : list of ShownCandidate
    """

    photo: Photo
    source_url: str | None
    picture: bytes | None
    without_picture: str
    truncated: bool
    candidates: list[ShownCandidate]

    @property
    def findings(self) -> list[Finding]:
        """All of them, candidate by candidate."""
        return [finding for candidate in self.candidates for finding in candidate.findings]

    @property
    def picture_bytes(self) -> int:
        """Size of its pictures in a page, where three bytes take four characters."""
        pictures = (self.picture, *(candidate.crop for candidate in self.candidates))
        return sum(len(jpeg) * 4 // 3 for jpeg in pictures if jpeg)


def read_card(run: Run, result: Result, *, side: int = PICTURE_SIDE) -> Card:
    """Read the photo of a result and draw boxes around its candidates.

    Parameters
    ----------
    run : Run
    result : Result
        One of the run's.
    side : int
        Longest side of the picture in pixels.

    Returns
    -------
    Card
    """
    found = candidates(result.findings)
    picture, shown, reason = read_picture(run, result)
    around = [shown(replace(each.findings[0], box=each.box)) for each in found]
    boxes = list(dict.fromkeys(box for box in around if box is not None))
    crops: dict[Box, bytes] = {}
    if picture is not None:
        crops = {box: evidence_crop(picture.rgb, box) for box in boxes[:MAX_CROPS]}
    return Card(
        photo=result.photo,
        source_url=run.source_url(result),
        picture=None if picture is None else evidence_picture(picture.rgb, boxes, side=side),
        without_picture=reason,
        truncated=picture is not None and picture.truncated,
        candidates=[
            ShownCandidate(
                number=None if box is None else boxes.index(box) + 1,
                crop=None if box is None else crops.get(box),
                findings=list(each.findings),
            )
            for each, box in zip(found, around, strict=True)
        ],
    )


def read_picture(
    run: Run, result: Result
) -> tuple[DecodedImage | None, Callable[[Finding], Box | None], str]:
    """Read the photo of a result, or the frames of a video that its findings are in.

    Parameters
    ----------
    run : Run
    result : Result
        One of the run's.

    Returns
    -------
    picture : DecodedImage or None
    shown : callable
        Where a finding is in the picture, ``(x0, y0, x1, y1)`` in pixels; None for all of it.
    reason : {"", "missing", "unreadable", "changed"}
        Why there is no picture.
    """
    path = run.picture_path(result)
    if path is None:
        return None, _own_box, "missing"
    shown = _own_box
    try:
        if result.photo.kind == "frame":
            strip = read_filmstrip(path, result.findings)
            if strip is None:
                return None, _own_box, "changed"
            picture, shown = strip.picture, strip.box
        else:
            picture = read_image(path)
    except PhotoError as error:
        return None, _own_box, "missing" if error.code == "vanished" else "unreadable"
    # Boxes drawn on another picture than the one screened would point at the wrong thing.
    if picture.sha256 != result.photo.sha256:
        return None, _own_box, "changed"
    return picture, shown, ""


def _own_box(finding: Finding) -> Box | None:
    return finding.box
