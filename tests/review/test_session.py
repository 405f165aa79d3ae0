"""A session of reviewing: what people say is kept, pictures are drawn once, new photos come in."""

from pathlib import Path

import pytest

from netravision.errors import RunError
from netravision.review.session import LARGE_SIDE, Saying, Session
from netravision.run.decisions import View
from tests.made_run import THUMB, TWO, TWO_POSE, Folder

RIGHT, WRONG = View("right", "yes", "lihat", "Pengawas 1"), View("wrong", "no", "", "Pengawas 1")


@pytest.fixture
def session(folder: Folder) -> Session:
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, THUMB)
    session = Session(folder.run.folder)
    session.read_queue()
    return session


def said(session: Session) -> list[tuple[str, str, str]]:
    (photo,) = session.read_queue().photos
    decisions = [candidate.decision for candidate in photo.candidates]
    return [(each.choice, each.follow_up, each.note) for each in decisions]


def test_what_is_said_is_about_every_finding_of_a_candidate(session: Session) -> None:
    (photo,) = session.read_queue().photos
    assert session.say([Saying(photo, [1], RIGHT)]) == [photo]
    assert said(session) == [("undecided", "undecided", ""), ("right", "yes", "lihat")]
    assert [len(views) for views in session.history(photo)] == [0, 1]
    assert said(Session(session._folder)) == said(session)


def test_what_is_said_last_counts_in_the_order_it_was_said(session: Session) -> None:
    (photo,) = session.read_queue().photos
    session.say([Saying(photo, [0, 1], RIGHT), Saying(photo, [0], WRONG)])
    assert [choice for choice, *_ in said(session)] == ["wrong", "right"]
    assert [view.choice for view in session.history(photo)[0]] == ["right", "wrong"]


def test_new_photos_come_in_when_asked_for(session: Session, folder: Folder) -> None:
    queue = session.read_queue()
    assert session.read_queue() is queue
    folder.add(folder.picture("b.png", seed=2), TWO)
    assert len(session.read_queue().photos) == 2


def test_the_first_photos_are_those_nobody_has_said_anything_about(folder: Folder) -> None:
    folder.add(folder.picture("a.png", seed=1), TWO)
    folder.add(folder.picture("b.png", seed=2), THUMB)
    session = Session(folder.run.folder)
    first = session.read_first()
    assert first is not None
    assert [photo.result.photo.path for photo in first.photos] == ["akun_a/b.png", "akun_a/a.png"]
    session.say([Saying(first.photos[0], [0], RIGHT)])
    assert session.read_first() is None  # all have been read meanwhile
    first = Session(folder.run.folder).read_first()
    assert first is not None
    assert [photo.result.photo.path for photo in first.photos] == ["akun_a/a.png"]


def test_a_thumbnail_is_made_once_and_outlives_the_photo(session: Session, folder: Folder) -> None:
    (photo,) = session.read_queue().photos
    jpeg = session.thumbnail(photo, 0)
    assert jpeg is not None
    (folder.root / "a.png").unlink()
    again = Session(folder.run.folder)
    assert again.thumbnail(photo, 0) == jpeg
    assert again.without_picture(photo) == "missing"


def test_the_large_picture_is_larger(folder: Folder) -> None:
    folder.add(folder.picture("besar.png", (LARGE_SIDE, 900), seed=3), TWO)
    session = Session(folder.run.folder)
    (photo,) = session.read_queue().photos
    picture, large = session.picture(photo), session.picture(photo, side=LARGE_SIDE)
    assert picture is not None
    assert large is not None
    assert len(large) > len(picture)


def test_candidates_have_the_numbers_of_the_picture(session: Session) -> None:
    (photo,) = session.read_queue().photos
    assert [shown.number for shown in session.shown_candidates(photo)] == [1, 2]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        Session(tmp_path)
