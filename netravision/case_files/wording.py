"""The sentences that the documents of a case share, in the language in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netravision.case_files.case import Case, CaseCandidate
from netravision.case_files.second_reading import SecondReading
from netravision.explanations import POSES, pose_name, rule_label
from netravision.html.page import time_text
from netravision.languages import N_, score_text
from netravision.languages import gettext as _
from netravision.run.decisions import View

__all__ = [
    "candidate_sentences",
    "reading_sentence",
    "rule_labels",
    "view_sentence",
]

#: Whether a finding is right, in English.
CHOICES = {
    "right": N_("the finding is right"),
    "wrong": N_("the finding is wrong"),
    "unsure": N_("unsure whether the finding is right"),
}

#: Whether it needs follow-up, in English.
FOLLOW_UPS = {
    "yes": N_("needs follow-up"),
    "no": N_("needs no follow-up"),
    "later": N_("follow-up later"),
}


def rule_labels(case: Case, labels: Mapping[str, str]) -> list[str]:
    """What is looked for and was found in a case, each once, strongest first.

    Parameters
    ----------
    case : Case
    labels : mapping of str to str
        What the watchlist calls its rules; a pose goes by its name.

    Returns
    -------
    list of str
    """
    names = dict.fromkeys(finding.rule for finding in case.findings if finding.rule)
    return [rule_label(name, labels.get(name)) for name in names]


def candidate_sentences(candidate: CaseCandidate, labels: Mapping[str, str]) -> list[str]:
    """What was seen of one candidate, with its score.

    Parameters
    ----------
    candidate : CaseCandidate
    labels : mapping of str to str

    Returns
    -------
    list of str
    """
    return [
        _("Candidate {number}, score {score}: {reason}").format(
            number=candidate.number,
            score=score_text(finding.score),
            reason=finding.explain(labels=labels),
        )
        for finding in candidate.candidate.findings
    ]


def reading_sentence(reading: SecondReading) -> str:
    """What the other program saw in a hand.

    Parameters
    ----------
    reading : SecondReading

    Returns
    -------
    str
    """
    if reading.second_pose is None or reading.second_fingers is None:
        if reading.outcome == "no_hand":
            return _("MediaPipe, asked by itself, sees no hand there.")
        return _("No second reading was available.")
    return _("netravision reads {own}; MediaPipe, asked by itself, reads {other}.").format(
        own=_hand(reading.pose, reading.fingers),
        other=_hand(reading.second_pose, reading.second_fingers),
    )


def view_sentence(view: View) -> str:
    """When somebody decided, who, and what.

    Parameters
    ----------
    view : View

    Returns
    -------
    str
    """
    said = [_(CHOICES[view.choice])] if view.choice in CHOICES else []
    said += [_(FOLLOW_UPS[view.follow_up])] if view.follow_up in FOLLOW_UPS else []
    if not said:
        said = [_("the decision is taken back")] if not view.note else []
    said += [_("this settles a disagreement")] if view.settles else []
    said += [_("note: {note}").format(note=view.note)] if view.note else []
    return _("{time}, {reviewer}: {said}").format(
        time=time_text(view.decided_at or ""),
        reviewer=view.reviewer or _("reviewer not named"),
        said="; ".join(said),
    )


def _hand(pose: str, fingers: Iterable[int]) -> str:
    name = pose_name(pose) if pose in POSES else _("another pose")
    return _("{pose} (fingers out, thumb first: {fingers})").format(
        pose=name, fingers=" ".join(map(str, fingers))
    )
