import pytest

from netravision.detectors.insignia.phrases import Line
from netravision.detectors.insignia.surroundings import words_beside

BADGE = (100.0, 100.0, 200.0, 200.0)
BELOW, FAR = (80, 210, 220, 240), (80, 400, 220, 430)


@pytest.mark.parametrize(
    ("texts", "is_ballot"),
    [
        (["NO. URUT"], True),
        (["NOMORURUT"], True),
        (["Coblos!"], True),
        (["PASANGAN CALON"], True),
        (["Jl. Merdeka"], False),
        (["RT 02 RW 05"], False),
        (["TPS"], False),
        (["AGUSTUS"], False),
        (["Kecamatan Sukamaju"], None),
        (["Daftar Pemilih Tetap"], None),
        (["Coblos", "Sabtu"], None),  # one for it, one against it
        ([], None),
    ],
)
def test_words_beside_a_number_say_what_it_is_of(texts, is_ballot):
    lines = [Line(text, 0.9, BELOW) for text in texts]
    assert words_beside(BADGE, lines).is_ballot is is_ballot
    assert words_beside(BADGE, [line._replace(box=FAR) for line in lines]).is_ballot is None
