"""The frames of a video that are worth a look.

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
from netravision.imaging.video_decoding import MAX_LENGTH_S, Picture, VideoDecoder, too_long
from netravision.languages import gettext as _

__all__ = [
    "BURST",
    "CELLS",
    "CHANGED",
    "MAX_FRAMES",
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

# Of the time between two comparisons: half a frame at 30 frames a second, so that 0.2 s is every
# sixth.
_TOLERANCE_S = 0.015


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
        self._form = form
        self._decoder = VideoDecoder(file, form, cut=self.truncated)

    def chosen_frames(self) -> Iterator[Frame]:
        """The frames that are worth a look, in order, at least one; all of one size.

        Raises
        ------
        PhotoError
            If not a single frame can be decoded, or the video is too long or too large.
        """
        try:
            length = self._decoder.length()
            if length > MAX_LENGTH_S:
                raise PhotoError("too_large", too_long(length))
            choice = _Choice(length)
            for picture in self._decoder.pictures():
                if choice.wants(picture) and choice.takes(picture):
                    yield from choice.finished()
        except PhotoError as error:
            if self.truncated and error.code == "unreadable":
                raise self._nothing_decoded() from error
            raise
        if not choice.end():
            raise self._nothing_decoded()
        yield from choice.finished()
        self.truncated = self.truncated or self._decoder.damaged

    def frames_at(self, seconds: Iterable[float]) -> Iterator[Frame]:
        """Frames that :meth:`chosen_frames` gave, again, by their seconds; unknown ones not.

        Parameters
        ----------
        seconds : iterable of float

        Yields
        ------
        Frame
        """
        wanted = set(seconds)
        for picture in self._decoder.pictures():
            if picture.second in wanted:
                wanted.remove(picture.second)
                yield Frame(picture.second, picture.second, picture.rgb)
            if not wanted:
                return

    def _nothing_decoded(self) -> PhotoError:
        if self.truncated:
            return PhotoError(
                "truncated",
                _("the {format} ends before its first frame").format(format=self._form),
            )
        return PhotoError(
            "unreadable", _("no frame of the {format} can be decoded").format(format=self._form)
        )


@contextmanager
def open_video(source: str | os.PathLike[str] | bytes) -> Iterator[Video | None]:
    """Open a path or the bytes of a file as a video; None if it is none, by its content.

    Parameters
    ----------
    source : path or bytes

    Yields
    ------
    Video or None

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

    def wants(self, picture: Picture) -> bool:
        return picture.second - self._probed_at >= PROBE_S - _TOLERANCE_S or _stands(picture)

    def takes(self, picture: Picture) -> bool:
        """Whether a picture is chosen, at one of the moments in which it is shown."""
        seen = _Chosen(picture)
        if not _stands(picture):
            return self._takes(seen, picture.second)
        # A picture that stands as one frame is compared as often as if it were many.
        second = max(picture.second, self._probed_at + PROBE_S)
        while second < picture.end and not self._takes(seen, second):
            second += PROBE_S
        return self._chosen[-1] is seen

    def _takes(self, seen: _Chosen, second: float) -> bool:
        if self._probed is None:
            due = changed = True
        else:
            passed = second - self._probed_at
            pace = max(self._length, second) / MAX_FRAMES
            self._allowance = min(self._allowance + passed / pace, float(BURST))
            before = self._chosen[-1]
            changed = _difference(seen.cells, before.cells) >= CHANGED
            resting = _difference(seen.cells, self._probed) < CHANGED
            since = second - before.second
            due = (
                (changed and since >= (SHORTEST_S if resting else MOVING_S)) or since >= STILL_S
            ) and self._allowance >= 1
            before.lasts = before.lasts and not changed
            if before.lasts:
                before.until = seen.second if due else seen.until
        self._probed_at, self._probed = second, seen.cells
        self._last = seen if changed and not due else None
        if due:
            self._allowance -= 1
            self._chosen.append(seen)
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
            yield Frame(chosen.second, chosen.until, chosen.picture.rgb)


class _Chosen:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.second = picture.second
        self.until = picture.end if _stands(picture) else picture.second
        self.cells = _cells(picture.coded_rgb)
        self.lasts = True


def _stands(picture: Picture) -> bool:
    """Whether a picture is shown for longer than it takes to see that it rests."""
    return picture.end - picture.second > PROBE_S + _TOLERANCE_S


def _cells(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(resize_longest_side(rgb, CELLS, upsampling=cv2.INTER_AREA), np.float32)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Of the cell that differs most, all colors together."""
    return float(np.abs(one - other).mean(axis=2).max())
