"""Evidence of every kind, to be changed with ``dataclasses.replace`` where a test needs more."""

from dataclasses import replace

from hypothesis import strategies as st

from netravision.evidence import (
    BadgeEvidence,
    ColorEvidence,
    EmblemEvidence,
    Evidence,
    HandEvidence,
    HandOfTwo,
    MaterialEvidence,
    SymbolEvidence,
    TextEvidence,
    TwoHandsEvidence,
    VideoSpan,
)
from netravision.finding import Finding

HAND = HandEvidence(
    fingers=(0, 1, 1, 0, 0),
    number=2,
    pose_probability=0.93,
    presence=0.98,
    hand_probability=0.96,
    shown=0.8,
    same_number=1,
    raised_hands=1,
    hand_px=41,
)
TWO_HANDS = TwoHandsEvidence(
    fingers=(1, 1, 1, 1, 1, 0, 1, 1, 0, 0),
    number=7,
    hands=(
        HandOfTwo(box=(10.0, 10.0, 50.0, 60.0), pose="five", fingers=(1, 1, 1, 1, 1)),
        HandOfTwo(box=(60.0, 10.0, 99.0, 60.0), pose="two", fingers=(0, 1, 1, 0, 0)),
    ),
    pose_probability=0.9,
    presence=0.95,
    hand_probability=0.94,
    shown=0.7,
    hand_px=50,
)
EMBLEM = EmblemEvidence(
    wear="worn",
    coverage=0.62,
    structure=0.72,
    color=0.9,
    turned_degrees=0.0,
    runner_up="sagara",
    margin=0.2,
)
SYMBOL = SymbolEvidence(
    coverage=0.1, structure=0.8, color=0.9, turned_degrees=0.0, runner_up=None, margin=0.3
)
MATERIAL = MaterialEvidence(
    inliers=41, likeness=0.9, structure=0.8, shown=0.5, coverage=0.2, mirrored=True
)
BADGE = BadgeEvidence(digits="2", shape="circle", contrast=90.0)
COLOR = ColorEvidence(
    share=0.2, largest_area=0.1, areas=3, mean_distance=4.25, people=None, faces=None
)
TEXT = TextEvidence(phrase="menang", read="MENANG!", mistakes=0, certainty=0.97)
VIDEO = VideoSpan(frame_s=3.0, first_s=2.0, last_s=4.0, frames=2, frames_looked_at=3)

ALL = (HAND, TWO_HANDS, EMBLEM, SYMBOL, MATERIAL, BADGE, COLOR, TEXT)

_pixels = st.floats(0, 10_000).map(lambda value: round(value, 1))
_boxes = st.tuples(_pixels, _pixels, _pixels, _pixels).map(
    lambda box: (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
)
_seconds = st.floats(0, 10_000)
_videos = st.builds(
    VideoSpan,
    frame_s=_seconds,
    first_s=_seconds,
    last_s=_seconds,
    frames=st.integers(1),
    frames_looked_at=st.integers(1),
)


def evidences() -> st.SearchStrategy[Evidence]:
    """Evidence of every kind, with values that its fields can have."""
    shares = st.floats(0, 1)
    varied = st.one_of(
        st.builds(
            replace,
            st.just(HAND),
            fingers=st.tuples(*[st.integers(0, 1)] * 5),
            number=st.none() | st.integers(0, 9),
            shown=shares,
        ),
        st.builds(replace, st.just(TWO_HANDS), number=st.integers(6, 10), shown=shares),
        st.builds(replace, st.just(EMBLEM), margin=shares, runner_up=st.none() | st.text()),
        st.builds(replace, st.just(SYMBOL), coverage=shares),
        st.builds(replace, st.just(MATERIAL), inliers=st.integers(0), mirrored=st.booleans()),
        st.builds(replace, st.just(BADGE), digits=st.from_regex("[0-9]{1,2}", fullmatch=True)),
        st.builds(
            replace,
            st.just(COLOR),
            share=shares,
            people=st.none() | st.integers(0),
            pattern=st.sampled_from([None, "pair", "checks"]),
        ),
        st.builds(replace, st.just(TEXT), read=st.text(), mistakes=st.integers(0)),
    )
    return st.builds(replace, varied, video=st.none() | _videos, truncated=st.booleans())


def findings() -> st.SearchStrategy[Finding]:
    """Findings of every kind, with as many digits as a record has."""
    return st.builds(
        lambda evidence, rule, label, score, box: Finding(
            evidence.detector, rule, label, round(score, 4), box, evidence
        ),
        evidences(),
        st.none() | st.just("pose-one"),
        st.text(min_size=1),
        st.floats(0, 1),
        st.none() | _boxes,
    )
