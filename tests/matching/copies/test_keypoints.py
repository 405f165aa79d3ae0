"""Keypoints of a picture: evenly taken, in their places, the same when mirrored."""

import cv2
import numpy as np
import pytest
from scipy.spatial import KDTree

from netravision.matching.copies.keypoints import detect_keypoints


def dots(height, width, count, contrast, seed=0):
    """Squares of many sizes on gray."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width), 128, np.uint8)
    for _ in range(count):
        x, y, side = rng.integers(0, width), rng.integers(0, height), rng.integers(3, 30)
        gray = 128 + int(rng.uniform(-contrast, contrast))
        cv2.rectangle(picture, (x, y), (x + side, y + side), gray, -1)
    return picture


def test_the_faint_half_keeps_its_share():
    picture = np.hstack([dots(700, 700, 900, 127), dots(700, 700, 900, 30)])
    x = detect_keypoints(picture, 100, 50).points[:, 0]
    assert (x > 700).sum() > 0.35 * len(x)
    strongest = cv2.SIFT.create(nfeatures=len(x)).detect(picture, None)
    assert np.mean([each.pt[0] > 700 for each in strongest]) < 0.2


def test_there_are_coarse_details_among_many_fine_ones():
    picture = dots(600, 800, 3000, 127)
    keypoints = detect_keypoints(picture, 100, 250)
    strongest = cv2.SIFT.create(nfeatures=len(keypoints.sizes)).detect(picture, None)
    assert (keypoints.sizes > 8).sum() > 1.5 * sum(each.size > 8 for each in strongest)


@pytest.mark.parametrize("size", [(300, 300), (710, 1001)], ids=str)
def test_details_turned_into_their_mirror_images_are_those_of_the_mirrored_picture(size):
    picture = cv2.GaussianBlur(dots(*size, 400, 100), (0, 0), 1.0)
    turned = detect_keypoints(picture, 2000, 2000).mirrored(size[1])
    redetected = detect_keypoints(np.ascontiguousarray(picture[:, ::-1]), 2000, 2000)
    near = KDTree(redetected.points).query_ball_point(turned.points, 1.0)
    theirs = redetected.root_sift()
    alike = [
        (theirs[others] @ ours).max(initial=0)
        for ours, others in zip(turned.root_sift(), near, strict=True)
    ]
    assert np.mean(np.array(alike) > 0.97) > 0.8


def test_coarse_details_lie_where_the_fine_ones_do():
    picture = np.full((640, 640), 200, np.uint8)
    cv2.circle(picture, (300, 340), 12, 20, -1)
    keypoints = detect_keypoints(picture, 50, 50)
    assert keypoints.sizes.max() > 8
    middle = keypoints.points[np.argsort(np.abs(keypoints.sizes - 17))[:1]]
    assert middle[0] == pytest.approx((300, 340), abs=0.3)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 2000), (4, 4)], ids=str)
def test_small_pictures_have_none(shape):
    keypoints = detect_keypoints(np.zeros(shape, np.uint8), 10, 10)
    assert [each.shape for each in keypoints] == [(0, 2), (0,), (0,), (0, 128)]
