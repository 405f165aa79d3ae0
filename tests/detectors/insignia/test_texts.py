import importlib.util

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.texts import Texts
from netravision.errors import WatchlistError
from netravision.watchlist import Phrases

CALL = Phrases(id="ajakan", label="Ajakan", phrases=("menang", "coblos nomor 2"))
INSTALLED = importlib.util.find_spec("rapidocr") is not None


def poster(*rows):
    picture = np.full((400, 640, 3), (30, 60, 140), np.uint8)
    for number, row in enumerate(rows):
        place = (40, 120 + 110 * number)
        cv2.putText(picture, row, place, cv2.FONT_HERSHEY_DUPLEX, 2.4, (255, 255, 255), 5)
    return ImagePyramid(picture)


def look(texts, picture):
    return texts.look(texts.read(picture))


def test_nothing_is_read_unless_asked_for():
    assert look(Texts((), "balanced"), poster("MENANG")) == ([], [])


@pytest.mark.skipif(INSTALLED, reason="the extra is installed")
def test_without_the_extra_the_error_says_what_to_install():
    with pytest.raises(WatchlistError, match=r'python -m pip install "netravision\[text\]"'):
        Texts((CALL,), "balanced")


@pytest.mark.skipif(not INSTALLED, reason="the extra text is not installed")
def test_a_phrase_on_a_poster_is_found_and_what_is_nearly_one_is_not():
    texts = Texts((CALL,), "balanced")
    [found] = look(texts, poster("COBLOS", "NOMOR 2")).findings
    assert found.rule == "text-ajakan"
    assert found.evidence.phrase == "coblos nomor 2"
    assert found.score > 0.8
    x0, y0, x1, y1 = found.box
    assert 20 < x0 < 80
    assert 30 < y0 < y1 < 280
    assert x1 < 600
    assert look(texts, poster("COBLOS", "NOMOR 3")).findings == []
    assert look(texts, poster("PEMENANG")) == ([], [])
