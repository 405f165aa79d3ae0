"""Every sentence says what was measured, in every language, and judges nobody."""

from dataclasses import replace

import pytest

from netravision import installed_detectors
from netravision.evidence import Evidence
from netravision.explanations import FAILURES, detector_name, explain, failure_text
from netravision.languages import LANGUAGES, in_language
from netravision.result import ERROR_CODES
from netravision.rules import DETECTORS_OF
from tests.made_evidence import BADGE, COLOR, EMBLEM, HAND, MATERIAL, SYMBOL, TEXT, TWO_HANDS, VIDEO

PRESENT = replace(EMBLEM, wear="present", runner_up=None)

SENTENCES: list[tuple[str, Evidence, list[str], list[str]]] = [
    ("two", HAND, ["41 px", "93 %", "number 2"], ["dua jari", "angka 2"]),
    ("fist", replace(HAND, number=None), ["shows fist;"], ["kepalan;"]),
    (
        "two",
        replace(HAND, same_number=3, raised_hands=4),
        ["3 of 4 raised hands show 2"],
        ["3 dari 4 tangan", "keyakinan 93%"],
    ),
    ("unnamed", HAND, ["shows unnamed"], ["menunjukkan unnamed"]),
    ("7", TWO_HANDS, ["show 7 together", "five fingers and two"], ["bersama menunjukkan 7"]),
    ("a", EMBLEM, ["fills 62 %", "“sagara”"], ["“a” mengisi"]),
    ("a", PRESENT, ["covers 62 %"], ["menempati"]),
    ("2", BADGE, ["2", "round badge"], ["lencana bulat"]),
    ("biru", COLOR, ["20 %", "4.2", "weak"], ["20%", "4,2", "petunjuk lemah bila berdiri sendiri"]),
    ("biru", replace(COLOR, pattern="pair"), ["side by side"], ["berdampingan"]),
    ("ajakan", TEXT, ["“MENANG!”", "“menang”", "97 %"], ["Kata “MENANG!”", "97%"]),
    ("biru", replace(COLOR, people=2, faces=3), ["2 of 3 people in sight"], ["2 dari 3 orang"]),
    ("a", SYMBOL, ["symbol", "80 %"], ["Simbol"]),
    ("a", MATERIAL, ["50 %", "41", "mirrored"], ["terbalik (cermin)"]),
    ("a", replace(SYMBOL, truncated=True), ["ends early"], ["terpotong"]),
    ("a", replace(SYMBOL, video=VIDEO), ["from 0:02 to 0:04", "2 of 3 frames"], ["2 dari 3"]),
]


@pytest.mark.parametrize(("label", "evidence", "english", "indonesian"), SENTENCES)
def test_a_sentence_names_what_was_measured(
    label: str, evidence: Evidence, english: list[str], indonesian: list[str]
) -> None:
    for part in english:
        assert part in explain(label, evidence)
    with in_language("id"):
        for part in indonesian:
            assert part in explain(label, evidence)
    for code in LANGUAGES:
        with in_language(code):
            said = explain(label, evidence)
        assert said.endswith(".")
        words = ("violat", "guilt", "pelanggar", "bersalah")
        assert not any(word in said.lower() for word in words)


def test_what_has_no_sentence_of_its_own_is_named() -> None:
    class Unknown(Evidence):
        detector = "qr"
        kind = "qr"

    assert explain("kode-1", Unknown()) == "Looks like “kode-1”."
    with in_language("id"):
        assert explain("kode-1", Unknown()) == "Mirip “kode-1”."


def test_labels_of_the_watchlist_stand_in_place_of_ids() -> None:
    labels = {"emblem-a": "Provinsi A", "emblem-sagara": "Sagara", "symbol-a": "Partai A"}
    said = explain("a", EMBLEM, labels)
    assert "“Provinsi A”" in said
    assert "next likeliest “Sagara”" in said
    assert "“Partai A”" in explain("a", SYMBOL, labels)
    assert "“b”" in explain("b", SYMBOL, labels)


def test_every_failure_and_detector_has_a_name() -> None:
    assert set(FAILURES) == set(ERROR_CODES)
    assert set(installed_detectors.SHIPPED) == {
        name for names in DETECTORS_OF.values() for name in names
    }
    with in_language("id"):
        assert failure_text("empty") == "Berkas kosong"
        assert detector_name("hands") == "Tangan"
        assert detector_name("qr") == "qr"
