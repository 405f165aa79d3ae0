import json

import cv2
import numpy as np
import pytest

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.marks import MATERIAL_THRESHOLD, SYMBOL_THRESHOLD, Marks
from netravision.imaging.image import read_image
from netravision.watchlist import Watchlist


@pytest.fixture(scope="module")
def marks(watchlist):
    return Marks(watchlist)


@pytest.fixture(scope="module")
def poster(fixtures_dir):
    return read_image(fixtures_dir / "marks" / "poster.jpg").rgb


def test_an_empty_watchlist_finds_nothing(poster):
    assert Marks(Watchlist.default()).look(ImagePyramid(poster)) == ([], [])


@pytest.mark.parametrize("profile", ["fast", "balanced", "thorough"])
def test_every_profile_finds_the_fixtures_and_nothing_else(watchlist, fixtures_dir, profile):
    marks = Marks(watchlist, profile)
    labels = json.loads((fixtures_dir / "labels.json").read_text(encoding="utf-8"))
    # A part of all but the hands; the demo's test has the default profile look at all.
    photos = [p for p in labels["photos"] if p["account"] != "akun_jari"][::4]
    for photo in photos:
        wanted = {f["rule"] for f in photo["findings"]}
        expected = {rule for rule in wanted if rule.startswith(("symbol-", "material-"))}
        rgb = read_image(fixtures_dir / "photos" / photo["path"]).rgb
        found = {finding.rule for finding in marks.look(ImagePyramid(rgb)).findings}
        assert expected <= found <= expected | set(photo["allowed"]), photo["path"]


def crop(poster):
    return poster[: poster.shape[0] // 2, : poster.shape[1] // 2]


def mirrored(poster):
    return poster[:, ::-1]


def recompressed(poster):
    encoded = cv2.imencode(".jpg", poster, [cv2.IMWRITE_JPEG_QUALITY, 20])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)


def in_a_collage(poster):
    canvas = np.full((900, 1200, 3), (120, 150, 90), np.uint8)
    small = cv2.resize(poster, (240, 300), interpolation=cv2.INTER_AREA)
    canvas[500:800, 700:940] = small
    return canvas


@pytest.mark.parametrize("edit", [crop, mirrored, recompressed, in_a_collage])
def test_material_is_found_however_it_is_reused(marks, poster, edit):
    findings = marks.look(ImagePyramid(np.ascontiguousarray(edit(poster)))).findings
    material = [f for f in findings if f.rule == "material-poster-paslon-2"]
    assert material
    assert material[0].score >= MATERIAL_THRESHOLD
    assert material[0].evidence.mirrored == (edit is mirrored)
    assert "poster-paslon-2" in material[0].reason
    json.dumps(material[0].to_dict())


def test_the_box_of_reused_material_lies_where_it_was_put(marks, poster):
    findings = marks.look(ImagePyramid(in_a_collage(poster))).findings
    box = next(f.box for f in findings if f.rule == "material-poster-paslon-2")
    assert np.abs(np.array(box) - (700, 500, 940, 800)).max() < 8


def test_a_symbol_is_named_with_its_evidence(marks, fixtures_dir):
    rgb = read_image(fixtures_dir / "marks" / "fajar.png").rgb
    finding = marks.look(ImagePyramid(rgb)).findings[0]
    assert (finding.detector, finding.rule, finding.label) == ("insignia", "symbol-fajar", "fajar")
    assert finding.score >= SYMBOL_THRESHOLD
    assert "symbol" in finding.reason
    json.dumps(finding.to_dict())


@pytest.mark.parametrize("side", [1, 3, 20])
def test_tiny_pictures_are_searched_without_a_match(marks, side):
    assert marks.look(ImagePyramid(np.full((side, side, 3), 200, np.uint8))).findings == []
