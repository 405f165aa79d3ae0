"""Results as a COCO object, as ``netravision export --format coco`` writes it."""

from __future__ import annotations

import json
from typing import Any

from netravision.convert import Results, each_result
from netravision.export.coco import coco_json

__all__ = ["to_coco"]


def to_coco(results: Results) -> dict[str, Any]:
    """Images, annotations with ``score``, and categories, one a detector and rule.

    Parameters
    ----------
    results : Run, Result or iterable of Result
        Failed photos are left out; a video is as many images as it has frames with findings.

    Returns
    -------
    dict
        For ``json.dump``, or ``pycocotools.coco.COCO().dataset``.
    """
    converted: dict[str, Any] = json.loads(b"".join(coco_json(each_result(results))))
    return converted
