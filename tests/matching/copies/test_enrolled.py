"""All pictures of all references, one behind the other."""

import cv2
import numpy as np
import pytest

from netravision.errors import WatchlistError
from netravision.matching.copies.enrolled import enroll
from netravision.matching.references import read_references
from netravision.watchlist import Material
from tests.matching.copies.test_index import poster


def references(tmp_path, pictures):
    for name, picture in pictures.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    return read_references(
        [Material(id=name, label="Poster", images=(tmp_path / f"{name}.png",)) for name in pictures]
    )


def test_each_picture_is_taken_apart_from_the_others_as_it_was_alone(tmp_path):
    several = references(tmp_path, {"a": poster(0), "b": poster(1)[:200], "c": poster(2)})
    together = enroll(several)
    for number, reference in enumerate(several):
        [alone], picture = enroll([reference]).pictures(), together.picture(number)
        assert (picture.id, picture.key, picture.size_wh) == (alone.id, alone.key, alone.size_wh)
        np.testing.assert_array_equal(picture.small, alone.small)
        for mine, own in zip(picture.keypoints, alone.keypoints, strict=True):
            np.testing.assert_array_equal(mine, own)
    assert [picture.id for picture in together.pictures()] == ["a", "b", "c"]


def test_what_is_known_is_not_looked_at_again(tmp_path):
    [reference] = references(tmp_path, {"a": poster(0)})
    [known] = enroll([reference]).pictures()
    (tmp_path / "a.png").unlink()
    [again] = enroll([reference], {known.key: known}).pictures()
    np.testing.assert_array_equal(again.keypoints.descriptors, known.keypoints.descriptors)


def test_all_that_is_refused_is_named(tmp_path):
    blank = np.full((300, 400, 3), 200, np.uint8)
    several = references(tmp_path, {"plain": blank, "good": poster(0), "empty": blank + 9})
    with pytest.raises(WatchlistError) as refused:
        enroll(several)
    assert [line.partition(",")[0] for line in str(refused.value).splitlines()] == [
        "plain",
        "empty",
    ]
