"""Findings as ``supervision.Detections``, to be drawn, filtered, tracked and counted there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netravision.convert import missing_tool
from netravision.errors import ArgumentError
from netravision.languages import gettext as _
from netravision.result import Result

if TYPE_CHECKING:
    from supervision import Detections

__all__ = ["to_detections"]


def to_detections(result: Result, classes: Sequence[str] | None = None) -> Detections:
    """Findings of one photo; what was observed only is left out.

    Parameters
    ----------
    result : Result
        A photo that has failed has none.
    classes : sequence of str, optional
        Names of rules, in the order that numbers them. For the same numbers in all photos give
        ``[rule.name for rule in watchlist.rules]``; by default those of the photo, sorted.

    Returns
    -------
    supervision.Detections
        (N, 4) pixels of the upright photo; a finding without a box covers all of it. ``data`` has
        ``class_name`` (the rule), ``detector``, ``label`` and ``reason`` of each.

    Raises
    ------
    ArgumentError
        If a rule is not among the classes.
    MissingRequirementError
        If supervision is not installed.
    """
    try:
        from supervision import Detections
    except ModuleNotFoundError as error:
        raise missing_tool(error, "supervision") from error
    findings = result.findings
    rules = [finding.rule or finding.label for finding in findings]
    if classes is None:
        classes = sorted({*rules})
    if unknown := [rule for rule in rules if rule not in classes]:
        raise ArgumentError("classes", classes, _("{rule} among them").format(rule=unknown[0]))
    whole = (0.0, 0.0, float(result.photo.width or 0), float(result.photo.height or 0))
    boxes = [finding.box or whole for finding in findings]
    texts = {
        "class_name": rules,
        "detector": [finding.detector for finding in findings],
        "label": [finding.label for finding in findings],
        "reason": [finding.reason for finding in findings],
    }
    return Detections(
        xyxy=np.array(boxes, np.float32).reshape(-1, 4),
        confidence=np.array([finding.score for finding in findings], np.float32),
        class_id=np.array([classes.index(rule) for rule in rules], int),
        data={name: np.array(values, dtype=str) for name, values in texts.items()},
    )
