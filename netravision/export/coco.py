"""A run's findings as boxes in COCO's format, for tools that show or train on boxes.

The keys are those of https://cocodataset.org/#format-data, “Object Detection”; ``score`` is that of
its results format. What else a photo has stands beside them, which readers of COCO leave alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from netravision.finding import Finding
from netravision.result import Result

__all__ = ["coco_json"]


def coco_json(results: Iterable[Result]) -> Iterator[bytes]:
    """One COCO object, written while the results are read.

    Parameters
    ----------
    results : iterable of Result
        Failed photos are left out. A video is as many images as it has frames with findings, at
        least one.

    Yields
    ------
    bytes
        ASCII. A category is a detector (``supercategory``) and a rule (``name``), numbered as
        they occur; a finding without a box covers its whole picture.
    """
    categories: dict[tuple[str, str], int] = {}
    # As text, a tenth of what the objects would take until the images have been written.
    annotations: list[str] = []
    images = 0
    yield b'{"info": {"description": "netravision candidates"}, "licenses": [],\n"images": ['
    for result in results:
        if result.error is not None:
            continue
        by_frame: dict[float | None, list[Finding]] = {}
        for finding in result.findings:
            by_frame.setdefault(finding.frame_s, []).append(finding)
        for frame_s, findings in (by_frame or {result.photo.frame_s: []}).items():
            images += 1
            yield b",\n" if images > 1 else b"\n"
            yield json.dumps(_image(images, result, frame_s)).encode("ascii")
            for finding in findings:
                named = finding.detector, finding.rule or finding.label
                category = categories.setdefault(named, len(categories) + 1)
                annotation = _annotation(len(annotations) + 1, images, category, result, finding)
                annotations.append(json.dumps(annotation))
    yield b'\n],\n"annotations": [\n'
    yield ",\n".join(annotations).encode("ascii")
    yield b'\n],\n"categories": '
    yield json.dumps(
        [
            {"id": number, "name": rule, "supercategory": detector}
            for (detector, rule), number in categories.items()
        ]
    ).encode("ascii")
    yield b"}\n"


def _image(number: int, result: Result, frame_s: float | None) -> dict[str, Any]:
    photo = result.photo
    return {
        "id": number,
        "file_name": photo.path,
        "width": photo.width,
        "height": photo.height,
        "date_captured": photo.posted_at,
        "sha256": photo.sha256,
        "account": photo.account,
        "kind": photo.kind,
        "frame_s": frame_s,
    }


def _annotation(
    number: int, image: int, category: int, result: Result, finding: Finding
) -> dict[str, Any]:
    x0, y0, x1, y1 = finding.box or (0.0, 0.0, result.photo.width or 0, result.photo.height or 0)
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [round(side, 1) for side in (x0, y0, x1 - x0, y1 - y0)],
        "area": round((x1 - x0) * (y1 - y0), 1),
        "iscrowd": 0,
        "score": round(finding.score, 4),
    }
