"""Symbols: every place is named, crowds of them, and plain ones score lower."""

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.symbols import FEATURES, SymbolIndex, distinct, richness
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.index import Match
from tests.matching.invented_marks import mark, on_canvas, scene

SEEDS = range(8)


@pytest.fixture(scope="module")
def index():
    return SymbolIndex([Reference(f"mark-{seed}", [mark(seed)]) for seed in SEEDS])


def sheet(seeds, columns, px=64, step=96):
    """Marks in rows, as on a ballot paper, and where each is."""
    rows = -(-len(seeds) // columns)
    canvas = np.full((rows * step, columns * step, 3), 255, np.uint8)
    places = {}
    for number, seed in enumerate(seeds):
        y, x = (part * step + (step - px) // 2 for part in divmod(number, columns))
        small = cv2.resize(mark(seed), (px, px), interpolation=cv2.INTER_AREA)
        canvas[y : y + px, x : x + px] = on_canvas(small, px, px, 0, 0)
        places[number] = (x, y, x + px, y + px)
    return canvas, places


def named(matches, seeds, places):
    """What stands in each place, for those above a half."""
    found = {}
    for match in matches:
        if match.score >= 0.5:
            middle = (match.box[0] + match.box[2]) / 2, (match.box[1] + match.box[3]) / 2
            for number, (x0, y0, x1, y1) in places.items():
                if x0 < middle[0] < x1 and y0 < middle[1] < y1:
                    found.setdefault(number, []).append(match.id)
    return found


@pytest.mark.parametrize(
    "seeds",
    [
        (0, 1, 2, 3, 4, 5, 6, 7),
        (3, 3, 3, 3, 3, 3),
        (0, 1, 0, 2, 0, 1, 0, 2, 0),
    ],
    ids=["all different", "one again and again", "some again"],
)
def test_every_symbol_of_a_sheet_is_named_in_its_place(index, seeds):
    canvas, places = sheet(seeds, 3)
    found = named(index.search(ImagePyramid(canvas)), seeds, places)
    assert found == {number: [f"mark-{seed}"] for number, seed in enumerate(seeds)}


def test_no_two_matches_are_at_one_place(index):
    canvas, _ = sheet((0, 1, 2, 3, 4, 5, 6, 7), 4)
    found = index.search(ImagePyramid(canvas))
    assert distinct(found) == found
    assert [match.score for match in found] == sorted((m.score for m in found), reverse=True)
    for match in found:
        x0, y0, x1, y1 = match.box
        assert 0 <= x0 < x1 <= canvas.shape[1]
        assert 0 <= y0 < y1 <= canvas.shape[0]
        assert match.coverage == pytest.approx(
            (x1 - x0) * (y1 - y0) / (canvas.shape[0] * canvas.shape[1]), rel=0.01
        )


def test_the_lower_half_of_a_symbol_is_no_other_one():
    # As a window saw them on a sheet of 32 px: the half lies in the whole by a half of itself.
    boxes = [(273.2, 21.4, 301.0, 36.4), (279.2, 32.0, 299.1, 40.8), (301.5, 21.4, 329.3, 36.4)]
    whole, half, beside = (
        Match("mark-0", score, box, 0.01, None, None, 0.0, np.zeros(len(FEATURES)))
        for score, box in zip((0.98, 0.56, 0.5), boxes, strict=True)
    )
    assert distinct([whole, half, beside]) == [whole, beside]


def test_a_photo_without_symbols_has_none(index):
    assert [match for match in index.search(ImagePyramid(scene(3))) if match.score >= 0.5] == []


def test_a_plain_drawing_is_less_rich():
    disc = np.full((200, 200, 3), 255, np.uint8)
    cv2.circle(disc, (100, 100), 80, (200, 30, 40), -1)
    plain, rich = (cut_drawings(Reference("a", [picture]))[0] for picture in (disc, mark(1)))
    assert richness(plain) < richness(rich)


def test_features_are_as_many_as_their_names(index):
    match = index.all_matches(ImagePyramid(on_canvas(mark(1), 220, 220, 10, 10)))[0]
    assert match.features.shape == (len(FEATURES),)
