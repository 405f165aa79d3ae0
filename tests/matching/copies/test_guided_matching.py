import cv2
import numpy as np
import pytest

from netravision.matching.copies.guided_matching import MIN_INLIERS, SearchedSide, refine
from netravision.matching.copies.keypoints import detect_keypoints
from tests.matching.copies.test_hough_voting import texture

SIZE_WH = (260, 300)
REFERENCE = detect_keypoints(texture(0), 300, 100)


def side(gray):
    return SearchedSide(gray, detect_keypoints(gray, 400, 100), mirrored=False)


@pytest.fixture(scope="module")
def copy():
    true = cv2.getRotationMatrix2D((130, 150), 10, 0.8)
    true[:, 2] += (90, 60)
    return true, side(cv2.warpAffine(texture(0), true, (460, 440), borderValue=128))


@pytest.mark.parametrize("missed", [0, 6, 12])
def test_a_rough_hypothesis_becomes_exact(copy, missed):
    true, picture = copy
    start = true + np.array([[0.01, 0, missed], [0, 0.01, -missed]])
    transform = refine(REFERENCE, SIZE_WH, picture, start)
    assert transform is not None
    corners = np.array([[0, 0, 1], [260, 0, 1], [260, 300, 1], [0, 300, 1]])
    assert np.abs(corners @ transform.matrix.T - corners @ true.T).max() < 2
    assert transform.inliers > 50
    assert 0.9 < transform.likeness <= 1


def test_nothing_is_refined_where_nothing_is(copy):
    true, _ = copy
    blank = side(texture(5, (440, 460)))
    transform = refine(REFERENCE, SIZE_WH, blank, true)
    assert transform is None or transform.inliers < 8


@pytest.mark.parametrize("scale", [0.01, 20.0])
def test_impossible_scales_are_refused(copy, scale):
    _, picture = copy
    matrix = np.array([[scale, 0, 10], [0, scale, 10]])
    assert refine(REFERENCE, SIZE_WH, picture, matrix) is None


def test_beyond_the_picture_there_are_too_few(copy):
    _, picture = copy
    assert MIN_INLIERS > 0
    assert refine(REFERENCE, SIZE_WH, picture, np.array([[1, 0, 9000.0], [0, 1, 9000]])) is None


def test_of_many_keypoints_around_a_place_the_nearest_come_first(copy):
    _, picture = copy
    points = picture.keypoints.points
    places = np.array([points[0], points[len(points) // 2] + 3, (-500, -500)], float)
    ours, theirs = picture.near(places, 60.0)
    for place in range(3):
        distance = np.hypot(*(points - places[place]).T)
        found = theirs[ours == place]
        nearest = np.sort(distance)[: len(found)]
        assert np.allclose(distance[found], nearest)
        assert len(found) == min(12, (distance < 60).sum())
    assert 0 in theirs[ours == 0]
    assert len(theirs) > 12
