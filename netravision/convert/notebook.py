"""A result as a notebook shows it: the picture with boxes, faces blurred, and the reasons."""

from __future__ import annotations

import io
from functools import cache

from markupsafe import Markup
from PIL import Image

from netravision.explanations import failure_text
from netravision.html.blurred_faces import FaceFinder
from netravision.html.evidence_pictures import PICTURE_SIDE
from netravision.html.page import data_uri
from netravision.languages import gettext as _
from netravision.languages import score_text
from netravision.result import Result
from netravision.review.cards import FACE_SIDES, DrawnPhoto, distinct_boxes, draw_photo

__all__ = ["html", "png"]


def png(result: Result) -> bytes | None:
    """The picture with a numbered box around each candidate.

    Parameters
    ----------
    result : Result

    Returns
    -------
    bytes or None
        A PNG file; None where the photo was no file, is no longer there, or has changed.
    """
    jpeg = draw_photo(_drawn(result), side=PICTURE_SIDE)
    if jpeg is None:
        return None
    file = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as image:
        image.save(file, "PNG")
    return file.getvalue()


def html(result: Result) -> str:
    """The picture, where there is one, and what is to be said about it.

    Parameters
    ----------
    result : Result

    Returns
    -------
    str
        A fragment of HTML that loads nothing, in the language in force.
    """
    photo = _drawn(result)
    jpeg = draw_photo(photo, side=PICTURE_SIDE)
    boxes = distinct_boxes(photo.boxes)
    picture = Markup('<img alt="" src="{}">').format(data_uri(jpeg)) if jpeg else Markup()
    said = Markup("").join(
        Markup("<li{}>{} <small>({})</small></li>").format(
            Markup(' value="{}"').format(boxes.index(box) + 1) if box else Markup(),
            finding.explain(),
            score_text(finding.score),
        )
        for candidate, box in zip(result.candidates, photo.boxes, strict=True)
        for finding in candidate.findings
    )
    if result.error is not None:
        said = Markup("<li>{}</li>").format(failure_text(result.error.code))
    elif not said:
        said = Markup("<li>{}</li>").format(_("nothing found"))
    name = result.photo.path or ""
    return Markup("<figure>{}<figcaption>{}<ol>{}</ol></figcaption></figure>").format(
        picture, name, said
    )


def _drawn(result: Result) -> DrawnPhoto:
    return DrawnPhoto(result.file, result, _faces())


@cache
def _faces() -> FaceFinder:
    return FaceFinder(FACE_SIDES)
