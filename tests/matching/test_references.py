"""References as users enrol them: files read late, with their transparency."""

import weakref
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.errors import WatchlistError
from netravision.matching.references import WHITE, composite, read_references
from tests.matching.invented_marks import mark


@dataclass
class Rule:
    id: str
    images: tuple[Path, ...]


def saved(folder: Path, pixels: np.ndarray) -> Rule:
    path = folder / "mark.png"
    Image.fromarray(pixels).save(path)
    return Rule("the-id", (path,))


def test_transparency_is_kept(tmp_path):
    rgba = mark(0)
    [reference] = read_references([saved(tmp_path, rgba)])
    np.testing.assert_array_equal(reference.pictures[0], rgba)


def test_opaque_pictures_have_three_channels(tmp_path):
    rgb = np.ascontiguousarray(mark(0)[..., :3])
    [reference] = read_references([saved(tmp_path, rgb)])
    np.testing.assert_array_equal(reference.pictures[0], rgb)
    assert len(reference.pictures) == len(reference.keys) == 1


def test_pictures_are_not_held(tmp_path):
    [reference] = read_references([saved(tmp_path, mark(0))])
    picture = reference.pictures[0]
    held = weakref.ref(picture)
    del picture
    assert held() is None


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(WatchlistError, match=r"the-id: .*gone\.png"):
        read_references([Rule("the-id", (tmp_path / "gone.png",))])


def test_a_file_without_a_picture_is_named_when_it_is_decoded(tmp_path):
    path = tmp_path / "text.png"
    path.write_text("no picture")
    [reference] = read_references([Rule("the-id", (path,))])
    with pytest.raises(WatchlistError, match=r"the-id: .*text\.png"):
        reference.pictures[0]


def test_a_file_that_changes_before_it_is_decoded_is_refused(tmp_path):
    [reference] = read_references([saved(tmp_path, mark(0))])
    saved(tmp_path, mark(1))
    with pytest.raises(WatchlistError, match="was changed"):
        reference.pictures[0]


def test_composite_mixes_by_transparency():
    rgba = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 0, 0, 51]]], np.uint8)
    assert composite(rgba, WHITE).tolist() == [[[10, 20, 30], [255, 255, 255], [204, 204, 204]]]
    assert composite(rgba, (0, 100, 200))[0, 1].tolist() == [0, 100, 200]


def test_composite_on_white_is_what_viewers_show():
    rgba = np.random.default_rng(0).integers(0, 256, (40, 50, 4)).astype(np.uint8)
    image = Image.fromarray(rgba)
    shown = Image.composite(
        image.convert("RGB"), Image.new("RGB", image.size, "white"), image.getchannel("A")
    )
    np.testing.assert_array_equal(composite(rgba, WHITE), np.asarray(shown))


def test_composite_returns_opaque_pictures_as_they_are():
    rgb = np.zeros((2, 3, 3), np.uint8)
    assert composite(rgb, WHITE) is rgb
