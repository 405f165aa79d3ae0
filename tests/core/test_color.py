import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netravision.core.color import (
    CODES,
    ciede2000,
    coded_colors,
    color_codes,
    color_shares,
    hex_to_lab,
    linear_to_srgb,
    srgb_to_lab,
    srgb_to_linear,
)

# Sharma, Wu and Dalal (2005), table 1: two Lab colors and their difference.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000),
    ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0010), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0012), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0010, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
    ((50, 2.5, 0), (50, 3.2972, 0), 1.0000),
    ((50, 2.5, 0), (50, 1.8634, 0.5757), 1.0000),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]

LAB = arrays(
    np.float64, (3,), elements=st.floats(-100, 100, allow_nan=False, allow_subnormal=False)
).map(lambda lab: np.abs(lab) * [1, 0, 0] + lab * [0, 1, 1])
RGB = arrays(np.uint8, (4, 5, 3))


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_ciede2000_reproduces_the_published_pairs(first, second, expected):
    assert round(float(ciede2000(first, second)), 4) == expected


def test_ciede2000_of_many_is_that_of_each():
    first, second, _ = (np.array(column) for column in zip(*SHARMA, strict=True))
    together = ciede2000(first, second)
    assert together.shape == (34,)
    assert together.tolist() == [float(ciede2000(a, b)) for a, b in zip(first, second, strict=True)]
    assert ciede2000(first[:, None], second[None, :5]).shape == (34, 5)


@given(LAB, LAB)
def test_ciede2000_is_symmetric_and_never_negative(first, second):
    forth, back = ciede2000(first, second), ciede2000(second, first)
    assert forth >= 0
    assert abs(forth - back) < 1e-6 or np.isclose(forth, back)


@given(LAB)
def test_ciede2000_of_equal_colors_is_zero(lab):
    assert ciede2000(lab, lab) == 0


@given(RGB)
def test_integers_and_floats_mean_the_same_color(rgb):
    np.testing.assert_allclose(srgb_to_lab(rgb), srgb_to_lab(rgb / 255), atol=1e-9)


def test_lab_agrees_with_opencv():
    rgb = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    theirs = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    # OpenCV interpolates in tables; a tenth of a just noticeable difference.
    assert np.abs(srgb_to_lab(rgb) - theirs).max() < 0.5


def test_the_transfer_curve_and_back():
    values = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(linear_to_srgb(srgb_to_linear(values)), values, atol=1e-4)


@pytest.mark.parametrize(
    ("text", "lab"),
    [
        ("#000000", (0, 0, 0)),
        ("#ffffff", (100, 0, 0)),
        ("#808080", (53.59, 0, 0)),
        ("#ff0000", (53.24, 80.09, 67.20)),
        ("#00FF00", (87.74, -86.18, 83.18)),
        ("#0000ff", (32.30, 79.19, -107.86)),
    ],
)
def test_hex_colors(text, lab):
    np.testing.assert_allclose(hex_to_lab(text), lab, atol=0.02)


@pytest.mark.parametrize("text", ["8fd3f4", "#8fd3f", "#8fd3f45", "", "#8fd3fz"])
def test_what_is_no_hex_color(text):
    with pytest.raises(ValueError, match=r"expected a color|hexadecimal"):
        hex_to_lab(text)


@pytest.mark.parametrize("function", [srgb_to_lab, lambda lab: ciede2000(lab, [0, 0, 0])])
@pytest.mark.parametrize("shape", [(), (4,), (3, 2)])
def test_the_last_axis_holds_three_channels(function, shape):
    with pytest.raises(ValueError, match=r"expected an array of shape \(\.\.\., 3\)"):
        function(np.zeros(shape))


def test_shares_are_those_of_the_pixels_within_the_tolerance():
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (3, 40, 30, 3), np.uint8)
    rgb[0, :20] = (143, 211, 244)
    rgb[1] = (143, 211, 244)
    colors = np.stack([hex_to_lab("#8fd3f4"), hex_to_lab("#d01c1c"), hex_to_lab("#ffffff")])
    limits = np.array([8.0, 12.0, 5.0])
    shares = color_shares(rgb, colors, limits)
    every = ciede2000(srgb_to_lab(rgb)[..., None, :], colors) <= limits
    # Steps of 4 move pixels at the very edge of a tolerance in or out.
    np.testing.assert_allclose(shares, every.mean(axis=(1, 2)), atol=0.01)
    assert shares[0, 0] >= 0.5
    assert shares[1].tolist() == [1, 0, 0]


def test_a_batch_has_the_shares_of_its_pictures_alone():
    rgb = np.random.default_rng(1).integers(0, 256, (4, 9, 7, 3), np.uint8)
    colors, limits = [[50, 60, 40], [30, 0, 0]], [30, 20]
    alone = np.concatenate([color_shares(picture[None], colors, limits) for picture in rgb])
    np.testing.assert_array_equal(color_shares(rgb, colors, limits), alone)
    assert color_shares(rgb[:0], colors, limits).shape == (0, 2)


@pytest.mark.parametrize(
    ("rgb", "colors", "tolerances", "error", "said"),
    [
        (np.zeros((1, 2, 2, 3)), [[0, 0, 0]], [1], TypeError, "uint8, got float64"),
        (np.zeros((2, 2, 3), np.uint8), [[0, 0, 0]], [1], ValueError, r"\(N, H, W, 3\), got"),
        (np.zeros((1, 0, 2, 3), np.uint8), [[0, 0, 0]], [1], ValueError, r"\(N, H, W, 3\), got"),
        (np.zeros((1, 2, 2, 3), np.uint8), [[0, 0, 0]], [1, 2], ValueError, "each of 1 colors"),
        (np.zeros((1, 2, 2, 3), np.uint8), [0, 0, 0], [1], ValueError, r"\(C, 3\)"),
    ],
)
def test_shares_of_wrong_arrays(rgb, colors, tolerances, error, said):
    with pytest.raises(error, match=said):
        color_shares(rgb, colors, tolerances)


def test_every_code_stands_for_the_colors_around_it():
    codes = np.arange(CODES)
    np.testing.assert_array_equal(color_codes(coded_colors(codes)), codes)
    rgb = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    off = coded_colors(color_codes(rgb)).astype(int) - rgb
    assert -1 <= off.min() <= off.max() <= 2
