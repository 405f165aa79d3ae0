import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netravision.core.color import linear_to_srgb, srgb_to_linear
from netravision.detectors.insignia.colors import MAX_SCORE, Colors
from netravision.watchlist import Color

ORANGE = (240, 130, 30)
SKY_BLUE = (143, 211, 244)


def rule(rgb=ORANGE, **changes):
    return Color(id="hue", label="Hue", srgb="#{:02x}{:02x}{:02x}".format(*rgb), **changes)


def gray_room(height=200, width=300, seed=0):
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(130, 12, (height, width, 1)) + np.zeros(3), 0, 255).astype(np.uint8)


def with_patch(rgb, top=60, bottom=160, left=100, right=200):
    photo = gray_room()
    photo[top:bottom, left:right] = rgb
    return photo


def test_an_area_in_the_color_is_found_with_its_measure_and_place():
    found, seen = Colors((rule(),)).look(with_patch(ORANGE))
    assert [finding.rule for finding in found] == ["color-hue"]
    assert [finding.rule for finding in seen] == [None]
    evidence = found[0].evidence
    assert evidence["share"] == pytest.approx(100 * 100 / 60_000, abs=0.01)
    assert evidence["areas"] == 1
    assert evidence["mean_distance"] < 3
    assert found[0].box == pytest.approx((100, 60, 200, 160), abs=3)
    assert 0 < found[0].score <= MAX_SCORE


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (gray_room(), "no color at all"),
        (with_patch((30, 90, 200)), "another hue"),
        (with_patch((250, 220, 40)), "yellow is not orange"),
        (with_patch(ORANGE, bottom=64, right=110), "a speck"),
    ],
)
def test_what_is_not_found(photo, why):
    found, seen = Colors((rule(),)).look(photo)
    assert found == seen == [], why


def test_below_the_rules_area_it_is_only_observed():
    photo = with_patch(ORANGE)
    assert Colors((rule(min_area=0.1),)).look(photo).findings
    found, seen = Colors((rule(min_area=0.3),)).look(photo)
    assert found == []
    assert len(seen) == 1


def test_shaded_cloth_is_one_area():
    shade = np.linspace(0.45, 1, 100)[None, :, None]
    cloth = linear_to_srgb(srgb_to_linear(np.array(ORANGE) / 255) * shade) * 255
    found = Colors((rule(),)).look(with_patch(cloth.astype(np.uint8))).findings
    assert found[0].evidence["share"] == pytest.approx(1 / 6, rel=0.25)


@pytest.mark.parametrize(
    "light", [(1, 1, 1), (1.15, 1, 0.8), (0.9, 1, 1.1)], ids=["day", "lamp", "shade"]
)
def test_the_light_is_undone(light):
    linear = srgb_to_linear(with_patch(ORANGE) / 255) * light
    photo = (linear_to_srgb(linear.clip(0, 1)) * 255).astype(np.uint8)
    assert Colors((rule(),)).look(photo).findings


def test_blue_along_the_upper_edge_is_sky_and_elsewhere_a_shirt():
    finder = Colors((rule(SKY_BLUE),))
    assert finder.look(with_patch(SKY_BLUE)).findings
    assert finder.look(with_patch(SKY_BLUE, top=0)).findings == []


def test_white_is_observed_and_never_found():
    found, seen = Colors((rule((255, 255, 255)),)).look(with_patch((250, 250, 250)))
    assert found == []
    assert len(seen) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**16))
def test_any_picture_gives_shares_and_scores_in_range(height, width, seed):
    photo = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for finding in Colors((rule(tolerance=50, min_area=0.01),)).look(photo).findings:
        assert 0 < finding.evidence["share"] <= 1
        assert 0 < finding.score <= MAX_SCORE
        x0, y0, x1, y1 = finding.box
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
