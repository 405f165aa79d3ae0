"""Evidence: what is written is read again, and what is no evidence is refused."""

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given

from netravision import evidence as module
from netravision.errors import NetravisionError, RecordError
from netravision.evidence import Evidence, read_evidence, register, registered_detectors
from tests import made_evidence
from tests.made_evidence import BADGE, COLOR, HAND, TWO_HANDS, VIDEO


@given(made_evidence.evidences())
def test_what_is_written_is_read_again(evidence: Evidence) -> None:
    record = json.loads(json.dumps(evidence.to_dict()))
    assert read_evidence(evidence.detector, record) == evidence
    assert hash(read_evidence(evidence.detector, record)) == hash(evidence)


def test_every_shipped_type_is_tried() -> None:
    # Other tests bring detectors of third parties.
    shipped = {kind for kind in module._LAYOUTS if kind.__module__.startswith("netravision.")}
    assert {type(each) for each in made_evidence.ALL} == shipped


@pytest.mark.parametrize(
    ("evidence", "keys"),
    [
        (
            HAND,
            "fingers number pose_probability presence hand_probability shown "
            "same_number raised_hands hand_px",
        ),
        (
            TWO_HANDS,
            "fingers number hands pose_probability presence hand_probability shown hand_px",
        ),
        (BADGE, "kind digits shape contrast"),
        (COLOR, "kind share largest_area areas mean_distance people faces"),
        (
            replace(COLOR, pattern="pair", video=VIDEO, truncated=True),
            "kind share largest_area areas mean_distance people faces pattern "
            "frame_s first_s last_s frames frames_looked_at truncated",
        ),
    ],
)
def test_the_record_has_its_keys_in_order(evidence: Evidence, keys: str) -> None:
    assert list(evidence.to_dict()) == keys.split()


@pytest.mark.parametrize(
    ("detector", "record", "named"),
    [
        ("hands", {}, "number"),
        ("hands", {**HAND.to_dict(), "sixth": 1}, "sixth"),
        ("hands", {**HAND.to_dict(), "shown": "much"}, "shown"),
        ("hands", {**HAND.to_dict(), "kind": "feet"}, "feet"),
        ("hands", {**HAND.to_dict(), "frame_s": 1.0}, "video.first_s"),
        ("feet", HAND.to_dict(), "feet"),
        ("insignia", {"kind": ["badge"]}, "kind"),
        ("insignia", {**BADGE.to_dict(), "shape": "star"}, "shape"),
    ],
)
def test_what_is_no_evidence_is_refused(detector: str, record: dict, named: str) -> None:
    with pytest.raises(RecordError, match=named) as caught:
        read_evidence(detector, record)
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, ValueError)


def test_others_may_bring_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TYPES", {**module._TYPES})

    @register
    @dataclass(frozen=True, slots=True, kw_only=True)
    class CodeEvidence(Evidence):
        detector = "qr"
        kind = "qr"

        text: str
        modules: int | None = None  # came later: older records lack it

    assert "qr" in registered_detectors()
    assert CodeEvidence(text="a").to_dict() == {"text": "a"}
    assert read_evidence("qr", {"text": "a"}) == CodeEvidence(text="a")
    assert read_evidence("qr", {"text": "a", "modules": 21}).to_dict() == {
        "text": "a",
        "modules": 21,
    }
