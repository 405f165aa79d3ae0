"""Formats by content, and files whose end is missing."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.imaging.file_type import (
    HEAD_BYTES,
    IMAGE_FORMATS,
    VIDEO_FORMATS,
    Format,
    ends_early,
    identify,
)
from tests.reels import write_reel


def ftyp(major: bytes, *others: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(others)
    return (8 + len(brands)).to_bytes(4) + b"ftyp" + brands


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"", None),
        (b"\xff\xd8\xff", "JPEG"),
        (b"\xff\xd8", None),
        (b"GIF89a", "GIF"),
        (b"GIF88a", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WEBP"),
        (b"RIFF\0\0\0\0AVI LIST", "AVI"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "BMP"),
        (b"BMW, foto rapat hari Senin", None),
        (b"II+\0", "TIFF"),
        (ftyp(b"avif"), "AVIF"),
        (ftyp(b"mif1", b"avif"), "AVIF"),
        (ftyp(b"mif1", b"heic"), "HEIC"),
        (ftyp(b"heix"), "HEIC"),
        (ftyp(b"isom", b"avc1"), "MP4"),
        (ftyp(b"3gp4"), "MP4"),
        (ftyp(b"qt  "), "MOV"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "MOV"),
        (ftyp(b"M4A "), None),
        (ftyp(b"crx "), None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "WEBM"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska", "MKV"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x85other", None),
        ((b"G" + bytes(187)) * 6, "TS"),
        ((bytes(4) + b"G" + bytes(187)) * 6, "TS"),
        ((b"G" + bytes(187)) * 4, None),
        (b"G" * 187 + b"\n", None),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "WMV"),
        (b"#EXTM3U\nhttp://example.org/1.ts", None),
        (b"\0\0\0\x0cjP  \r\n\x87\n", None),
        (b"8BPS", None),
    ],
)
def test_content_says_the_format(head: bytes, form: Format | None) -> None:
    assert identify(head) == form


def sample(form: Format, folder: Path) -> bytes:
    """A file with noise, so that every byte matters."""
    rgb = np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8)
    if form in VIDEO_FORMATS:
        return write_reel(folder / f"reel.{form.lower()}", [rgb] * 12).read_bytes()
    if form == "HEIC":
        pytest.importorskip("pillow_heif").register_heif_opener()
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "HEIF" if form == "HEIC" else form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", [*IMAGE_FORMATS, *VIDEO_FORMATS])
def test_a_whole_file_does_not_end_early_and_a_cut_one_does(form: Format, tmp_path: Path) -> None:
    data = sample(form, tmp_path)
    # The boxes of MP4 and MOV are the same; only the brand tells them apart.
    assert identify(data[:HEAD_BYTES]) == form
    assert not ends_early(io.BytesIO(data), form)
    # What another program has added at the end is no reason to call a file cut.
    assert form == "GIF" or not ends_early(io.BytesIO(data + bytes(100)), form)
    for tenth in range(1, 10):
        cut = data[: len(data) * tenth // 10]
        assert ends_early(io.BytesIO(cut), form) == (form != "TIFF")


@pytest.mark.parametrize("form", [*IMAGE_FORMATS, *VIDEO_FORMATS])
def test_damaged_lengths_end(form: Format, tmp_path: Path) -> None:
    data = bytearray(sample(form, tmp_path)[:2000])
    rng = np.random.default_rng(5)
    for _ in range(200):
        data[rng.integers(4, 60)] = rng.integers(0, 256)
        assert ends_early(io.BytesIO(bytes(data)), form) in (True, False)
