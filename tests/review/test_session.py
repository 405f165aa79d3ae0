"""A session of reviewing: decisions are kept, undone one by one, and new photos come in."""

from pathlib import Path

import pytest

from netravision.errors import RunError
from netravision.review.session import LARGE_SIDE, Session
from tests.made_run import THUMB, TWO, TWO_POSE, Folder


@pytest.fixture
def session(folder: Folder) -> Session:
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, THUMB)
    return Session(folder.run.folder)


def said(session: Session) -> list[list[tuple[str, str]]]:
    (photo,) = session.queue.photos
    return [[(each.choice, each.note) for each in found] for found in session.said(photo)]


def test_a_decision_is_about_every_finding_of_a_candidate(session: Session) -> None:
    (photo,) = session.queue.photos
    assert said(session) == [[("undecided", "")], [("undecided", "")] * 2]
    session.decide(photo, [1], "right", "lihat")
    assert said(session) == [[("undecided", "")], [("right", "lihat")] * 2]
    assert photo.candidates[1].choice == "right"


def test_what_is_not_said_stays(session: Session) -> None:
    (photo,) = session.queue.photos
    session.decide(photo, [0], "wrong", "catatan")
    session.decide(photo, [0], None, "lain")
    assert said(session)[0] == [("wrong", "lain")]
    session.decide(photo, [0], "right", None)
    assert said(session)[0] == [("right", "lain")]


def test_decisions_are_undone_from_the_last_to_the_first(session: Session) -> None:
    (photo,) = session.queue.photos
    assert session.undo() is None
    session.decide(photo, [0, 1], "wrong", None)
    session.decide(photo, [0], "right", "x")
    assert session.can_undo
    assert session.undo() is photo
    assert said(session) == [[("wrong", "")], [("wrong", "")] * 2]
    session.undo()
    assert said(session) == [[("undecided", "")], [("undecided", "")] * 2]
    assert not session.can_undo


def test_a_new_session_knows_what_was_decided_and_undoes_none_of_it(session: Session) -> None:
    session.decide(session.queue.photos[0], [0], "right", None)
    again = Session(session._folder)
    assert again.queue.counts()["right"] == 1
    assert not again.can_undo


def test_new_photos_come_in_when_asked_for(session: Session, folder: Folder) -> None:
    folder.add(folder.picture("b.png", seed=2), TWO)
    assert len(session.queue.photos) == 1
    session.read_queue()
    assert len(session.queue.photos) == 2


def test_a_card_is_drawn_once_and_the_large_picture_is_larger(folder: Folder) -> None:
    folder.add(folder.picture("besar.png", (LARGE_SIDE, 900), seed=3), TWO)
    session = Session(folder.run.folder)
    (photo,) = session.queue.photos
    card = session.card(photo)
    assert session.card(photo) is card
    large = session.large_picture(photo)
    assert large is not None
    assert card.picture is not None
    assert len(large) > len(card.picture)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        Session(tmp_path)
