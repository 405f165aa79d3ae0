import cv2
import numpy as np
import pytest

from netravision.matching.copies.hough_voting import HoughVoting
from netravision.matching.copies.inverted_index import build_inverted_index
from netravision.matching.copies.keypoints import Keypoints, detect_keypoints


def texture(seed, shape=(300, 260)):
    noise = np.random.default_rng(seed).integers(0, 256, shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def voting_for(count):
    references = [detect_keypoints(texture(seed), 300, 100) for seed in range(count)]
    starts = np.cumsum([0, *(len(each.points) for each in references)])
    together = Keypoints(*map(np.concatenate, zip(*references, strict=True)))
    return HoughVoting(together, starts, build_inverted_index(references))


@pytest.fixture(scope="module")
def voting():
    return voting_for(4)


def hypotheses(voting, gray):
    keypoints = detect_keypoints(gray, 400, 100)
    found = voting.hypotheses(keypoints, keypoints.root_sift())
    return sorted(found, key=lambda each: -each.votes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("scale", "degrees"), [(1.0, 0), (0.6, 20), (1.4, -35)])
def test_votes_of_a_copy_agree_on_its_place(voting, seed, scale, degrees):
    true = cv2.getRotationMatrix2D((130, 150), degrees, scale)
    true[:, 2] += (150, 140)
    picture = cv2.warpAffine(texture(seed), true, (560, 580), borderValue=128)
    best = hypotheses(voting, picture)[0]
    assert best.reference == seed
    corners = np.array([[0, 0, 1], [260, 0, 1], [260, 300, 1], [0, 300, 1]])
    assert np.abs(corners @ best.matrix.T - corners @ true.T).max() < 25


def test_chance_gathers_few_votes(voting):
    copy = hypotheses(voting, texture(1))[0].votes
    chance = [each.votes for each in hypotheses(voting, texture(77, (500, 500)))]
    assert max(chance, default=0) < copy / 5


def test_the_same_index_answers_in_the_same_way():
    first, second = (voting_for(4) for _ in range(2))
    one, other = (hypotheses(each, texture(2)) for each in (first, second))
    assert [each.votes for each in one] == [each.votes for each in other]
