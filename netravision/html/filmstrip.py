"""The frames of a video that its findings are in, side by side in one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box
from netravision.core.resizing import longest_side_size
from netravision.finding import Finding
from netravision.imaging.image import DecodedImage
from netravision.imaging.video import Frame, open_video

__all__ = ["FRAME_SIDE", "MAX_FRAMES", "Filmstrip", "read_filmstrip"]

#: Frames in one picture; of more, each would be too small to see anything in.
MAX_FRAMES = 9

#: Longer side of one frame; boxes cut out of it are still sharp, and nine fit in memory.
FRAME_SIDE = 1280


class Filmstrip:
    """Frames in rows, in order of time.

    Parameters
    ----------
    frames : sequence of Frame
        At least one, all of the same size.
    sha256 : str
        Of the video.
    truncated : bool
        The video ends early.

    Attributes
    ----------
    picture : DecodedImage
        All of them, with the SHA-256 of the video.
    """

    def __init__(self, frames: Sequence[Frame], sha256: str, *, truncated: bool) -> None:
        height, width = frames[0].rgb.shape[:2]
        self._scale = min(1.0, FRAME_SIDE / max(height, width))
        self._size = longest_side_size((width, height), FRAME_SIDE, enlarge=False)
        columns = math.ceil(math.sqrt(len(frames)))
        rows = math.ceil(len(frames) / columns)
        sheet = np.full((rows * self._size[1], columns * self._size[0], 3), 255, np.uint8)
        self._corners = {}
        for number, frame in enumerate(frames):
            x, y = number % columns * self._size[0], number // columns * self._size[1]
            sheet[y : y + self._size[1], x : x + self._size[0]] = self._shrunk(frame.rgb)
            self._corners[frame.second] = x, y
        self.picture = DecodedImage(sheet, sha256, truncated)

    def _shrunk(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if rgb.shape[1::-1] == self._size:
            return rgb
        return np.asarray(cv2.resize(rgb, self._size, interpolation=cv2.INTER_AREA), np.uint8)

    def box(self, finding: Finding) -> Box | None:
        """Where a finding is in the picture; its whole frame where it has no box.

        Parameters
        ----------
        finding : Finding

        Returns
        -------
        (x0, y0, x1, y1) or None
            Pixels of the picture; None if its frame is not among them.
        """
        if finding.frame_s not in self._corners:
            return None
        x, y = self._corners[finding.frame_s]
        if finding.box is None:
            return (float(x), float(y), float(x + self._size[0]), float(y + self._size[1]))
        x0, y0, x1, y1 = (value * self._scale for value in finding.box)
        return (x + x0, y + y0, x + x1, y + y1)


def read_filmstrip(path: Path, findings: Sequence[Finding]) -> Filmstrip | None:
    """Read the frames of the strongest findings.

    Parameters
    ----------
    path : Path
    findings : sequence of Finding

    Returns
    -------
    Filmstrip or None
        None if the file no longer is that video.

    Raises
    ------
    PhotoError
        If the video cannot be read.
    """
    strongest = sorted(findings, key=lambda finding: -finding.score)
    seconds = list(dict.fromkeys(f.frame_s for f in strongest if f.frame_s is not None))[
        :MAX_FRAMES
    ]
    with open_video(path) as video:
        frames = [] if video is None else list(video.frames_at(seconds))
        if video is None or not frames:
            return None
        return Filmstrip(frames, video.sha256, truncated=video.truncated)
