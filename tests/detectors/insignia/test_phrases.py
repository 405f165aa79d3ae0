import pytest

from netravision.detectors.insignia.phrases import Line, find_phrase, paragraphs


def lines(*texts, height=20, certainty=0.9):
    """Lines below each other."""
    return [
        Line(text, certainty, (0, row * 1.5 * height, 10 * len(text), (row * 1.5 + 1) * height))
        for row, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("phrase", "texts", "mistakes"),
    [
        ("coblos nomor 2", ["Ayo Coblos Nomor 2!"], 0),
        ("coblos nomor 2", ["COBLOS", "NOMOR 2"], 0),  # over two lines
        ("coblos nomor 2", ["COBLOSNOMOR2"], 0),  # spaces that got lost
        ("coblos nomor 2", ["AYOCOBLOSNOMOR2YA"], 0),
        ("coblos nomor 2", ["C0BL0S N0M0R 2"], 0),  # taken for each other
        ("coblos nomor 2", ["cobIos nomer 2"], 1),
        ("coblos nomor 1", ["Coblos nomor I"], 0),
        ("lanjutkan perubahan", ["LANJUTKAN PERUBAHAM!"], 1),
        ("Sutarno Wijaya", ["SutarnoTWijaya"], 1),
        ("menang", ["MENANG!!"], 0),
        ("menang", ["me nang"], 0),  # torn
        ("maju bersama", ["Mâju Bérsama"], 0),
        # What is nearly a phrase and another one.
        ("coblos nomor 2", ["Coblos nomor 3"], None),
        ("coblos nomor 2", ["Coblos nomor 21"], None),
        ("coblos nomor 2", ["AYOCOBLOSNOMOR21"], None),
        ("coblos nomor 2", ["Coblos nomor 12"], None),
        ("coblos nomor 2", ["Coblos", "Nomor antrean 2"], None),
        ("menang", ["senang"], None),
        ("menang", ["Pemenang lomba"], None),
        ("menang", ["kemenangan"], None),
        ("salam dua jari", ["salam dari dua jari tangan"], None),
        ("salam dua jari", [], None),
    ],
)
def test_a_phrase_is_found_with_the_mistakes_of_a_recogniser(phrase, texts, mistakes):
    found = find_phrase(phrase, paragraphs(lines(*texts)))
    assert (None if found is None else found.mistakes) == mistakes


def test_the_box_is_around_the_lines_that_have_it():
    read = lines("Kecamatan Sukamaju", "COBLOS", "NOMOR 2", "Terima kasih")
    found = find_phrase("coblos nomor 2", paragraphs(read))
    assert found.text == "COBLOS NOMOR 2"
    assert found.box == (0, 30, 70, 80)


def test_the_best_of_several_places_counts():
    far = [Line("menang", 0.99, (0, 500, 60, 520))]
    found = find_phrase("menang", paragraphs([*lines("MENANG", certainty=0.6), *far]))
    assert found.certainty == 0.99


def test_lines_far_apart_or_of_other_sizes_are_no_paragraph():
    small, large = Line("coblos", 0.9, (0, 0, 60, 20)), Line("nomor 2", 0.9, (0, 25, 300, 125))
    beside, below = Line("nomor 2", 0.9, (70, 1, 140, 21)), Line("ya", 0.9, (0, 25, 20, 45))
    assert sorted(map(len, paragraphs([small, large]))) == [1, 1]
    assert [len(found) for found in paragraphs([small, beside, below])] == [3]
    assert [line.text for line in paragraphs([below, beside, small])[0]] == [
        "coblos",
        "nomor 2",
        "ya",
    ]
