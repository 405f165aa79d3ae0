"""Copies agree pixel by pixel; what only lies in the same place does not."""

import cv2
import numpy as np
import pytest

from netravision.matching.copies.verification import PatchSums, verify

HERE = np.array([[1.0, 0, 0], [0, 1, 0]])


def texture(seed, shape=(256, 192)):
    noise = np.random.default_rng(seed).integers(0, 256, shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def test_a_copy_agrees_and_another_picture_does_not():
    assert verify(texture(0), texture(0), HERE) == pytest.approx((1, 1), abs=0.01)
    other = verify(texture(0), texture(1), HERE)
    assert other.densest < 0.5
    assert other.shown < 0.2


def test_light_noise_and_a_bend_are_forgiven():
    picture = np.clip(0.5 * texture(0) + np.linspace(0, 80, 192), 0, 255)
    picture = (picture + np.random.default_rng(0).normal(0, 5, picture.shape)).clip(0, 255)
    moved = np.roll(picture.astype(np.uint8), 2, axis=0)
    verified = verify(texture(0), moved, HERE)
    assert verified.densest > 0.95
    assert verified.shown > 0.9


@pytest.mark.parametrize("scale", [0.25, 0.5, 3.0])
def test_copies_of_other_sizes_agree(scale):
    small = cv2.resize(texture(0), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = texture(1, (900, 900))
    canvas[50 : 50 + small.shape[0], 80 : 80 + small.shape[1]] = small
    shift = (scale - 1) / 2
    verified = verify(
        texture(0), canvas, np.array([[scale, 0, 80 + shift], [0, scale, 50 + shift]])
    )
    assert verified == pytest.approx((1, 1), abs=0.06)


def test_a_quarter_agrees_densely_and_is_a_quarter():
    picture = texture(1)
    picture[:128, :96] = texture(0)[:128, :96]
    for seen in (picture, texture(0)[:128, :96].copy()):
        verified = verify(texture(0), seen, HERE)
        assert verified.densest > 0.9
        assert verified.shown == pytest.approx(0.25, abs=0.07)


def test_what_has_no_detail_says_nothing():
    flat = np.full((256, 192), 128, np.uint8)
    assert verify(flat, flat, HERE) == (0, 0)
    assert verify(texture(0), flat, HERE) == (0, 0)
    assert verify(texture(0), texture(0), HERE + np.array([[0, 0, 999], [0, 0, 0]])) == (0, 0)


@pytest.mark.parametrize(
    ("shape", "step", "patch"), [((171, 256), 11, 21), ((3, 50), 2, 7), ((1, 96), 4, 9)]
)
def test_means_of_patches_are_those_of_opencv_to_the_bit(shape, step, patch):
    levels = np.random.default_rng(0).integers(0, 256, (2, *shape)).astype(np.float32)
    sums = PatchSums(*shape, step, patch)
    for pixels in (levels[0], levels[0] * levels[1]):
        everywhere = cv2.boxFilter(pixels, -1, (patch, patch))
        expected = everywhere[step // 2 :: step, step // 2 :: step]
        assert np.array_equal(sums.means(sums.across(pixels)), expected)
