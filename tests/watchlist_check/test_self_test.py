import numpy as np
import pytest

from netravision.matching.references import Reference
from netravision.matching.templates.index import DEFAULT_EFFORT, TemplateIndex
from netravision.watchlist_check.augmentations import AUGMENTATIONS
from netravision.watchlist_check.self_test import (
    Family,
    Rival,
    count_found_with_center_crops,
    nearest,
    run_self_test,
)
from tests.matching.invented_marks import mark, white_mark


def family(name, *references):
    return Family(name, references, TemplateIndex, DEFAULT_EFFORT, 0.5)


def pair():
    return family("emblem", Reference("a", [mark(0)]), Reference("b", [mark(1)]))


def test_every_picture_is_tried_with_every_augmentation():
    two = family("emblem", Reference("a", [mark(0), mark(2)]), Reference("b", [mark(1)]))
    tried = list(run_self_test(two, [two]))
    assert [[result.drawing.id for result in each] for each in tried] == [["a", "a"], ["b"]]
    for result in (result for each in tried for result in each):
        assert [copy.augmentation for copy in result.copies] == list(AUGMENTATIONS)
        assert all(copy.found for copy in result.copies if copy.augmentation != "cropped")
        assert all(copy.score >= 0.5 for copy in result.copies if copy.found)


def test_a_mark_enrolled_twice_is_its_own_rival():
    twins = family(
        "emblem", *(Reference(name, [mark(seed)]) for name, seed in (("a", 0), ("b", 0), ("c", 1)))
    )
    for result in next(run_self_test(twins, [twins])):
        rival = nearest([copy.rival for copy in result.copies if copy.rival])
        assert rival is not None
        assert rival.rule == "emblem-b"
        assert not any(copy.found for copy in result.copies)
        assert result.copies[0].outdone


def test_a_symbol_can_be_the_rival_of_an_emblem():
    emblems, symbols = (
        family("emblem", Reference("a", [mark(0)])),
        family("symbol", Reference("a", [mark(0)])),
    )
    (result,) = next(run_self_test(emblems, [emblems, symbols]))
    plain = result.copies[0]
    assert plain.found
    assert plain.rival is not None
    assert plain.rival.rule == "symbol-a"
    assert plain.rival.score == pytest.approx(plain.score)


def test_the_self_test_repeats():
    first, second = (next(run_self_test(each, [each]))[0].copies for each in (pair(), pair()))
    assert [copy.score for copy in first] == pytest.approx([copy.score for copy in second])


def test_copies_of_a_white_mark_show_it():
    one = family("emblem", Reference("white", [white_mark(1)]), Reference("b", [mark(0)]))
    (result,) = next(run_self_test(one, [one]))
    found = {copy.augmentation for copy in result.copies if copy.found}
    assert {"plain", "circle", "padded", "half of a photo"} <= found


def test_the_nearest_rival_scores_highest_as_people_read_it():
    rivals = [Rival("a", 0.001, 0.2), Rival("b", 0.004, 0.1), Rival("c", 0.0, 0.5)]
    assert nearest(rivals) == rivals[2]
    assert nearest([*rivals, Rival("d", 0.41, 0.0)]).rule == "d"
    assert nearest([]) is None


def test_copies_are_searched_again_with_the_middle_enrolled():
    both = pair()
    (result,) = next(run_self_test(both, [both]))
    names = list(AUGMENTATIONS)[:3]
    assert count_found_with_center_crops(both, {result.drawing: names}) == {result.drawing: 3}
    assert count_found_with_center_crops(both, {}) == {}


def test_a_middle_that_cannot_serve_is_not_enrolled():
    side = 36
    ring = np.zeros((side, side, 4), np.uint8)
    ring[...] = (200, 30, 40, 255)
    ring[::3] = (0, 0, 0, 255)
    small = family("emblem", Reference("a", [ring]))
    (result,) = next(run_self_test(small, [small]))
    assert count_found_with_center_crops(small, {result.drawing: ["plain"]}) == {result.drawing: 0}
