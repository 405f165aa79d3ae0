"""A result as a notebook shows it."""

import base64
import io
import re
from dataclasses import replace

import numpy as np
from PIL import Image

from netravision.convert.notebook import html, png
from netravision.imaging.image import read_image
from netravision.languages import in_language
from tests.convert.screened import results


def test_the_picture_has_boxes_where_something_was_found() -> None:
    hand, _avatar, nothing, failed = results()
    assert hand.file is not None
    shown = png(hand)
    assert shown == hand._repr_png_()
    assert shown is not None
    with Image.open(io.BytesIO(shown)) as image:
        assert image.format == "PNG"
        drawn = np.asarray(image.convert("RGB")).astype(int)
    original = read_image(hand.file).rgb
    assert drawn.shape == original.shape
    amber = (abs(drawn - (255, 176, 0)).max(axis=2) < 40).sum()
    assert amber > 100
    assert png(nothing) is not None
    assert png(failed) is None


def test_the_reasons_stand_below_and_nothing_is_loaded() -> None:
    hand, _avatar, nothing, failed = results()
    said = html(hand)
    assert said == hand._repr_html_()
    for finding in hand.findings:
        assert finding.reason.replace("“", "“") in said
    (jpeg,) = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', said)
    assert base64.b64decode(jpeg).startswith(b"\xff\xd8")
    assert "http" not in said
    assert "nothing found" in html(nothing)
    with in_language("id"):
        assert html(hand) != said
    assert "<img" not in html(failed)


def test_what_a_name_holds_is_shown_and_does_nothing() -> None:
    hand = results()[0]
    named = replace(hand, photo=replace(hand.photo, path="<script>alert(1)</script>.jpg"))
    assert "<script>" not in html(named)


def test_a_photo_that_changed_or_was_no_file_has_no_picture() -> None:
    hand, avatar, *_ = results()
    assert png(replace(hand, file=avatar.file)) is None
    assert png(replace(hand, file=None)) is None
    assert "<li" in html(replace(hand, file=None))
