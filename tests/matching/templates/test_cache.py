import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.matching.references import read_references
from netravision.matching.templates.cache import FOLDER_VARIABLE, ArrayCache
from netravision.matching.templates.index import TemplateIndex
from tests.matching.invented_marks import mark, on_canvas


@dataclass
class Rule:
    id: str
    images: tuple[Path, ...]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture
def rules(tmp_path):
    rules = []
    for seed in range(3):
        path = tmp_path / f"{seed}.png"
        Image.fromarray(mark(seed)).save(path)
        rules.append(Rule(f"mark-{seed}", (path,)))
    return rules


def scores(rules):
    index = TemplateIndex(read_references(rules))
    found = index.all_matches(ImagePyramid(on_canvas(mark(1), 400, 400, 90, 70)))
    return [(match.id, match.score, match.box) for match in found]


def files(folder):
    return sorted(folder.rglob("*.npz"))


def test_what_is_kept_gives_the_same_scores(folder, rules):
    first = scores(rules)
    assert first[0][0] == "mark-1"
    assert len(files(folder)) == 3
    assert scores(rules) == first
    assert list(folder.rglob("*.part")) == []
    # Its conversion of a whole picture is the slowest step of an index that finds all else kept.
    assert all("chroma" in np.load(file) for file in files(folder))


def test_kept_pictures_are_not_decoded(folder, rules):
    first = scores(rules)
    kept = read_references(rules)
    for rule in rules:
        rule.images[0].write_bytes(b"no picture any more")
    index = TemplateIndex(kept)
    found = index.all_matches(ImagePyramid(on_canvas(mark(1), 400, 400, 90, 70)))
    assert [(match.id, match.score, match.box) for match in found] == first


def test_a_file_changed_meanwhile_is_not_kept_as_the_one_before(folder, rules):
    references = read_references(rules)
    Image.fromarray(mark(7)).save(rules[1].images[0])
    with pytest.raises(WatchlistError, match=r"mark-1: .*1\.png: was changed"):
        TemplateIndex(references)
    assert files(folder) == []


def test_a_changed_file_is_enrolled_again_under_the_same_name(folder, rules):
    scores(rules)
    Image.fromarray(mark(1)).save(rules[0].images[0])
    rules[1:] = []
    assert scores(rules)[0][0] == "mark-0"
    assert len(files(folder)) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"not an archive",
        lambda content: content[: len(content) // 2],
        lambda content: content[:5000] + bytes(64) + content[5064:],
        lambda content: _archive(other=np.zeros(3)),
    ],
    ids=["empty", "no archive", "cut", "overwritten", "another archive"],
)
def test_a_damaged_file_is_written_again(folder, rules, damage):
    first = scores(rules)
    whole = [file.read_bytes() for file in files(folder)]
    for file, content in zip(files(folder), whole, strict=True):
        file.write_bytes(damage(content))
    assert scores(rules) == first
    sizes = [len(file.read_bytes()) for file in files(folder)]
    assert all(size >= len(content) for size, content in zip(sizes, whole, strict=True))


def _archive(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def test_what_another_index_makes_is_added(folder):
    for name in ("one", "two", "three"):
        kept = ArrayCache("0" * 64)
        kept.get_or_compute(name, lambda: np.ones((2, 3), np.float32))
        kept.save()
    [file] = files(folder)
    with np.load(file) as stored:
        assert stored.files == ["one", "two", "three"]


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path, rules, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file where the folder would be")
    monkeypatch.setenv(FOLDER_VARIABLE, str(in_the_way))
    assert scores(rules)[0][0] == "mark-1"


def test_off_keeps_nothing(tmp_path, rules, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    before = sorted(tmp_path.rglob("*"))
    assert scores(rules)[0][0] == "mark-1"
    assert sorted(tmp_path.rglob("*")) == before
