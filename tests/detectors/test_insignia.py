import json

import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia import InsigniaDetector
from netravision.imaging.image import read_image
from netravision.watchlist import Color, Number, Watchlist

KINDS = ("number-", "color-")


@pytest.fixture(scope="module")
def labelled(fixtures_dir):
    text = (fixtures_dir / "labels.json").read_text(encoding="utf-8")
    return json.loads(text)["photos"]


@pytest.fixture(scope="module")
def detector(fixtures_dir):
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    without_marks = watchlist.model_copy(update={"symbols": (), "materials": ()})
    return InsigniaDetector(without_marks, "balanced")


def test_badges_and_colors_of_the_fixtures_are_found_and_nothing_else(
    detector, labelled, fixtures_dir
):
    for photo in labelled:
        if photo["account"] == "akun_jari":  # half of the fixtures, hands and nothing else
            continue
        picture = read_image(fixtures_dir / "photos" / photo["path"])
        expected = {
            finding["rule"]
            for finding in photo["findings"]
            if finding["detector"] == "insignia" and finding["rule"].startswith(KINDS)
        }
        found = {
            finding.rule
            for finding in detector.detect(ImagePyramid(picture.rgb), photo["kind"]).findings
        }
        assert expected <= found, photo["path"]
        assert found - expected <= set(photo["allowed"]), photo["path"]


def test_findings_come_strongest_first_and_say_why(detector, fixtures_dir):
    picture = read_image(fixtures_dir / "photos" / "relawan_fajar" / "poster.jpg")
    found, seen = detector.detect(ImagePyramid(picture.rgb), "post")
    for findings in (found, seen):
        scores = [finding.score for finding in findings]
        assert scores == sorted(scores, reverse=True)
    assert "number 2" in found[0].reason
    json.dumps([finding.to_dict() for finding in seen])


@pytest.mark.data
def test_ballot_numbers_and_campaign_colors_of_real_pictures(data_dir):
    watchlist = Watchlist(
        schema=1,
        name="real",
        number=tuple(Number(value=value, label=str(value)) for value in range(1, 6)),
        color=(Color(id="golkar", label="Golkar", srgb="#ffd500"),),
    )
    detector = InsigniaDetector(watchlist, "balanced")
    wild = data_dir / "logos" / "in_the_wild"
    for name, rules in (
        ("53.png", {"number-1"}),
        ("55.png", {"number-3"}),
        ("23.png", {"color-golkar"}),
    ):
        found = detector.detect(ImagePyramid(read_image(wild / name).rgb), "post").findings
        assert {finding.rule for finding in found} == rules
