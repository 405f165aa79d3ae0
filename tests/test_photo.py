"""Reading pictures: every mode ends as the right upright RGB, every fault as a coded error."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

from netravision.errors import PhotoError
from netravision.photo import FORMATS, MAX_PIXELS, read_picture
from netravision.result import ERROR_CODES

ORANGE = (240, 120, 30)


def encode(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def corner_picture() -> Image.Image:
    """Gray, with a red corner at the top left, so that each orientation can be told."""
    image = Image.new("RGB", (48, 32), "gray")
    image.paste((255, 0, 0), (0, 0, 16, 16))
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG of any claimed size in a few bytes: a decompression bomb in miniature."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "MPO"])
def test_each_format_gives_its_color(format: str) -> None:
    rgb = read_picture(encode(Image.new("RGB", (40, 30), ORANGE), format)).rgb
    assert rgb.shape == (30, 40, 3)
    assert np.abs(rgb.astype(int) - ORANGE).max() <= 12  # JPEG, WebP and GIF are lossy


def test_mpo_gives_its_first_picture() -> None:
    first, second = Image.new("RGB", (40, 30), ORANGE), Image.new("RGB", (40, 30), "blue")
    data = encode(first, "MPO", save_all=True, append_images=[second])
    assert np.abs(read_picture(data).rgb.astype(int) - ORANGE).max() <= 3


def test_gif_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in (ORANGE, "blue", "green")]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert tuple(read_picture(data).rgb[5, 5]) == ORANGE


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 200, (200, 200, 200)),
        ("LA", (200, 0), (255, 255, 255)),  # transparent is white
        ("LA", (200, 255), (200, 200, 200)),
        ("P", 0, (0, 0, 0)),
        ("RGB", ORANGE, ORANGE),
        ("RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (*ORANGE, 255), ORANGE),
        ("RGBA", (0, 0, 0, 128), (127, 127, 127)),
        ("I;16", 0, (0, 0, 0)),
        ("I;16", 65535, (255, 255, 255)),
        ("I;16", 25700, (100, 100, 100)),
    ],
)
def test_png_modes(mode: str, color: object, expected: tuple[int, int, int]) -> None:
    rgb = read_picture(encode(Image.new(mode, (4, 3), color), "PNG")).rgb
    assert rgb.shape == (3, 4, 3)
    assert (rgb == expected).all()


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("F", 0.5, (0, 0, 0)),  # a constant has no range to stretch
        ("I;16", 65535, (255, 255, 255)),
    ],
)
def test_tiff_modes(mode: str, color: object, expected: tuple[int, int, int]) -> None:
    rgb = read_picture(encode(Image.new(mode, (4, 3), color), "TIFF")).rgb
    assert (rgb == expected).all()


@pytest.mark.parametrize(
    ("orientation", "red_corner"),
    [
        (1, "top left"),
        (2, "top right"),
        (3, "bottom right"),
        (4, "bottom left"),
        (5, "top left"),
        (6, "top right"),
        (7, "bottom right"),
        (8, "bottom left"),
    ],
)
def test_exif_orientation_is_undone(orientation: int, red_corner: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    rgb = read_picture(encode(corner_picture(), "JPEG", exif=exif, quality=95)).rgb
    assert rgb.shape == ((32, 48, 3) if orientation <= 4 else (48, 32, 3))
    row = 3 if "top" in red_corner else -4
    column = 3 if "left" in red_corner else -4
    assert rgb[row, column, 0] > 220
    assert rgb[row, column, 1] < 60


def test_embedded_profile_is_converted_to_srgb() -> None:
    # Lab (54, 81, 70) is close to sRGB red; read without its profile it would be another color.
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    data = encode(
        Image.new("RGB", (8, 8), ORANGE),
        "PNG",
        icc_profile=ImageCms.ImageCmsProfile(srgb).tobytes(),
    )
    assert np.abs(read_picture(data).rgb.astype(int) - ORANGE).max() <= 1
    broken = encode(
        Image.new("RGB", (8, 8), ORANGE),
        "PNG",
        icc_profile=ImageCms.ImageCmsProfile(lab).tobytes()[:100],
    )
    assert (read_picture(broken).rgb == ORANGE).all()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"not a picture", "unsupported"),
        (b"%PDF-1.7 " * 50, "unsupported"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "unsupported"),
        (png_header(50_000, 50_000), "too_large"),
        (encode(Image.new("RGB", (8, 8)), "ICO"), "unsupported"),
    ],
    ids=["empty", "text", "pdf", "jpeg head only", "bomb", "format outside the list"],
)
def test_faults_have_a_code(data: bytes, code: str) -> None:
    with pytest.raises(PhotoError) as caught:
        read_picture(data)
    assert caught.value.code == code
    assert code in ERROR_CODES


def test_the_limit_is_on_pixels() -> None:
    with pytest.raises(PhotoError, match="pixels"):
        read_picture(png_header(MAX_PIXELS // 1000, 1001))


def test_a_truncated_jpeg_keeps_what_is_there() -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8))
    data = encode(image, "JPEG")
    picture = read_picture(data[: len(data) // 2])
    assert picture.truncated
    assert picture.rgb.shape == (200, 200, 3)
    assert picture.rgb[:40].std() > 30
    assert not read_picture(data).truncated


def test_a_missing_file_and_a_folder_have_codes(tmp_path: Path) -> None:
    for path, code in [(tmp_path / "gone.jpg", "vanished"), (tmp_path, "unreadable")]:
        with pytest.raises(PhotoError) as caught:
            read_picture(path)
        assert caught.value.code in (code, "permission_denied")  # Windows denies folders


@pytest.mark.parametrize(
    "name", ["with space.jpg", "gedung-é-漢字.jpg", "😀 foto.jpg", "-dash.jpg"]
)
def test_any_file_name_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = encode(Image.new("RGB", (9, 7), ORANGE), "PNG")
    path.write_bytes(data)
    picture = read_picture(path)
    assert picture.rgb.shape == (7, 9, 3)
    assert picture.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("array", "error"),
    [
        (np.zeros((4, 4, 3), np.float32), TypeError),
        (np.zeros((4, 4), np.uint8), ValueError),
        (np.zeros((4, 4, 4), np.uint8), ValueError),
        (np.zeros((0, 4, 3), np.uint8), ValueError),
    ],
)
def test_arrays_are_checked(array: np.ndarray, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_picture(array)


@given(
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3)), fill=st.nothing()
    )
)
def test_lossless_files_and_arrays_give_the_same_pixels(rgb: np.ndarray) -> None:
    from_file = read_picture(encode(Image.fromarray(rgb), "PNG")).rgb
    from_array = read_picture(rgb[:, ::-1][:, ::-1]).rgb  # a view that is not contiguous
    assert (from_file == rgb).all()
    assert (from_array == rgb).all()
    assert from_file.flags.c_contiguous
    assert from_array.flags.c_contiguous


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_files_end_as_picture_or_coded_error(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]))
    content = bytearray(encode(corner_picture(), format))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    try:
        rgb = read_picture(bytes(content)).rgb
    except PhotoError as error:
        assert error.code in ERROR_CODES
    else:
        assert rgb.dtype == np.uint8
        assert rgb.shape[2] == 3


@pytest.mark.data
def test_hostile_files_end_as_picture_or_coded_error(data_dir: Path) -> None:
    outcomes = []
    for path in sorted((data_dir / "hostile").iterdir()):
        try:
            outcomes.append(read_picture(path).rgb.ndim)
        except PhotoError as error:
            outcomes.append(error.code)
    assert len(outcomes) > 200
    assert set(outcomes) <= {3, *ERROR_CODES}
    assert outcomes.count(3) > 100
