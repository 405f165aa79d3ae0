"""The queue: strongest first, each picture once, and what comes after a decision."""

from dataclasses import replace

import pytest

from netravision.review.queue import Filter, Queue, QueuedPhoto
from netravision.run.decisions import Decisions, View
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder


def queue_of(folder: Folder) -> Queue:
    with Decisions(folder.run.folder, create=True) as decisions:
        return Queue(folder.run, decisions)


def decide(folder: Folder, queue: Queue, photo: QueuedPhoto, number: int, choice) -> None:
    with Decisions(folder.run.folder) as decisions:
        said = [(finding, View(choice)) for finding in photo.result.candidates[number].findings]
        decisions.add(photo.content, "post", said)
        queue.read_choices(photo.content, decisions)


@pytest.fixture
def three(folder: Folder) -> Folder:
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("jempol.png", seed=3), THUMB, replace(TWO, score=0.5))
    folder.add(folder.picture("kosong.png", seed=4))
    return folder


def paths(queue: Queue, wanted: Filter) -> list[str | None]:
    return [photo.appearances[0].path for photo in queue.fitting(wanted)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["akun_a/jempol.png", "akun_a/dua.png", "akun_b/biru.png"]),
        (Filter(detector="insignia"), ["akun_b/biru.png"]),
        (Filter(rule="number-2"), ["akun_a/jempol.png", "akun_a/dua.png"]),
        (Filter(account="akun_b", rule="number-2"), []),
        (Filter(choice="right"), []),
        (Filter(choice=""), ["akun_a/jempol.png", "akun_a/dua.png", "akun_b/biru.png"]),
    ],
)
def test_who_fits_a_filter_strongest_first(three: Folder, wanted: Filter, expected) -> None:
    assert paths(queue_of(three), wanted) == expected


def test_a_decided_photo_stops_fitting_and_keeps_its_neighbors(three: Folder) -> None:
    queue = queue_of(three)
    photo = queue.photos[1]
    decide(three, queue, photo, 0, "right")
    assert paths(queue, Filter()) == ["akun_a/jempol.png", "akun_b/biru.png"]
    neighbors = queue.neighbors(photo, Filter())
    assert (neighbors.previous, neighbors.following) == (queue.photos[0], queue.photos[2])
    assert (neighbors.position, neighbors.total) == (1, 2)
    assert queue.counts() == {"right": 1, "undecided": 3}


def test_half_decided_is_undecided(three: Folder) -> None:
    queue = queue_of(three)
    photo = queue.photos[1]
    with Decisions(three.run.folder) as decisions:
        decisions.add(photo.content, "post", [(photo.result.findings[0], View("wrong"))])
        queue.read_choices(photo.content, decisions)
    assert photo.candidates[0].choice == "undecided"


@pytest.mark.parametrize(
    ("chosen", "decided", "choice", "following"),
    [
        ((), (), "undecided", 0),
        ((0,), (0,), "undecided", 1),
        ((1,), (1,), "undecided", 0),  # back to what was skipped
        ((0, 1), (0, 1), "undecided", None),
        ((1,), (1,), "right", None),  # each candidate once
    ],
)
def test_the_next_candidate_of_a_photo(
    three: Folder, chosen, decided, choice: str, following: int | None
) -> None:
    queue = queue_of(three)
    photo = queue.photos[0]
    for number in decided:
        decide(three, queue, photo, number, "right")
    assert photo.candidate_after(chosen, Filter(choice=choice)) == following


def test_the_same_picture_is_queued_once_with_everywhere_it_appears(folder: Folder) -> None:
    file = folder.picture()
    folder.add(file, TWO)
    other = folder.root / "lain.png"
    folder.add(file, TWO, path="akun_c/lain.png", account="akun_c", as_file=other)
    (photo,) = queue_of(folder).photos
    assert [shown.account for shown in photo.appearances] == ["akun_a", "akun_c"]
    assert queue_of(folder).accounts() == ["akun_a", "akun_c"]


def test_ids_stay_and_lead_back(three: Folder) -> None:
    queue, again = queue_of(three), queue_of(three)
    assert [photo.id for photo in queue.photos] == [photo.id for photo in again.photos]
    assert len({photo.id for photo in queue.photos}) == 3
    assert again.photo(queue.photos[2].id) is again.photos[2]
    assert again.photo("x") is None


def test_what_is_found_names_detectors_and_rules(three: Folder) -> None:
    assert queue_of(three).found() == {
        ("insignia", "color-biru-muda"),
        ("hands", "number-2"),
        ("hands", "pose-two"),
        ("hands", "pose-thumb_up"),
    }
