"""The color of the light, told by what is gray."""

import numpy as np
import pytest

from netravision.detectors.insignia.light import light_of, undo


def room(light: tuple[float, float, float]) -> np.ndarray:
    """Gray walls and a red shirt, sRGB, in a light."""
    linear = np.full((60, 80, 3), 0.3)
    linear[:, :40] = 0.15
    linear[20:40, 50:70] = (0.4, 0.02, 0.02)
    lit = np.clip(linear * light, 0, 1)
    srgb = np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)
    return np.rint(255 * srgb).astype(np.uint8)


@pytest.mark.parametrize("light", [(1.0, 1.0, 1.0), (1.15, 1.0, 0.8), (0.9, 1.0, 1.15)])
def test_the_light_is_read_from_the_walls_and_undone(light: tuple[float, float, float]) -> None:
    rgb = room(light)
    seen = light_of(rgb, 0.3)
    assert seen is not None
    assert seen.mean() == pytest.approx(1)
    assert seen == pytest.approx(np.array(light) / np.mean(light), abs=0.02)
    wall = undo(rgb, seen)[5, 60].astype(int)
    assert np.ptp(wall) <= 3
    assert np.array_equal(undo(rgb, seen, strength=0.0), rgb)


def test_where_nothing_is_gray_nobody_knows() -> None:
    red = np.zeros((20, 20, 3), np.uint8)
    red[..., 0] = 200
    assert light_of(red, 0.3) is None
    gray = room((1.0, 1.0, 1.0))
    assert light_of(gray, 0.3, without=np.ones(gray.shape[:2], bool)) is None
