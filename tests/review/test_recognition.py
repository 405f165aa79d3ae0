"""The page about how well marks are recognised, in a real browser."""

from pathlib import Path

import pytest

from netravision.review import recognition
from netravision.watchlist import Watchlist
from tests.strict_html import Document


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    searched = recognition.families(watchlist)
    marks = list(recognition.marks(watchlist, searched))
    file = tmp_path_factory.mktemp("page") / "check.html"
    marks = recognition.with_second_pictures(marks, searched)
    recognition.write_recognition(watchlist, marks, file)
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
        assert page.evaluate(heading) == "How well the emblems and symbols can be recognised"
        assert page.evaluate(
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        )
        for width in (1366, 800):
            page.resize(width, 900)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
