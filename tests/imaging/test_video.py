"""Frames of videos: which are chosen, that they are upright, and that faults have a code."""

import hashlib
import io
import itertools
import socket
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging import video, video_decoding
from netravision.imaging.image import read_image
from netravision.imaging.inspection import inspect_file
from netravision.imaging.video import Frame, open_video
from tests.reels import CODECS, shown_turned, write_reel

GRAY = np.full((120, 200, 3), 120, np.uint8)


def with_patch(color: tuple[int, int, int], left: int = 60) -> np.ndarray:
    rgb = GRAY.copy()
    rgb[40:52, left : left + 12] = color
    return rgb


def noisy(*frames: np.ndarray, times: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [
        np.clip(frame.astype(int) + rng.integers(-4, 5, frame.shape), 0, 255).astype(np.uint8)
        for frame in frames
        for _ in range(times)
    ]


def chosen(source: Path | bytes) -> list[Frame]:
    with open_video(source) as opened:
        assert opened is not None
        return list(opened.chosen_frames())


@pytest.mark.parametrize("suffix", CODECS)
def test_each_format_gives_its_colors(tmp_path: Path, suffix: str) -> None:
    color = np.broadcast_to(np.array((220, 130, 40), np.uint8), (96, 160, 3))
    file = write_reel(tmp_path / f"reel{suffix}", [color] * 10)
    (frame,) = chosen(file)
    assert frame.second == 0.0
    assert frame.rgb.shape == (96, 160, 3)
    assert frame.rgb.flags.c_contiguous
    assert np.abs(frame.rgb.astype(int) - (220, 130, 40)).max() <= 8
    with open_video(file.read_bytes()) as opened:
        assert opened is not None
        assert not opened.truncated
        assert opened.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("libx264", ".mp4"),
        ("libx264", ".ts"),
        ("libx265", ".mp4"),
        ("libsvtav1", ".mp4"),
        ("libsvtav1", ".webm"),
        ("libvpx-vp9", ".webm"),
        ("mpeg4", ".avi"),
        ("mpeg2video", ".mkv"),
        ("prores_ks", ".mov"),
        ("msmpeg4", ".wmv"),
    ],
)
def test_codecs_of_phones_cameras_and_services(tmp_path: Path, codec: str, suffix: str) -> None:
    red, blue = (np.full((96, 160, 3), color, np.uint8) for color in ((220, 60, 40), (40, 90, 200)))
    file = write_reel(tmp_path / f"reel{suffix}", [red] * 15 + [blue] * 15, codec=codec)
    found = chosen(file)
    assert [frame.second for frame in found] == [0.0, 1.6]
    for frame, color in zip(found, ((220, 60, 40), (40, 90, 200)), strict=True):
        assert np.abs(frame.rgb.astype(int) - color).max() <= 10


INTERLACED = {"flags": "+ildct+ilme"}


@pytest.mark.parametrize(
    ("codec", "suffix", "options", "field_order"),
    [
        ("libx264", ".mp4", {"x264-params": "tff=1"}, None),
        ("mpeg2video", ".ts", {}, None),
        ("mpeg4", ".avi", {}, None),
        ("prores_ks", ".mov", {}, None),
        ("png", ".mov", {}, 2),
        ("ffv1", ".mkv", {}, 5),
    ],
)
def test_interlaced_pictures_become_whole_ones(
    tmp_path: Path, codec: str, suffix: str, options: dict[str, str], field_order: int | None
) -> None:
    """A bar moves on between the two half pictures; nothing but it and its ground is seen.

    The codec says so of each frame, or the container of all.
    """
    frames = []
    for number in range(20):
        rgb = GRAY.copy()
        rgb[::2, 8 * number : 8 * number + 40] = 240
        rgb[1::2, 8 * number + 4 : 8 * number + 44] = 240
        frames.append(rgb)
    if field_order is None:
        options = INTERLACED | options
    file = write_reel(
        tmp_path / f"reel{suffix}", frames, codec=codec, options=options, field_order=field_order
    )
    # What OpenCV 4.13 shows as a frame: memory that was given back, whatever stood in it.
    scraps = [np.full((120, 200, 3), (255, 0, 255), np.uint8) for _ in range(50)]
    del scraps
    found = chosen(file)
    assert [frame.second for frame in found] == [0.0, 1.0, 1.8]
    for frame in found:
        edge = round(80 * frame.second)
        columns = frame.rgb[20:100, :, 1].astype(int)
        assert np.abs(columns[:, : max(0, edge - 4)] - 120).max(initial=0) <= 12
        assert np.abs(columns[:, edge + 48 :] - 120).max() <= 12
        assert np.abs(columns[:, edge + 6 : edge + 38] - 240).max() <= 16
        # No comb: neighboring lines agree as well as they do in a progressive picture.
        inside = columns[:, max(0, edge - 4) : edge + 48]
        assert np.abs(np.diff(inside, axis=0)).mean() < 6
        assert np.ptp(frame.rgb.astype(int), axis=2).max() <= 12


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_picture_that_stands_as_one_frame_is_looked_at(tmp_path: Path, suffix: str) -> None:
    patch = with_patch((250, 250, 250))
    file = write_reel(
        tmp_path / f"reel{suffix}",
        [GRAY, patch, GRAY, patch],
        codec=None if suffix == ".webm" else "libx264",
        options={"bf": "0"},
        seconds=[0.0, 0.4, 10.4, 10.5, 40.5],
    )
    shown = [frame for frame in chosen(file) if frame.rgb[46, 66].min() > 200]
    assert [(frame.second, frame.until) for frame in shown] == [(0.4, 10.4), (10.5, 40.5)]
    with open_video(file) as opened:
        assert opened is not None
        again = list(opened.frames_at([10.5, 0.4]))
    assert [frame.second for frame in again] == [0.4, 10.5]
    assert all((one.rgb == two.rgb).all() for one, two in zip(again, shown, strict=True))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_clock_that_does_not_begin_at_zero_makes_nothing_longer(
    tmp_path: Path, suffix: str
) -> None:
    file = write_reel(
        tmp_path / f"reel{suffix}",
        [GRAY, with_patch((250, 250, 250))],
        seconds=[7.0, 7.6, 9.6],
    )
    assert [(frame.second, frame.until) for frame in chosen(file)] == [(0.0, 0.6), (0.6, 2.6)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_sound_that_goes_on_is_no_end_that_is_missing(tmp_path: Path, suffix: str) -> None:
    file = write_reel(
        tmp_path / f"reel{suffix}", noisy(GRAY, times=20), codec="libx264", sound_s=9.0
    )
    with open_video(file) as opened:
        assert opened is not None
        frames = list(opened.chosen_frames())
        assert not opened.truncated
    assert [frame.second for frame in frames] == [0.0, 1.9]
    assert 8.9 <= frames[-1].until <= 9.2


@pytest.mark.parametrize(
    ("aspect", "size"),
    [(Fraction(64, 45), (120, 284)), (Fraction(3, 4), (160, 200)), (Fraction(50), (120, 200))],
)
@pytest.mark.parametrize("suffix", [".mp4", ".ts", ".mkv"])
def test_pixels_become_square(
    tmp_path: Path, suffix: str, aspect: Fraction, size: tuple[int, int]
) -> None:
    file = write_reel(tmp_path / f"reel{suffix}", [GRAY] * 5, codec="libx264", pixel_aspect=aspect)
    (frame,) = chosen(file)
    assert np.abs(np.array(frame.rgb.shape[:2]) - size).max() <= 1


def test_a_size_that_changes_is_fitted_into_the_largest(tmp_path: Path) -> None:
    sizes = [(48, 80), (96, 160), (120, 60)]
    levels = [80, 160, 240]
    joined = b"".join(
        write_reel(
            tmp_path / f"{level}.ts", [np.full((*size, 3), level, np.uint8)] * 20
        ).read_bytes()
        for size, level in zip(sizes, levels, strict=True)
    )
    frames = chosen(joined)
    assert {frame.rgb.shape for frame in frames} == {(96, 160, 3)}
    assert [round(frame.rgb[48, 80, 0] / 80) * 80 for frame in frames] == levels
    # The clock begins again with each part.
    assert [round(frame.second) for frame in frames] == [0, 2, 4]
    tall = frames[-1].rgb
    assert tall[:, :50].max() <= 2
    assert tall[:, 110:].max() <= 2


@pytest.mark.parametrize(
    ("size", "tags", "matrix"),
    [
        ((720, 1280), {}, 1),
        ((480, 640), {}, 6),
        ((1280, 720), {}, 1),
        ((480, 640), {"colorspace": 1}, 1),
        ((720, 1280), {"colorspace": 6}, 6),
    ],
)
def test_colors_without_a_tag_are_those_of_the_size(
    tmp_path: Path, size: tuple[int, int], tags: dict[str, int], matrix: int
) -> None:
    rgb = np.broadcast_to(np.array((200, 40, 60), np.uint8), (*size, 3))
    file = write_reel(tmp_path / "reel.mp4", [rgb] * 3, codec="libx264", tags=tags, coded_as=matrix)
    (frame,) = chosen(file)
    assert np.abs(frame.rgb.astype(int) - (200, 40, 60)).max() <= 4


@pytest.mark.parametrize("flipped", [False, True])
def test_a_mirrored_video_is_shown_as_told(tmp_path: Path, flipped: bool) -> None:
    rgb = GRAY.copy()
    rgb[:40, :60] = (220, 20, 20)
    one, other = (0x10000, -0x10000) if flipped else (-0x10000, 0x10000)
    (plain,) = chosen(write_reel(tmp_path / "plain.mp4", [rgb] * 5))
    matrix = [one, 0, 0, 0, other, 0, 0, 0, 0x40000000]
    (frame,) = chosen(write_reel(tmp_path / "mirrored.mp4", [rgb] * 5, matrix=matrix))
    assert (frame.rgb == np.flip(plain.rgb, axis=0 if flipped else 1)).all()


def test_frames_are_chosen_where_something_comes_up(tmp_path: Path) -> None:
    """A clock that looks every two seconds would miss what is there from 2.3 to 3.1 s."""
    frames = noisy(GRAY, times=23) + noisy(with_patch((250, 250, 250)), times=8)
    frames += noisy(GRAY, times=9)
    seconds = [frame.second for frame in chosen(write_reel(tmp_path / "reel.mp4", frames))]
    assert seconds[0] == 0.0
    assert any(2.3 <= second < 3.1 for second in seconds)
    assert len(seconds) <= 3


def test_a_still_video_is_looked_at_now_and_then(tmp_path: Path) -> None:
    frames = noisy(GRAY, times=120)
    seconds = [frame.second for frame in chosen(write_reel(tmp_path / "reel.mp4", frames))]
    assert seconds == [0.0, 5.0, 10.0]


def test_it_is_known_how_long_a_picture_stays(tmp_path: Path) -> None:
    patch = with_patch((250, 250, 250))
    frames = noisy(GRAY, times=20) + noisy(patch, times=80) + noisy(GRAY, times=20)
    found = chosen(write_reel(tmp_path / "reel.mp4", frames))
    shown = [frame for frame in found if frame.rgb[46, 66].min() > 200]
    assert 2.0 <= shown[0].second <= 2.3
    assert 9.7 <= shown[-1].until < 10.0
    assert found[-1].until >= 11.6
    assert all(one.until <= other.second for one, other in itertools.pairwise(found))


def test_what_comes_up_in_the_last_moment_is_seen(tmp_path: Path) -> None:
    frames = noisy(GRAY, times=20) + noisy(with_patch((0, 0, 0)), times=2)
    last = chosen(write_reel(tmp_path / "reel.mp4", frames))[-1]
    assert last.second >= 2.0
    assert last.rgb[46, 66].max() < 60


def test_a_video_that_never_rests_has_a_limited_number_of_frames(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(400)]
    short = chosen(write_reel(tmp_path / "short.mp4", frames[:300], rate=10))
    long = chosen(write_reel(tmp_path / "long.mp4", frames, rate=2))  # 200 s
    for found, length in ((short, 30), (long, 200)):
        seconds = np.array([frame.second for frame in found])
        assert 20 <= len(seconds) <= video.MAX_FRAMES + video.BURST
        assert np.diff(seconds).min() >= video.SHORTEST_S
        # Not only its beginning.
        assert np.diff(seconds).max() <= max(2.0, 2 * length / video.MAX_FRAMES)
        assert seconds[-1] > 0.95 * length - 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_phone_is_set_upright(tmp_path: Path, degrees: int) -> None:
    rgb = GRAY.copy()
    rgb[:40, :60] = (220, 20, 20)
    (plain,) = chosen(write_reel(tmp_path / "plain.mp4", [rgb] * 5))
    matrix = shown_turned(degrees)
    (frame,) = chosen(write_reel(tmp_path / "turned.mp4", [rgb] * 5, matrix=matrix))
    # The matrix turns clockwise, rot90 counterclockwise.
    assert (frame.rgb == np.rot90(plain.rgb, -degrees // 90)).all()


def test_frames_are_found_again(tmp_path: Path) -> None:
    scenes = [with_patch((250, 250, 250), left) for left in (20, 60, 100, 140)]
    file = write_reel(tmp_path / "reel.webm", noisy(*scenes, times=12))
    first = {frame.second: frame.rgb for frame in chosen(file)}
    assert len(first) >= 4
    with open_video(file) as opened:
        assert opened is not None
        again = {frame.second: frame.rgb for frame in opened.frames_at([*first, 999.0])}
    assert first.keys() == again.keys()
    assert all((first[second] == again[second]).all() for second in first)


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(GRAY).save(buffer, "GIF")
    with open_video(buffer.getvalue()) as opened:
        assert opened is None
    file = write_reel(tmp_path / "reel.jpg.mp4", [GRAY] * 3).rename(tmp_path / "reel.jpg")
    with pytest.raises(PhotoError, match="a video"):
        read_image(file)
    assert inspect_file(file).format == "MP4"


def test_a_name_that_is_no_text_or_looks_like_an_address_is_opened(tmp_path: Path) -> None:
    source = write_reel(tmp_path / "reel.mp4", [GRAY] * 3).read_bytes()
    for name in ("concat=http,x%03d.mp4", "😀 rapat.mp4", "-i.mp4"):
        file = tmp_path / name
        file.write_bytes(source)
        assert len(chosen(file)) == 1


def fault(source: Path | bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        chosen(source)
    return caught.value.code


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_a_cut_video_is_marked_or_named(tmp_path: Path, suffix: str) -> None:
    data = write_reel(tmp_path / f"reel{suffix}", noisy(GRAY, times=60)).read_bytes()
    outcomes = set()
    for tenth in range(1, 10):
        with open_video(data[: len(data) * tenth // 10]) as opened:
            assert opened is not None
            try:
                assert len(list(opened.chosen_frames())) > 0
                assert opened.truncated
                outcomes.add("screened")
            except PhotoError as error:
                assert error.code == "truncated"
                outcomes.add(error.code)
    # The index of an MP4 is at its end: without it nothing can be found.
    assert outcomes == ({"truncated"} if suffix == ".mp4" else {"screened"})


def test_a_broken_video_is_a_coded_error(tmp_path: Path) -> None:
    data = bytearray(write_reel(tmp_path / "reel.mp4", [GRAY] * 10).read_bytes())
    head = bytes(data[:32])
    assert fault(head + b"\0" * 4000) in ("unreadable", "truncated")
    noise = np.random.default_rng(0).bytes(4000)
    assert fault(head + noise) in ("unreadable", "truncated")
    # Pixels turned to noise: FFmpeg shows something or nothing, and never crashes.
    data[60:-1200] = np.random.default_rng(1).bytes(len(data) - 1260)
    try:
        chosen(bytes(data))
    except PhotoError as error:
        assert error.code == "unreadable"


@pytest.mark.parametrize("table", [b"stco", b"stsz", b"stts", b"mdhd"])
@pytest.mark.parametrize("value", [b"\0\0\0\0", b"\x7f\xff\xff\xf0", b"\xff\xff\xff\xff"])
def test_an_index_that_points_nowhere_ends_no_process(
    tmp_path: Path, table: bytes, value: bytes
) -> None:
    frames = [np.full((48, 64, 3), shade, np.uint8) for shade in range(0, 200, 10)]
    data = write_reel(tmp_path / "reel.mp4", frames).read_bytes()
    at = data.index(table)
    for offset in (8, 12, 16):
        damaged = bytearray(data)
        damaged[at + offset : at + offset + 4] = value
        try:
            chosen(bytes(damaged))
        except PhotoError as error:
            assert error.code in ("unreadable", "truncated", "too_large")


def test_limits_of_length_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_reel(tmp_path / "reel.mp4", [GRAY] * 30)
    monkeypatch.setattr(video, "MAX_LENGTH_S", 2.0)
    assert fault(file) == "too_large"
    monkeypatch.setattr(video, "MAX_LENGTH_S", 4.0)
    assert len(chosen(file)) == 1
    monkeypatch.setattr(video_decoding, "MAX_FRAME_PIXELS", 120 * 200 - 1)
    assert fault(file) == "too_large"


def test_a_playlist_calls_nobody(tmp_path: Path) -> None:
    """FFmpeg would fetch what a playlist names, whatever the file is called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/1.ts"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n"
        file = tmp_path / "reel.mp4"
        file.write_text(playlist)
        with open_video(file) as opened:
            assert opened is None
        # Even if it were taken for a video, FFmpeg is kept to the file.
        forced = video.Video(io.BytesIO(playlist.encode()), "MP4")
        with pytest.raises(PhotoError):
            list(forced.chosen_frames())
        with pytest.raises(TimeoutError):
            server.accept()
