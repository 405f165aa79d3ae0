"""What was measured: every field of ours has a name, and a value that is read at a glance."""

from dataclasses import replace

import pytest

from netravision.evidence import Evidence
from netravision.html.measures import MAX_EVIDENCE, NAMES, measures
from tests.made_evidence import ALL, BADGE, COLOR, EMBLEM, HAND, MATERIAL, TWO_HANDS, VIDEO


@pytest.mark.parametrize("evidence", ALL)
def test_every_field_has_a_name(evidence: Evidence) -> None:
    for name in replace(evidence, video=VIDEO, truncated=True).to_dict():
        assert name in NAMES or f"{evidence.kind}.{name}" in NAMES


@pytest.mark.parametrize(
    ("evidence", "name", "english", "indonesian"),
    [
        (HAND, "fingers out, thumb first", "0  1  1  0  0", "0  1  1  0  0"),
        (HAND, "size in pixels", "41", "41"),
        (HAND, "probability that it shows something", "80%", "80%"),
        (replace(HAND, pose_probability=0.123456), "probability of the pose", "12%", "12%"),
        (TWO_HANDS, "hands, from the left", "five fingers  two fingers", "lima jari  dua jari"),
        (EMBLEM, "worn or present", "worn", "dipakai"),
        (EMBLEM, "next likeliest", "Sagara", "Sagara"),
        (MATERIAL, "mirrored", "yes", "ya"),
        (MATERIAL, "share of the material that is used", "50%", "50%"),
        (BADGE, "digits", "2", "2"),
        (BADGE, "contrast", "90.00", "90,00"),
        (COLOR, "of them in the color, at least", "–", "–"),
        (replace(BADGE, digits="9" * 1000), "digits", *["9" * MAX_EVIDENCE + " …"] * 2),
    ],
)
def test_evidence_is_written_short(
    evidence: Evidence, name: str, english: str, indonesian: str
) -> None:
    said = {key.text("en"): value for key, value in measures(evidence, {"emblem-sagara": "Sagara"})}
    spoken = said[name].by_language
    assert (spoken["en"], spoken["id"]) == (english, indonesian)
