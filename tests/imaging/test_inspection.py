"""What a file is, read once and not decoded."""

import hashlib
import io
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from netravision.errors import PhotoError
from netravision.imaging.file_type import IMAGE_FORMATS
from netravision.imaging.inspection import FileInfo, inspect_file
from tests.reels import write_reel


def encoded(form: str, **options: object) -> bytes:
    if form == "HEIC":
        pytest.importorskip("pillow_heif").register_heif_opener()
    buffer = io.BytesIO()
    Image.new("RGB", (48, 32), "teal").save(buffer, "HEIF" if form == "HEIC" else form, **options)
    return buffer.getvalue()


def inspected(folder: Path, data: bytes) -> FileInfo:
    (folder / "x").write_bytes(data)
    info = inspect_file(folder / "x")
    assert info.sha256 == hashlib.sha256(data).hexdigest()
    return info


@pytest.mark.parametrize("form", IMAGE_FORMATS)
def test_an_image_has_type_and_size(tmp_path: Path, form: str) -> None:
    info = inspected(tmp_path, encoded(form))
    assert (info.format, info.size, info.image_digest) == (form, (48, 32), None)


def test_the_image_is_known_whatever_its_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Kamera"
    plain = inspected(tmp_path, encoded("JPEG"))
    told = inspected(tmp_path, encoded("JPEG", exif=exif.tobytes()))
    assert told.image_digest == plain.sha256
    assert told.size == (48, 32)


@pytest.mark.parametrize("data", [b"", b"a text", b"GIF89a", b"\xff\xd8\xff", b"BM", b"RIFF"])
def test_what_has_no_header_has_no_size(tmp_path: Path, data: bytes) -> None:
    info = inspected(tmp_path, data)
    assert (info.size, info.image_digest) == (None, None)


def test_a_video_has_neither_size_nor_digest(tmp_path: Path) -> None:
    reel = write_reel(tmp_path / "reel.mp4", [np.full((32, 48, 3), 90, np.uint8)] * 5)
    info = inspect_file(reel)
    assert info == FileInfo(hashlib.sha256(reel.read_bytes()).hexdigest(), None, "MP4", None)


def test_a_heic_without_its_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded("HEIC")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    with pytest.raises(PhotoError, match="pillow-heif") as raised:
        inspected(tmp_path, data)
    assert raised.value.code == "unsupported"


@pytest.mark.parametrize(
    ("form", "at", "block"),
    [
        ("JPEG", 2, b"\xff\xe1\0\x0aExif\0\0ab"),  # EXIF
        ("JPEG", 2, b"\xff\xe2\0\x02"),
        ("GIF", 13, b"\x21\xfe\x01a\0"),  # a comment
        ("WEBP", 12, b"ALPH\0\0\0\0"),
        ("AVIF", -1, b"\0\0\0\x0cmeta\0\0\0\0"),
    ],
)
def test_very_many_small_blocks_cost_next_to_nothing(
    tmp_path: Path, form: str, at: int, block: bytes
) -> None:
    data = encoded(form)
    at %= len(data) + 1
    at += 3 * 2 ** ((data[10] & 7) + 1) if form == "GIF" and data[10] & 0x80 else 0
    (tmp_path / "x").write_bytes(data[:at] + block * 400_000 + data[at:])
    begin = time.perf_counter()
    assert inspect_file(tmp_path / "x").format == form
    assert time.perf_counter() - begin < 1
