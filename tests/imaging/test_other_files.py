"""Which files are passed over, and which are photos that nobody has looked at."""

import io
import lzma
import random
import tarfile
import time
import zipfile

import pytest
from PIL import Image

from netravision.imaging.file_type import HEAD_BYTES, identify
from netravision.imaging.other_files import is_named_as_media, refusal


def encoded(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(buffer, form)
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("1.txt"))
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
NOISE = random.Random(7).randbytes(1024)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("2024-09-25_UTC.txt", "Rapat kerja 🙏 #netral".encode()),
        ("2024-09-25_UTC.json.xz", lzma.compress(b"{}")),
        ("info.json", b'{"account": "dinas"}'),
        ("Thumbs.db", OLE),
        ("desktop.ini", "[.ShellClassInfo]".encode("utf-16")),
        ("daftar.csv", b"path;akun\r\n"),
        ("surat.docx", zipped()),
        ("arsip.tar", tarred()),
        ("undangan.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("lagu.mp3", b"ID3\3\0" + bytes(500)),
        ("suara.m4a", b"\0\0\0\x18ftypM4A " + bytes(200)),
        ("suara.opus", b"OggS\0\2" + bytes(22) + b"OpusHead"),
        ("msgstore.db.crypt14", NOISE),
        ("kosong.txt", b""),
        # A page that says that the photo is gone.
        ("IMG_1.jpg", b"<!DOCTYPE html><html><head><title>404</title>"),
        ("IMG_2.jpg", b"rapat hari Senin"),
        ("IMG_3.jpg", zipped()),
    ],
)
def test_what_is_something_else_is_skipped(name: str, data: bytes) -> None:
    assert identify(data[:HEAD_BYTES]) is None
    assert refusal(data[:HEAD_BYTES], name).code == "not_a_picture"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("1.ico", encoded("ICO"), "unsupported"),
        ("1.txt", encoded("ICO"), "unsupported"),
        ("1.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "unsupported"),
        ("1.psd", b"8BPS\0\1", "unsupported"),
        ("1.ppm", encoded("PPM"), "unsupported"),
        ("1.tga", encoded("TGA"), "unsupported"),
        ("1.svg", b'<?xml version="1.0"?>\n<!-- a --><svg xmlns="x">', "unsupported"),
        ("1.CR3", b"\0\0\0\x18ftypcrx " + bytes(100), "unsupported"),
        ("image2.emf", b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60), "unsupported"),
        ("image3.wmf", b"\xd7\xcd\xc6\x9a" + bytes(60), "unsupported"),
        ("1.flv", b"FLV\1\5", "unsupported"),
        ("1.mpg", b"\0\0\1\xba", "unsupported"),
        # A photo whose beginning is broken, encrypted, or was never written.
        ("IMG_1.jpg", NOISE, "unsupported"),
        ("IMG_1.jpg", bytes(1024), "unsupported"),
        ("IMG_1", NOISE, "unsupported"),
        (None, NOISE, "unsupported"),
        ("IMG_1.jpg", b"", "empty"),
        ("IMG_1", b"", "empty"),
        (None, b"", "empty"),
    ],
)
def test_what_may_be_a_photo_is_not(name: str | None, data: bytes, code: str) -> None:
    assert identify(data[:HEAD_BYTES]) is None
    assert refusal(data[:HEAD_BYTES], name).code == code


@pytest.mark.parametrize(
    "data", [b"P1 " + b"# " * 510, b"P1" + b" #\n" * 340, b"<!---->" * 146, b"<?xml " * 170]
)
def test_no_beginning_takes_long(data: bytes) -> None:
    begin = time.perf_counter()
    refusal(data, "1.jpg")
    assert time.perf_counter() - begin < 0.1


def test_a_character_cut_by_the_end_of_the_beginning_is_no_sign_of_anything() -> None:
    for start in range(4):
        data = (b"x" * start + "🙏".encode() * 300)[:HEAD_BYTES]
        assert refusal(data, "1.jpg").code == "not_a_picture"


def test_names_as_pictures_and_videos_have_them() -> None:
    assert all(map(is_named_as_media, ("a/1.JPG", "a.b/2.heic", "3.mp4", "4.cr2")))
    assert not any(map(is_named_as_media, ("1.jpg/2.txt", "1.json.xz", "jpg", ".jpg", "1.")))
