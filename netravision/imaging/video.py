"""The frames of a video that are worth a look: the one place that touches video files.

A minute of video has 1,800 frames and perhaps twenty different pictures. Frames are chosen where
the picture has changed and come to rest, at the least and at the most so far apart; how many of
the poses that are held for a moment are met so is measured by ``python -m benchmarks.video``.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.resizing import resize_longest_side
from netravision.errors import PhotoError
from netravision.imaging.file import open_file
from netravision.imaging.file_type import (
    HEAD_BYTES,
    VIDEO_FORMATS,
    VideoFormat,
    ends_early,
    identify,
)

__all__ = [
    "BURST",
    "CELLS",
    "CHANGED",
    "MAX_FRAMES",
    "MAX_FRAME_PIXELS",
    "MAX_LENGTH_S",
    "MOVING_S",
    "PROBE_S",
    "SHORTEST_S",
    "STILL_S",
    "Frame",
    "Video",
    "open_video",
]

#: Frames chosen of a video of any length, and a few more: as many as a person would still look
#: at, and what an office PC screens in some minutes.
MAX_FRAMES = 60

#: Seconds. Decoding takes a third of that on an office PC; what is longer is cut into pieces.
MAX_LENGTH_S = 1800.0

#: 8K; phones record half of that.
MAX_FRAME_PIXELS = 7680 * 4320

#: Seconds between two frames that are compared. A pose is held longer.
PROBE_S = 0.2

#: Frames are never chosen closer together than this, in seconds.
SHORTEST_S = 0.5

#: Frames above the average rate that may follow each other at once: a scene in which much
#: happens after one in which nothing did.
BURST = 6

#: Seconds after which a moving picture is looked at although it does not come to rest.
MOVING_S = 1.0

#: Seconds after which a picture is looked at again although nothing seems to have changed: what
#: changes in less than a cell is not seen.
STILL_S = 5.0

#: Cells along the longer side on which two frames are compared. A raised hand has 2.4 % of it in
#: the median of real scenes, one cell and a half; with half as many cells a third of them differ
#: too little from what is behind them.
CELLS = 64

#: Levels of 255 by which one cell must differ. In the reels of the benchmark, noise and coding
#: make up to 3 in a still scene, a hand that comes up 23 and more.
CHANGED = 12.0

# What FFmpeg is kept to: it could read playlists, and what these name, over the network.
_CAPTURE_OPTIONS = (
    "protocol_whitelist;none|format_whitelist;mov,mp4,m4a,3gp,3g2,mj2,matroska,webm|threads;1"
)

# Seconds by which a file may end before the length it says without being called truncated:
# sound is often longer than the picture.
_SHORTER_S = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a video.

    Attributes
    ----------
    second : float
        Since the beginning, to the millisecond.
    until : float
        The last second before the picture changed from this one, or was chosen again.
    rgb : (H, W, 3) uint8 ndarray
        C-contiguous, upright.
    """

    second: float
    until: float
    rgb: NDArray[np.uint8]


class Video:
    """A video that can be read; made by :func:`open_video`.

    Attributes
    ----------
    sha256 : str
        Of the file's bytes.
    truncated : bool
        The file ends early. What is damaged inside is known when all frames have been read.
    """

    def __init__(self, file: io.BufferedReader | io.BytesIO, form: VideoFormat) -> None:
        self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.truncated = ends_early(file, form)
        self._file = file
        self._form = form

    def chosen_frames(self) -> Iterator[Frame]:
        """The frames that are worth a look, in order, at least one.

        Raises
        ------
        PhotoError
            If not a single frame can be decoded, or the video is too long or too large.
        """
        with self._capture() as capture:
            length = _length(capture)
            if length > MAX_LENGTH_S:
                raise PhotoError("too_large", _too_long(length))
            choice = _Choice(length)
            second = -1.0
            for second in _seconds(capture):
                if second > MAX_LENGTH_S:
                    raise PhotoError("too_large", _too_long(second))
                if choice.wants_probe(second):
                    bgr = _retrieve(capture)
                    if bgr is not None and choice.takes(second, bgr):
                        yield from choice.finished()
            if not choice.end():
                raise self._why_undecodable(capture)
            yield from choice.finished()
            self.truncated = self.truncated or second + _SHORTER_S < length

    def frames_at(self, seconds: Iterable[float]) -> Iterator[Frame]:
        """Frames that :meth:`chosen_frames` gave, again, by their seconds; unknown ones not."""
        wanted = set(seconds)
        with self._capture() as capture:
            for second in _seconds(capture):
                if not wanted:
                    return
                if second in wanted:
                    wanted.remove(second)
                    bgr = _retrieve(capture)
                    if bgr is not None:
                        yield _frame(second, second, bgr)

    @contextmanager
    def _capture(self) -> Iterator[cv2.VideoCapture]:
        self._file.seek(0)
        with _kept_to_the_file():
            try:
                # OpenCV's type hints know its own stream class only; it takes any binary file.
                stream = cast(Any, _Stream(self._file))
                capture = cv2.VideoCapture(stream, cv2.CAP_FFMPEG, [])
            except cv2.error as error:
                raise PhotoError("unreadable", f"the video cannot be opened: {error}") from error
        try:
            if not capture.isOpened():
                raise self._why_undecodable(capture)
            width = capture.get(cv2.CAP_PROP_FRAME_WIDTH)
            height = capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            if width * height > MAX_FRAME_PIXELS:
                raise PhotoError(
                    "too_large",
                    f"frames of {width:.0f} × {height:.0f} pixels; at most "
                    f"{MAX_FRAME_PIXELS:,} pixels are decoded",
                )
            yield capture
        except (cv2.error, MemoryError) as error:
            raise PhotoError("unreadable", f"the video cannot be decoded: {error}") from error
        finally:
            capture.release()

    def _why_undecodable(self, capture: cv2.VideoCapture) -> PhotoError:
        if self.truncated:
            return PhotoError("truncated", f"the {self._form} ends before its first frame")
        codec = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=True)
        if codec.lower() == b"av01":
            return PhotoError(
                "unsupported", "a video coded as AV1, which cannot be decoded; save it as H.264"
            )
        return PhotoError("unreadable", f"no frame of the {self._form} can be decoded")


@contextmanager
def open_video(source: str | os.PathLike[str] | bytes) -> Iterator[Video | None]:
    """Open a path or the bytes of a file as a video; None if it is none, by its content.

    Raises
    ------
    PhotoError
        If the file cannot be read.
    """
    if isinstance(source, bytes):
        form = identify(source[:HEAD_BYTES])
        yield Video(io.BytesIO(source), form) if form in VIDEO_FORMATS else None
        return
    with open_file(source) as (file, form):
        yield Video(file, form) if form in VIDEO_FORMATS else None


class _Stream(io.BufferedIOBase):
    """A file as FFmpeg reads it: an exception raised in here would end the process.

    A damaged video has FFmpeg jump before the beginning or beyond the end. From the end it only
    ever asks for the size, one byte short of it in OpenCV 5.0.
    """

    def __init__(self, file: io.BufferedReader | io.BytesIO) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return self._file.read(size)
        except (OSError, OverflowError):  # a failing disk is a video that ends here
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            return self._file.seek(self._size)
        start = self._file.tell() if whence == os.SEEK_CUR else 0
        return self._file.seek(min(max(0, start + offset), self._size))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


class _Choice:
    """Decides, from small copies of the frames, which are worth a look.

    Every frame costs one of an allowance that grows with the seconds, so that their number stays
    near :data:`MAX_FRAMES`, also where a file says a wrong length.
    """

    def __init__(self, length: float) -> None:
        self._length = length
        self._allowance = float(BURST)
        self._probed_at = -math.inf
        self._probed: NDArray[np.float32] | None = None
        self._chosen: list[_Chosen] = []
        self._last: _Chosen | None = None
        """The last frame seen, if it shows something that no chosen one does."""

    def wants_probe(self, second: float) -> bool:
        # Half a frame less, so that 0.2 s at 30 frames a second is every sixth.
        return second - self._probed_at >= PROBE_S - 0.015

    def takes(self, second: float, bgr: NDArray[np.uint8]) -> bool:
        cells = _cells(bgr)
        chosen = _Chosen(second, bgr, cells)
        if self._probed is None:
            due = changed = True
        else:
            passed = second - self._probed_at
            pace = max(self._length, second) / MAX_FRAMES
            self._allowance = min(self._allowance + passed / pace, float(BURST))
            before = self._chosen[-1]
            changed = _difference(cells, before.cells) >= CHANGED
            resting = _difference(cells, self._probed) < CHANGED
            since = second - before.second
            due = (
                (changed and since >= (SHORTEST_S if resting else MOVING_S)) or since >= STILL_S
            ) and self._allowance >= 1
            before.lasts = before.lasts and not changed
            if before.lasts:
                before.until = second
        self._probed_at, self._probed = second, cells
        self._last = chosen if changed and not due else None
        if due:
            self._allowance -= 1
            self._chosen.append(chosen)
        return due

    def end(self) -> bool:
        """Take the last frame if nothing like it was taken, and have all finished, if any."""
        if not self._chosen:
            return False
        if self._last is not None:
            self._chosen.append(self._last)
        self._chosen.append(self._chosen[-1])
        return True

    def finished(self) -> Iterator[Frame]:
        """Chosen frames of which it is known how long they lasted: all but the last."""
        while len(self._chosen) > 1:
            chosen = self._chosen.pop(0)
            yield _frame(chosen.second, chosen.until, chosen.bgr)


class _Chosen:
    def __init__(self, second: float, bgr: NDArray[np.uint8], cells: NDArray[np.float32]) -> None:
        self.second = self.until = second
        self.bgr = bgr
        self.cells = cells
        self.lasts = True


def _cells(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(resize_longest_side(bgr, CELLS, upsampling=cv2.INTER_AREA), np.float32)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Of the cell that differs most, all colors together."""
    return float(np.abs(one - other).mean(axis=2).max())


def _retrieve(capture: cv2.VideoCapture) -> NDArray[np.uint8] | None:
    retrieved, bgr = capture.retrieve()
    return np.asarray(bgr, np.uint8) if retrieved else None


def _frame(second: float, until: float, bgr: NDArray[np.uint8]) -> Frame:
    return Frame(second, until, np.ascontiguousarray(bgr[:, :, ::-1]))


def _seconds(capture: cv2.VideoCapture) -> Iterator[float]:
    """Go through all frames; the second of each. Damaged time stamps go on by one frame."""
    rate = _rate(capture)
    last = -1.0 / rate
    while capture.grab():
        second = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if not last < second < last + MAX_LENGTH_S:
            second = last + 1.0 / rate
        last = second
        yield max(0.0, round(second, 3))


def _rate(capture: cv2.VideoCapture) -> float:
    rate = float(capture.get(cv2.CAP_PROP_FPS))
    return rate if 1 <= rate <= 1000 else 25.0


def _length(capture: cv2.VideoCapture) -> float:
    """Seconds, as the file says; 0 where it does not, as recordings of browsers."""
    frames = float(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    return frames / _rate(capture) if frames > 0 else 0.0


def _too_long(seconds: float) -> str:
    return (
        f"a video of {seconds / 60:.0f} minutes; at most {MAX_LENGTH_S / 60:.0f} are screened, "
        "so cut it into pieces"
    )


@contextmanager
def _kept_to_the_file() -> Iterator[None]:
    """FFmpeg's options while a file is opened; OpenCV takes them from the environment only."""
    name = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
    before = os.environ.get(name)
    os.environ[name] = _CAPTURE_OPTIONS
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
