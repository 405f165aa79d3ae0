"""A photo as one account has it, with the candidates that people chose."""

from netravision.case_files.case import cases
from netravision.finding import Finding
from netravision.run.decisions import Decisions, View
from tests.made_run import BLUE, THUMB, TWO, Folder


def decide(folder: Folder, *said: tuple[Finding, View]) -> None:
    with Decisions(folder.run.folder, create=True) as decisions:
        content = folder.run.content(next(folder.run.results()))
        decisions.add(content, "post", said)


def test_only_what_was_chosen_is_in_it(folder: Folder) -> None:
    folder.add(folder.picture(), TWO, THUMB, BLUE, posted_at="2024-10-01T18:30:00Z")
    decide(folder, (TWO, View("right", "yes")), (THUMB, View("wrong", "no")))
    (case,) = cases(folder.run, ["follow-up"])
    assert case.findings == [TWO]
    assert case.result.findings == (TWO,)
    assert (case.number, case.folder) == (1, "kasus-0001")
    # The day where the office is.
    assert str(case.posted) == "2024-10-02 01:30:00"
    assert case.boxes == [TWO.box]
    assert case.candidates[0].history[0].choice == "right"
    assert case.marked() is not None


def test_a_picture_that_has_gone_or_changed_is_said_to(folder: Folder) -> None:
    file = folder.picture()
    folder.add(file, TWO)
    decide(folder, (TWO, View("right", "yes")))
    file.write_bytes(folder.picture("b.png", seed=2).read_bytes())
    (case,) = cases(folder.run, ["right"])
    assert (case.picture, case.without_picture, case.marked()) == (None, "changed", None)
    file.unlink()
    (case,) = cases(folder.run, ["right"])
    assert case.without_picture == "missing"


def test_a_run_in_which_nothing_was_chosen_has_none(folder: Folder) -> None:
    folder.add(folder.picture(), TWO)
    assert list(cases(folder.run, ["follow-up"])) == []
    assert len(list(cases(folder.run, ["undecided"]))) == 1
