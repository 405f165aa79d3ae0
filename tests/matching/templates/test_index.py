import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.index import MIN_SCORE, TemplateIndex
from tests.matching.invented_marks import mark, on_canvas, scene, white_mark

SEEDS = range(6)


@pytest.fixture(scope="module")
def index():
    return TemplateIndex([Reference(f"mark-{seed}", [mark(seed)]) for seed in SEEDS])


def plain(rgba):
    return on_canvas(rgba, 220, 220, 10, 10)


def tiny(rgba):
    return cv2.resize(plain(rgba), (48, 48), interpolation=cv2.INTER_AREA)


def gray(rgba):
    return cv2.cvtColor(cv2.cvtColor(plain(rgba), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def turned(rgba):
    matrix = cv2.getRotationMatrix2D((150, 150), 13, 1.0)
    canvas = on_canvas(rgba, 300, 300, 50, 50)
    return cv2.warpAffine(canvas, matrix, (300, 300), borderValue=(255, 255, 255))


def in_a_corner(rgba):
    small = cv2.resize(rgba, (90, 90), interpolation=cv2.INTER_AREA)
    picture = scene(7)
    region = picture[20:110, 480:570]
    region[small[..., 3] > 127] = small[..., :3][small[..., 3] > 127]
    return picture


@pytest.mark.parametrize("change", [plain, tiny, gray, turned, in_a_corner])
@pytest.mark.parametrize("seed", SEEDS)
def test_names_a_mark_through_what_people_do_to_it(index, change, seed):
    matches = index.search(ImagePyramid(change(mark(seed))))
    assert matches, "nothing found"
    assert matches[0].id == f"mark-{seed}"
    assert matches[0].score > 0.5


@pytest.mark.parametrize("seed", range(100, 112))
def test_marks_that_are_not_enrolled_are_not_named(index, seed):
    assert all(match.score < 0.5 for match in index.search(ImagePyramid(plain(mark(seed)))))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.full((5, 300, 3), 255, np.uint8),
        np.full((300, 300, 3), 127, np.uint8),
        np.random.default_rng(0).integers(0, 256, (120, 90, 3)).astype(np.uint8),
    ],
    ids=["one pixel", "a line", "uniform", "noise"],
)
def test_pictures_of_nothing_are_searched_without_a_match(index, picture):
    assert [match for match in index.search(ImagePyramid(picture)) if match.score > 0.3] == []


def test_the_box_lies_around_the_mark(index):
    match = index.search(ImagePyramid(in_a_corner(mark(2))))[0]
    # Shields fill 0.8 by 0.93 of their square.
    assert np.abs(np.array(match.box) - (487, 24, 563, 107)).max() < 14
    assert match.coverage == pytest.approx(76 * 83 / 240_000, rel=0.3)


def test_several_marks_in_one_picture_are_all_named(index):
    sheet = np.hstack([on_canvas(mark(seed), 240, 240, 20, 20) for seed in (0, 3, 5)])
    assert {match.id for match in index.search(ImagePyramid(sheet)) if match.score > 0.5} == {
        "mark-0",
        "mark-3",
        "mark-5",
    }


def test_scores_are_probabilities_and_fall(index):
    scores = [match.score for match in index.search(ImagePyramid(in_a_corner(mark(1))))]
    assert scores == sorted(scores, reverse=True)
    assert all(MIN_SCORE <= score <= 1 for score in scores)


@pytest.mark.parametrize("offset", [0, 1, 4, 16, 40])
def test_the_same_pixels_give_the_same_matches_wherever_they_lie_in_memory(index, offset):
    picture = in_a_corner(mark(4))
    elsewhere = np.empty(picture.size + offset, np.uint8)[offset:].reshape(picture.shape)
    elsewhere[:] = picture
    once, again = index.search(ImagePyramid(picture)), index.search(ImagePyramid(elsewhere))
    assert [match[:4] for match in once] == [match[:4] for match in again]
    assert [match.evidence() for match in once] == [match.evidence() for match in again]


def test_any_of_several_pictures_of_a_reference_will_do():
    index = TemplateIndex([Reference("both", [mark(0), mark(1)]), Reference("other", [mark(2)])])
    for seed in (0, 1):
        assert index.search(ImagePyramid(plain(mark(seed))))[0].id == "both"


@pytest.mark.parametrize("ground", [(190, 30, 40), (20, 40, 120), (20, 20, 20)], ids=str)
def test_a_white_mark_is_found_on_every_ground(ground):
    index = TemplateIndex([Reference(f"mark-{seed}", [white_mark(seed)]) for seed in (1, 2, 4)])
    for seed in (1, 2, 4):
        picture = on_canvas(white_mark(seed), 260, 260, 30, 30, ground)
        found = index.search(ImagePyramid(picture))
        assert [match.id for match in found if match.score >= 0.5] == [f"mark-{seed}"]


def test_a_gray_drawing_is_found_in_gray_pictures_and_not_in_every_color():
    gray_drawing = np.dstack([gray(mark(0)), np.full((220, 220), 255, np.uint8)])
    index = TemplateIndex([Reference("gray", [gray_drawing]), Reference("other", [mark(1)])])
    assert index.search(ImagePyramid(gray(mark(0))))[0].id == "gray"
    for picture in (scene(3), plain(mark(2)), plain(mark(1))):
        assert all(
            match.score < 0.5 for match in index.search(ImagePyramid(picture)) if match.id == "gray"
        )
