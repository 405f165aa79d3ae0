"""Material used again: in part, mirrored, among many, the same in every index."""

import cv2
import numpy as np
import pytest

from netravision.errors import WatchlistError
from netravision.matching.reference import Reference
from netravision.matching.reuse import ReuseIndex


def poster(seed):
    """Shapes and letters that no other seed has."""
    rng = np.random.default_rng(seed)
    picture = np.full((480, 360, 3), rng.integers(60, 200, 3), np.uint8)
    for _ in range(50):
        x, y = (int(v) for v in rng.integers(0, (360, 480)))
        color = [int(v) for v in rng.integers(0, 256, 3)]
        if rng.random() < 0.5:
            cv2.circle(picture, (x, y), int(rng.integers(5, 40)), color, -1)
        else:
            letter = chr(int(rng.integers(65, 91)))
            cv2.putText(picture, letter, (x, y), cv2.FONT_HERSHEY_DUPLEX, 1.5, color, 3)
    return picture


def among(count):
    return ReuseIndex([Reference(f"poster-{n}", [poster(n)]) for n in range(count)])


@pytest.fixture(scope="module")
def few():
    return among(3)


@pytest.fixture(scope="module")
def many():
    return among(30)


def whole(picture):
    return picture


def quarter(picture):
    return picture[:240, 180:]


def mirrored(picture):
    return picture[:, ::-1]


def in_a_photo(picture):
    canvas = cv2.GaussianBlur(poster(999), (0, 0), 3)
    canvas = cv2.resize(canvas, (900, 1200))
    canvas[700:940, 300:480] = cv2.resize(picture, (180, 240), interpolation=cv2.INTER_AREA)
    return canvas


@pytest.mark.parametrize("edit", [whole, quarter, mirrored, in_a_photo])
@pytest.mark.parametrize("number", [0, 2])
def test_it_is_found_among_few_and_many(few, many, edit, number):
    picture = np.ascontiguousarray(edit(poster(number)))
    for index in (few, many):
        found = index.search(picture)
        assert [each.id for each in found if each.score >= 0.5] == [f"poster-{number}"]
        assert found[0].mirrored == (edit is mirrored)


def test_the_part_shown_and_its_place_are_told(many):
    found = many.search(np.ascontiguousarray(quarter(poster(4))))[0]
    assert found.shown == pytest.approx(0.25, abs=0.08)
    assert found.box == pytest.approx((0, 0, 180, 240), abs=4)
    assert many.search(in_a_photo(poster(4)))[0].box == pytest.approx((300, 700, 480, 940), abs=6)


def test_a_box_ends_where_the_picture_ends(few):
    # Reduced to 1,024 pixels the width is 767.9, rounded.
    cut = cv2.resize(poster(1)[:320, :240], (1499, 1999), interpolation=cv2.INTER_CUBIC)
    [found] = few.search(cut)
    assert found.box[2:] == pytest.approx((1499, 1999), abs=1e-6)


def test_a_second_picture_of_each_takes_nothing_away():
    def saved_again(picture, quality):
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_COLOR)

    pictures = [poster(seed) for seed in range(30)]
    alone = ReuseIndex([Reference(f"{n}", [each]) for n, each in enumerate(pictures)])
    twice = ReuseIndex(
        [Reference(f"{n}", [each, saved_again(each, 80)]) for n, each in enumerate(pictures)]
    )
    for number in (7, 8, 11, 16, 21):
        photo = cv2.GaussianBlur(cv2.resize(poster(1000 + number), (900, 1100)), (0, 0), 2)
        photo[300:393, 400:470] = cv2.resize(
            pictures[number], (70, 93), interpolation=cv2.INTER_AREA
        )
        photo = saved_again(photo, 30)
        for index in (alone, twice):
            assert [each.id for each in index.search(photo)][:1] == [f"{number}"]


def test_other_posters_are_not_found(few, many):
    for seed in range(100, 104):
        assert few.search(poster(seed)) == many.search(poster(seed)) == []


def test_an_index_made_again_says_the_same(many):
    again = among(30)
    for edit in (quarter, in_a_photo):
        picture = np.ascontiguousarray(edit(poster(7)))
        assert again.search(picture) == many.search(picture)


def test_a_picture_without_details_is_refused():
    with pytest.raises(WatchlistError, match="too few details"):
        ReuseIndex([Reference("plain", [np.full((300, 300, 3), 120, np.uint8)])])
    assert among(1).search(np.full((300, 300, 3), 120, np.uint8)) == []
