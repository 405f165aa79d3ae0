"""Results as tasks of Label Studio, with what was found as predictions to be corrected.

The keys are those of https://labelstud.io/guide/predictions, “Import pre-annotations”.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from netravision.convert import Results, each_result
from netravision.finding import Finding
from netravision.result import Photo
from netravision.version import VERSION
from netravision.watchlist import Watchlist

__all__ = ["LOCAL_FILES", "label_config", "to_tasks"]

#: Where Label Studio serves the files of its own machine, by their path below its folder
#: (https://labelstud.io/guide/storage, “Local storage”).
LOCAL_FILES = "/data/local-files/?d="


def label_config(watchlist: Watchlist) -> str:
    """The labeling interface of a project: a picture, and a rectangle for each rule.

    Parameters
    ----------
    watchlist : Watchlist

    Returns
    -------
    str
        XML.
    """
    names = [rule.name for rule in watchlist.rules]
    hints = [watchlist.labels.get(name, name) for name in names]
    lines = [
        f"    <Label value={quoteattr(name)} hint={quoteattr(hint)}/>"
        for name, hint in zip(names, hints, strict=True)
    ]
    return "\n".join(
        (
            "<View>",
            '  <Image name="image" value="$image"/>',
            '  <RectangleLabels name="label" toName="image">',
            *lines,
            "  </RectangleLabels>",
            "</View>",
        )
    )


def to_tasks(results: Results, *, address: str = LOCAL_FILES) -> Iterator[dict[str, Any]]:
    """One task a photo, lazily.

    Parameters
    ----------
    results : Run, Result or iterable of Result
        Photos that have failed, and videos, are left out.
    address : str
        What stands before the path of a photo in its address.

    Yields
    ------
    dict
        For ``json.dump``, as a list, or ``client.projects.import_tasks``.
    """
    for result in each_result(results):
        photo = result.photo
        if result.error is not None or photo.kind == "frame":
            continue
        prediction = {
            "model_version": f"netravision {VERSION}",
            "score": max((finding.score for finding in result.findings), default=0.0),
            "result": [
                _region(number, photo, finding) for number, finding in enumerate(result.findings, 1)
            ],
        }
        yield {
            "data": {
                "image": address + quote(photo.path or ""),
                "path": photo.path,
                "account": photo.account,
                "posted_at": photo.posted_at,
                "sha256": photo.sha256,
            },
            "predictions": [prediction],
        }


def _region(number: int, photo: Photo, finding: Finding) -> dict[str, Any]:
    width, height = photo.width or 1, photo.height or 1
    x0, y0, x1, y1 = finding.box or (0.0, 0.0, float(width), float(height))
    return {
        "id": f"finding-{number}",
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": {  # in percent
            "x": 100 * x0 / width,
            "y": 100 * y0 / height,
            "width": 100 * (x1 - x0) / width,
            "height": 100 * (y1 - y0) / height,
            "rotation": 0,
            "rectanglelabels": [finding.rule or finding.label],
        },
        "score": finding.score,
        "meta": {"text": [finding.reason]},
    }
