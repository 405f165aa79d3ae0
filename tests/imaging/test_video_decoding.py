"""Pictures of a video with the time that each is shown; what is chosen of them is in test_video."""

import io
import os

import av
import numpy as np
import pytest

from netravision.errors import PhotoError
from netravision.imaging.video_decoding import VideoDecoder, _Stream, missing_codecs
from tests.reels import write_reel

SHADES = (40, 120, 200)


def frames():
    return [np.full((48, 64, 3), shade, np.uint8) for shade in SHADES]


def test_this_environment_decodes_all_that_the_docs_name() -> None:
    assert missing_codecs() == []


@pytest.mark.parametrize(("suffix", "form"), [(".mp4", "MP4"), (".mkv", "MKV")])
def test_each_picture_has_its_time_and_its_pixels(tmp_path, suffix: str, form: str) -> None:
    file = write_reel(tmp_path / f"a{suffix}", frames(), seconds=[0, 0.4, 10.4, 11])
    with file.open("rb") as stream:
        decoder = VideoDecoder(stream, form, cut=False)
        assert decoder.length() == pytest.approx(11, abs=0.11)
        pictures = list(decoder.pictures())
        # As often as asked.
        assert len(list(decoder.pictures())) == 3
    assert not decoder.damaged
    assert [picture.second for picture in pictures] == pytest.approx([0, 0.4, 10.4], abs=0.01)
    assert [picture.end for picture in pictures[:2]] == pytest.approx([0.4, 10.4], abs=0.01)
    for picture, shade in zip(pictures, SHADES, strict=True):
        assert picture.rgb.shape == (48, 64, 3)
        assert picture.rgb.flags.c_contiguous
        assert abs(float(picture.rgb.mean()) - shade) < 8


def test_what_is_no_video_is_unreadable(tmp_path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(200))
    with (tmp_path / "a.mp4").open("rb") as stream, pytest.raises(PhotoError) as raised:
        VideoDecoder(stream, "MP4", cut=False).length()
    assert raised.value.code == "unreadable"


def test_sound_alone_is_no_picture(tmp_path) -> None:
    for form, suffix in (("MP4", ".mp4"), ("MKV", ".mka"), ("TS", ".ts")):
        file = tmp_path / f"rekaman{suffix}"
        with av.open(
            str(file), "w", format={".mka": "matroska", ".ts": "mpegts"}.get(suffix)
        ) as to:
            sound = to.add_stream("aac", rate=48000)
            for at in range(0, 20 * 1024, 1024):
                quiet = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
                )
                quiet.sample_rate, quiet.pts = 48000, at
                to.mux(sound.encode(quiet))
            to.mux(sound.encode(None))
        with file.open("rb") as stream, pytest.raises(PhotoError) as raised:
            VideoDecoder(stream, form, cut=False).length()
        assert raised.value.code == "not_a_picture"


def test_nothing_is_sought_outside_the_file(tmp_path) -> None:
    """What the file system says of such a place, FFmpeg's wrapper would print."""
    (tmp_path / "a").write_bytes(b"123")
    with (tmp_path / "a").open("rb") as file:
        for stream in (_Stream(file), _Stream(io.BytesIO(b"123"))):
            assert [stream.seek(to) for to in (-5, 2, 2**62)] == [0, 2, 3]
            assert stream.seek(-1, os.SEEK_END) == 2
