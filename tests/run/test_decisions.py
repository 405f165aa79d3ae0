"""What people decided: never lost, never overwritten, found again where it belongs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netravision.errors import RunError
from netravision.finding import Finding
from netravision.result import Photo, Result
from netravision.run.decisions import CHOICES, FILE, FOLLOW_UPS, Decision, Decisions, View
from tests.made_evidence import COLOR, HAND, VIDEO

CONTENT = "ab" * 32
PHOTO = Photo("a/1.png", CONTENT, 200, 120, "a")
TWO = Finding("hands", "number-2", "two", 0.9, (10.04, 20.0, 50.0, 60.0), HAND)
POSE = replace(TWO, rule="pose-two")
BLUE = Finding("insignia", "color-biru", "biru", 0.4, None, COLOR)


def moved(finding: Finding, pixels: float) -> Finding:
    assert finding.box is not None
    x0, y0, x1, y1 = finding.box
    return replace(finding, box=(x0 + pixels, y0, x1 + pixels, y1))


def choices(
    folder: Path, *findings: Finding, photo: Photo = PHOTO, content: str = CONTENT
) -> list[str]:
    with Decisions(folder) as decisions:
        return [said.choice for said in decisions.of(content, Result(photo, None, findings))]


def decide(folder: Path, finding: Finding, choice="right", note="", content=CONTENT, **said):
    with Decisions(folder, create=True) as decisions:
        decisions.add(content, "post", [(finding, View(choice, note=note, **said))])


def decision(folder: Path, finding: Finding = TWO) -> Decision:
    with Decisions(folder) as decisions:
        return decisions.of(CONTENT, Result(PHOTO, None, (finding,)))[0]


def test_without_a_review_nothing_is_decided_and_no_file_made(tmp_path: Path):
    assert choices(tmp_path, TWO, BLUE) == ["undecided", "undecided"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        (TWO, True),
        (replace(TWO, score=0.3, evidence=replace(HAND, hand_px=3)), True),  # by another version
        (replace(TWO, box=(10.0, 20.0, 50.0, 60.0)), True),  # as the record rounds it
        (moved(TWO, 5), True),
        (moved(TWO, 20), False),  # a third of the union: another hand
        (POSE, False),
        (replace(TWO, label="2"), False),  # a badge of the same rule
        (replace(TWO, box=None), False),
        (replace(TWO, evidence=replace(HAND, video=VIDEO)), False),
    ],
)
def test_a_decision_belongs_to_rule_label_and_place(tmp_path: Path, now: Finding, kept: bool):
    decide(tmp_path, TWO)
    assert choices(tmp_path, now) == ["right" if kept else "undecided"]


@pytest.mark.parametrize(
    ("photo", "content", "kept"),
    [
        (replace(PHOTO, path="b/other.png", account="b", posted_at="2024-10-01"), CONTENT, True),
        (replace(PHOTO, sha256="ef" * 32), CONTENT, True),  # a copy with other metadata
        (PHOTO, "cd" * 32, False),
        (replace(PHOTO, kind="avatar"), CONTENT, False),
    ],
)
def test_a_decision_belongs_to_the_content(tmp_path: Path, photo: Photo, content: str, kept: bool):
    decide(tmp_path, TWO)
    said = choices(tmp_path, TWO, photo=photo, content=content)
    assert said == ["right" if kept else "undecided"]


def test_a_neighbor_that_overlaps_does_not_take_a_decision(tmp_path: Path):
    decide(tmp_path, TWO)
    assert choices(tmp_path, moved(TWO, 5), TWO) == ["undecided", "right"]


def test_each_of_two_that_moved_keeps_its_own(tmp_path: Path):
    decide(tmp_path, TWO, "right")
    decide(tmp_path, moved(TWO, 12), "wrong")
    assert choices(tmp_path, moved(TWO, 14), moved(TWO, 2)) == ["wrong", "right"]


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(CHOICES[:3]), st.text(max_size=20)), min_size=1, max_size=8)
)
def test_the_last_word_counts_and_all_are_kept(tmp_path_factory, said):
    folder = tmp_path_factory.mktemp("run")
    for choice, note in said:
        decide(folder, TWO, choice, note)
        decide(folder, BLUE, "wrong")
    with Decisions(folder) as decisions:
        two, blue = decisions.of(CONTENT, Result(PHOTO, None, (TWO, BLUE)))
        history = decisions.history(CONTENT, Result(PHOTO, None, (TWO,)))
    assert (two.choice, two.note) == said[-1]
    assert blue.choice == "wrong"
    assert [(view.choice, view.note) for view in history[0]] == said
    connection = sqlite3.connect(folder / FILE)
    rows = connection.execute("SELECT choice, note FROM decisions WHERE label = 'two' ORDER BY id")
    assert rows.fetchall() == said
    connection.close()


def test_all_or_nothing(tmp_path: Path):
    with Decisions(tmp_path, create=True) as decisions:
        with pytest.raises(sqlite3.IntegrityError):
            decisions.add(CONTENT, "post", [(TWO, View("right")), (BLUE, View("perhaps"))])  # type: ignore[arg-type]
        assert decisions.of(CONTENT, Result(PHOTO, None, (TWO, BLUE))) == [Decision(), Decision()]


def test_two_people_who_differ_are_a_conflict_until_it_is_settled(tmp_path: Path):
    decide(tmp_path, TWO, "right", follow_up="yes", reviewer="Pengawas 1")
    decide(tmp_path, TWO, "wrong", "bukan jari", follow_up="no", reviewer="Pengawas 2")
    said = decision(tmp_path)
    assert (said.choice, said.follow_up, said.in_conflict) == ("conflict", "conflict", True)
    assert [(view.reviewer, view.choice) for view in said.views] == [
        ("Pengawas 1", "right"),
        ("Pengawas 2", "wrong"),
    ]
    assert (said.reviewer, said.note, said.of("Pengawas 1").follow_up) == (
        *("Pengawas 1, Pengawas 2", "bukan jari", "yes"),
    )
    decide(tmp_path, TWO, "right", follow_up="later", reviewer="Citra", settles=True)
    said = decision(tmp_path)
    assert (said.choice, said.follow_up, said.reviewer) == ("right", "later", "Citra")
    decide(tmp_path, TWO, "undecided", reviewer="Citra")
    assert decision(tmp_path).choice == "conflict"
    decide(tmp_path, TWO, "right", follow_up="later", reviewer="Citra", settles=True)
    # Who speaks after that differs again.
    decide(tmp_path, TWO, "unsure", reviewer="Pengawas 1")
    assert (decision(tmp_path).choice, decision(tmp_path).follow_up) == ("conflict", "later")


def test_two_people_who_agree_are_no_conflict(tmp_path: Path):
    decide(tmp_path, TWO, "right", follow_up="no", reviewer="Pengawas 1")
    decide(tmp_path, TWO, "right", reviewer="Pengawas 2")
    said = decision(tmp_path)
    assert (said.choice, said.follow_up, said.in_conflict) == ("right", "no", False)


def test_what_is_taken_back_is_no_view_and_stays_in_the_history(tmp_path: Path):
    decide(tmp_path, TWO, "right", reviewer="Pengawas 1")
    decide(tmp_path, TWO, "wrong", reviewer="Pengawas 2")
    decide(tmp_path, TWO, "undecided", reviewer="Pengawas 2")
    assert (decision(tmp_path).choice, decision(tmp_path).reviewer) == ("right", "Pengawas 1")
    assert decision(tmp_path).of("Pengawas 2") == View(reviewer="Pengawas 2")
    with Decisions(tmp_path) as decisions:
        (history,) = decisions.history(CONTENT, Result(PHOTO, None, (TWO,)))
    assert [view.choice for view in history] == ["right", "wrong", "undecided"]


def test_two_people_are_told_apart_where_another_version_drew_the_box(tmp_path: Path):
    decide(tmp_path, TWO, "right", reviewer="Pengawas 1")
    decide(tmp_path, moved(TWO, 5), "wrong", reviewer="Pengawas 2")
    assert decision(tmp_path, moved(TWO, 5)).choice == "conflict"


@pytest.mark.parametrize("create", [False, True])
def test_decisions_of_one_question_are_read_as_two(tmp_path: Path, create: bool):
    old = sqlite3.connect(tmp_path / FILE)
    old.execute(
        "CREATE TABLE decisions (id INTEGER PRIMARY KEY, content TEXT NOT NULL, kind TEXT NOT NULL,"
        " rule TEXT NOT NULL, label TEXT NOT NULL, frame_s REAL, box TEXT,"
        " choice TEXT NOT NULL CHECK (choice IN ('confirmed', 'rejected', 'undecided')),"
        " note TEXT NOT NULL, decided_at TEXT NOT NULL)"
    )
    old.execute("CREATE INDEX decisions_by_photo ON decisions (content, kind)")
    for number, choice in enumerate(("confirmed", "rejected", "undecided"), 1):
        old.execute(
            "INSERT INTO decisions VALUES (?, ?, 'post', ?, 'two', NULL,"
            " '[10.0, 20.0, 50.0, 60.0]', ?, 'catatan', '2024-10-01T00:00:00+00:00')",
            (number, CONTENT, f"number-{number}", choice),
        )
    old.execute("PRAGMA user_version = 2")
    old.commit()
    old.close()
    found = tuple(replace(TWO, rule=f"number-{number}") for number in (1, 2, 3))
    with Decisions(tmp_path, create=create) as decisions:
        said = decisions.of(CONTENT, Result(PHOTO, None, found))
    assert [(each.choice, each.follow_up, each.reviewer) for each in said] == [
        *(("right", "yes", ""), ("wrong", "no", ""), ("undecided", "undecided", "")),
    ]
    assert {(each.note, each.decided_at) for each in said} == {
        ("catatan", "2024-10-01T00:00:00+00:00")
    }


def test_every_answer_can_be_kept(tmp_path: Path):
    for choice in CHOICES[:-1]:
        for follow_up in FOLLOW_UPS[:-1]:
            decide(tmp_path, TWO, choice, "x", follow_up=follow_up)
            assert decision(tmp_path).views[0].choice == choice
            assert decision(tmp_path).follow_up == follow_up


@pytest.mark.parametrize("create", [False, True])
def test_another_version_or_another_file_is_refused(tmp_path: Path, create: bool):
    decide(tmp_path, TWO)
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(RunError, match="format 9"):
        Decisions(tmp_path, create=create)
    (tmp_path / FILE).write_bytes(b"this is no database, and longer than its head")
    with pytest.raises(RunError, match="cannot be used"):
        Decisions(tmp_path, create=create)


def test_a_locked_file_is_not_called_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    decide(tmp_path, TWO)
    monkeypatch.setattr("netravision.run.database.LOCK_WAIT_S", 0.0)
    with closing(sqlite3.connect(tmp_path / FILE)) as another:
        another.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Decisions(tmp_path)
    assert choices(tmp_path, TWO) == ["right"]


def test_decisions_of_several_runs_come_together_once(tmp_path: Path):
    one, other, whole = (tmp_path / name for name in ("one", "other", "whole"))
    for folder in (one, other, whole, tmp_path / "none"):
        folder.mkdir()
    decide(one, TWO, "right", "satu")
    decide(other, replace(TWO, rule="pose-two"), "wrong", "dua")
    decide(whole, BLUE, "wrong")
    for _ in range(2):
        with Decisions(whole, create=True) as decisions:
            decisions.take_over([one, other, tmp_path / "none"])
        assert choices(whole, TWO, POSE, BLUE) == ["right", "wrong", "wrong"]
    connection = sqlite3.connect(whole / FILE)
    assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (3,)
    connection.execute("UPDATE decisions SET decided_at = '2020-01-01T00:00:00+00:00'")
    connection.execute("UPDATE decisions SET choice = 'undecided' WHERE label = 'two'")
    connection.commit()
    connection.close()
    with Decisions(whole, create=True) as decisions:
        decisions.take_over([one])
    # What was said later counts, wherever it was said.
    assert choices(whole, TWO) == ["right"]


def test_a_decision_made_meanwhile_is_not_lost(tmp_path: Path):
    one, whole = tmp_path / "one", tmp_path / "whole"
    for folder in (one, whole):
        folder.mkdir()
    decide(one, TWO)
    somebody = Thread(target=decide, args=(whole, BLUE, "wrong"))

    def while_somebody_decides() -> Iterator[Path]:
        yield one
        somebody.start()
        somebody.join(0.5)

    with Decisions(whole, create=True) as decisions:
        decisions.take_over(while_somebody_decides())
    somebody.join()
    assert choices(whole, TWO, BLUE) == ["right", "wrong"]
