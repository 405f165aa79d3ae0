"""What is advised about a mark, and the page that shows it in a real browser."""

from pathlib import Path

import pytest

from netravision.languages import in_language
from netravision.watchlist import Watchlist
from netravision.watchlist_check import report
from netravision.watchlist_check.report import Confusion, Mark, Second, ShownCopy
from tests.html.strict_html import Document

SECOND = Second("data:,", 2)


def copies(*lost: str) -> list[ShownCopy]:
    names = report.AUGMENTATION_NAMES
    return [ShownCopy(n, 0.1 if n in lost else 0.9, n not in lost, False, "data:,") for n in names]


@pytest.mark.parametrize(
    ("lost", "second", "rival_score", "advised"),
    [
        ((), None, 0.0, []),
        ((), None, 0.049, []),
        ((), None, 0.41, ["Looks like B, which scored 0.41 on a copy"]),
        (("48 px",), None, 0.0, ["Add a second drawing (missed: 48 pixels): a simplified one"]),
        (("banner",), None, 0.0, ["Add a second drawing (missed: banner over it): another"]),
        (("banner", "gray"), SECOND, 0.0, ["its middle: tried, and 13 of 13 copies were found"]),
        (("plain", "gray"), None, 0.0, ["Not even an unchanged copy"]),
        (("plain", "gray"), SECOND, 1.0, ["Not even", "its middle", "which scored > 0.99"]),
    ],
)
def test_what_is_advised(lost, second, rival_score, advised):
    tried = copies(*lost)
    confusion = Confusion("emblem-b", "B", rival_score, tried[0])
    mark = Mark("emblem-a", "A", ["data:,"], tried, {}, confusion, second)
    assert mark.found == 13 - len(lost)
    assert len(mark.advice) == len(advised)
    with in_language("id"):
        indonesian = mark.advice
    for english, other, part in zip(mark.advice, indonesian, advised, strict=True):
        assert part in english
        assert other != english


def test_of_a_faded_picture_another_is_asked_for():
    mark = Mark("emblem-a", "A", [], copies(), {}, None, faded=True)
    assert len(mark.advice) == 1
    assert "add a second one in full color" in mark.advice[0]


def test_the_weakest_copy_is_one_that_was_missed():
    tried = copies("cropped")
    assert Mark("emblem-a", "A", [], tried, {}, None).weakest.augmentation == "cropped"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    searched = report.families(watchlist)
    marks = list(report.marks(watchlist, searched))
    file = tmp_path_factory.mktemp("page") / "check.html"
    marks = report.with_second_pictures(marks, searched)
    with in_language("id"):
        report.write_report(watchlist, marks, file)
    return file


def test_every_link_leads_somewhere(page_file: Path):
    document = Document(page_file.read_text(encoding="utf-8"))
    ids = {attrs.get("id") for _, attrs in document.elements}
    links = [link["href"] or "" for link in document.all("a")]
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def test_both_languages_say_the_same(page_file: Path):
    document = Document(page_file.read_text(encoding="utf-8"))
    said = {spoken: sum(s == spoken for s, _, _ in document.texts) for spoken in ("id", "en")}
    assert said["id"] == said["en"] > 0


def test_in_a_browser(page_file: Path, open_page):
    with open_page(page_file) as page:
        assert page.messages == []
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        heading = "document.querySelector('h1').innerText"
        assert page.evaluate(heading) == "Seberapa mudah lambang dan simbol dikenali"
        page.evaluate("document.querySelector('label[for=language-en]').click()")
        assert page.evaluate(heading) == "How well the emblems and symbols are recognized"
        assert page.evaluate(
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        )
        for width in (1366, 800):
            page.resize(width, 900)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
