"""One photo for a person to look at: its picture, its candidates, and the reasons for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.core.box import Box
from netravision.errors import PhotoError
from netravision.finding import Finding
from netravision.html.blurred_faces import FaceFinder, belonging_faces, blur_faces
from netravision.html.evidence_pictures import (
    CROP_SIDE,
    PICTURE_SIDE,
    evidence_crop,
    evidence_picture,
)
from netravision.html.filmstrip import read_filmstrip
from netravision.imaging.image import DecodedImage, read_image
from netravision.result import Photo, Result
from netravision.run import Run
from netravision.run.decisions import Decision

__all__ = [
    "FACE_SIDES",
    "MAX_CROPS",
    "Card",
    "DrawnPhoto",
    "ShownCandidate",
    "distinct_boxes",
    "draw_candidate",
    "draw_photo",
    "draw_small",
    "read_card",
    "read_picture",
]

#: Boxes enlarged on one card; a crowd of raised hands can have dozens.
MAX_CROPS = 12

_NOTHING_SAID = Decision()


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
    decision : Decision
        What people said about it.
    """

    number: int | None
    crop: bytes | None
    findings: list[Finding]
    decision: Decision = _NOTHING_SAID


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


#: Longer side in pixels at which faces are looked for on pages: a quarter of the time that case
#: files take for it, and those of group photos are found.
FACE_SIDES = (960,)


class DrawnPhoto:
    """The pixels of a photo, where its candidates are in them, and its faces.

    Attributes
    ----------
    picture : DecodedImage or None
        None where it cannot be shown.
    without_picture : {"", "missing", "unreadable", "changed"}
        Why it cannot be shown.
    boxes : list of (tuple of float or None)
        Of each candidate, in pixels of the picture.
    kept : list of (x0, y0, x1, y1)
        What stays sharp where faces are blurred: the hands and marks that were found.
    faces : list of (x0, y0, x1, y1)
    """

    def __init__(self, file: Path | None, result: Result, find_faces: FaceFinder) -> None:
        self.picture, shown, self.without_picture = read_picture(file, result)
        self.boxes = [shown(replace(each.findings[0], box=each.box)) for each in result.candidates]
        things = [finding for finding in result.findings if finding.evidence.kind != "color"]
        self.kept = [box for box in map(shown, things) if box is not None]
        self.faces = [] if self.picture is None else find_faces(self.picture.rgb)

    def rgb(self, looked_at: int | None = None) -> NDArray[np.uint8] | None:
        """The pixels with all faces hidden.

        Parameters
        ----------
        looked_at : int, optional
            Number of a candidate, from 0, whose person is looked at: their face is shown.

        Returns
        -------
        (H, W, 3) uint8 ndarray or None
        """
        if self.picture is None:
            return None
        shown = [] if looked_at is None else belonging_faces(self.faces, self.boxes[looked_at])
        hidden = [face for face in self.faces if face not in shown]
        return blur_faces(self.picture.rgb, hidden, keep=self.kept)


def draw_photo(
    photo: DrawnPhoto,
    *,
    side: int,
    looked_at: int | None = None,
    lines: Sequence[NDArray[np.floating]] = (),
) -> bytes | None:
    """The photo with a numbered box around each candidate.

    Parameters
    ----------
    photo : DrawnPhoto
    side : int
        Longest side of the picture in pixels.
    looked_at : int, optional
        As :meth:`DrawnPhoto.rgb` takes it.
    lines : sequence of (N, 2) ndarray
        As :func:`netravision.html.evidence_pictures.evidence_picture` takes them.

    Returns
    -------
    bytes or None
        A JPEG file; None where the photo cannot be shown.
    """
    rgb = photo.rgb(looked_at)
    if rgb is None:
        return None
    return evidence_picture(rgb, distinct_boxes(photo.boxes), side=side, lines=lines)


def draw_candidate(photo: DrawnPhoto, number: int, *, side: int = CROP_SIDE) -> bytes | None:
    """One candidate enlarged, or the whole photo where it has no box.

    Parameters
    ----------
    photo : DrawnPhoto
    number : int
        From 0.
    side : int
        Of the square picture in pixels.

    Returns
    -------
    bytes or None
        A JPEG file; None where the photo cannot be shown.
    """
    rgb, box = photo.rgb(), photo.boxes[number]
    if rgb is None:
        return None
    if box is None:
        return evidence_picture(rgb, (), side=side)
    return evidence_crop(rgb, box, side=side)


def draw_small(
    rgb: NDArray[np.uint8], find_faces: FaceFinder, *, side: int, box: Box | None = None
) -> bytes:
    """Any picture small, faces hidden.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray
    find_faces : FaceFinder
    side : int
        Longest side in pixels.
    box : tuple of float, optional
        ``(x0, y0, x1, y1)`` in pixels of `rgb`, drawn around what is meant.

    Returns
    -------
    bytes
        A JPEG file.
    """
    image = Image.fromarray(rgb)
    image.thumbnail((2 * side, 2 * side), Image.Resampling.LANCZOS)
    small = np.asarray(image)
    lines = []
    if box:
        x0, y0, x1, y1 = box
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
        lines.append(corners * (image.width / rgb.shape[1], image.height / rgb.shape[0]))
    return evidence_picture(blur_faces(small, find_faces(small)), [], side=side, lines=lines)


def read_card(
    run: Run,
    result: Result,
    find_faces: FaceFinder,
    *,
    decisions: Sequence[Decision] | None = None,
    side: int = PICTURE_SIDE,
) -> Card:
    """Read the photo of a result and draw boxes around its candidates, with faces hidden.

    Parameters
    ----------
    run : Run
    result : Result
        One of the run's.
    find_faces : FaceFinder
    decisions : sequence of Decision, optional
        One for each candidate.
    side : int
        Longest side of the picture in pixels.

    Returns
    -------
    Card
    """
    photo = DrawnPhoto(run.picture_path(result), result, find_faces)
    boxes, rgb = distinct_boxes(photo.boxes), photo.rgb()
    crops: dict[Box, bytes] = {}
    if rgb is not None:
        crops = {box: evidence_crop(rgb, box) for box in boxes[:MAX_CROPS]}
    return Card(
        photo=result.photo,
        source_url=run.source_url(result),
        picture=None if rgb is None else evidence_picture(rgb, boxes, side=side),
        without_picture=photo.without_picture,
        truncated=photo.picture is not None and photo.picture.truncated,
        candidates=[
            ShownCandidate(
                number=None if box is None else boxes.index(box) + 1,
                crop=None if box is None else crops.get(box),
                findings=list(each.findings),
                decision=decision,
            )
            for each, box, decision in zip(
                result.candidates,
                photo.boxes,
                decisions or [_NOTHING_SAID] * len(photo.boxes),
                strict=True,
            )
        ],
    )


def distinct_boxes(boxes: Sequence[Box | None]) -> list[Box]:
    """The boxes that are drawn, each once; the first is number 1 in the picture.

    Parameters
    ----------
    boxes : sequence of ((x0, y0, x1, y1) or None)

    Returns
    -------
    list of (x0, y0, x1, y1)
    """
    return list(dict.fromkeys(box for box in boxes if box is not None))


def read_picture(
    file: Path | None, result: Result
) -> tuple[DecodedImage | None, Callable[[Finding], Box | None], str]:
    """Read the photo of a result, or the frames of a video that its findings are in.

    Parameters
    ----------
    file : Path or None
        Where it lies, as :meth:`netravision.Run.picture_path` says.
    result : Result

    Returns
    -------
    picture : DecodedImage or None
    shown : callable
        Where a finding is in the picture, ``(x0, y0, x1, y1)`` in pixels; None for all of it.
    reason : {"", "missing", "unreadable", "changed"}
        Why there is no picture.
    """
    if file is None:
        return None, _own_box, "missing"
    shown = _own_box
    try:
        if result.photo.kind == "frame":
            strip = read_filmstrip(file, result.findings)
            if strip is None:
                return None, _own_box, "changed"
            picture, shown = strip.picture, strip.box
        else:
            picture = read_image(file)
    except PhotoError as error:
        return None, _own_box, "missing" if error.code == "vanished" else "unreadable"
    # Boxes drawn on another picture than the one screened would point at the wrong thing.
    if picture.sha256 != result.photo.sha256:
        return None, _own_box, "changed"
    return picture, shown, ""


def _own_box(finding: Finding) -> Box | None:
    return finding.box
