"""Material used again: in part, mirrored, among many, the same in every index."""

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.matching.copies.index import CopyIndex
from netravision.matching.references import Reference


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
    return CopyIndex([Reference(f"poster-{n}", [poster(n)]) for n in range(count)])


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
        found = index.search(ImagePyramid(picture))
        likely = [each for each in found if each.score >= 0.5]
        assert [each.id for each in likely] == [f"poster-{number}"]
        assert index.search(ImagePyramid(picture), least_score=0.5) == likely
        assert found[0].mirrored == (edit is mirrored)


def test_the_part_shown_and_its_place_are_told(many):
    found = many.search(ImagePyramid(np.ascontiguousarray(quarter(poster(4)))))[0]
    assert found.shown == pytest.approx(0.25, abs=0.08)
    assert found.box == pytest.approx((0, 0, 180, 240), abs=4)
    assert many.search(ImagePyramid(in_a_photo(poster(4))))[0].box == pytest.approx(
        (300, 700, 480, 940), abs=6
    )


def test_a_box_ends_where_the_picture_ends(few):
    # Reduced to 1,024 pixels the width is 767.9, rounded.
    cut = cv2.resize(poster(1)[:320, :240], (1499, 1999), interpolation=cv2.INTER_CUBIC)
    [found] = few.search(ImagePyramid(cut))
    assert found.box[2:] == pytest.approx((1499, 1999), abs=1e-6)


def test_a_second_picture_of_each_takes_nothing_away(many):
    def saved_again(picture, quality):
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_COLOR)

    pictures = [poster(seed) for seed in range(30)]
    twice = CopyIndex(
        [Reference(f"poster-{n}", [each, saved_again(each, 80)]) for n, each in enumerate(pictures)]
    )
    for number in (7, 11, 21):
        photo = cv2.GaussianBlur(cv2.resize(poster(1000 + number), (900, 1100)), (0, 0), 2)
        photo[300:393, 400:470] = cv2.resize(
            pictures[number], (70, 93), interpolation=cv2.INTER_AREA
        )
        photo = saved_again(photo, 30)
        for index in (many, twice):
            found = [each.id for each in index.search(ImagePyramid(photo))]
            assert found[:1] == [f"poster-{number}"]


def test_a_portrait_that_posters_share_names_each_of_them():
    portrait = poster(50)[:240]
    posters = [np.vstack([portrait, poster(seed)[:240]]) for seed in (51, 52, 53)]
    others = [poster(seed) for seed in range(60, 70)]
    index = CopyIndex(
        [Reference(f"{number}", [each]) for number, each in enumerate([*posters, *others])]
    )
    names = {each.id for each in index.search(ImagePyramid(portrait)) if each.score >= 0.5}
    assert names == {"0", "1", "2"}
    # Of another part only the one poster.
    [own] = [each for each in index.search(ImagePyramid(posters[1][240:])) if each.score >= 0.5]
    assert own.id == "1"


def test_a_small_copy_is_found_before_rich_surroundings(many):
    photo = np.vstack([np.hstack([poster(100 + 2 * y + x) for x in range(3)]) for y in range(2)])
    faint = cv2.convertScaleAbs(poster(5), alpha=0.6, beta=50)
    photo[400:533, 500:600] = cv2.resize(faint, (100, 133), interpolation=cv2.INTER_AREA)
    found = many.search(ImagePyramid(np.ascontiguousarray(photo)))
    assert [each.id for each in found if each.score >= 0.5] == ["poster-5"]
    assert found[0].box == pytest.approx((500, 400, 600, 533), abs=6)


def test_details_in_their_places_are_no_copy_without_what_lies_between(few):
    ours, others = poster(2), poster(101)
    spots = np.zeros(ours.shape[:2], np.uint8)
    for y in range(40, 480, 80):
        for x in range(40, 360, 80):
            cv2.circle(spots, (x, y), 16, 1, -1)
    assert few.search(ImagePyramid(ours))[0].score >= 0.9
    mixed = np.where(spots[..., None] > 0, ours, others)
    assert all(each.score < 0.5 for each in few.search(ImagePyramid(mixed)))


def test_other_posters_are_not_found(few, many):
    for seed in range(100, 104):
        assert (
            few.search(ImagePyramid(poster(seed))) == many.search(ImagePyramid(poster(seed))) == []
        )


def test_an_index_made_again_says_the_same(many):
    again = among(30)
    for edit in (quarter, in_a_photo):
        picture = np.ascontiguousarray(edit(poster(7)))
        assert again.search(ImagePyramid(picture)) == many.search(ImagePyramid(picture))


def test_a_picture_without_details_is_refused():
    with pytest.raises(WatchlistError, match="too few details"):
        CopyIndex([Reference("plain", [np.full((300, 300, 3), 120, np.uint8)])])
    assert among(1).search(ImagePyramid(np.full((300, 300, 3), 120, np.uint8))) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (40, 2), (20, 20)], ids=str)
def test_a_picture_too_small_shows_nothing(few, shape):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    assert few.search(ImagePyramid(noise)) == []
