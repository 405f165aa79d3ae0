"""The sentence that explains a finding, in English and Indonesian.

One place for every sentence about a photo: the record's ``reason`` is the English one, the
report shows both. A sentence follows from label and evidence, so a stored finding can be
explained again in either language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from netravision.evidence import (
    BadgeEvidence,
    ColorEvidence,
    EmblemEvidence,
    Evidence,
    HandEvidence,
    MaterialEvidence,
    SymbolEvidence,
    TwoHandsEvidence,
    VideoSpan,
)

__all__ = ["POSES", "Language", "explain"]

Language = Literal["en", "id"]


def explain(label: str, evidence: Evidence, language: Language = "en") -> str:
    """One sentence saying what was seen and what was measured, without judging it.

    Parameters
    ----------
    label : str
        Of the finding.
    evidence : Evidence
        A type without a sentence of its own gives one that names only the label.
    language : {"en", "id"}
    """
    sentence = _SENTENCES.get(type(evidence), _other)
    english, indonesian = sentence(label, evidence)
    if evidence.video is not None:
        english, indonesian = _add_time(english, indonesian, evidence.video)
    if evidence.truncated:
        english += " The file ends early; only what is there was looked at."
        indonesian += " Berkasnya terpotong; hanya bagian yang ada yang diperiksa."
    return english if language == "en" else indonesian


def _other(label: str, evidence: Evidence) -> tuple[str, str]:
    return f"Looks like “{label}”.", f"Mirip “{label}”."


def _add_time(english: str, indonesian: str, video: VideoSpan) -> tuple[str, str]:
    """Say of a finding in a video when it was seen."""
    first, last, best = map(_clock, (video.first_s, video.last_s, video.frame_s))
    if first == last:
        return (
            f"{english} Seen at {best} of the video.",
            f"{indonesian} Terlihat pada {best} dalam video.",
        )
    if video.frames_looked_at == 1:
        return (
            f"{english} Seen from {first} to {last} of the video, in a picture that stays.",
            f"{indonesian} Terlihat dari {first} sampai {last} dalam video, pada gambar yang "
            "tidak berubah.",
        )
    return (
        f"{english} Seen from {first} to {last} of the video, in {video.frames} of "
        f"{video.frames_looked_at} frames looked at there, best at {best}.",
        f"{indonesian} Terlihat dari {first} sampai {last} dalam video, pada {video.frames} dari "
        f"{video.frames_looked_at} cuplikan yang diperiksa di situ, paling jelas pada {best}.",
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


def _pose(name: str) -> tuple[str, str]:
    return POSES.get(name, (name, name))


def _hand(label: str, seen: HandEvidence) -> tuple[str, str]:
    english, indonesian = _pose(label)
    number, size = seen.number, seen.hand_px
    certainty = f"{100 * seen.pose_probability:.0f}"
    english = f"A hand, {size} px, shows {english}{'' if number is None else f' (number {number})'}"
    indonesian = (
        f"Tangan, {size} px, menunjukkan {indonesian}"
        f"{'' if number is None else f' (angka {number})'}"
    )
    english += f"; pose {certainty} % sure"
    indonesian += f"; pose {certainty} % yakin"
    same, raised = seen.same_number, seen.raised_hands
    if same > 1:
        english += f"; {same} of {raised} raised hands show {number or 'the same'}"
        indonesian += f"; {same} dari {raised} tangan terangkat menunjukkan "
        indonesian += f"{number or 'hal yang sama'}"
    return english + ".", indonesian + "."


def _two_hands(label: str, seen: TwoHandsEvidence) -> tuple[str, str]:
    left, right = (_pose(hand.pose) for hand in seen.hands)
    certainty = f"{100 * seen.pose_probability:.0f}"
    return (
        f"Two hands of one person, up to {seen.hand_px} px, show {seen.number} together: "
        f"{left[0]} and {right[0]}; poses {certainty} % sure.",
        f"Dua tangan satu orang, hingga {seen.hand_px} px, bersama menunjukkan {seen.number}: "
        f"{left[1]} dan {right[1]}; pose {certainty} % yakin.",
    )


def _emblem(label: str, seen: EmblemEvidence) -> tuple[str, str]:
    worn = seen.wear == "worn"
    share = f"{100 * seen.coverage:.0f} %"
    likeness = f"{100 * seen.structure:.0f} %"
    english = f"The emblem “{label}” {'fills' if worn else 'covers'} {share} of the picture"
    indonesian = f"Lambang “{label}” {'mengisi' if worn else 'menempati'} {share} gambar"
    english += f"; its parts agree to {likeness}"
    indonesian += f"; kesesuaian bagiannya {likeness}"
    if seen.runner_up:
        english += f", next likeliest “{seen.runner_up}”"
        indonesian += f", berikutnya yang termirip “{seen.runner_up}”"
    return english + ".", indonesian + "."


#: English and Indonesian names of what a badge is printed on.
_PLATES = {
    "circle": ("round badge", "lencana bulat"),
    "square": ("square badge", "lencana persegi"),
    "card": ("card", "kartu"),
}


def _badge(label: str, seen: BadgeEvidence) -> tuple[str, str]:
    english, indonesian = _PLATES[seen.shape]
    return (
        f"The number {seen.digits} alone on a {english}.",
        f"Angka {seen.digits} berdiri sendiri pada {indonesian}.",
    )


def _symbol(label: str, seen: SymbolEvidence) -> tuple[str, str]:
    share, likeness = f"{100 * seen.coverage:.0f} %", f"{100 * seen.structure:.0f} %"
    return (
        f"The symbol “{label}” on {share} of the picture; its parts agree to {likeness}.",
        f"Simbol “{label}” pada {share} gambar; kesesuaian bagiannya {likeness}.",
    )


def _material(label: str, seen: MaterialEvidence) -> tuple[str, str]:
    part, share = f"{100 * seen.shown:.0f} %", f"{100 * seen.coverage:.0f} %"
    return (
        f"{part} of the material “{label}” is used again on {share} of the picture; "
        f"{seen.inliers} details agree{', mirrored' if seen.mirrored else ''}.",
        f"{part} dari materi “{label}” dipakai lagi pada {share} gambar; "
        f"{seen.inliers} detail cocok{', tercermin' if seen.mirrored else ''}.",
    )


#: English and Indonesian names of what two colors form.
_PATTERNS = {"pair": ("side by side", "berdampingan"), "checks": ("as checks", "berkotak-kotak")}


def _color(label: str, seen: ColorEvidence) -> tuple[str, str]:
    share, largest = f"{100 * seen.share:.0f} %", f"{100 * seen.largest_area:.0f} %"
    distance = f"{seen.mean_distance:.1f}"
    english = f"{share} of the picture is in the color “{label}”"
    indonesian = f"{share} gambar berwarna “{label}”"
    if seen.pattern is not None:
        formed = _PATTERNS[seen.pattern]
        english, indonesian = f"{english} {formed[0]}", f"{indonesian} {formed[1]}"
    english += f" (areas: {seen.areas}, the largest {largest}; mean distance {distance})"
    indonesian += f" (bidang: {seen.areas}, terbesar {largest}; selisih rata-rata {distance})"
    if seen.faces:
        english += f", worn by {seen.people} of the {seen.faces} people seen"
        indonesian += f", dipakai {seen.people} dari {seen.faces} orang yang terlihat"
    return f"{english}; weak alone.", f"{indonesian}; lemah bila sendirian."


_SENTENCES: dict[type[Evidence], Callable[[str, Any], tuple[str, str]]] = {
    HandEvidence: _hand,
    TwoHandsEvidence: _two_hands,
    EmblemEvidence: _emblem,
    SymbolEvidence: _symbol,
    MaterialEvidence: _material,
    BadgeEvidence: _badge,
    ColorEvidence: _color,
}
