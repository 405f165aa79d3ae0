import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.templates.named import without_name
from tests.matching.invented_marks import mark, on_canvas


def with_name(rgba, *, above=False, gap=12, line=60):
    """The mark with a line of letters below or above it."""
    side = rgba.shape[1]
    letters = np.zeros((line, side, 4), np.uint8)
    place, ink = (4, line - 8), (20, 20, 20, 255)
    cv2.putText(letters, "PARTAI", place, cv2.FONT_HERSHEY_DUPLEX, line / 35, ink, 4)
    between = np.zeros((gap, side, 4), np.uint8)
    return np.vstack([letters, between, rgba] if above else [rgba, between, letters])


def joined(rgba):
    """With a line down the middle."""
    rgba[100:, 98:102] = (20, 20, 20, 255)
    return rgba


def drawing(rgba):
    return cut_drawings(Reference("a", [rgba]))[0]


@pytest.mark.parametrize("above", [False, True])
def test_a_name_apart_from_the_symbol_is_left_out(above):
    alone, named = drawing(mark(1)), without_name(drawing(with_name(mark(1), above=above)))
    assert named is not None
    assert np.array_equal(named.mask, alone.mask)
    assert np.array_equal(named.rgb[named.mask > 0], alone.rgb[alone.mask > 0])


@pytest.mark.parametrize(
    "rgba",
    [
        mark(1),
        # One line joins them.
        joined(with_name(mark(1))),
        # A small line below, which changes the outline little.
        with_name(mark(1), line=30),
        # Two halves of one symbol.
        with_name(mark(1), line=160),
    ],
)
def test_a_symbol_without_a_name_of_its_own_stays_whole(rgba):
    assert without_name(drawing(rgba)) is None


def test_a_named_symbol_is_found_turned_and_without_its_name():
    references = [Reference(f"mark-{seed}", [with_name(mark(seed))]) for seed in range(3)]
    index = TemplateIndex(references, nameless=True)
    assert len(index.drawings) == 6
    for seed in range(3):
        canvas = on_canvas(mark(seed), 280, 280, 40, 40)
        turn = cv2.getRotationMatrix2D((140, 140), 16, 1)
        turned = cv2.warpAffine(canvas, turn, (280, 280), borderValue=(255, 255, 255))
        best = index.search(ImagePyramid(np.asarray(turned, np.uint8)))[0]
        assert best.id == f"mark-{seed}"
        assert best.score > 0.9
