"""What is seen in many frames becomes few findings, with their seconds."""

from dataclasses import astuple, replace

import pytest

from netravision.finding import Finding
from netravision.result import Photo
from netravision.video_findings import GAP_S, frame_photo, join_frames
from tests.made_evidence import HAND


def two(score: float, left: float = 10.0) -> Finding:
    box = (left, 10.0, left + 20, 30.0)
    return Finding("hands", "number-2", "two", score, box, HAND)


THUMB = Finding("hands", "pose-thumb_up", "thumb_up", 0.6, None, HAND)
SEEN = Finding("hands", None, "fist", 0.3, None, HAND)


def when(finding: Finding) -> tuple[float, ...]:
    assert finding.evidence.video is not None
    return astuple(finding.evidence.video)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([], []),
        ([(0.0, []), (1.0, [])], []),
        ([(1.5, [two(0.9)])], [("number-2", 0.9, (1.5, 1.5, 1.5, 1, 1))]),
        # The same pose over many frames, best in the second; a frame without it in between.
        (
            [(1.0, [two(0.8)]), (2.0, [two(0.95)]), (3.0, []), (4.0, [two(0.7)]), (5.0, [])],
            [("number-2", 0.95, (2.0, 1.0, 4.0, 3, 4))],
        ),
        # Of equals the first.
        (
            [(0.0, [two(0.8)]), (5.0, [two(0.8)])],
            [("number-2", 0.8, (0.0, 0.0, 5.0, 2, 2))],
        ),
        # Shown again later: somebody may look at both.
        (
            [(0.0, [two(0.8)]), (3.0, []), (GAP_S + 0.1, [two(0.9)])],
            [
                ("number-2", 0.9, (GAP_S + 0.1, GAP_S + 0.1, GAP_S + 0.1, 1, 1)),
                ("number-2", 0.8, (0.0, 0.0, 0.0, 1, 1)),
            ],
        ),
        # Two people in the best frame are two findings, as in a photo.
        (
            [(0.0, [two(0.8)]), (1.0, [two(0.9), two(0.7, left=60.0)])],
            [("number-2", 0.9, (1.0, 0.0, 1.0, 2, 2)), ("number-2", 0.7, (1.0, 0.0, 1.0, 2, 2))],
        ),
        # Another rule counts for itself; what no rule asks for by its label.
        (
            [(0.0, [two(0.8), THUMB, SEEN]), (1.0, [THUMB, SEEN])],
            [
                ("number-2", 0.8, (0.0, 0.0, 0.0, 1, 1)),
                ("pose-thumb_up", 0.6, (0.0, 0.0, 1.0, 2, 2)),
                (None, 0.3, (0.0, 0.0, 1.0, 2, 2)),
            ],
        ),
    ],
)
def test_joining(
    frames: list[tuple[float, list[Finding]]], expected: list[tuple[str | None, float, object]]
) -> None:
    joined = join_frames((second, second, found) for second, found in frames)
    assert [(f.rule, f.score, when(f)) for f in joined] == expected
    if expected:
        assert replace(joined[0].evidence, video=None) == HAND  # what was measured stays


def test_the_second_of_a_record() -> None:
    video = Photo("a/reel.mp4", "ab" * 32, 640, 480, "a", "frame")
    found = join_frames([(2.0, 2.0, [two(0.9)]), (9.0, 9.0, [THUMB])])
    assert frame_photo(video, found).frame_s == 2.0
    assert frame_photo(video, []).frame_s == 0.0
    for other in (
        Photo("a/1.jpg", "ab" * 32, 640, 480, "a"),
        Photo("a/broken.mp4", "ab" * 32, None, None, "a", "frame"),
    ):
        assert frame_photo(other, []).frame_s is None


def test_the_sentence_says_when() -> None:
    (many,) = join_frames([(61.2, 61.2, [two(0.9)]), (63.0, 64.0, []), (65.9, 65.9, [two(0.8)])])
    assert "from 1:01 to 1:05 of the video, in 2 of 3 frames" in many.reason
    (held,) = join_frames([(61.2, 65.9, [two(0.9)])])
    assert "from 1:01 to 1:05 of the video, in a picture that stays." in held.reason
    assert "dari 1:01 sampai 1:05 dalam video, pada gambar" in held.explain("id")
    (once,) = join_frames([(125.0, 125.0, [two(0.9)])])
    assert once.reason.endswith("Seen at 2:05 of the video.")


def test_a_picture_that_stays_is_seen_until_it_changes() -> None:
    (held,) = join_frames([(1.0, 4.8, [two(0.9)]), (6.0, 7.4, [two(0.8)]), (8.0, 9.0, [])])
    assert when(held) == (1.0, 1.0, 7.4, 2, 2)
    first, later = join_frames([(0.0, 4.0, [two(0.9)]), (4.0 + GAP_S + 0.1, 11.0, [two(0.8)])])
    assert (when(first)[2], when(later)[2]) == (4.0, 11.0)
