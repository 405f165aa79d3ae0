"""Files, bytes and arrays opened as what they are, once."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging.image import DecodedImage
from netravision.imaging.media import open_media
from netravision.imaging.video import Video
from tests.reels import write_reel

RGB = np.random.default_rng(1).integers(0, 256, (24, 32, 3), np.uint8)


def png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RGB).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("source", ["path", "text", "bytes", "array"])
def test_an_image_is_decoded_wherever_it_comes_from(tmp_path: Path, source: str) -> None:
    file = tmp_path / "video.mp4"  # names say nothing
    file.write_bytes(png())
    given = {"path": file, "text": str(file), "bytes": png(), "array": RGB}[source]
    with open_media(given) as media:
        assert isinstance(media, DecodedImage)
        np.testing.assert_array_equal(media.rgb, RGB)
        if source != "array":
            assert media.sha256 == hashlib.sha256(png()).hexdigest()


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_video_is_open_as_long_as_it_is_looked_at(tmp_path: Path, in_memory: bool) -> None:
    reel = write_reel(tmp_path / "foto.jpg.mp4", [np.full((32, 48, 3), 90, np.uint8)] * 5)
    with open_media(reel.read_bytes() if in_memory else reel) as media:
        assert isinstance(media, Video)
        assert next(media.chosen_frames()).rgb.shape == (32, 48, 3)


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
