"""Every sentence says what was measured, in both languages, and judges nobody."""

import pytest

from netravision.explanations import explain
from netravision.finding import Finding

HAND = {"number": 2, "pose_probability": 0.93, "hand_px": 41}
EMBLEM = {"wear": "worn", "coverage": 0.62, "structure": 0.72, "runner_up": "sagara"}
COLOR = {"kind": "color", "share": 0.2, "largest_area": 0.1, "areas": 3, "mean_distance": 4.25}
SYMBOL = {"kind": "symbol", "coverage": 0.1, "structure": 0.8}
MATERIAL = {"kind": "material", "shown": 0.5, "coverage": 0.2, "inliers": 41, "mirrored": True}

SENTENCES = [
    (Finding("hands", "number-2", "two", 0.9, None, HAND), ["41 px", "93 %"], "dua jari"),
    (Finding("emblem", "emblem-a", "a", 0.9, None, EMBLEM), ["62 %", "“sagara”"], "Lambang"),
    (
        Finding("emblem", None, "a", 0.9, None, {**EMBLEM, "wear": "present", "runner_up": None}),
        ["covers 62 %"],
        "menempati",
    ),
    (
        Finding(
            "insignia", None, "3", 0.9, None, {"kind": "badge", "digits": "3", "shape": "card"}
        ),
        ["3", "card"],
        "kartu",
    ),
    (Finding("insignia", None, "biru", 0.4, None, COLOR), ["20 %", "4.2", "weak"], "lemah"),
    (Finding("insignia", None, "a", 0.9, None, SYMBOL), ["symbol", "80 %"], "Simbol"),
    (Finding("insignia", None, "a", 0.9, None, MATERIAL), ["50 %", "41", "mirrored"], "tercermin"),
    (Finding("hands", "number-2", "two", 0.9, None, {}), ["“two”"], "Mirip"),
    (Finding("emblem", "emblem-a", "a", 0.9, None, {}), ["“a”"], "Mirip"),
    (Finding("insignia", "symbol-a", "a", 0.9, None, {}), ["“a”"], "Mirip"),
]


@pytest.mark.parametrize(("finding", "english", "indonesian"), SENTENCES)
def test_a_sentence_names_what_was_measured(
    finding: Finding, english: list[str], indonesian: str
) -> None:
    assert finding.reason == explain(finding)
    for part in english:
        assert part in finding.reason
    assert indonesian in explain(finding, "id")
    assert finding.reason.endswith(".")
    for language in ("en", "id"):
        said = explain(finding, language).lower()
        assert not any(word in said for word in ("violat", "guilt", "pelanggar", "bersalah"))
