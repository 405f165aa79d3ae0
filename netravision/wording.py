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


#: English and Indonesian names of the poses, as they stand in a sentence.
POSES = {
    "fist": ("fist", "kepalan"),
    "one": ("one finger", "satu jari"),
    "two": ("two fingers", "dua jari"),
    "three": ("three fingers", "tiga jari"),
    "four": ("four fingers", "empat jari"),
    "five": ("five fingers", "lima jari"),
    "thumb_up": ("thumb up", "jempol ke atas"),
    "thumb_down": ("thumb down", "jempol ke bawah"),
    "pistol": ("pistol (thumb and index)", "pistol (jempol dan telunjuk)"),
    "call": ("call (thumb and little finger)", "telepon (jempol dan kelingking)"),
    "rock": ("rock (index and little finger)", "metal (telunjuk dan kelingking)"),
    "ily": ("ILY (thumb, index, little finger)", "ILY (jempol, telunjuk, kelingking)"),
    "ok": ("OK", "oke"),
    "finger_heart": ("heart with one hand", "hati satu tangan"),
    "hand_heart": ("heart with two hands", "hati dua tangan"),
}


def _hands(finding: Finding) -> tuple[str, str]:
    pose = finding.label.replace("_", " ")
    return f"A hand showing “{pose}”.", f"Tangan menunjukkan “{pose}”."


def _emblem(finding: Finding) -> tuple[str, str]:
    return f"Looks like the emblem “{finding.label}”.", f"Mirip lambang “{finding.label}”."


def _insignia(finding: Finding) -> tuple[str, str]:
    return f"Looks like “{finding.label}”.", f"Mirip “{finding.label}”."


_SENTENCES = {"hands": _hands, "emblem": _emblem, "insignia": _insignia}
