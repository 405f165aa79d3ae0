"""Which candidates make a case."""

import pytest

from netravision.case_files.selection import SELECTIONS, fits
from netravision.run.decisions import Decision, View


@pytest.mark.parametrize(
    ("views", "fitting"),
    [
        ([], {"undecided"}),
        ([View("right", "yes")], {"right", "follow-up"}),
        ([View("right", "no")], {"right"}),
        ([View("unsure", "later")], {"unsure", "later"}),
        ([View("wrong", "no")], {"wrong"}),
        ([View("right", "yes", "", "a"), View("right", "yes", "", "b")], {"right", "follow-up"}),
        ([View("right", "yes", "", "a"), View("right", "no", "", "b")], {"right", "conflict"}),
        ([View("right", "yes", "", "a"), View("wrong", "no", "", "b")], {"conflict"}),
    ],
)
def test_what_people_said_selects(views: list[View], fitting: set[str]):
    decision = Decision(tuple(views))
    assert {each for each in SELECTIONS if fits(decision, each)} == fitting
