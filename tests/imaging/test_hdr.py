"""Pictures of high dynamic range come out as the sRGB pictures that they were made of."""

from pathlib import Path

import numpy as np
import pytest

from netravision.imaging.hdr import Transfer, tone_mapped
from netravision.imaging.video import open_video
from tests.reels import write_reel

#: Linear BT.709 to linear BT.2020, ITU-R BT.2087.
TO_2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]], np.float64
)
WHITE = 203.0


def light(srgb: np.ndarray) -> np.ndarray:
    """Candela a square metre in BT.2020, where white has 203: IEC 61966-2-1, BT.2408."""
    share = srgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return WHITE * linear @ TO_2020.T


def coded(nits: np.ndarray, transfer: Transfer) -> np.ndarray:
    """16-bit levels: SMPTE ST 2084, and ARIB STD-B67 for a screen of 1000 cd/m²."""
    if transfer == "PQ":
        power = (nits / 10000) ** 0.1593017578125
        levels = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    else:
        luma = nits / 1000 @ np.array([0.2627, 0.6780, 0.0593])
        scene = nits / 1000 * np.maximum(luma, 1e-9)[..., np.newaxis] ** (-1 / 6)
        bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        levels = np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)
    return np.round(65535 * np.clip(levels, 0, 1)).astype(np.uint16)


def colors() -> np.ndarray:
    """(6, 6, 3): colors of cloth and skin, none brighter than a lit face."""
    levels = np.linspace(0, 190, 6).round()
    red, green = np.meshgrid(levels, levels)
    return np.stack([red, green, np.full_like(red, 120)], axis=2)


@pytest.mark.parametrize("transfer", ["PQ", "HLG"])
def test_dark_and_middle_tones_stay(transfer: Transfer) -> None:
    found = tone_mapped(coded(light(colors()), transfer), transfer)
    assert found.dtype == np.uint8
    assert np.abs(found - colors()).max() <= 2


@pytest.mark.parametrize("transfer", ["PQ", "HLG"])
def test_highlights_are_compressed_and_keep_their_order(transfer: Transfer) -> None:
    nits = np.linspace(0, 1000, 200)[np.newaxis, :, np.newaxis].repeat(3, axis=2)
    gray = tone_mapped(coded(nits, transfer), transfer)[0].astype(int)
    assert np.ptp(gray, axis=1).max() <= 1
    assert (np.diff(gray[:, 1]) >= 0).all()
    assert gray[-1, 1] >= 253
    white = gray[np.abs(nits[0, :, 0] - WHITE).argmin(), 1]
    assert 215 <= white <= 240


@pytest.mark.parametrize(("transfer", "tag"), [("PQ", 16), ("HLG", 18)])
def test_a_video_with_high_dynamic_range(tmp_path: Path, transfer: Transfer, tag: int) -> None:
    srgb = colors().repeat(16, axis=0).repeat(16, axis=1)
    file = write_reel(
        tmp_path / "reel.mp4",
        [coded(light(srgb), transfer)] * 3,
        codec="libx265",
        pixel_format="yuv420p10le",
        tags={"colorspace": 9, "color_trc": tag, "color_primaries": 9},
        coded_as=9,
    )
    with open_video(file) as video:
        assert video is not None
        (frame,) = video.chosen_frames()
    middles = frame.rgb[8::16, 8::16].astype(int)
    assert np.abs(middles - colors()).max() <= 8
