import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.figures import HAIRS, Person, add_person
from fixtures.hand import film_grain, soft_background
from netravision.core.color import linear_to_srgb, srgb_to_linear
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.colors import MAX_SCORE, Colors
from netravision.shared_people import SharedPeopleNetwork
from netravision.watchlist import Color, Uniform

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


PEOPLE = SharedPeopleNetwork()


def look(asked, picture, *, beside_others=True):
    return Colors((asked,), PEOPLE).look(ImagePyramid(picture), beside_others=beside_others)


def test_an_area_in_the_color_is_found_with_its_measure_and_place():
    found, seen = look(rule(), with_patch(ORANGE))
    assert [finding.rule for finding in found] == ["color-hue"]
    assert [finding.rule for finding in seen] == [None]
    evidence = found[0].evidence
    assert evidence.share == pytest.approx(100 * 100 / 60_000, abs=0.01)
    assert evidence.areas == 1
    assert evidence.mean_distance < 3
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
    found, seen = look(rule(), photo)
    assert found == seen == [], why


@pytest.mark.parametrize("shape", [(667, 1000), (1, 300), (2, 1)])
def test_a_box_ends_where_the_picture_ends(shape):
    photo = np.full((*shape, 3), ORANGE, np.uint8)
    [seen] = look(rule(), photo).observations
    assert seen.box == pytest.approx((0, 0, shape[1], shape[0]), abs=1e-6)


def test_below_the_rules_area_it_is_only_observed():
    photo = with_patch(ORANGE)
    assert look(rule(min_area=0.1), photo).findings
    found, seen = look(rule(min_area=0.3), photo)
    assert found == []
    assert len(seen) == 1


def test_shaded_cloth_is_one_area():
    shade = np.linspace(0.45, 1, 100)[None, :, None]
    cloth = linear_to_srgb(srgb_to_linear(np.array(ORANGE) / 255) * shade) * 255
    found = look(rule(), with_patch(cloth.astype(np.uint8))).findings
    assert found[0].evidence.share == pytest.approx(1 / 6, rel=0.25)


@pytest.mark.parametrize(
    "light", [(1, 1, 1), (1.15, 1, 0.8), (0.9, 1, 1.1)], ids=["day", "lamp", "shade"]
)
def test_the_light_is_undone(light):
    linear = srgb_to_linear(with_patch(ORANGE) / 255) * light
    photo = (linear_to_srgb(linear.clip(0, 1)) * 255).astype(np.uint8)
    assert look(rule(), photo).findings


def test_blue_along_the_upper_edge_is_sky_and_elsewhere_a_shirt():
    assert look(rule(SKY_BLUE), with_patch(SKY_BLUE)).findings
    assert look(rule(SKY_BLUE), with_patch(SKY_BLUE, top=0)).findings == []


def test_white_is_observed_and_never_found():
    found, seen = look(rule((255, 255, 255)), with_patch((250, 250, 250)))
    assert found == []
    assert len(seen) == 1


STRONG_LAMP, TUBE, SHADE = (1.3, 1, 0.62), (0.9, 1.08, 0.85), (0.85, 1, 1.25)
TEAL = (0, 167, 157)


@pytest.mark.parametrize("rgb", [ORANGE, TEAL, SKY_BLUE], ids=["orange", "teal", "pale"])
@pytest.mark.parametrize("light", [STRONG_LAMP, TUBE, SHADE], ids=["lamp", "tube", "shade"])
def test_a_light_that_makes_another_color_of_it_is_read_from_the_gray_things(rgb, light):
    linear = srgb_to_linear(with_patch(rgb, top=80) / 255) * light
    photo = (linear_to_srgb(linear.clip(0, 1)) * 255).astype(np.uint8)
    assert look(rule(rgb), photo).findings


def test_foliage_and_the_like_are_no_cloth():
    """Pixels around the color, hardly one of them exactly in it."""
    rng = np.random.default_rng(1)
    photo = gray_room()
    photo[:] = np.clip(np.array(ORANGE) + rng.normal(0, 45, photo.shape), 0, 255)
    assert look(rule(), photo).findings == []


SUIT = (213, 84, 44)


@pytest.fixture
def portrait():
    """A drawn person in an orange suit before a gray wall."""
    rng = np.random.default_rng(5)
    canvas = soft_background(512, 512, rng)
    person = Person("tan", SUIT, HAIRS[1], "short", 1)
    add_person(canvas, person, 256, 250, 150)
    return np.ascontiguousarray(film_grain(canvas, rng, sigma=2.0))


def test_what_people_wear_counts_more_than_what_is_behind_them(portrait):
    worn = look(rule(SUIT, min_area=0.1), portrait).observations[0]
    assert (worn.evidence.faces, worn.evidence.people) == (1, 1)
    assert worn.score > MAX_SCORE * worn.evidence.share / 0.3
    assert "1 of 1 people" in worn.reason
    behind = portrait.copy()
    behind[:150, 350:] = TEAL
    seen = look(rule(TEAL, min_area=0.05), behind).observations[0]
    assert (seen.evidence.faces, seen.evidence.people) == (1, 0)
    assert seen.score == pytest.approx(MAX_SCORE * 0.5 * seen.evidence.share / 0.15, rel=0.01)


YELLOW, KHAKI = (250, 205, 20), (150, 130, 90)


@pytest.fixture(scope="module")
def office():
    """Six drawn people in a row, four in yellow and two in khaki, before a gray wall."""
    rng = np.random.default_rng(7)
    canvas = soft_background(480, 960, rng)
    for number in range(6):
        shirt = YELLOW if number < 4 else KHAKI
        person = Person("tan", shirt, HAIRS[number % 4], "short", number)
        add_person(canvas, person, 85 + 158 * number, 200, 80)
    return np.ascontiguousarray(film_grain(canvas, rng, sigma=2.0))


def test_a_color_speaks_for_itself_where_several_people_wear_it(office):
    [found] = look(rule(YELLOW), office, beside_others=False).findings
    assert (found.evidence.people, found.evidence.faces) == (4, 6)
    # What nobody wears, and what one of six wears, needs something else beside it.
    wall = with_patch(ORANGE)
    assert look(rule(), wall).findings
    assert look(rule(), wall, beside_others=False).findings == []
    one = office.copy()
    one[:, : 3 * 160] = 130
    one[:, 640:] = 130
    [seen] = look(rule(YELLOW, min_area=0.02), one, beside_others=False).observations
    assert seen.evidence.people == 1
    assert look(rule(YELLOW, min_area=0.02), one, beside_others=False).findings == []


@pytest.mark.parametrize(
    ("srgb", "allowed"),
    [("#facd14", True), ("#2040a0", False), (("#facd14", "#2040a0"), False)],
    ids=["their own yellow", "another color", "yellow with blue, which nobody wears"],
)
def test_an_office_in_its_own_uniform_wears_no_campaign_color(office, srgb, allowed):
    uniform = Uniform(label="Seragam olahraga", srgb=srgb)
    asked = Color(id="hue", label="Hue", srgb="#ffd500", allowed=(uniform,))
    found, [seen] = look(asked, office, beside_others=False)
    assert bool(found) != allowed
    assert (seen.evidence.people, seen.evidence.uniforms) == ((0, 4) if allowed else (4, 0))


def flag(cells, rgb=(215, 25, 32), other=(255, 255, 255)):
    """Rows × columns of two colors in a gray room."""
    photo = gray_room()
    rows, columns = np.mgrid[:120, :120]
    odd = (rows * cells[0] // 120 + columns * cells[1] // 120) % 2 == 1
    photo[40:160, 90:210] = np.where(odd[..., None], other, rgb)
    return photo


@pytest.mark.parametrize(
    ("cells", "expected"),
    [((2, 1), True), ((1, 2), True), ((7, 1), True), ((8, 8), True), ((1, 1), False)],
    ids=["halves", "upright halves", "stripes", "checks", "one color"],
)
def test_two_colors_side_by_side_are_a_pair(cells, expected):
    asked = Color(id="rw", label="RW", srgb=("#d71920", "#ffffff"), pattern="pair")
    found = look(asked, flag(cells)).findings
    assert bool(found) == expected
    if found:
        assert found[0].evidence.pattern == "pair"
        assert found[0].box == pytest.approx((90, 40, 210, 160), abs=15)
        assert found[0].score <= MAX_SCORE


CHECKS = Color(id="rw", label="RW", srgb=("#d71920", "#ffffff"), pattern="checks")


def dressed(portrait, cells):
    """The drawn person in a shirt of rows × columns of red and white."""
    rows, columns = np.mgrid[:512, :512]
    odd = (rows * cells[0] // 512 + columns * cells[1] // 512) % 2 == 1
    suit = np.abs(portrait.astype(int) - SUIT).sum(axis=2) < 130
    suit[:300] = False
    cloth = np.where(odd[..., None], (215, 25, 32), 255)
    return np.where(suit[..., None], cloth, portrait).astype(np.uint8)


@pytest.mark.parametrize(
    ("cells", "expected"), [((20, 20), True), ((20, 1), False)], ids=["checks", "stripes"]
)
def test_checks_are_found_in_what_somebody_wears(portrait, cells, expected):
    found = look(CHECKS, dressed(portrait, cells)).findings
    assert bool(found) == expected
    if found:
        assert found[0].evidence.pattern == "checks"
        assert found[0].evidence.people == 1
        assert "as checks" in found[0].reason


@pytest.mark.parametrize("pattern", ["checks", "pair"])
def test_a_plain_shirt_before_a_checked_wall_is_no_pattern_that_somebody_wears(portrait, pattern):
    plain = dressed(portrait, (1, 1))
    checked = dressed(portrait, (20, 20))
    wall = np.abs(portrait.astype(int) - portrait[2, 2]).sum(axis=2) < 60
    odd = (np.indices((512, 512)) // 16).sum(axis=0) % 2 == 1
    squares = np.where(odd[..., None], (215, 25, 32), (255, 255, 255)).astype(np.uint8)
    asked = CHECKS.model_copy(update={"pattern": pattern})
    for photo, people in ((plain, 0), (checked, 1)):
        [seen] = look(asked, np.where(wall[..., None], squares, photo)).observations
        assert seen.evidence.people == people


def test_what_is_checked_and_no_cloth_is_not_called_checks():
    found, observed = look(CHECKS, flag((8, 8)))
    assert found == []
    assert [seen.evidence.pattern for seen in observed] == [None]
    assert "checks" not in observed[0].reason


def test_two_colors_apart_are_no_pattern():
    photo = with_patch((215, 25, 32), left=20, right=80)
    photo[60:160, 200:260] = 255
    asked = Color(id="rw", label="RW", srgb=("#d71920", "#ffffff"), pattern="pair")
    assert look(asked, photo) == ([], [])


def test_a_picture_full_of_checks_is_a_pair():
    odd = (np.indices((192, 256)) // 16).sum(axis=0) % 2 == 1
    picture = np.where(odd[..., None], (215, 25, 32), 255).astype(np.uint8)
    asked = Color(id="rw", label="RW", srgb=("#d71920", "#ffffff"), pattern="pair")
    [found] = look(asked, picture).findings
    assert found.evidence.share == 1


def test_black_and_white_checks_are_only_observed():
    asked = Color(id="bw", label="BW", srgb=("#000000", "#ffffff"), pattern="checks")
    found, seen = look(asked, flag((8, 8), rgb=(0, 0, 0)))
    assert found == []
    assert len(seen) == 1


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**16))
def test_any_picture_gives_shares_and_scores_in_range(height, width, seed):
    photo = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for finding in look(rule(tolerance=50, min_area=0.01), photo).findings:
        assert 0 < finding.evidence.share <= 1
        assert 0 < finding.score <= MAX_SCORE
        x0, y0, x1, y1 = finding.box
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
