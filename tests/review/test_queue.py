"""The queue: strongest first, each picture once, with what people said."""

from dataclasses import replace

import pytest

from netravision.review.queue import Queue, QueuedPhoto
from netravision.run.decisions import Decisions, View
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder


def queue_of(folder: Folder) -> Queue:
    with Decisions(folder.run.folder, create=True) as decisions:
        return Queue(folder.run, decisions)


def decide(folder: Folder, queue: Queue, photo: QueuedPhoto, number: int, view: View) -> None:
    with Decisions(folder.run.folder) as decisions:
        said = [(finding, view) for finding in photo.result.candidates[number].findings]
        decisions.add(photo.content, "post", said)
        queue.read_decisions(photo.content, decisions)


@pytest.fixture
def three(folder: Folder) -> Folder:
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("jempol.png", seed=3), THUMB, replace(TWO, score=0.5))
    folder.add(folder.picture("kosong.png", seed=4))
    return folder


def choices(queue: Queue) -> list[str]:
    return [candidate.decision.choice for candidate in queue.candidates()]


def test_strongest_first(three: Folder) -> None:
    assert [photo.appearances[0].path for photo in queue_of(three).photos] == [
        "akun_a/jempol.png",
        "akun_a/dua.png",
        "akun_b/biru.png",
    ]


def test_a_decision_is_about_one_candidate_and_read_again(three: Folder) -> None:
    queue = queue_of(three)
    decide(three, queue, queue.photos[0], 1, View("wrong", "no", reviewer="Pengawas 1"))
    assert choices(queue) == ["undecided", "wrong", "undecided", "undecided"]
    assert choices(queue_of(three)) == choices(queue)
    other = queue_of(three)
    decide(three, other, other.photos[2], 0, View("right", reviewer="Pengawas 2"))
    with Decisions(three.run.folder) as decisions:
        queue.read_all_decisions(decisions)
    assert choices(queue) == ["undecided", "wrong", "undecided", "right"]


def test_a_finding_that_came_later_makes_a_candidate_undecided(three: Folder) -> None:
    queue = queue_of(three)
    photo = queue.photos[1]
    with Decisions(three.run.folder) as decisions:
        said = [(photo.result.findings[0], View("wrong", reviewer="Pengawas 1"))]
        decisions.add(photo.content, "post", said)
        queue.read_decisions(photo.content, decisions)
    assert photo.candidates[0].decision.choice == "undecided"


def test_the_same_picture_is_queued_once_with_everywhere_it_appears(folder: Folder) -> None:
    file = folder.picture()
    folder.add(file, TWO)
    other = folder.root / "lain.png"
    folder.add(file, TWO, path="akun_c/lain.png", account="akun_c", as_file=other)
    queue = queue_of(folder)
    (photo,) = queue.photos
    assert [shown.account for shown in photo.appearances] == ["akun_a", "akun_c"]
    assert photo.to_dict()["accounts"] == ["akun_a", "akun_c"]
    assert queue.photos_of(photo.content) == [photo]
    assert queue.photos_of("x") == []


def test_ids_stay_and_lead_back(three: Folder) -> None:
    queue, again = queue_of(three), queue_of(three)
    assert [photo.id for photo in queue.photos] == [photo.id for photo in again.photos]
    assert len({photo.id for photo in queue.photos}) == 3
    assert again.photo(queue.photos[2].id) is again.photos[2]
    assert again.photo("x") is None


def test_what_the_page_knows_of_a_candidate(three: Folder) -> None:
    queue = queue_of(three)
    decide(three, queue, queue.photos[1], 0, View("right", "later", "x", "Pengawas 1"))
    (candidate,) = queue.photos[1].to_dict()["candidates"]
    (view,) = candidate.pop("views")
    assert candidate == {
        "found": [("hands", "number-2"), ("hands", "pose-two")],
        "score": 0.91,
        "place": [0.3, 0.5],
    }
    assert view.pop("decided_at")
    assert view == {
        "reviewer": "Pengawas 1",
        "choice": "right",
        "follow_up": "later",
        "note": "x",
        "settles": False,
    }
    (blue,) = queue.photos[2].to_dict()["candidates"]
    assert (blue["place"], blue["views"]) == (None, [])


def test_what_is_found_names_detectors_and_rules(three: Folder) -> None:
    assert queue_of(three).found() == {
        ("insignia", "color-biru-muda"),
        ("hands", "number-2"),
        ("hands", "pose-two"),
        ("hands", "pose-thumb_up"),
    }
