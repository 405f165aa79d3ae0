import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.usual_avatars import MAX_DISTANCE, UsualAvatars
from tests.matching.invented_marks import mark, on_canvas, scene

ENROLLED = range(4)

# The shield of mark 1 is nearly white: white ground swallows it. Mark 0 reaches out of its circle.
SEEDS = (2, 3)


@pytest.fixture(scope="module")
def index():
    return TemplateIndex([Reference(f"mark-{seed}", [mark(seed)]) for seed in ENROLLED])


@pytest.fixture(scope="module")
def avatars(index):
    return UsualAvatars(index.drawings, index.search)


def plain(seed):
    return on_canvas(mark(seed), 220, 220, 10, 10)


def padded(seed):
    return on_canvas(mark(seed), 400, 400, 100, 100)


def circled(seed):
    picture = plain(seed)
    rows, columns = np.ogrid[:220, :220]
    picture[(rows - 109.5) ** 2 + (columns - 109.5) ** 2 > 110**2] = 0
    return picture


def sized(side):
    def resized(seed):
        how = cv2.INTER_AREA if side < 220 else cv2.INTER_CUBIC
        return cv2.resize(plain(seed), (side, side), interpolation=how)

    return resized


def recompressed(seed):
    stored = cv2.imencode(".jpg", plain(seed), [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize(
    "change",
    [plain, padded, circled, sized(48), sized(640), recompressed],
    ids=["plain", "padded", "circled", "48 px", "640 px", "recompressed"],
)
def test_a_usual_avatar_is_settled_where_its_mark_lies(index, avatars, change):
    for seed in SEEDS:
        image = ImagePyramid(change(seed))
        settled = avatars.settle(image)
        assert settled is not None
        assert settled.match.id == f"mark-{seed}"
        assert settled.distance <= MAX_DISTANCE
        searched = index.search(image)[0]
        side = max(image.size_wh)
        assert np.allclose(settled.match.box, searched.box, atol=0.06 * side)
        assert settled.match.coverage == pytest.approx(searched.coverage, rel=0.15)


def test_what_was_looked_at_before_changes_nothing(index):
    pictures = [ImagePyramid(change(2)) for change in (plain, circled, padded)]
    one, other = (UsualAvatars(index.drawings, index.search) for _ in range(2))
    said = [one.settle(picture) for picture in pictures]
    again = [other.settle(picture) for picture in pictures[::-1]][::-1]
    assert [(each.match[:4], each.distance) for each in said] == [
        (each.match[:4], each.distance) for each in again
    ]


@pytest.mark.parametrize(
    "picture",
    [
        plain(9),
        scene(3),
        np.full((90, 120, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        on_canvas(mark(2), 400, 400, 10, 10) // 2 + scene(1, 400, 400) // 2,
        np.ascontiguousarray(plain(2)[..., ::-1]),
    ],
    ids=["another mark", "a photo", "white", "one pixel", "before a photo", "recolored"],
)
def test_other_pictures_are_left_to_the_search(avatars, picture):
    assert avatars.settle(ImagePyramid(picture)) is None
