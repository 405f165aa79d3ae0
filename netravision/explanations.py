"""The sentence that explains a finding, in the language in force.

One place for every sentence about a photo: the record's ``reason`` is the English one, pages
show those of all languages. A sentence follows from label and evidence, so a stored finding can
be explained again in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from netravision import plugins
from netravision.evidence import (
    BadgeEvidence,
    ColorEvidence,
    EmblemEvidence,
    Evidence,
    HandEvidence,
    MaterialEvidence,
    SymbolEvidence,
    TextEvidence,
    TwoHandsEvidence,
    VideoSpan,
)
from netravision.languages import N_, decimal
from netravision.languages import gettext as _

__all__ = [
    "FAILURES",
    "POSES",
    "detector_name",
    "explain",
    "failure_text",
    "pose_name",
    "rule_label",
    "sentence",
]

#: What the code of a failure says to a person, in English.
FAILURES = {
    "empty": N_("The file is empty"),
    "unreadable": N_("The picture cannot be decoded"),
    "truncated": N_("The file is cut off, and nothing in it can be seen"),
    "too_large": N_("The picture is too large"),
    "unsupported": N_("Not a picture that can be read"),
    "timed_out": N_("Screening took too long"),
    "crashed": N_("The program that reads it crashed"),
    "permission_denied": N_("No permission to read the file"),
    "vanished": N_("The file is no longer there"),
    "internal": N_("A fault of the program"),
    "not_a_picture": N_("No photo, skipped"),
}


def detector_name(name: str) -> str:
    """What a detector is called in the language in force; one that is not installed by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    plugin = plugins.find(name)
    return name if plugin is None else plugin.gettext(plugin.title)


def failure_text(code: str) -> str:
    """What the code of a failure says to a person, in the language in force.

    Parameters
    ----------
    code : str
        One of :data:`netravision.result.ERROR_CODES`.

    Returns
    -------
    str
    """
    return _(FAILURES[code])


def explain(label: str, evidence: Evidence, labels: Mapping[str, str] | None = None) -> str:
    """One sentence saying what was seen and what was measured, without judging it.

    Parameters
    ----------
    label : str
        Of the finding.
    evidence : Evidence
        Of a detector that is not installed, it gives a sentence that names only the label.
    labels : mapping of str to str, optional
        What the watchlist calls its rules, by their names; without it the sentence holds ids.

    Returns
    -------
    str
    """

    def named(id_: str) -> str:
        return (labels or {}).get(f"{evidence.kind}-{id_}", id_)

    if isinstance(evidence, EmblemEvidence) and evidence.runner_up:
        evidence = replace(evidence, runner_up=named(evidence.runner_up))
    plugin = plugins.find(evidence.detector)
    if plugin is None:
        parts = [_("Looks like “{label}”.").format(label=named(label))]
    else:
        parts = [plugin.sentence(named(label), evidence)]
    if evidence.video is not None:
        parts.append(_time(evidence.video))
    if evidence.truncated:
        parts.append(_("The file ends early or is damaged; only what is there was looked at."))
    return " ".join(parts)


def sentence(label: str, evidence: Evidence) -> str:
    """What a detector of the package has seen and measured, in the language in force.

    Parameters
    ----------
    label : str
        Of the finding, or what the watchlist calls it.
    evidence : Evidence

    Returns
    -------
    str
    """
    return _SENTENCES[type(evidence)](label, evidence)


def _time(video: VideoSpan) -> str:
    """When a finding in a video was seen."""
    first, last, best = map(_clock, (video.first_s, video.last_s, video.frame_s))
    if first == last:
        sentence = _("Seen at {best} of the video.")
    elif video.frames_looked_at == 1:
        sentence = _("Seen from {first} to {last} of the video, in a picture that stays.")
    else:
        sentence = _(
            "Seen from {first} to {last} of the video, in {frames} of {looked_at} frames "
            "looked at there, best at {best}."
        )
    return sentence.format(
        first=first,
        last=last,
        best=best,
        frames=video.frames,
        looked_at=video.frames_looked_at,
    )


def _clock(second: float) -> str:
    return f"{int(second // 60)}:{int(second % 60):02d}"


def _whole_percent(share: float) -> str:
    return f"{100 * share:.0f}"


#: English names of the poses, as they stand in a sentence; to be translated where they are shown.
POSES = {
    "fist": N_("fist"),
    "one": N_("one finger"),
    "two": N_("two fingers"),
    "three": N_("three fingers"),
    "four": N_("four fingers"),
    "five": N_("five fingers"),
    "thumb_up": N_("thumb up"),
    "thumb_down": N_("thumb down"),
    "pistol": N_("pistol (thumb and index)"),
    "call": N_("call (thumb and little finger)"),
    "rock": N_("rock (index and little finger)"),
    "ily": N_("ILY (thumb, index, little finger)"),
    "ok": N_("OK"),
    "finger_heart": N_("heart with one hand"),
    "hand_heart": N_("heart with two hands"),
    "other": N_("no pose of the table"),
}


def rule_label(rule: str, label: str | None = None) -> str:
    """What a rule is called in the language in force: by its label, a pose by its name.

    Parameters
    ----------
    rule : str
        Its name, such as ``"number-2"``.
    label : str, optional
        What the watchlist calls it.

    Returns
    -------
    str
        The rule's own name where it has no other.
    """
    kind, _dash, key = rule.partition("-")
    if kind == "pose":
        return pose_name(key)
    return label or rule


def pose_name(name: str) -> str:
    """What a pose is called in the language in force; an unknown one by its own name.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return _(POSES[name]) if name in POSES else name


def _hand(label: str, seen: HandEvidence) -> str:
    if seen.number is None:
        sentence = _("A hand, {size} px, shows {pose}; pose {certainty} % sure")
    else:
        sentence = _("A hand, {size} px, shows {pose} (number {number}); pose {certainty} % sure")
    text = sentence.format(
        size=seen.hand_px,
        pose=pose_name(label),
        number=seen.number,
        certainty=_whole_percent(seen.pose_probability),
    )
    if seen.same_number <= 1:
        return text + "."
    # Zero, the fist, is no number that people count by.
    others = (
        _("{same} of {raised} raised hands show {number}")
        if seen.number
        else _("{same} of {raised} raised hands show the same")
    )
    return (
        f"{text}; "
        + others.format(same=seen.same_number, raised=seen.raised_hands, number=seen.number)
        + "."
    )


def _two_hands(label: str, seen: TwoHandsEvidence) -> str:
    one, other = seen.hands
    return _(
        "Two hands of one person, up to {size} px, show {number} together: {one} and {other}; "
        "poses {certainty} % sure."
    ).format(
        size=seen.hand_px,
        number=seen.number,
        one=pose_name(one.pose),
        other=pose_name(other.pose),
        certainty=_whole_percent(seen.pose_probability),
    )


def _emblem(label: str, seen: EmblemEvidence) -> str:
    sentence = (
        _("The emblem “{label}” fills {share} % of the picture; its parts agree to {likeness} %")
        if seen.wear == "worn"
        else _(
            "The emblem “{label}” covers {share} % of the picture; its parts agree to {likeness} %"
        )
    )
    text = sentence.format(
        label=label,
        share=_whole_percent(seen.coverage),
        likeness=_whole_percent(seen.structure),
    )
    if seen.runner_up:
        text += _(", next likeliest “{label}”").format(label=seen.runner_up)
    return text + "."


#: English names of what a badge is printed on.
_PLATES = {"circle": N_("round badge"), "square": N_("square badge"), "card": N_("card")}


def _badge(label: str, seen: BadgeEvidence) -> str:
    text = _("The number {digits} alone on a {plate}.").format(
        digits=seen.digits, plate=_(_PLATES[seen.shape])
    )
    if seen.beside:
        text += " " + _("Beside it stands “{words}”.").format(words=seen.beside)
    return text


def _symbol(label: str, seen: SymbolEvidence) -> str:
    return _(
        "The symbol “{label}” on {share} % of the picture; its parts agree to {likeness} %."
    ).format(
        label=label,
        share=_whole_percent(seen.coverage),
        likeness=_whole_percent(seen.structure),
    )


def _material(label: str, seen: MaterialEvidence) -> str:
    sentence = (
        _(
            "{part} % of the material “{label}” is used again on {share} % of the picture; "
            "{inliers} details agree, mirrored."
        )
        if seen.mirrored
        else _(
            "{part} % of the material “{label}” is used again on {share} % of the picture; "
            "{inliers} details agree."
        )
    )
    return sentence.format(
        part=_whole_percent(seen.shown),
        label=label,
        share=_whole_percent(seen.coverage),
        inliers=seen.inliers,
    )


def _color(label: str, seen: ColorEvidence) -> str:
    shown = {
        None: _("{share} % of the picture is in the color “{label}”"),
        "pair": _("{share} % of the picture is in the color “{label}” side by side"),
        "checks": _("{share} % of the picture is in the color “{label}” as checks"),
    }[seen.pattern]
    text = shown.format(share=_whole_percent(seen.share), label=label)
    text += _(" (areas: {areas}, the largest {largest} %; mean distance {distance})").format(
        areas=seen.areas,
        largest=_whole_percent(seen.largest_area),
        distance=decimal(seen.mean_distance, 1),
    )
    if seen.people:
        text += _("; at least {people} of {seen} people in sight wear it").format(
            people=seen.people, seen=seen.faces
        )
    return text + _("; weak alone.")


def _text(label: str, seen: TextEvidence) -> str:
    sentence = _(
        "The words “{read}” are read in the picture, for “{phrase}”; reading {certainty} % sure."
    )
    return sentence.format(
        read=seen.read, phrase=seen.phrase, certainty=_whole_percent(seen.certainty)
    )


_SENTENCES: dict[type[Evidence], Callable[[str, Any], str]] = {
    HandEvidence: _hand,
    TwoHandsEvidence: _two_hands,
    EmblemEvidence: _emblem,
    SymbolEvidence: _symbol,
    MaterialEvidence: _material,
    BadgeEvidence: _badge,
    ColorEvidence: _color,
    TextEvidence: _text,
}
