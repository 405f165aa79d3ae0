"""Tables of labels: right rows are taken, wrong ones named, none guessed."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.errors import RunError
from netravision.evaluation.ground_truth import COLUMNS, GroundTruth, read_ground_truth
from netravision.watchlist import Watchlist

WATCHLIST = Watchlist.model_validate(
    {
        "schema": 1,
        "name": "Uji",
        "emblem": [{"id": "daerah", "label": "Daerah", "images": ["a.png"]}],
        "number": [{"value": 2, "label": "Paslon 2"}],
        "pose": [{"name": "thumb_up"}],
        "color": [{"id": "biru", "label": "Biru", "srgb": "#8fd3f4"}],
    }
)


RULES = [rule.name for rule in WATCHLIST.rules]


def read(folder: Path, text: str) -> GroundTruth:
    file = folder / "label.csv"
    file.write_bytes(text.encode())
    return read_ground_truth(file, WATCHLIST)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_is_named_is_there_and_nothing_else(tmp_path: Path, separator: str) -> None:
    text = "Path,RULE\r\n.\\a\\1.jpg,number-2\r\na/1.jpg,pose-thumb_up\r\n\r\na/2.jpg,\r\n"
    labels = read(tmp_path, text.replace(",", separator))
    assert labels.problems == []
    first, second = labels.photos
    assert (first.path, first.account, first.row) == ("a/1.jpg", None, 2)
    assert [first.has(rule) for rule in RULES] == [False, True, True, False]
    assert [second.has(rule) for rule in RULES] == [False] * 4


def test_a_number_may_be_there_for_one_detector(tmp_path: Path) -> None:
    labels = read(
        tmp_path,
        "path,rule,detector\na,number-2,hands\nb,number-2,\nc,\u0020,\nd,pose-thumb_up,\n"
        "e,number-2,hands\ne,number-2,insignia\n",
    )
    both = ("hands", "insignia")
    by_hand, by_something, none, pose, twice = labels.photos
    assert [by_hand.has_for("number-2", detector) for detector in both] == [True, False]
    assert [by_hand.is_right("number-2", detector) for detector in both] == [True, False]
    assert [by_something.has_for("number-2", detector) for detector in both] == [None, None]
    assert [by_something.is_right("number-2", detector) for detector in both] == [True, True]
    assert [none.has_for("number-2", detector) for detector in both] == [False, False]
    assert pose.has_for("pose-thumb_up", "hands") is True
    assert [twice.has_for("number-2", detector) for detector in both] == [True, True]


def test_decisions_say_nothing_of_what_nobody_saw(tmp_path: Path) -> None:
    labels = read(
        tmp_path,
        "path,rule,detector,decision,score,x0\n"
        "a,number-2,hands,right,0.9,1\n"
        "a,number-2,hands,wrong,0.8,2\n"
        "a,pose-thumb_up,hands,Keliru,0.9,3\n"
        "a,emblem-daerah,emblem,belum diputuskan,0.9,\n"
        "b,,,,,\n"
        "c,number-2,hands,undecided,0.9,\n"
        "d,number-2,hands,wrong,0.9,1\n"
        "d,number-2,hands,undecided,0.8,2\n"
        "d,color-biru,insignia,wrong,0.8,2\n",
    )
    assert not labels.complete
    first, last = labels.photos
    assert (first.path, last.path) == ("a", "d")
    assert [first.has(rule) for rule in RULES] == [None, True, False, None]
    assert first.is_right("number-2", "insignia") is None
    assert [last.has(rule) for rule in RULES] == [None, None, None, False]


def test_cells_defused_for_spreadsheets_are_what_they_were(tmp_path: Path) -> None:
    labels = read(tmp_path, "path,account,rule\n'=1+1.png,'@Akun,number-2\n'biasa.png,,number-2\n")
    assert [(p.path, p.account) for p in labels.photos] == [
        ("=1+1.png", "akun"),
        ("'biasa.png", None),
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (",number-2,,", "row 2: path is missing"),
        ("a,numer-2,,", "row 2: 'numer-2' is no rule of the run's watchlist"),
        ("a,number-3,,", "row 2: 'number-3' is no rule of the run's watchlist"),
        (
            "a,number-2,tangan,",
            "row 2: detector of number-2 must be one of hands, insignia, or empty",
        ),
        (
            "a,pose-thumb_up,insignia,",
            "row 2: detector of pose-thumb_up must be one of hands, or empty",
        ),
        ("a,,hands,", "row 2: detector is 'hands', and rule is missing"),
        (
            "a,number-2,,ya",
            "row 2: decision must be one of right, wrong, unsure, undecided, conflict, or empty",
        ),
        ("a,number-2", "row 2: expected 4 cells, got 2"),
    ],
)
def test_a_wrong_row_is_named_and_skipped(tmp_path: Path, row: str, named: str) -> None:
    labels = read(tmp_path, f"path,rule,detector,decision\n{row}\nb,number-2,,right\n")
    assert [photo.path for photo in labels.photos] == ["b"]
    assert labels.problems[0].startswith(named)
    assert labels.problems[0].endswith("; skipped")


def test_a_photo_with_a_wrong_row_is_left_out_whole(tmp_path: Path) -> None:
    labels = read(tmp_path, "path,account,rule\na,x,number-2\na,,number-9\nb,,number-2\n")
    assert [photo.path for photo in labels.photos] == ["b"]
    assert labels.problems[1] == "'a': left out, as row 3 about it was skipped"


def test_nor_is_a_photo_kept_whose_row_lacks_a_cell(tmp_path: Path) -> None:
    labels = read(tmp_path, "rule,path,account\nnumber-2,a\n,a,\n,b,\nnumber-2\n")
    assert [photo.path for photo in labels.photos] == ["b"]
    assert labels.problems[2:] == ["'a': left out, as row 2 about it was skipped"]


def test_nothing_and_something_contradict_each_other(tmp_path: Path) -> None:
    labels = read(tmp_path, "path,rule\na,number-2\na,\nb,\n")
    assert [photo.path for photo in labels.photos] == ["b"]
    assert "row 3 says that nothing is in it" in labels.problems[0]


CELLS = st.sampled_from(["", "a.png", "./a\\b.png", "'=1", "number-2", "hands", "right", "x;y"])
ROWS = st.lists(st.lists(CELLS | st.text(max_size=5), min_size=1, max_size=6), max_size=8)


@given(st.lists(st.sampled_from(["path", "rule", *COLUMNS, "score"]), max_size=6), ROWS)
def test_whatever_stands_in_it_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]]
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header, *rows])
    file = tmp_path_factory.getbasetemp() / "acak.csv"
    file.write_text(stream.getvalue(), encoding="utf-8", errors="replace", newline="")
    try:
        labels = read_ground_truth(file, WATCHLIST)
    except RunError as error:
        assert str(file) in str(error)
        return
    assert labels.photos
    for photo in labels.photos:
        for rule in RULES:
            assert photo.has(rule) in ((True, False) if labels.complete else (True, False, None))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must name the columns path and rule"),
        ("path\na\n", "must name the columns path and rule"),
        ("path,rule,aturan\na,,\n", "got path, rule, aturan"),
        ("path,rule,rule\na,,\n", "each once"),
        ("path,rule\n", "has no rows"),
        ("path,rule\na,number-7\nb,number-7\n", r"no photo is left: row 2: .* \(and 1 more\)"),
        ("path,rule,decision\na,number-2,\n", "nothing is decided"),
        ('path,rule\n"a,number-2\n', "line 2: .* a quotation mark is opened"),
    ],
)
def test_a_wrong_file_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        read(tmp_path, text)
