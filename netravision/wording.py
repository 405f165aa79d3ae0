"""The sentence that explains a finding, in English and Indonesian.

One place for every sentence about a photo: the record's ``reason`` is the English one, the
report shows both. A sentence is made from the evidence alone, so a stored finding can be
explained again in either language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from netravision.result import Finding

Language = Literal["en", "id"]


def explain(finding: Finding, language: Language = "en") -> str:
    """One sentence saying what was seen and what was measured, without judging it."""
    english, indonesian = _SENTENCES[finding.detector](finding)
    return english if language == "en" else indonesian


def _hands(finding: Finding) -> tuple[str, str]:
    pose = finding.label.replace("_", " ")
    return f"A hand showing “{pose}”.", f"Tangan menunjukkan “{pose}”."


def _emblem(finding: Finding) -> tuple[str, str]:
    return f"Looks like the emblem “{finding.label}”.", f"Mirip lambang “{finding.label}”."


def _insignia(finding: Finding) -> tuple[str, str]:
    return f"Looks like “{finding.label}”.", f"Mirip “{finding.label}”."


_SENTENCES = {"hands": _hands, "emblem": _emblem, "insignia": _insignia}
