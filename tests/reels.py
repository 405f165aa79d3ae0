"""Videos made on the spot from rendered pictures, as phones, cameras and browsers save them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

#: What is coded how, unless a test says otherwise.
CODECS = {
    ".mp4": "mpeg4",
    ".mov": "mpeg4",
    ".webm": "libvpx",
    ".mkv": "libx264",
    ".avi": "mjpeg",
    ".ts": "mpeg2video",
    ".wmv": "wmv2",
}

_FORMATS = {".wmv": "asf", ".ts": "mpegts", ".mkv": "matroska"}
_PIXEL_FORMATS = {"mjpeg": "yuvj420p", "prores_ks": "yuv422p10le", "png": "rgb24"}
_SOUND_RATE = 48000
_RGB = {np.dtype(np.uint8): "rgb24", np.dtype(np.uint16): "rgb48le"}

# Of AVColorSpace, and what PyAV's conversion calls them.
_BT601 = 6
_MATRICES = {1: "itu709", _BT601: "itu601", 9: "bt2020"}


def write_reel(
    file: Path,
    frames: Iterable[NDArray[np.uint8] | NDArray[np.uint16]],
    *,
    rate: float = 10.0,
    seconds: Sequence[float] | None = None,
    codec: str | None = None,
    pixel_format: str | None = None,
    options: dict[str, str] | None = None,
    pixel_aspect: Fraction | None = None,
    matrix: Sequence[int] | None = None,
    tags: dict[str, int] | None = None,
    coded_as: int | None = None,
    field_order: int | None = None,
    sound_s: float = 0.0,
) -> Path:
    """Save (H, W, 3) RGB frames of even sizes.

    Parameters
    ----------
    rate : float
        Frames a second.
    seconds : sequence of float, optional
        When each frame is shown, and when the last one ends; by default evenly spaced.
    codec, pixel_format, options
        As FFmpeg names them.
    pixel_aspect : Fraction, optional
        Width of a pixel as a share of its height.
    matrix : sequence of int, optional
        How a frame of an MP4 or MOV is turned and mirrored to be shown: ISO/IEC 14496-12, 8.3.2.
    tags : dict, optional
        ``colorspace``, ``color_trc`` and ``color_primaries`` as ITU-T H.273 numbers them.
    coded_as : int, optional
        The matrix by which RGB is coded, whatever the tags say; by default that of BT.601.
    field_order : int, optional
        What the container says of the halves of its frames, as FFmpeg numbers it.
    sound_s : float
        Seconds of silence.
    """
    name = codec or CODECS[file.suffix]
    frame_rate = Fraction(rate).limit_denominator(1001)
    with (
        _scheduled_as_it_was(),
        av.open(str(file), "w", format=_FORMATS.get(file.suffix)) as container,
    ):
        stream = container.add_stream(name, rate=frame_rate, options=options or {})
        stream.pix_fmt = pixel_format or _PIXEL_FORMATS.get(name, "yuv420p")
        context = stream.codec_context
        context.time_base = Fraction(1, 1000) if seconds else 1 / frame_rate
        context.thread_count = 1
        if pixel_aspect is not None:
            context.sample_aspect_ratio = pixel_aspect
        for tag, value in (tags or {}).items():
            setattr(context, tag, value)
        if field_order is not None:
            context.field_order = field_order
        silence = container.add_stream("aac", rate=_SOUND_RATE) if sound_s else None
        shown_for: dict[int | None, int] = {}
        for number, rgb in enumerate(frames):
            if not number:
                stream.height, stream.width = rgb.shape[:2]
                stream.bit_rate = round(4 * rate * rgb.shape[0] * rgb.shape[1])
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format=_RGB[rgb.dtype])
            frame = frame.reformat(
                format=stream.pix_fmt, dst_colorspace=_MATRICES[coded_as or _BT601]
            )
            frame.time_base = context.time_base
            frame.pts = round(1000 * seconds[number]) if seconds else number
            if seconds:
                shown_for[frame.pts] = round(1000 * seconds[number + 1]) - frame.pts
            _mux(container, stream.encode(frame), shown_for)
        _mux(container, stream.encode(None), shown_for)
        if silence is not None:
            for at in range(0, round(sound_s * _SOUND_RATE), 1024):
                quiet = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
                )
                quiet.sample_rate, quiet.pts = _SOUND_RATE, at
                container.mux(silence.encode(quiet))
            container.mux(silence.encode(None))
    if matrix is not None:
        _write_matrix(file, matrix)
    return file


def _write_matrix(file: Path, matrix: Sequence[int]) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in matrix)
    file.write_bytes(data)


def _mux(
    container: av.container.OutputContainer,
    packets: Iterable[av.Packet],
    shown_for: dict[int | None, int],
) -> None:
    for packet in packets:
        packet.duration = shown_for.get(packet.pts, packet.duration)
        container.mux(packet)


@contextmanager
def _scheduled_as_it_was() -> Iterator[None]:
    """SVT-AV1, if run by root, leaves the thread that uses it at the highest real-time priority.

    A browser that a later test starts inherits it, and where it is busy nothing else runs.
    """
    if not hasattr(os, "sched_setscheduler"):  # not Linux
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def shown_turned(degrees: int) -> list[int]:
    """The matrix with which phones say that a video is to be shown turned clockwise."""
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    return [value * 0x10000 for value in (cosine, sine, 0, -sine, cosine, 0, 0, 0, 0x4000)]
