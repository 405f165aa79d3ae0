"""One mark at a time: fitted for the network, and read as a digit or as none."""

import cv2
import numpy as np
import pytest

from netravision.detectors.insignia.digits import (
    GLYPH_SIDE,
    DigitReader,
    normalized_glyph,
    without_edges,
)


@pytest.fixture(scope="module")
def reader():
    return DigitReader.shipped()


def drawn(text):
    """Each sign as a glyph, in the order of the text."""
    glyphs = []
    for sign in text:
        ink = np.zeros((90, 90), np.uint8)
        cv2.putText(ink, sign, (15, 70), cv2.FONT_HERSHEY_SIMPLEX, 2.4, 255, 7, cv2.LINE_AA)
        glyphs.append(normalized_glyph(ink.astype(np.float32) / 255, ink > 127))
    return np.stack(glyphs)


@pytest.mark.parametrize("text", ["2", "3", "7", "04", "12", "98"])
def test_digits_are_read_in_their_order(reader, text):
    digits, chance = reader.read(drawn(text))
    assert digits == text
    assert 0.9 < chance <= 1


def test_two_are_no_surer_than_each(reader):
    chances = [reader.read(drawn(sign))[1] for sign in "47"]
    assert reader.read(drawn("47"))[1] == pytest.approx(chances[0] * chances[1], rel=1e-5)


def test_an_old_style_1_is_read_beside_another_digit(reader):
    bar = np.zeros((90, 90), np.uint8)
    cv2.rectangle(bar, (40, 20), (49, 70), 255, -1)
    for y in (20, 64):
        cv2.rectangle(bar, (30, y), (59, y + 6), 255, -1)
    one = normalized_glyph(bar.astype(np.float32) / 255, bar > 127)[None]
    alone = reader.read(one)[1] * reader.read(drawn("8"))[1]
    digits, together = reader.read(np.concatenate([one, drawn("8")]))
    assert digits == "18"
    assert alone < together


@pytest.mark.parametrize("text", ["W8", "4#"])
def test_a_letter_stays_one_beside_a_digit(reader, text):
    assert reader.read(drawn(text))[1] < 0.27


@pytest.mark.parametrize("sign", ["W", "#", "%"])
def test_what_is_no_digit_is_not_read_as_one(reader, sign):
    assert reader.read(drawn(sign))[1] < 0.27


def test_a_glyph_fills_the_middle_whatever_its_size():
    for height in (7, 20, 90):
        part = np.zeros((120, 120), bool)
        part[10 : 10 + height, 30 : 30 + height // 2] = True
        glyph = normalized_glyph(part.astype(np.float32), part)
        assert glyph.shape == (GLYPH_SIDE, GLYPH_SIDE)
        rows, columns = (np.flatnonzero(glyph.max(axis=axis) > 0.5) for axis in (1, 0))
        assert (rows[0], rows[-1]) == (2, 21)
        assert abs(rows.mean() - columns.mean()) <= 1


def test_only_thick_strokes_have_an_inside():
    stroke = np.zeros((40, 40), bool)
    stroke[5:35, 10:20] = True
    assert without_edges(stroke).sum() == 28 * 8
    hairline = np.zeros((40, 40), bool)
    hairline[5:35, 10:12] = True
    assert (without_edges(hairline) == hairline).all()
