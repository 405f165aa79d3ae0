"""How a run is followed where there is no terminal, and the summary."""

import pytest

from netravision.cli.progress import (
    print_facts,
    print_summary,
    progress_display,
    rule_name,
    warn_about,
)
from netravision.languages import in_language
from netravision.progress import Progress
from netravision.result import Failure
from tests.made_run import BLUE, TWO, Folder


def test_lines_end_with_the_last_state(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_display() as callback:
        assert callback is not None
        for done in range(4):
            callback(Progress(done, 3))
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("3 photos in 0 s")
    with progress_display() as callback:
        assert callback is not None
        callback(Progress(1, 1))
    assert capsys.readouterr().err.splitlines()[-1].startswith("1 photo in 0 s")
    with progress_display(quiet=True) as callback:
        assert callback is None


@pytest.mark.parametrize(("pictures", "told"), [(3, False), (5000, True)])
def test_what_is_enrolled_before_the_first_photo_is_told_if_it_takes_long(
    capsys: pytest.CaptureFixture[str], pictures: int, told: bool
) -> None:
    with progress_display() as callback:
        assert callback is not None
        state = Progress(0, 2, enrolling=pictures)
        callback(state)
        callback(state.after("screened"))
    assert capsys.readouterr().err.count("Enrolling 5,000 pictures") == told


def test_the_summary_counts_and_names(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.add(folder.picture("a.png", seed=1), TWO, BLUE)
    folder.add(folder.root / "b.jpg", error=Failure("vanished", "gone"))
    folder.add(folder.root / "c.txt", error=Failure("not_a_picture", "a text"))
    print_summary(folder.run)
    told = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    told = {name.strip(): value.strip() for name, value in told.items()}
    assert told["Photos"] == "2, 1 of them screened"
    assert told["Candidates"] == "1 in 1 photo"
    assert told["Skipped"] == "1 file that is no photo"
    assert "Biru muda (1)" in told["Findings"]
    assert told["Report"].endswith("report.html")


def test_facts_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts([("a", "1"), ("a long long name", "2\x1b")])
    first, second = capsys.readouterr().out.splitlines()
    assert first.index("1") == second.index("2")
    assert "\\x1b" in second


@pytest.mark.parametrize(
    ("rule", "name"),
    [("number-2", "Paslon 2"), ("pose-thumb_up", "jempol ke atas"), ("qr-x", "qr-x")],
)
def test_a_rule_has_the_name_that_people_give_it(rule: str, name: str) -> None:
    with in_language("id"):
        assert rule_name(rule, {"number-2": "Paslon 2"}) == name


def test_of_many_problems_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    warn_about("daftar.csv", [f"row {number}" for number in range(25)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert "row 19" in lines[19]
    assert "5" in lines[20]
