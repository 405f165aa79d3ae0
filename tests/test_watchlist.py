"""The watchlist: what is valid is read, what is not is named key by key."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from netravision import Finding, Watchlist
from netravision.arguments import Kind
from netravision.errors import WatchlistError
from netravision.evidence import Evidence
from tests.made_evidence import BADGE, COLOR, EMBLEM, HAND, MATERIAL, SYMBOL, TEXT, TWO_HANDS

HEAD = 'schema = 1\nname = "Uji"\n'

COMPLETE = (
    HEAD
    + """
period = { start = 2024-09-25, end = 2024-11-23 }
[[emblem]]
id = "pemprov-contoh"
label = "Logo Pemprov Contoh"
images = ["logo/contoh.png"]
official_accounts = ["@PemprovContoh"]
[[number]]
value = 2
label = "Paslon 2"
[[pose]]
name = "thumb_up"
[[symbol]]
id = "partai-a"
label = "Partai A"
images = ["logo/contoh.png"]
[[color]]
id = "biru-muda"
label = "Biru muda"
srgb = "#8fd3f4"
tolerance = 8.0
min_area = 0.08
[[material]]
id = "poster-1"
label = "Poster 1"
images = ["logo/contoh.png"]
[[text]]
id = "ajakan"
label = "Ajakan"
phrases = ["coblos nomor 2"]
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo").mkdir()
    Image.new("RGB", (64, 64), "red").save(tmp_path / "logo" / "contoh.png")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "daftar.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_table_of_the_contract_is_read(folder: Path) -> None:
    watchlist = Watchlist.load(write(folder, COMPLETE))
    assert watchlist.name == "Uji"
    assert watchlist.period is not None
    assert str(watchlist.period.end) == "2024-11-23"
    assert watchlist.emblems[0].images == (folder / "logo" / "contoh.png",)
    assert watchlist.numbers[0].value == 2
    assert watchlist.poses[0].name == "thumb_up"
    assert watchlist.symbols[0].id == "partai-a"
    assert watchlist.colors[0].tolerance == 8.0
    assert watchlist.materials[0].label == "Poster 1"
    assert watchlist.texts[0].phrases == ("coblos nomor 2",)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('name = "Uji"', "schema", "is missing"),
        ('schema = 2\nname = "Uji"', "schema", "1"),
        ("schema = 1", "name", "is missing"),
        (HEAD + "nmae = 1", "nmae", "not a known key"),
        (HEAD + "[[number]]\nvalue = 2", "number[1].label", "is missing"),
        (HEAD + '[[number]]\nvalue = "2"\nlabel = "P"', "number[1].value", "whole number"),
        (HEAD + '[[number]]\nvalue = 100\nlabel = "P"', "number[1].value", "99"),
        (HEAD + '[[pose]]\nname = "jempol"', "pose[1].name", "thumb_up"),
        (HEAD + '[[pose]]\nname = "one"\n[[pose]]\nname = "one"', "watchlist", "more than once"),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "biru"',
            "color[1].srgb",
            "expected a color like \"#8fd3f4\", got 'biru'",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = ["#ff0000", "putih"]',
            "color[1].srgb",
            "got 'putih'",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = ["#ff0000"]\npattern = "pair"',
            "color[1].srgb",
            "a list of two, got 1",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = ["#ff0000", "#FF0000"]',
            "color[1].srgb",
            "the two colors are the same",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = ["#ff0000", "#ffffff"]',
            "color[1]",
            'need pattern = "pair" or pattern = "checks"',
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#ff0000"\npattern = "pair"',
            "color[1]",
            "needs two colors",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#ff0000"\npattern = "dots"',
            "color[1].pattern",
            "'checks'",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#112233"\ntolerance = 0',
            "color[1].tolerance",
            "greater than 0",
        ),
        (
            HEAD + '[[emblem]]\nid = "a"\nlabel = "A"\nimages = []',
            "emblem[1].images",
            "at least 1",
        ),
        (
            HEAD + '[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["no.png"]',
            "emblem[1].images",
            "no such picture",
        ),
        (
            HEAD + '[[emblem]]\nid = "A b"\nlabel = "A"\nimages = ["logo/contoh.png"]',
            "emblem[1].id",
            "small letters, digits",
        ),
        (
            HEAD + '[[text]]\nid = "a"\nlabel = "A"\nphrases = ["no. 1"]',
            "text[1].phrases",
            "at least 4 are needed",
        ),
        (
            HEAD + '[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#112233"\n'
            '[[color.allowed]]\nlabel = "B"\nsrgb = "khaki"',
            "color[1].allowed[1].srgb",
            "expected a color like",
        ),
        (HEAD + "period = { start = 2024-02-02, end = 2024-01-01 }", "period", "after end"),
    ],
)
def test_errors_name_the_key_and_what_was_expected(
    folder: Path, text: str, key: str, expected: str
) -> None:
    with pytest.raises(WatchlistError) as caught:
        Watchlist.load(write(folder, text))
    assert key in str(caught.value)
    assert expected in str(caught.value)


def test_the_default_follows_the_published_lists() -> None:
    watchlist = Watchlist.default()
    poses = {pose.name for pose in watchlist.poses}
    assert poses >= {"thumb_up", "one", "two", "three", "five", "pistol", "call", "rock", "ily"}
    assert not poses & {"fist", "hand_heart", "four", "ok"}
    assert {number.value for number in watchlist.numbers} == {1, 2, 3, 4, 5}
    assert not watchlist.emblems + watchlist.symbols


@pytest.mark.parametrize(
    ("account", "rule", "official"),
    [
        ("pemprovcontoh", "emblem-pemprov-contoh", True),
        ("@PEMPROVCONTOH", "emblem-pemprov-contoh", True),
        ("pemprovcontoh2", "emblem-pemprov-contoh", False),
        (None, "emblem-pemprov-contoh", False),
        ("pemprovcontoh", "symbol-partai-a", False),
        ("pemprovcontoh", None, False),
    ],
)
def test_official_accounts(
    folder: Path, account: str | None, rule: str | None, official: bool
) -> None:
    watchlist = Watchlist.load(write(folder, COMPLETE))
    assert watchlist.is_official(account, rule) is official


@pytest.mark.parametrize(
    ("posted_at", "outside"),
    [
        ("2024-09-24", True),
        ("2024-09-25", False),
        ("2024-11-23T23:59:00+08:00", False),
        ("2024-11-24T00:00", True),
        ("2024-09-24T17:30:00Z", False),  # half an hour into the 25th where the office is
        ("2024-11-23T17:30:00+00:00", True),
        ("2024-09-25T00:30:00+07:00", False),
        ("2024-09-25T00:30:00+09:00", True),
        ("0001-01-01T00:00:00+14:00", None),
        ("kemarin", None),
        (None, None),
    ],
)
def test_the_period(folder: Path, posted_at: str | None, outside: bool | None) -> None:
    watchlist = Watchlist.load(write(folder, COMPLETE))
    assert watchlist.is_outside_period(posted_at) is outside
    assert Watchlist.default().is_outside_period(posted_at) is None


@pytest.mark.parametrize(
    ("timezone", "day"), [("Jakarta", "2024-09-24"), ("Makassar", "2024-09-25")]
)
def test_the_day_is_the_office_s(folder: Path, timezone: str, day: str) -> None:
    text = HEAD + f'timezone = "Asia/{timezone}"'
    watchlist = Watchlist.load(write(folder, text))
    assert str(watchlist.office_day("2024-09-24T16:30:00Z")) == day
    assert str(watchlist.office_time("2024-09-25T14:30")) == "2024-09-25 14:30:00"
    assert str(watchlist.office_time("2024-09-25")) == "2024-09-25"


@pytest.mark.parametrize("timezone", ["Asia/Bulungan", "../etc/passwd", "/etc/localtime", "Asia"])
def test_a_time_zone_that_there_is_not(folder: Path, timezone: str) -> None:
    with pytest.raises(WatchlistError, match="timezone: expected a time zone like Asia/Jakarta"):
        Watchlist.load(write(folder, HEAD + f'timezone = "{timezone}"'))


PRESENT = replace(EMBLEM, wear="present")
ASKED = [
    # label, evidence, kind of photo, rule
    ("pemprov-contoh", EMBLEM, "post", "emblem-pemprov-contoh"),
    ("pemprov-contoh", PRESENT, "post", None),
    ("pemprov-contoh", PRESENT, "avatar", "emblem-pemprov-contoh"),
    ("lain", EMBLEM, "avatar", None),
    ("two", HAND, "post", "number-2"),
    ("thumb_up", HAND, "post", "number-2"),  # a number before its pose
    ("thumb_up", replace(HAND, number=None), "post", "pose-thumb_up"),
    ("fist", replace(HAND, number=None), "post", None),
    ("one", replace(HAND, number=1), "post", None),
    ("2", replace(TWO_HANDS, number=2), "post", "number-2"),
    ("7", TWO_HANDS, "post", None),
    ("02", BADGE, "post", "number-2"),
    ("3", BADGE, "post", None),
    ("partai-a", SYMBOL, "post", "symbol-partai-a"),
    ("partai-a", MATERIAL, "post", None),
    ("biru-muda", COLOR, "post", "color-biru-muda"),
    ("ajakan", TEXT, "post", "text-ajakan"),
]


@pytest.mark.parametrize(("label", "evidence", "kind", "rule"), ASKED)
def test_the_rule_that_asks_for_what_was_seen(
    folder: Path, label: str, evidence: Evidence, kind: Kind, rule: str | None
) -> None:
    watchlist = Watchlist.load(write(folder, COMPLETE))
    seen = Finding(evidence.detector, None, label, 0.01, None, evidence)
    asking = watchlist.rule_for(seen, kind)
    assert (asking and asking.name) == rule


def test_a_badge_with_a_zero_is_asked_for_by_nobody(folder: Path) -> None:
    watchlist = Watchlist.load(write(folder, HEAD + '[[number]]\nvalue = 0\nlabel = "Nol"\n'))
    assert [rule.name for rule in watchlist.rules] == ["number-0"]
    assert watchlist.rule_for(Finding("insignia", None, "0", 0.9, None, BADGE)) is None


def test_rules_and_labels_of_every_table(folder: Path) -> None:
    watchlist = Watchlist.load(write(folder, COMPLETE))
    assert [rule.name for rule in watchlist.rules] == [
        "emblem-pemprov-contoh",
        "number-2",
        "pose-thumb_up",
        "symbol-partai-a",
        "color-biru-muda",
        "material-poster-1",
        "text-ajakan",
    ]
    assert list(watchlist.tables) == [rule.kind for rule in watchlist.rules]
    assert watchlist.labels["number-2"] == "Paslon 2"
    assert watchlist.labels["material-poster-1"] == "Poster 1"
    assert "pose-thumb_up" not in watchlist.labels


def test_a_reference_picture_of_a_terabyte_is_not_read(folder: Path) -> None:
    with (folder / "logo" / "besar.png").open("wb") as file:
        file.truncate(2**40)
    emblem = '[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["logo/besar.png"]'
    with pytest.raises(WatchlistError, match=r"besar\.png has 1,099,511,627,776 bytes"):
        Watchlist.load(write(folder, HEAD + emblem))
