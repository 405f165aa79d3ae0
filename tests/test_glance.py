import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from netravision.core.hashing import luma, phash
from netravision.glance import _first_frequencies, small_gray
from netravision.photo import read_picture


def photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Shapes on a slope, with noise: low and high frequencies."""
    rng = np.random.default_rng(seed)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(10):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        color = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw.ellipse((x, y, x + width // 4, y + height // 4), fill=color)
    noise = rng.normal(0, 8, (height, width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def jpeg(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def bits_apart(data: bytes) -> int:
    small = small_gray(data)
    assert small is not None
    full = luma(read_picture(data).rgb)
    return int(np.bitwise_count(phash([small]) ^ phash([full])).sum())


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize(
    ("size", "reduced"),
    [
        ((1080, 1350), (135, 169)),
        ((640, 480), (160, 120)),
        ((200, 300), (100, 150)),
        ((90, 70), (90, 70)),
    ],
)
def test_the_hash_of_the_small_picture_is_near_that_of_the_full_one(
    progressive, subsampling, size, reduced
):
    options = {"progressive": progressive, "subsampling": subsampling, "quality": 85}
    for seed in range(3):
        data = jpeg(photo(*size, seed), **options)
        assert bits_apart(data) <= 4
    assert small_gray(data).shape == reduced[::-1]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("orientation", range(9))
def test_the_small_picture_is_upright(orientation, mode):
    image = photo(900, 600).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(image, exif=exif)
    assert bits_apart(data) <= 4
    with Image.open(io.BytesIO(data)) as opened:
        upright = ImageOps.exif_transpose(opened).size
    assert (small_gray(data).shape[0] > small_gray(data).shape[1]) == (upright[1] > upright[0])


def test_a_progressive_file_is_cut_to_its_first_frequencies():
    image = photo(1080, 1350)
    whole = jpeg(image, progressive=True, quality=90, restart_marker_blocks=7)
    first = _first_frequencies(whole)
    assert len(first) < len(whole) / 3
    # The mean of each block: exact in the middle, where libjpeg smooths nothing in.
    with Image.open(io.BytesIO(first)) as cut, Image.open(io.BytesIO(whole)) as full:
        means = [np.asarray(i.convert("L").reduce(8), float).mean() for i in (cut, full)]
    assert abs(means[0] - means[1]) < 0.5


@pytest.mark.parametrize(
    "data",
    [
        jpeg(photo(1080, 600)),  # baseline
        jpeg(photo(600, 600), progressive=True)[:5000],  # cut off within a scan
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"",
    ],
)
def test_other_files_are_left_as_they_are(data):
    assert _first_frequencies(data) == data


def other(image: Image.Image, format_: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        other(photo(600, 600), "PNG"),
        jpeg(photo(600, 600).convert("CMYK")),
        jpeg(photo(600, 600))[:3000],
        jpeg(photo(600, 600), progressive=True)[:3000],
        jpeg(photo(1080, 1350))[:300],
    ],
)
def test_what_has_to_be_decoded_in_full(data):
    assert small_gray(data) is None


@pytest.mark.data
def test_hostile_files_are_refused_or_read(data_dir):
    for file in sorted((data_dir / "hostile").rglob("*")):
        if file.is_file():
            gray = small_gray(file.read_bytes())
            assert gray is None or gray.ndim == 2
