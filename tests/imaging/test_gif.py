"""GIF files parsed: their first frame, whatever is noted in them."""

import io
import time

import numpy as np
from PIL import Image

from netravision.imaging.gif import parse_gif
from netravision.imaging.image import read_image


def gif(**options: object) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(3).integers(0, 256, (40, 50), np.uint8)
    Image.fromarray(pixels).quantize(64).save(buffer, "GIF", **options)
    return buffer.getvalue()


def with_comments(data: bytes, count: int) -> bytes:
    at = 13 + (3 << (data[10] & 7) + 1)
    return data[:at] + b"\x21\xfe\x01a\0" * count + data[at:]


def test_comments_are_left_out_in_linear_time() -> None:
    data = gif()
    begin = time.perf_counter()
    noted = read_image(with_comments(data, 100_000))
    # Joined one by one, as by Pillow, these take minutes.
    assert time.perf_counter() - begin < 10
    np.testing.assert_array_equal(noted.rgb, read_image(data).rgb)
    assert len(parse_gif(with_comments(data, 1000)).pixels) <= len(data)


def test_transparency_is_kept() -> None:
    see_through = read_image(gif(transparency=3), keep_alpha=True)
    assert see_through.alpha is not None
    assert set(np.unique(see_through.alpha)) == {0, 255}


def test_later_frames_do_not_count() -> None:
    other = Image.new("P", (50, 40))
    moving = gif(save_all=True, append_images=[other])
    np.testing.assert_array_equal(read_image(moving).rgb, read_image(gif()).rgb)
    assert not read_image(moving[:-20]).truncated


def test_a_frame_that_is_cut_off_is_marked() -> None:
    data = gif()
    assert read_image(data[: len(data) * 2 // 3]).truncated
