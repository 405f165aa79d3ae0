import json

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.emblem import THRESHOLD, EmblemDetector, wear
from netravision.errors import WatchlistError
from netravision.imaging.image import read_image
from netravision.matching.templates.index import Match
from netravision.matching.templates.usual_avatars import MAX_DISTANCE
from netravision.watchlist import Watchlist


@pytest.fixture(scope="module")
def detector(watchlist):
    return EmblemDetector(watchlist)


@pytest.fixture(scope="module")
def arunika(fixtures_dir):
    return read_image(fixtures_dir / "marks" / "arunika.png").rgb


def on_poster(mark, share):
    """A landscape picture with the mark in its corner, this share of its height."""
    poster = np.full((600, 800, 3), (90, 120, 160), np.uint8)
    poster[200:, 300:] = (200, 180, 90)
    side = round(600 * share)
    small = cv2.resize(mark, (side, side), interpolation=cv2.INTER_AREA)
    poster[20 : 20 + side, 20 : 20 + side] = small
    return poster


def test_an_empty_watchlist_finds_nothing(arunika):
    detector = EmblemDetector(Watchlist.default())
    assert detector.detect(ImagePyramid(arunika), "avatar") == ([], [])


def test_a_worn_emblem_is_a_finding_of_its_rule(detector, arunika):
    findings, observations = detector.detect(ImagePyramid(arunika), "avatar")
    finding = findings[0]
    assert (finding.detector, finding.rule, finding.label) == (
        "emblem",
        "emblem-arunika",
        "arunika",
    )
    assert finding.score >= THRESHOLD
    assert finding.evidence.wear == "worn"
    # As it is enrolled, so its hash told where to look; a post is always searched.
    assert finding.to_dict()["evidence"]["hash_distance"] <= MAX_DISTANCE
    (of_a_post,) = detector.detect(ImagePyramid(arunika), "post").findings
    assert "hash_distance" not in of_a_post.to_dict()["evidence"]
    assert observations[0].rule is None
    assert "arunika" in finding.reason
    assert "fills" in finding.reason
    json.dumps(finding.to_dict())


@pytest.mark.parametrize(
    ("share", "kind", "wear", "flagged"),
    [
        (0.9, "avatar", "worn", True),
        (0.9, "post", "worn", True),
        (0.25, "post", "present", False),
        (0.25, "frame", "present", False),
        (0.25, "avatar", "present", True),
    ],
)
def test_worn_and_present_are_told_apart(detector, arunika, share, kind, wear, flagged):
    findings, observations = detector.detect(ImagePyramid(on_poster(arunika, share)), kind)
    assert observations[0].label == "arunika"
    assert observations[0].evidence.wear == wear
    assert bool(findings) == flagged


@pytest.mark.parametrize(
    ("box", "kind", "expected"),
    [
        ((100, 80, 300, 320), "avatar", "worn"),
        ((0, 0, 400, 400), "avatar", "worn"),
        ((10, 100, 190, 300), "avatar", "worn"),
        ((10, 10, 190, 190), "avatar", "present"),
        ((220, 210, 400, 390), "avatar", "present"),
        ((10, 10, 190, 190), "post", "worn"),
        ((170, 170, 230, 230), "avatar", "present"),
    ],
    ids=["centered", "all", "beside a face", "top left", "bottom right", "of a post", "small"],
)
def test_what_is_worn_lies_in_the_middle_of_a_profile_picture(box, kind, expected):
    coverage = (box[2] - box[0]) * (box[3] - box[1]) / 400**2
    match = Match("a", 0.9, box, coverage, None, None, 0.0, np.zeros(12))
    assert wear(match, (400, 400), kind) == expected


@pytest.mark.parametrize("share", [0.25, 0.5, 0.7, 0.9])
def test_findings_of_a_post_are_the_same_with_observations_and_without(
    watchlist, detector, arunika, share
):
    alone = EmblemDetector(watchlist, "balanced", observations=False)
    post = ImagePyramid(on_poster(arunika, share))
    findings, observations = detector.detect(post, "post")
    assert alone.detect(post, "post").findings == findings
    assert [seen.label for seen in observations][:1] == ["arunika"]
    assert [seen.score for seen in observations] == sorted(
        (seen.score for seen in observations), reverse=True
    )
    assert {finding.box for finding in findings} <= {seen.box for seen in observations}


@pytest.mark.parametrize("profile", ["fast", "balanced", "thorough"])
def test_every_profile_finds_the_fixtures_and_nothing_else(watchlist, fixtures_dir, profile):
    detector = EmblemDetector(watchlist, profile)
    labels = json.loads((fixtures_dir / "labels.json").read_text(encoding="utf-8"))
    # The default profile looks at all but the hands, the others at a part, to save time.
    photos = [p for p in labels["photos"] if p["account"] != "akun_jari"]
    if profile != "balanced":
        photos = photos[::4]
    for photo in photos:
        expected = {f["rule"] for f in photo["findings"] if f["detector"] == "emblem"}
        rgb = read_image(fixtures_dir / "photos" / photo["path"]).rgb
        found = {
            finding.rule for finding in detector.detect(ImagePyramid(rgb), photo["kind"]).findings
        }
        # The labels leave out what official accounts wear; detectors know no account.
        found = {rule for rule in found if not watchlist.is_official(photo["account"], rule)}
        assert expected <= found <= expected | set(photo["allowed"]), photo["path"]


def test_a_picture_that_cannot_serve_is_refused_by_name(tmp_path):
    cv2.imencode(".png", np.full((90, 90, 3), 255, np.uint8))[1].tofile(tmp_path / "kosong.png")
    (tmp_path / "w.toml").write_text(
        'schema = 1\nname = "x"\n[[emblem]]\nid = "kosong"\nlabel = "x"\nimages = ["kosong.png"]\n',
        encoding="utf-8",
    )
    with pytest.raises(WatchlistError, match=r"kosong.*blank"):
        EmblemDetector(Watchlist.load(tmp_path / "w.toml"))
