"""The pictures of a video file, each with the time in which it is shown.

FFmpeg decodes, through PyAV. It is kept to one container, to the file that is open and to the
codecs listed here. Pictures of which a part could not be decoded are left out, so nothing is shown
that the file does not hold; what a filter writes into comes zeroed, never from other memory.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, cast

import av
import numpy as np
from av import Packet, VideoFrame, VideoStream
from av.container import InputContainer
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingLeft
from av.error import FFmpegError
from av.filter import Graph
from av.stream import Disposition
from numpy.typing import NDArray

from netravision.errors import PhotoError
from netravision.imaging.file_type import VideoFormat
from netravision.imaging.hdr import Transfer, tone_mapped
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = [
    "MAX_FRAME_PIXELS",
    "MAX_LENGTH_S",
    "Picture",
    "VideoDecoder",
    "missing_codecs",
    "too_long",
]

#: Seconds. Decoding takes a third of that on an office PC; what is longer is cut into pieces.
MAX_LENGTH_S = 1800.0

#: 8K; phones record half of that.
MAX_FRAME_PIXELS = 7680 * 4320

_DEMUXERS: dict[VideoFormat, str] = {
    "MP4": "mov",
    "MOV": "mov",
    "WEBM": "matroska",
    "MKV": "matroska",
    "AVI": "avi",
    "TS": "mpegts",
    "WMV": "asf",
}

# Decoders of what phones, cameras, screens, services and television save. FFmpeg has three
# hundred more that hardly anybody looks after.
_CODECS = (
    *("h264", "hevc", "libdav1d", "vp8", "vp9", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg"),
    *("h263", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "wmv3", "vc1", "prores", "dvvideo"),
    *("dnxhd", "rawvideo", "png", "qtrle", "ffv1", "huffyuv"),
)

_LIMITS = {"max_pixels": str(MAX_FRAME_PIXELS)}

# Codecs that do not say it of each frame are interlaced where their container says so: the filter's
# word for which half comes first, by AVFieldOrder.
_UNAWARE_CODECS = frozenset(("png", "qtrle", "mjpeg", "ffv1", "huffyuv", "rawvideo"))
_FIELD_ORDERS = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}

# Seconds by which time stamps may go back without the clock having been set.
_DISORDER_S = 1.0

# Wider pixels than of any camera are damage.
_MAX_PIXEL_ASPECT = 4

# Of AVColorSpace and AVColorTransferCharacteristic: ITU-T H.273.
_UNSPECIFIED = 2
_TRANSFERS: dict[int, Transfer] = {16: "PQ", 18: "HLG"}

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _View:
    """How a frame is brought upright: its size with square pixels, and how that is turned.

    Attributes
    ----------
    size : (int, int)
        Width and height before it is turned.
    transposed, mirrored, flipped : bool
        Applied in this order: rows for columns, left for right, top for bottom.
    """

    size: Size
    transposed: bool
    mirrored: bool
    flipped: bool

    @property
    def upright_size(self) -> Size:
        return self.size[::-1] if self.transposed else self.size

    def within(self, canvas: Size) -> _View:
        """The same view as large as a canvas allows."""
        width, height = self.upright_size
        scale = min(canvas[0] / width, canvas[1] / height)
        fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
        size = fitted[::-1] if self.transposed else fitted
        return _View(size, self.transposed, self.mirrored, self.flipped)


class Picture:
    """What is shown from one second to another.

    Attributes
    ----------
    second : float
        Since the beginning, to the millisecond.
    end : float
        When the next picture is shown, or the video ends.
    """

    def __init__(
        self, second: float, end: float, frame: VideoFrame, canvas: Size, view: _View
    ) -> None:
        self.second = second
        self.end = end
        self._frame = frame
        self._canvas = canvas
        self._view = view

    @cached_property
    def coded_rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3), upright; colors of high dynamic range are pale."""
        return self._converted("rgb24")

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3), C-contiguous, upright, sRGB; all pictures of a video have one size."""
        transfer = _TRANSFERS.get(self._frame.color_trc)
        if transfer is None:
            return self.coded_rgb
        return tone_mapped(self._converted("rgb48le"), transfer)

    def _converted(self, pixel_format: str) -> NDArray[Any]:
        view = self._view
        if view.upright_size != self._canvas:
            view = view.within(self._canvas)
        matrix = _matrix(self._frame)
        width, height = view.size
        scale = f"{width}:{height}:flags=bicubic" + (f":in_color_matrix={matrix}" if matrix else "")
        graph = _filter_graph(self._frame, ("scale", scale), ("format", pixel_format))
        graph.push(self._frame)
        rgb: NDArray[Any] = graph.vpull().to_ndarray()
        if view.transposed:
            rgb = rgb.transpose(1, 0, 2)
        if view.mirrored:
            rgb = rgb[:, ::-1]
        if view.flipped:
            rgb = rgb[::-1]
        return _padded(rgb, self._canvas)


class VideoDecoder:
    """Decodes one video, as often as asked.

    Parameters
    ----------
    file : binary file
        Seekable.
    form : str
        As :func:`netravision.imaging.file_type.identify` says.
    cut : bool
        The file is known to end early: its last picture is not shown until the end that it names.

    Attributes
    ----------
    damaged : bool
        Something could not be decoded; known when all pictures have been read.
    """

    def __init__(
        self, file: io.BufferedReader | io.BytesIO, form: VideoFormat, *, cut: bool
    ) -> None:
        self.damaged = False
        self._file = file
        self._form = form
        self._cut = cut

    def length(self) -> float:
        """Seconds, as the file says; 0 where it does not, as recordings of browsers.

        Raises
        ------
        PhotoError
            ``unreadable``, ``unsupported`` or ``too_large``; ``not_a_picture`` for sound alone.
        """
        with self._opened() as (container, stream):
            if stream.duration is not None:
                return _seconds(stream.duration, stream)
            return (container.duration or 0) / av.time_base

    def pictures(self) -> Iterator[Picture]:
        """All sound pictures, in the order of time.

        Where an error comes up, pictures are left out until one that needs no other. A file in
        which no picture is sound is read again with what decoders make of its errors.

        Raises
        ------
        PhotoError
            As :meth:`length` does.
        """
        canvas = self._canvas()
        for strictly in (True, False):
            found = False
            with self._opened(strictly=strictly) as (container, stream):
                frames = _deinterlaced(
                    self._sound_frames(container, stream, strictly=strictly), _field_order(stream)
                )
                for picture in self._timed(frames, container, stream, canvas):
                    found = True
                    yield picture
            if found or not self.damaged:
                return

    @contextmanager
    def _opened(self, *, strictly: bool = False) -> Iterator[tuple[InputContainer, VideoStream]]:
        self._file.seek(0)
        try:
            with av.open(
                _Stream(self._file),
                "r",
                format=_DEMUXERS[self._form],
                options=_LIMITS,
                container_options={
                    "protocol_whitelist": "none",
                    "codec_whitelist": ",".join(_CODECS),
                },
                metadata_errors="replace",
                io_open=_refuse,
            ) as container:
                stream = self._stream(container)
                stream.codec_context.thread_count = 1
                stream.codec_context.options = (
                    {**_LIMITS, "err_detect": "explode"} if strictly else _LIMITS
                )
                yield container, stream
        except (FFmpegError, MemoryError) as error:
            raise PhotoError(
                "unreadable",
                _("the {format} cannot be decoded: {why}").format(format=self._form, why=error),
            ) from error

    def _stream(self, container: InputContainer) -> VideoStream:
        """The moving picture, if there is one that is decoded here."""
        moving = [
            stream
            for stream in container.streams.video
            if not stream.disposition & Disposition.attached_pic
        ]
        if not moving:
            if container.streams.audio:
                raise PhotoError(
                    "not_a_picture",
                    _("the {format} holds sound and no video").format(format=self._form),
                )
            raise PhotoError(
                "unreadable", _("no video is found in the {format}").format(format=self._form)
            )
        best = container.streams.best("video")
        stream = best if isinstance(best, VideoStream) and best in moving else moving[0]
        codec = None if stream.codec_context is None else stream.codec_context.codec.name
        if codec not in _CODECS:
            raise PhotoError(
                "unsupported",
                _("a video coded as {codec}, which is not decoded; save it as H.264").format(
                    codec=codec or _("something unknown")
                ),
            )
        pixels = stream.width * stream.height
        if pixels > MAX_FRAME_PIXELS:
            raise PhotoError("too_large", _too_many_pixels(stream.width, stream.height))
        return stream

    def _canvas(self) -> Size | None:
        """Size of the largest picture; it only changes with one that needs no other."""
        sizes: set[Size] = set()
        with self._opened() as (container, stream):
            stream.codec_context.skip_frame = "NONKEY"
            for packet in _packets(container, stream):
                if packet is not None and not packet.is_keyframe:
                    continue
                try:
                    frames = stream.decode(packet)
                except FFmpegError:
                    continue
                sizes.update(_view(frame, stream).upright_size for frame in frames)
                if sizes and stream.codec_context.codec.intra_only:
                    break
        return max(sizes, key=lambda size: (size[0] * size[1], size), default=None)

    def _sound_frames(
        self, container: InputContainer, stream: VideoStream, *, strictly: bool
    ) -> Iterator[VideoFrame]:
        begun = waiting = False
        for packet in _packets(container, stream, self._note_damage):
            if waiting and packet is not None and not packet.is_keyframe:
                continue
            waiting = False
            frames, is_broken = _decoded(stream, packet, strictly=strictly)
            # A recording of television begins anywhere, mostly between two whole pictures.
            if is_broken and (begun or self._form != "TS"):
                self._note_damage()
            if is_broken and strictly:
                frames += _held_back(stream, packet)
                waiting = True
            for frame in frames:
                begun = True
                if frame.time_base is None:
                    frame.time_base = cast(Fraction, stream.time_base)
                yield frame

    def _note_damage(self) -> None:
        self.damaged = True

    def _timed(
        self,
        frames: Iterator[VideoFrame],
        container: InputContainer,
        stream: VideoStream,
        canvas: Size | None,
    ) -> Iterator[Picture]:
        one_frame = 1.0 / _rate(stream)
        begin = None if stream.start_time is None else _seconds(stream.start_time, stream)
        last, lasts = -one_frame, one_frame
        shown: Callable[[float], Picture] | None = None
        for frame in frames:
            stamp = frame.dts if frame.pts is None else frame.pts
            second = last + one_frame
            if stamp is not None:
                stamped = _seconds(stamp, frame)
                if begin is None or not -_DISORDER_S < stamped - begin - last < MAX_LENGTH_S:
                    begin = stamped - second  # a clock that has been set, as where films are joined
                # Damaged time stamps go on by one frame.
                second = stamped - begin if stamped - begin > last else second
            if second > MAX_LENGTH_S:
                raise PhotoError("too_large", too_long(second))
            last, lasts = second, _seconds(frame.duration, frame) or one_frame
            second = max(0.0, round(second, 3))
            if shown is not None:
                yield shown(second)
            view = _view(frame, stream)
            shown = partial(
                Picture, second, frame=frame, canvas=canvas or view.upright_size, view=view
            )
        if shown is None:
            return
        end = last + lasts
        if not (self._cut or self.damaged):
            # Sound may be longer, and the picture stands until it ends.
            end = max(end, _end(container, self._form) - (begin or 0.0))
        yield shown(round(min(end, MAX_LENGTH_S), 3))


def missing_codecs() -> list[str]:
    """Codecs of :class:`VideoDecoder` that the FFmpeg of this installation was built without."""
    return [name for name in _CODECS if name not in av.codecs_available]


class _Stream(io.BufferedIOBase):
    """A file as FFmpeg reads it; a damaged video has it jump out of the file on either side."""

    def __init__(self, file: io.BufferedReader | io.BytesIO) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_SET:
            return self._file.seek(min(max(0, offset), self._size))
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def _refuse(url: str, flags: int, options: dict[str, str]) -> None:
    """FFmpeg asks for another file, or an address; PyAV passes the error on."""
    raise PermissionError(f"{url!r} is not opened")


def _packets(
    container: InputContainer, stream: VideoStream, note_damage: Callable[[], None] | None = None
) -> Iterator[Packet[VideoStream] | None]:
    """All of one stream, and None at the end, which has the decoder give what it holds back."""
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except FFmpegError:
        if note_damage is not None:
            note_damage()
    yield None


def _decoded(
    stream: VideoStream, packet: Packet[VideoStream] | None, *, strictly: bool
) -> tuple[list[VideoFrame], bool]:
    """Whole frames that a packet completes, and whether something in it is broken."""
    if packet is not None and packet.is_corrupt and strictly:
        return [], True
    try:
        frames = stream.decode(packet)
    except FFmpegError:
        return [], True
    whole = [frame for frame in frames if not frame.is_corrupt]
    return whole, len(whole) < len(frames)


def _held_back(stream: VideoStream, broken: Packet[VideoStream] | None) -> list[VideoFrame]:
    """What is to be shown before a broken packet; the decoder then begins afresh."""
    frames: list[VideoFrame] = []
    try:
        if broken is not None and broken.pts is not None:
            frames = [
                frame
                for frame in stream.decode(None)
                if frame.pts is not None and frame.pts < broken.pts and not frame.is_corrupt
            ]
    except FFmpegError:
        frames = []
    stream.codec_context.flush_buffers()
    return frames


def _field_order(stream: VideoStream) -> str | None:
    """Which half comes first in all frames; None where each says whether it has any."""
    context = stream.codec_context
    if context.codec.name not in _UNAWARE_CODECS:
        return None
    return _FIELD_ORDERS.get(int(context.field_order))


def _deinterlaced(frames: Iterator[VideoFrame], field_order: str | None) -> Iterator[VideoFrame]:
    """Two half pictures, taken one after the other, become one; all others stay as they are."""
    graph: Graph | None = None
    form = None
    for frame in frames:
        if graph is not None and form != (frame.width, frame.height, frame.format.name):
            graph.push(None)
            yield from _pulled(graph)
            graph = None
        if graph is None:
            if not (frame.interlaced_frame or field_order):
                yield frame
                continue
            form = (frame.width, frame.height, frame.format.name)
            of = f"deint=all:parity={field_order}" if field_order else "deint=interlaced"
            graph = _filter_graph(frame, ("bwdif", f"mode=send_frame:{of}"))
        graph.push(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph)


def _filter_graph(frame: VideoFrame, *filters: tuple[str, str]) -> Graph:
    graph = Graph()
    graph.threads = 1
    nodes = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base,
        )
    ]
    nodes += [graph.add(name, arguments) for name, arguments in filters]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (NothingYet, NothingLeft):
            return


def _matrix(frame: VideoFrame) -> str | None:
    """How colors are coded where the frame does not say so: as HD is from HD size on."""
    if frame.colorspace != _UNSPECIFIED or frame.format.name.startswith("yuvj"):
        return None
    shorter, longer = sorted((frame.width, frame.height))
    return "bt709" if longer >= 1280 or shorter > 576 else "bt601"


def _view(frame: VideoFrame, stream: VideoStream) -> _View:
    size = (frame.width, frame.height)
    aspect = stream.codec_context.sample_aspect_ratio
    if size == (stream.width, stream.height):
        aspect = stream.sample_aspect_ratio or aspect
    if aspect and 1 < aspect <= _MAX_PIXEL_ASPECT:
        size = (round(size[0] * aspect), size[1])
    elif aspect and 1 > aspect >= Fraction(1, _MAX_PIXEL_ASPECT):
        size = (size[0], round(size[1] / aspect))
    if size[0] * size[1] > MAX_FRAME_PIXELS:
        raise PhotoError("too_large", _too_many_pixels(*size))
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return _View(size, False, False, False)
    # (x, y) is shown at (a x + c y, b x + d y); ISO/IEC 14496-12, 8.3.2.
    a, b, c, d = np.frombuffer(cast(Any, matrix), np.int32).astype(int)[[0, 1, 3, 4]]
    if abs(a) >= abs(b):
        return _View(size, False, bool(a < 0), bool(d < 0))
    return _View(size, True, bool(c < 0), bool(b < 0))


def _padded(rgb: NDArray[Any], canvas: Size) -> NDArray[Any]:
    height, width = rgb.shape[:2]
    if (width, height) == canvas:
        return np.ascontiguousarray(rgb)
    padded = np.zeros((canvas[1], canvas[0], 3), rgb.dtype)
    left, top = (canvas[0] - width) // 2, (canvas[1] - height) // 2
    padded[top : top + height, left : left + width] = rgb
    return padded


def _seconds(stamp: int, of: VideoFrame | VideoStream) -> float:
    return float(stamp * (of.time_base or 0))


def _rate(stream: VideoStream) -> float:
    rate = float(stream.average_rate or 0)
    return rate if 1 <= rate <= 1000 else 25.0


def _end(container: InputContainer, form: VideoFormat) -> float:
    """Seconds at which a container says that it ends; 0 where it does not."""
    if container.duration is None:
        return 0.0
    # Matroska says when it ends, others how long they last.
    begin = 0 if form in ("MKV", "WEBM") else container.start_time or 0
    return float(begin + container.duration) / av.time_base


def _too_many_pixels(width: int, height: int) -> str:
    return _("frames of {width} × {height} pixels; at most {limit} pixels are decoded").format(
        width=count(width), height=count(height), limit=count(MAX_FRAME_PIXELS)
    )


def too_long(seconds: float) -> str:
    """What to say of a video that is longer than :data:`MAX_LENGTH_S`.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
    """
    return _(
        "a video of {minutes} minutes; at most {limit} are screened, so cut it into pieces"
    ).format(minutes=count(round(seconds / 60)), limit=count(round(MAX_LENGTH_S / 60)))
