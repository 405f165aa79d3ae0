"""Heads and hands of rendered people are where they were drawn, at every size and shape."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.figures import HAIRS, Person, add_person, add_raised_hand
from fixtures.hand import film_grain, soft_background
from netravision.core.pyramid import ImagePyramid
from netravision.people import PeopleNetwork, find_people

AREAS, THRESHOLD = (80e3, 310e3, 1100e3), 0.3


@pytest.fixture(scope="module")
def network() -> PeopleNetwork:
    return PeopleNetwork()


def row_of_people(number: int, head_px: float) -> NDArray[np.uint8]:
    """People who each raise a hand right of their head."""
    rng = np.random.default_rng(5)
    width = round(3.4 * head_px * number)
    canvas = soft_background(round(4 * head_px), width, rng)
    for place in range(number):
        x, chin = width * (place + 0.5) / number, 1.7 * head_px
        person = Person("tan", (150, 60, 60), HAIRS[place % 4], "short", place)
        add_person(canvas, person, x, chin, head_px)
        add_raised_hand(
            canvas,
            person,
            "five",
            x=x,
            chin_y=chin,
            head_px=head_px,
            at=(0.88, 0.18),
            mirrored=True,
            seed=place,
        )
    return np.ascontiguousarray(film_grain(canvas, rng, sigma=2.0))


@pytest.mark.parametrize("head_px", [40, 110])
def test_heads_and_hands_of_a_row(network: PeopleNetwork, head_px: float) -> None:
    people = find_people(network, ImagePyramid(row_of_people(4, head_px)), AREAS, THRESHOLD)
    width = 3.4 * head_px
    for place in range(4):
        x = width * (place + 0.5)
        for boxes, left, right in (
            (people.heads, -0.5, 0.5),
            (people.hands, 0.3, 1.5),
        ):
            middles = boxes[:, [0, 2]].mean(axis=1)
            assert np.any((middles > x + left * head_px) & (middles < x + right * head_px))


def test_boxes_are_ordered_and_scores_fall(network: PeopleNetwork) -> None:
    for boxes in find_people(network, ImagePyramid(row_of_people(3, 60)), AREAS, THRESHOLD):
        assert len(boxes)
        assert np.all(boxes[:, :2] < boxes[:, 2:4])
        assert np.all(np.diff(boxes[:, 4]) <= 0)
        assert np.all((boxes[:, 4] >= THRESHOLD) & (boxes[:, 4] <= 1))


def test_a_tall_page_is_seen_at_the_scale_of_a_photo(network: PeopleNetwork) -> None:
    photo = row_of_people(3, 60)
    page = np.full((3 * photo.shape[1], photo.shape[1], 3), 245, np.uint8)
    page[photo.shape[1] : photo.shape[1] + photo.shape[0]] = photo
    whole = find_people(network, ImagePyramid(page), AREAS, THRESHOLD)
    middles = whole.heads[:, [1, 3]].mean(axis=1) - photo.shape[1]
    assert np.sum((middles > 0) & (middles < photo.shape[0])) >= 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 2), (64, 64), (700, 900)])
def test_nobody(network: PeopleNetwork, shape: tuple[int, int]) -> None:
    gray = ImagePyramid(np.full((*shape, 3), 128, np.uint8))
    people = find_people(network, gray, AREAS, THRESHOLD)
    assert people.hands.shape == people.heads.shape == (0, 5)
