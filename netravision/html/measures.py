"""What was measured of a finding, as names and short values that people read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from netravision import plugins
from netravision.evidence import Evidence, TwoHandsEvidence
from netravision.explanations import pose_name
from netravision.html.multilingual import Multilingual, multilingual
from netravision.languages import N_, decimal, percent
from netravision.languages import gettext as _

__all__ = ["MAX_EVIDENCE", "measures"]

#: Characters of one value; a finding may carry arrays that nobody reads here.
MAX_EVIDENCE = 200

#: English names of what is measured, by field, or kind and field where a field means two things.
#: What a third party measures is in its plug-in, or has its field's name.
NAMES = {
    "areas": N_("areas"),
    "ballot": N_("words beside it are of a ballot"),
    "beside": N_("words beside it"),
    "certainty": N_("certainty of the text recogniser"),
    "color": N_("agreement of colors"),
    "contrast": N_("contrast"),
    "coverage": N_("share of the picture"),
    "digits": N_("digits"),
    "faces": N_("people whose clothes are in sight"),
    "fingers": N_("fingers out, thumb first"),
    "first_s": N_("seen from second"),
    "frame_s": N_("best at second"),
    "frames": N_("frames it was seen in"),
    "frames_looked_at": N_("frames looked at"),
    "hand_probability": N_("probability of a hand"),
    "hand_px": N_("size in pixels"),
    "hands": N_("hands, from the left"),
    "heads": N_("people beside it"),
    "hash_distance": N_("bits by which its hash differs from a usual avatar of the mark, of 256"),
    "inliers": N_("details that agree"),
    "kind": N_("kind"),
    "largest_area": N_("largest area, of the picture"),
    "last_s": N_("seen until second"),
    "likeness": N_("likeness"),
    "margin": N_("lead over the next likeliest"),
    "mean_distance": N_("mean color distance (CIEDE2000)"),
    "mirrored": N_("mirrored"),
    "mistakes": N_("letters read otherwise"),
    "number": N_("number"),
    "pattern": N_("pattern"),
    "phrase": N_("phrase looked for"),
    "people": N_("of them in the color, at least"),
    "pose_probability": N_("probability of the pose"),
    "presence": N_("hand seen by the landmark network"),
    "raised_hands": N_("raised hands in the photo"),
    "read": N_("words read"),
    "runner_up": N_("next likeliest"),
    "same_number": N_("hands that show the same"),
    "shape": N_("shape"),
    "share": N_("share of the picture"),
    "hands.shown": N_("probability that it shows something"),
    "material.shown": N_("share of the material that is used"),
    "structure": N_("agreement of edges"),
    "truncated": N_("the file ends early or is damaged"),
    "uniforms": N_("of them in an allowed uniform"),
    "turned_degrees": N_("turned by degrees"),
    "wear": N_("worn or present"),
}

#: Fields that are shares or probabilities in [0, 1].
_SHARES = {
    "certainty",
    "color",
    "coverage",
    "hand_probability",
    "largest_area",
    "likeness",
    "pose_probability",
    "presence",
    "share",
    "shown",
    "structure",
}

#: English words for values that are names.
WORDS = {
    "badge": N_("badge"),
    "card": N_("card"),
    "checks": N_("as checks"),
    "circle": N_("round"),
    "color": N_("color"),
    "material": N_("material"),
    "pair": N_("side by side"),
    "present": N_("present"),
    "square": N_("square"),
    "symbol": N_("symbol"),
    "text": N_("words"),
    "worn": N_("worn"),
}


def measures(
    evidence: Evidence, labels: Mapping[str, str]
) -> list[tuple[Multilingual, Multilingual]]:
    """Names and values, in the order of the record.

    Parameters
    ----------
    evidence : Evidence
    labels : mapping of str to str
        What the watchlist calls its rules, by their names.

    Returns
    -------
    list of (Multilingual, Multilingual)
    """
    record = evidence.to_dict()
    if (other := record.get("runner_up")) is not None:
        record["runner_up"] = labels.get(f"{evidence.kind}-{other}", other)
    if isinstance(evidence, TwoHandsEvidence):
        record["hands"] = [hand.pose for hand in evidence.hands]
    return [
        (multilingual(_name, evidence, name), multilingual(_short, name, value))
        for name, value in record.items()
    ]


def _name(evidence: Evidence, name: str) -> str:
    plugin = plugins.find(evidence.detector)
    if plugin is not None and name in plugin.measures:
        return plugin.gettext(plugin.measures[name])
    message = NAMES.get(f"{evidence.kind}.{name}") or NAMES.get(name)
    return _(message) if message else name.replace("_", " ")


def _short(name: str, value: Any) -> str:
    text = percent(value) if name in _SHARES and isinstance(value, float) else _text(value)
    return text if len(text) <= MAX_EVIDENCE else text[:MAX_EVIDENCE] + " …"


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return decimal(value, 2)
    if isinstance(value, str):
        return _(WORDS[value]) if value in WORDS else pose_name(value)
    if isinstance(value, list) and all(isinstance(item, int | float | str) for item in value):
        return "  ".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False)
