"""Results as labels of FiftyOne.

What is written is its own JSON for pictures with boxes, ``FiftyOneImageDetectionDataset``
(https://docs.voxel51.com/user_guide/import_datasets.html), so FiftyOne need not be installed where
photos are screened.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from netravision.convert import Results, each_result
from netravision.finding import Finding
from netravision.result import Photo

__all__ = ["to_labels"]


def to_labels(results: Results) -> dict[str, Any]:
    """The content of ``labels.json``, beside which the photos lie in ``data/``.

    Parameters
    ----------
    results : Run, Result or iterable of Result
        Photos that have failed, videos, and photos without a path are left out.

    Returns
    -------
    dict
        ``{"labels": {path without its suffix: [detection, …]}}``: the label is the rule, the box is
        ``[x, y, width, height]`` as shares of the photo, ``attributes`` has the reason.
    """
    labels = {}
    for result in each_result(results):
        photo = result.photo
        if result.error is None and photo.kind != "frame" and photo.path is not None:
            name = PurePosixPath(photo.path).with_suffix("").as_posix()
            labels[name] = [_detection(photo, finding) for finding in result.findings]
    return {"labels": labels}


def _detection(photo: Photo, finding: Finding) -> dict[str, Any]:
    width, height = photo.width or 1, photo.height or 1
    x0, y0, x1, y1 = finding.box or (0.0, 0.0, float(width), float(height))
    return {
        "label": finding.rule or finding.label,
        "bounding_box": [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height],
        "confidence": finding.score,
        "attributes": {"detector": finding.detector, "reason": finding.reason},
    }
