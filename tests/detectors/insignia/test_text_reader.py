"""Lines of text, where the extra that reads them is installed."""

import importlib.util

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.text_reader import TextReader
from netravision.errors import WatchlistError

INSTALLED = importlib.util.find_spec("rapidocr") is not None


@pytest.mark.skipif(INSTALLED, reason="the extra is installed")
def test_without_the_extra_it_says_what_to_install() -> None:
    with pytest.raises(WatchlistError, match=r"pip install \"netravision\[text\]\""):
        TextReader("fast")


@pytest.mark.skipif(not INSTALLED, reason='pip install "netravision[text]" to read words')
def test_a_line_is_read_where_it_is() -> None:
    rgb = np.full((400, 1600, 3), 255, np.uint8)
    cv2.putText(rgb, "PILIH NOMOR DUA", (300, 220), cv2.FONT_HERSHEY_DUPLEX, 3, (0, 0, 0), 6)
    (line,) = TextReader("fast")(ImagePyramid(rgb))
    assert line.text.replace(" ", "") == "PILIHNOMORDUA"
    x0, y0, x1, y1 = line.box
    assert 250 < x0 < 350
    assert 100 < y0 < y1 < 280
    assert x1 <= 1600
