import cv2
import numpy as np
import pytest

from netravision.core.geometry import box_iou
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.badges import Badges
from netravision.detectors.insignia.plates import find_plates
from netravision.imaging.image import read_image
from netravision.watchlist import Number, Watchlist

NUMBERS = tuple(Number(value=value, label=str(value)) for value in range(100))
WHITE, RED, BLUE, GREEN, BLACK = (
    (255, 255, 255),
    (200, 20, 30),
    (20, 60, 150),
    (20, 110, 50),
    (0, 0, 0),
)


@pytest.fixture(scope="module")
def finder():
    return Badges(Watchlist(version=1, name="Uji", numbers=NUMBERS), "balanced")


def backdrop(seed=3):
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(60, 190, (4, 5, 3)).astype(np.float32)
    return cv2.resize(coarse, (600, 450), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype("u1")


def write(photo, text, middle, height, ink):
    scale = height / 22
    thickness = max(1, round(height / 8))
    (width, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    corner = (round(middle[0] - width / 2), round(middle[1] + tall / 2))
    cv2.putText(photo, text, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, thickness, cv2.LINE_AA)


def round_badge(text, *, radius=70, ground=RED, ink=WHITE, height=None):
    photo = backdrop()
    cv2.circle(photo, (300, 220), radius, ground, -1, cv2.LINE_AA)
    write(photo, text, (300, 220), height or radius * 0.9, ink)
    return photo


def square_badge(text, *, ground=BLUE, ink=WHITE):
    photo = backdrop(4)
    cv2.rectangle(photo, (220, 140), (380, 300), ground, -1)
    write(photo, text, (300, 220), 75, ink)
    return photo


def tilted(photo, degrees):
    turn = cv2.getRotationMatrix2D((300, 220), degrees, 1)
    return cv2.warpAffine(photo, turn, (600, 450), borderMode=cv2.BORDER_REFLECT)


def slanted_badge(text, slant, height=60):
    photo, ink = round_badge(""), np.zeros((450, 600, 3), np.uint8)
    write(ink, text, (300, 220), height, WHITE)
    lean = np.array([[1, -slant, slant * 220], [0, 1, 0]])
    return np.maximum(photo, cv2.warpAffine(ink, lean, (600, 450)))


def old_style_badge():
    """Figures of two heights on one line, as in a book: the 0 is as low as an x."""
    photo = round_badge("")
    write(photo, "4", (325, 220), 60, WHITE)
    cv2.ellipse(photo, (272, 232), (14, 16), 0, 0, 360, WHITE, 8, cv2.LINE_AA)
    return photo


@pytest.mark.parametrize(
    ("photo", "digits", "shape"),
    [
        (round_badge("2"), "2", "circle"),
        (round_badge("3", ground=WHITE, ink=BLACK), "3", "circle"),
        (round_badge("4", radius=30), "4", "circle"),
        (round_badge("01", height=48), "01", "circle"),
        (tilted(round_badge("12", height=48), -12), "12", "circle"),
        (tilted(round_badge("14", height=48), 10), "14", "circle"),
        (slanted_badge("4", 0.35), "4", "circle"),
        (slanted_badge("7", 0.35), "7", "circle"),
        (slanted_badge("12", 0.3, height=48), "12", "circle"),
        (slanted_badge("2", -0.25), "2", "circle"),
        (old_style_badge(), "04", "circle"),
        (square_badge("5"), "5", "square"),
        (square_badge("12", ground=GREEN), "12", "square"),
    ],
)
def test_a_badge_is_read(finder, photo, digits, shape):
    found = finder.look(ImagePyramid(photo)).findings
    assert [(badge.rule, badge.label) for badge in found] == [(f"number-{int(digits)}", digits)]
    assert found[0].evidence.digits == digits
    assert found[0].evidence.shape == shape
    x0, y0, x1, y1 = found[0].box
    assert x0 < 300 < x1
    assert y0 < 220 < y1


def clock():
    photo = round_badge("", radius=100, ground=WHITE)
    for hour in range(1, 13):
        angle = np.radians(30 * hour - 90)
        place = (300 + 78 * np.cos(angle), 220 + 78 * np.sin(angle))
        write(photo, str(hour), place, 18, BLACK)
    return photo


def licence_plate():
    photo = backdrop(6)
    cv2.rectangle(photo, (180, 180), (420, 250), BLACK, -1)
    write(photo, "KT 2 AB", (300, 215), 34, WHITE)
    return photo


def calendar():
    photo = square_badge("14", ground=WHITE, ink=BLACK)
    write(photo, "Sabtu", (300, 285), 12, BLACK)
    return photo


def off_center():
    photo = round_badge("")
    write(photo, "6", (319, 220), 60, WHITE)
    return photo


def thin_lines_that_meet():
    photo = square_badge("", ground=WHITE)
    cv2.polylines(photo, [np.array([[255, 180], [345, 180], [270, 262]])], False, BLACK, 2)
    return photo


def page():
    photo = np.full((450, 600, 3), 255, np.uint8)
    for line in range(8):
        write(photo, "Rapat kerja dinas", (300, 40 + 40 * line), 16, BLACK)
    write(photo, "2", (300, 425), 14, BLACK)
    return photo


def shirt():
    photo = backdrop(7)
    body = np.array([[180, 450], [200, 150], [270, 130], [330, 130], [400, 150], [420, 450]])
    cv2.fillPoly(photo, [body, np.array([[200, 150], [110, 290], [150, 310], [215, 220]])], RED)
    write(photo, "7", (300, 260), 90, WHITE)
    return photo


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(backdrop(), id="nothing"),
        pytest.param(round_badge(""), id="an empty plate"),
        pytest.param(round_badge("A"), id="a letter"),
        pytest.param(round_badge("X"), id="a cross"),
        pytest.param(round_badge("123", height=30), id="three digits"),
        pytest.param(round_badge("?"), id="a question mark"),
        pytest.param(calendar(), id="a sheet of a calendar"),
        pytest.param(off_center(), id="beside the middle"),
        pytest.param(thin_lines_that_meet(), id="two lines on a wall"),
        pytest.param(clock(), id="a clock"),
        pytest.param(licence_plate(), id="a licence plate"),
        pytest.param(page(), id="a page number"),
        pytest.param(shirt(), id="a football shirt"),
        pytest.param(np.zeros((5, 7, 3), np.uint8), id="a tiny picture"),
    ],
)
def test_what_is_no_badge(finder, photo):
    assert finder.look(ImagePyramid(photo)).findings == []


@pytest.mark.parametrize("path", ["akun_jari/ok_024px_dark_right.jpg", "warga_3/avatar.jpg"])
def test_the_ground_of_a_whole_picture_is_no_plate(finder, fixtures_dir, path):
    picture = read_image(fixtures_dir / "photos" / path)
    assert finder.look(ImagePyramid(picture.rgb)).observations == []


def test_a_plate_may_be_cut_out_along_three_of_its_sides(finder):
    photo = backdrop(5)[:, 110:490].copy()
    photo[:90] = WHITE
    write(photo, "3", (190, 45), 46, BLACK)
    assert [badge.label for badge in finder.look(ImagePyramid(photo)).findings] == ["3"]


def banner(numbers, shape="circle", *, step=(0, 70)):
    """Plates alike in a line, as the points below VISI and MISI, a line of text beside each."""
    photo = backdrop(6)
    cv2.rectangle(photo, (30, 20), (580, 440), BLUE, -1)
    write(photo, "VISI", (200, 50), 24, WHITE)
    for place, number in enumerate(numbers):
        x, y = 70 + place * step[0], 110 + place * step[1]
        if shape == "circle":
            cv2.circle(photo, (x, y), 26, WHITE, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(photo, (x - 25, y - 25), (x + 25, y + 25), WHITE, -1)
        write(photo, str(number), (x, y), 26, BLACK)
        if step[1]:
            write(photo, "Meningkatkan", (x + 200, y), 16, WHITE)
    return photo


@pytest.mark.parametrize("profile", ["balanced", "thorough"])
@pytest.mark.parametrize(
    ("picture", "listed"),
    [
        (banner([1, 2, 3, 4]), True),
        (banner([1, 2, 3, 4, 5], "square"), True),
        (banner([1, 3]), True),
        (banner([1, 2, 3], step=(150, 0)), True),
        (banner([7, 10, 4], "square", step=(150, 0)), True),
        (banner([1, 2], step=(150, 0)), False),
        (banner([2, 2, 2]), False),
        (banner([2]), False),
        (tilted(banner([1, 2, 3, 4]), 8), True),
        (tilted(banner([1, 2, 3], step=(150, 0)), -8), True),
        (banner(["A", "X", 3]), True),
    ],
    ids=[
        "banner",
        "squares",
        "two read",
        "agenda",
        "team",
        "two candidates",
        "one number",
        "one",
        "askew",
        "agenda askew",
        "unread",
    ],
)
def test_the_numbers_of_a_list_are_observed_and_not_found(profile, picture, listed):
    watchlist = Watchlist(version=1, name="Uji", numbers=NUMBERS)
    found, observed = Badges(watchlist, profile).look(ImagePyramid(picture))
    assert bool(found) != listed
    assert observed
    if listed:
        assert max(seen.score for seen in observed) <= 0.25


def card(photo, *, ground=BLUE, ink=WHITE, middle=(300, 220)):
    """A number on a plate as houses have it."""
    x, y = middle
    cv2.rectangle(photo, (x - 75, y - 48), (x + 75, y + 48), ground, -1)
    write(photo, "2", middle, 60, ink)
    return photo


def poster(fixtures_dir):
    """A pair of candidates, drawn."""
    return read_image(fixtures_dir / "photos" / "relawan_fajar" / "poster.jpg").rgb[:690].copy()


@pytest.mark.parametrize(
    ("ground", "ink", "score"),
    [(BLUE, WHITE, 0.4), (WHITE, RED, 0.4), (WHITE, BLUE, 0.4), (WHITE, BLACK, 0.6)],
    ids=["blue", "red on white", "blue on white", "as on a ballot"],
)
def test_a_card_alone_is_observed_unless_it_is_printed_as_on_a_ballot(finder, ground, ink, score):
    found, seen = finder.look(ImagePyramid(card(backdrop(), ground=ground, ink=ink)))
    assert (seen[0].label, seen[0].score, seen[0].evidence.heads) == ("2", score, 0)
    assert bool(found) == (score >= 0.5)


def test_a_card_beside_people_or_other_insignia_counts_as_any_plate(finder, fixtures_dir):
    (beside_people,) = finder.look(
        ImagePyramid(card(poster(fixtures_dir), middle=(380, 600)))
    ).findings
    assert beside_people.score > 0.9
    assert beside_people.evidence.heads == 2
    house = ImagePyramid(card(backdrop()))
    (beside_others,) = finder.look(house, beside_others=True).findings
    assert beside_others.score > 0.9
    assert beside_others.evidence.heads is None


def test_people_far_from_a_card_are_not_beside_it(finder, fixtures_dir):
    wide = np.full((690, 2600, 3), (90, 110, 90), np.uint8)
    wide[:, :760] = poster(fixtures_dir)
    found, seen = finder.look(ImagePyramid(card(wide, middle=(2400, 600))))
    assert found == []
    assert [(badge.label, badge.evidence.heads) for badge in seen] == [("2", 0)]


def test_only_numbers_of_the_watchlist_are_findings():
    watchlist = Watchlist(version=1, name="Uji", numbers=(NUMBERS[3],))
    found, seen = Badges(watchlist, "balanced").look(ImagePyramid(round_badge("2")))
    assert found == []
    assert [badge.label for badge in seen if badge.score > 0.9] == ["2"]
    assert all(badge.rule is None for badge in seen)


def with_lines_running_up_to_it():
    photo = round_badge("2", radius=60)
    cv2.line(photo, (0, 220), (240, 220), RED, 2)
    cv2.line(photo, (300, 160), (300, 0), RED, 2)
    return photo


def brighter_than_left_darker_than_right():
    photo = np.full((450, 600, 3), 60, np.uint8)
    photo[:, 300:] = 200
    cv2.circle(photo, (300, 220), 60, (130, 130, 130), -1, cv2.LINE_AA)
    write(photo, "2", (300, 220), 60, WHITE)
    return photo


@pytest.mark.parametrize(
    "photo",
    [
        # Only its own color at some level tells where the plate ends and the line begins.
        pytest.param(with_lines_running_up_to_it(), id="lines of its color"),
        # At no level of any channel is it apart from both sides; only its edge is.
        pytest.param(brighter_than_left_darker_than_right(), id="between two grounds"),
    ],
)
def test_a_plate_is_found_before_any_ground(finder, photo):
    assert [badge.label for badge in finder.look(ImagePyramid(photo)).findings] == ["2"]


@pytest.mark.parametrize("radius", [20, 70, 200])
@pytest.mark.parametrize("enlarged", [1, 1.5, 4])
def test_a_plate_is_boxed_at_any_size(radius, enlarged):
    photo = round_badge("2", radius=radius)
    photo = cv2.resize(photo, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    x, y, reach = 300.5 * enlarged, 220.5 * enlarged, (radius + 0.5) * enlarged
    truth = [x - reach, y - reach, x + reach, y + reach]
    boxes = [plate.box for plate in find_plates(photo, 800) if plate.shape == "circle"]
    assert boxes
    assert box_iou(boxes, [truth]).min() > 0.75
    boxes = np.array(boxes)
    assert boxes.min() >= 0
    assert (boxes[:, 2:] <= [photo.shape[1], photo.shape[0]]).all()
