"""Findings in a video are shown in the frames they are in."""

from pathlib import Path

import numpy as np
import pytest

from netravision.finding import Finding
from netravision.html.blurred_faces import FaceFinder
from netravision.html.filmstrip import FRAME_SIDE, MAX_FRAMES, Filmstrip, read_filmstrip
from netravision.imaging.video import Frame, open_video
from netravision.result import Photo, Result
from netravision.review.cards import read_card
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.video_findings import join_frames
from netravision.watchlist import Watchlist
from tests.made_evidence import HAND
from tests.reels import write_reel

RED = np.array((230, 20, 20), np.uint8)


def frame(number: int, size: tuple[int, int] = (60, 80)) -> np.ndarray:
    """Gray, with a red square that is farther right in each."""
    rgb = np.full((*size, 3), 60 + 15 * number, np.uint8)
    rgb[20:30, 4 * number : 4 * number + 10] = RED
    return rgb


def found(number: int, second: float, *, boxed: bool = True) -> Finding:
    box = (4.0 * number, 20.0, 4.0 * number + 10, 30.0) if boxed else None
    (finding,) = join_frames(
        [(second, second, [Finding("hands", f"pose-{number}", "x", 0.9, box, HAND)])]
    )
    return finding


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_boxes_are_where_their_frames_are(count: int) -> None:
    frames = [Frame(float(n), float(n), frame(n)) for n in range(count)]
    strip = Filmstrip(frames, "ab" * 32, truncated=False)
    sheet = strip.picture.rgb
    for number in range(count):
        box = strip.box(found(number, float(number)))
        assert box is not None
        x0, y0, x1, y1 = (round(value) for value in box)
        assert (sheet[y0:y1, x0:x1] == RED).all()
        whole = strip.box(found(number, float(number), boxed=False))
        assert whole is not None
        x0, y0, x1, y1 = (round(value) for value in whole)
        assert (sheet[y0:y1, x0:x1] == frame(number)).all()
    assert strip.box(found(0, 99.0)) is None


def test_large_frames_are_made_smaller() -> None:
    large = frame(0, (1080, 2 * FRAME_SIDE))
    strip = Filmstrip([Frame(0.0, 0.0, large)], "ab" * 32, truncated=False)
    assert strip.picture.rgb.shape == (540, FRAME_SIDE, 3)
    assert strip.box(found(0, 0.0)) == (0.0, 10.0, 5.0, 15.0)


@pytest.fixture
def reel(tmp_path: Path) -> Path:
    return write_reel(tmp_path / "reel.mp4", [frame(n) for n in range(12) for _ in range(10)])


def test_the_strongest_are_read(reel: Path) -> None:
    with open_video(reel) as video:
        assert video is not None
        seconds = [chosen.second for chosen in video.chosen_frames()]
    assert len(seconds) > MAX_FRAMES
    findings = [found(n, second) for n, second in enumerate(seconds)]
    strip = read_filmstrip(reel, findings)
    assert strip is not None
    shown = [strip.box(finding) is not None for finding in findings]
    assert shown == [True] * MAX_FRAMES + [False] * (len(seconds) - MAX_FRAMES)


@pytest.mark.parametrize("change", [None, "other", "gone", "broken"])
def test_a_card_shows_the_frames_or_says_why_not(
    reel: Path, tmp_path: Path, change: str | None
) -> None:
    with open_video(reel) as video:
        assert video is not None
        sha256 = video.sha256
        first, *_, last = (chosen.second for chosen in video.chosen_frames())
    findings = (found(0, first), found(11, last))
    result = Result(Photo("reel.mp4", sha256, 80, 60, None, "frame"), findings=findings)
    if change == "other":
        write_reel(reel, [frame(3)] * 10)
    elif change == "gone":
        reel.unlink()
    elif change == "broken":
        reel.write_bytes(reel.read_bytes()[:300])
    with Run.start(tmp_path / "run", Watchlist.default()) as run:
        run.store.add(
            Appearance(reel, "reel.mp4", None, "frame", True, None, None, 1, 1, sha256), result
        )
        (stored,) = run.results()
        assert stored.photo.frame_s == first
        card = read_card(run, stored, FaceFinder())
    expected = {None: "", "other": "changed", "gone": "missing", "broken": "unreadable"}
    assert card.without_picture == expected[change]
    assert [candidate.number for candidate in card.candidates] == [1, 2]
    assert [candidate.crop is not None for candidate in card.candidates] == [change is None] * 2
