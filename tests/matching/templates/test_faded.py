import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.faded import is_faded, restored
from netravision.matching.templates.index import TemplateIndex
from tests.matching.invented_marks import mark, on_canvas

CREAM = np.array([244, 232, 205])


def faded(rgba, share=0.65):
    """The mark as through cream paper."""
    out = rgba.copy()
    out[..., :3] = np.rint(rgba[..., :3] * (1 - share) + CREAM * share)
    return out


def drawing(rgba):
    return cut_drawings(Reference("a", [rgba]))[0]


@pytest.mark.parametrize("seed", range(6))
def test_a_faded_drawing_is_told_and_its_colors_come_back(seed):
    vivid, pale = drawing(mark(seed)), drawing(faded(mark(seed)))
    assert not is_faded(vivid)
    assert is_faded(pale)
    again = restored(pale)
    assert not is_faded(again)
    inside = pale.mask > 0
    before, after = (
        np.abs(each.rgb[inside].astype(int) - vivid.rgb[inside]).mean() for each in (pale, again)
    )
    assert after < 0.7 * before
    assert np.array_equal(again.mask, pale.mask)


def test_a_drawing_in_gray_has_no_colors_to_restore():
    gray = mark(2)
    gray[..., :3] = gray[..., :3].mean(axis=2, keepdims=True)
    assert not is_faded(drawing(gray))


def test_an_enrolled_faded_drawing_finds_the_mark_as_it_is_and_faded():
    index = TemplateIndex([Reference(f"mark-{seed}", [faded(mark(seed))]) for seed in range(3)])
    assert len(index.drawings) == 6
    for seed in range(3):
        for picture in (mark(seed), faded(mark(seed))):
            best = index.search(ImagePyramid(on_canvas(picture, 240, 240, 20, 20)))[0]
            assert best.id == f"mark-{seed}"
            assert best.score > 0.9
