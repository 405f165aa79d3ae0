"""The sentences of a case's documents, in the officer's language."""

import pytest

from netravision.case_files.second_reading import SecondReading
from netravision.case_files.wording import reading_sentence, view_sentence
from netravision.languages import in_language
from netravision.run.decisions import View

AT = "2024-10-05T02:00:00+00:00"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (View("right", "yes", "jelas", "Ani", decided_at=AT), "Ani: the finding is right; needs"),
        (View("wrong", "no", "", "Ani", decided_at=AT), "the finding is wrong; needs no follow-up"),
        (View("undecided", "undecided", "", "Ani", decided_at=AT), "the decision is taken back"),
        (View("undecided", "undecided", "x", "Ani", decided_at=AT), "Ani: note: x"),
        (View("right", "yes", "", "", decided_at=AT), "reviewer not named"),
    ],
)
def test_who_decided_what(view: View, said: str) -> None:
    assert said in view_sentence(view)


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (
            SecondReading("read", "two", (0, 1, 1, 0, 0), "other", (0, 1, 0, 1, 0)),
            "(fingers out, thumb first: 0 1 1 0 0); MediaPipe",
        ),
        (SecondReading("no_hand", "two", (0, 1, 1, 0, 0)), "sees no hand there"),
        (SecondReading("unavailable", "two", (0, 1, 1, 0, 0)), "No second reading was available"),
    ],
)
def test_what_another_program_reads(reading: SecondReading, said: str) -> None:
    assert said in reading_sentence(reading)
    with in_language("id"):
        assert said not in reading_sentence(reading)
