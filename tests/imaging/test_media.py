"""Files, bytes and arrays opened as what they are, once."""

import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.image import DecodedImage
from netravision.imaging.media import Source, check_source, open_media
from netravision.imaging.video import Video
from tests.reels import write_reel

RGB = np.random.default_rng(1).integers(0, 256, (24, 32, 3), np.uint8)


def png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RGB).save(buffer, "PNG")
    return buffer.getvalue()


class Pipe(io.RawIOBase):
    """Gives a few bytes at a time and cannot seek, as a network connection."""

    def __init__(self, data: bytes) -> None:
        self._left = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._left.read(min(size, 7) if size >= 0 else 7)


def spooled(data: bytes) -> BinaryIO:
    """What web frameworks keep an upload in, rolled over to the disk."""
    file = tempfile.SpooledTemporaryFile(max_size=9)  # noqa: SIM115
    file.write(data)
    return cast("BinaryIO", file)


#: The same content in every form in which a caller may have it.
IN_FORM: dict[str, Callable[[Path], Source]] = {
    "path": lambda path: path,
    "text": str,
    "bytes": Path.read_bytes,
    "bytearray": lambda path: bytearray(path.read_bytes()),
    "memoryview": lambda path: memoryview(path.read_bytes()),
    "every second byte": lambda path: memoryview(
        np.repeat(np.frombuffer(path.read_bytes(), np.uint8), 2)[::2]
    ),
    "open file": lambda path: path.open("rb"),
    "unbuffered file": lambda path: path.open("rb", buffering=0),  # type: ignore[dict-item]
    "BytesIO": lambda path: io.BytesIO(path.read_bytes()),
    "upload": lambda path: spooled(path.read_bytes()),
    "pipe": lambda path: Pipe(path.read_bytes()),  # type: ignore[dict-item]
}
OF_PIXELS: dict[str, Callable[[Path], Source]] = {
    "array": lambda _: RGB,
    "pillow": lambda _: Image.fromarray(RGB),
}


@contextmanager
def in_form(form: str, file: Path) -> Iterator[Source]:
    given = {**IN_FORM, **OF_PIXELS}[form](file)
    yield given
    if hasattr(given, "read"):
        assert not given.closed
        given.close()


@pytest.mark.parametrize("form", [*IN_FORM, *OF_PIXELS])
def test_an_image_is_decoded_wherever_it_comes_from(tmp_path: Path, form: str) -> None:
    file = tmp_path / "video.mp4"  # names say nothing
    file.write_bytes(png())
    with in_form(form, file) as given:
        check_source(given)
        with open_media(given) as media:
            assert isinstance(media, DecodedImage)
            np.testing.assert_array_equal(media.rgb, RGB)
            if not isinstance(given, np.ndarray | Image.Image):
                assert media.sha256 == hashlib.sha256(png()).hexdigest()


@pytest.mark.parametrize("form", IN_FORM)
def test_a_video_is_open_as_long_as_it_is_looked_at(tmp_path: Path, form: str) -> None:
    reel = write_reel(tmp_path / "foto.jpg.mp4", [np.full((32, 48, 3), 90, np.uint8)] * 5)
    with in_form(form, reel) as given, open_media(given) as media:
        assert isinstance(media, Video)
        assert next(media.chosen_frames()).rgb.shape == (32, 48, 3)
        assert media.sha256 == hashlib.sha256(reel.read_bytes()).hexdigest()


def test_a_file_that_stands_at_its_end_is_read_from_its_beginning() -> None:
    buffer = io.BytesIO()
    Image.fromarray(RGB).save(buffer, "PNG")
    with open_media(buffer) as media:
        assert isinstance(media, DecodedImage)


@pytest.mark.parametrize(
    "form", ["bytes", "bytearray", "memoryview", "BytesIO", "open file", "pipe"]
)
def test_every_form_has_the_limit_of_files(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large.png"
    file.write_bytes(png())
    monkeypatch.setattr("netravision.imaging.file.MAX_BYTES", file.stat().st_size)
    with in_form(form, file) as given, open_media(given):
        pass
    file.write_bytes(png() + b"0")
    with in_form(form, file) as given, pytest.raises(PhotoError) as raised, open_media(given):
        pass
    assert raised.value.code == "too_large"
    assert "bytes; at most" in str(raised.value)


@pytest.mark.parametrize("data", [b"", b"a text", png()[:40]])
def test_what_cannot_be_decoded_has_a_code(tmp_path: Path, data: bytes) -> None:
    codes = []
    (tmp_path / "x").write_bytes(data)
    for source in (data, tmp_path / "x"):
        with pytest.raises(PhotoError) as raised, open_media(source):
            pass
        codes.append(raised.value.code)
    assert codes[0] == codes[1]


def test_a_photo_is_opened_and_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, opened = tmp_path / "x.png", []
    file.write_bytes(png())
    real = Path.open

    def counted(self: Path, *args: object) -> object:
        opened.append(self)
        return real(self, *args)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", counted)
    with open_media(file) as media:
        assert isinstance(media, DecodedImage)
    assert opened == [file]
