"""The sentence that explains a finding, in English and Indonesian.

One place for every sentence about a photo: the record's ``reason`` is the English one, the
report shows both. A sentence is made from the evidence alone, so a stored finding can be
explained again in either language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from netravision.finding import Finding

Language = Literal["en", "id"]


def explain(finding: Finding, language: Language = "en") -> str:
    """One sentence saying what was seen and what was measured, without judging it.

    Evidence that lacks something, in a record of another version or program, gives the plain
    sentence that names only the label.
    """
    try:
        english, indonesian = _SENTENCES[finding.detector](finding)
    except KeyError:
        english, indonesian = f"Looks like “{finding.label}”.", f"Mirip “{finding.label}”."
    seen = finding.evidence
    english, indonesian = _add_time(english, indonesian, seen)
    if seen.get("truncated"):
        english += " The file ends early; only what is there was looked at."
        indonesian += " Berkasnya terpotong; hanya bagian yang ada yang diperiksa."
    return english if language == "en" else indonesian


def _add_time(english: str, indonesian: str, seen: Mapping[str, Any]) -> tuple[str, str]:
    """Say of a finding in a video when it was seen."""
    if "first_s" not in seen:
        return english, indonesian
    first, last, best = (_clock(seen[name]) for name in ("first_s", "last_s", "frame_s"))
    if first == last:
        return (
            f"{english} Seen at {best} of the video.",
            f"{indonesian} Terlihat pada {best} dalam video.",
        )
    if seen["frames_looked_at"] == 1:
        return (
            f"{english} Seen from {first} to {last} of the video, in a picture that stays.",
            f"{indonesian} Terlihat dari {first} sampai {last} dalam video, pada gambar yang "
            "tidak berubah.",
        )
    share = f"{seen['frames']}", f"{seen['frames_looked_at']}"
    return (
        f"{english} Seen from {first} to {last} of the video, in {share[0]} of {share[1]} frames "
        f"looked at there, best at {best}.",
        f"{indonesian} Terlihat dari {first} sampai {last} dalam video, pada {share[0]} dari "
        f"{share[1]} cuplikan yang diperiksa di situ, paling jelas pada {best}.",
    )


def _clock(second: float) -> str:
    return f"{int(second // 60)}:{int(second % 60):02d}"


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
    "other": ("no pose of the table", "bukan pose dalam tabel"),
}


def _hands(finding: Finding) -> tuple[str, str]:
    seen = finding.evidence
    number = seen.get("number")
    certainty = f"{100 * seen['pose_probability']:.0f}"
    size = seen["hand_px"]
    if "hands" in seen:
        left, right = (POSES[hand["pose"]] for hand in seen["hands"])
        return (
            f"Two hands of one person, up to {size} px, show {number} together: {left[0]} and "
            f"{right[0]}; poses {certainty} % sure.",
            f"Dua tangan satu orang, hingga {size} px, bersama menunjukkan {number}: {left[1]} "
            f"dan {right[1]}; pose {certainty} % yakin.",
        )
    english, indonesian = POSES[finding.label]
    english = f"A hand, {size} px, shows {english}{'' if number is None else f' (number {number})'}"
    indonesian = (
        f"Tangan, {size} px, menunjukkan {indonesian}"
        f"{'' if number is None else f' (angka {number})'}"
    )
    english += f"; pose {certainty} % sure"
    indonesian += f"; pose {certainty} % yakin"
    # Records stored before hands were counted lack these.
    same, raised = seen.get("same_number", 1), seen.get("raised_hands", 1)
    if same > 1:
        english += f"; {same} of {raised} raised hands show {number or 'the same'}"
        indonesian += f"; {same} dari {raised} tangan terangkat menunjukkan "
        indonesian += f"{number or 'hal yang sama'}"
    return english + ".", indonesian + "."


def _emblem(finding: Finding) -> tuple[str, str]:
    seen = finding.evidence
    worn = seen["wear"] == "worn"
    share = f"{100 * seen['coverage']:.0f} %"
    likeness = f"{100 * seen['structure']:.0f} %"
    english = f"The emblem “{finding.label}” {'fills' if worn else 'covers'} {share} of the picture"
    indonesian = f"Lambang “{finding.label}” {'mengisi' if worn else 'menempati'} {share} gambar"
    english += f"; its parts agree to {likeness}"
    indonesian += f"; kesesuaian bagiannya {likeness}"
    if seen["runner_up"]:
        english += f", next likeliest “{seen['runner_up']}”"
        indonesian += f", berikutnya yang termirip “{seen['runner_up']}”"
    return english + ".", indonesian + "."


#: English and Indonesian names of what a badge is printed on.
PLATES = {
    "circle": ("round badge", "lencana bulat"),
    "square": ("square badge", "lencana persegi"),
    "card": ("card", "kartu"),
}


def _insignia(finding: Finding) -> tuple[str, str]:
    seen = finding.evidence
    if seen.get("kind") == "badge":
        english, indonesian = PLATES[seen["shape"]]
        return (
            f"The number {seen['digits']} alone on a {english}.",
            f"Angka {seen['digits']} berdiri sendiri pada {indonesian}.",
        )
    if seen.get("kind") == "color":
        return _color(finding)
    share = f"{100 * seen['coverage']:.0f} %"
    if seen["kind"] == "symbol":
        likeness = f"{100 * seen['structure']:.0f} %"
        return (
            f"The symbol “{finding.label}” on {share} of the picture; its parts agree to "
            f"{likeness}.",
            f"Simbol “{finding.label}” pada {share} gambar; kesesuaian bagiannya {likeness}.",
        )
    part = f"{100 * seen['shown']:.0f} %"
    return (
        f"{part} of the material “{finding.label}” is used again on {share} of the picture; "
        f"{seen['inliers']} details agree{', mirrored' if seen['mirrored'] else ''}.",
        f"{part} dari materi “{finding.label}” dipakai lagi pada {share} gambar; "
        f"{seen['inliers']} detail cocok{', tercermin' if seen['mirrored'] else ''}.",
    )


#: English and Indonesian names of what two colors form.
PATTERNS = {"pair": ("side by side", "berdampingan"), "checks": ("as checks", "berkotak-kotak")}


def _color(finding: Finding) -> tuple[str, str]:
    seen = finding.evidence
    share, largest = f"{100 * seen['share']:.0f} %", f"{100 * seen['largest_area']:.0f} %"
    distance = f"{seen['mean_distance']:.1f}"
    formed = PATTERNS.get(seen.get("pattern", ""))
    english = f"{share} of the picture is in the color “{finding.label}”"
    indonesian = f"{share} gambar berwarna “{finding.label}”"
    if formed:
        english, indonesian = f"{english} {formed[0]}", f"{indonesian} {formed[1]}"
    english += f" (areas: {seen['areas']}, the largest {largest}; mean distance {distance})"
    indonesian += f" (bidang: {seen['areas']}, terbesar {largest}; selisih rata-rata {distance})"
    # Older records do not say who wears it.
    if seen.get("faces"):
        english += f", worn by {seen['people']} of the {seen['faces']} people seen"
        indonesian += f", dipakai {seen['people']} dari {seen['faces']} orang yang terlihat"
    return f"{english}; weak alone.", f"{indonesian}; lemah bila sendirian."


_SENTENCES = {"hands": _hands, "emblem": _emblem, "insignia": _insignia}
