"""The parts of every page: texts in every language, numbers, pictures, and the policy."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import UndefinedError

from netravision import languages
from netravision.html import multilingual, page
from netravision.html.page import PageParts, data_uri, fill_page, write_page
from netravision.languages import LANGUAGES, in_language
from tests import catalogs
from tests.html.strict_html import Document

VALUES = {
    "watchlist": None,
    "marks": [],
    "advice": {},
    "references": {},
    "names": {},
    "max_copies": 0,
}


class Named:
    """A watchlist of which a page shows the name alone."""

    name = "<b>Uji</b>"


def test_a_picture_is_inside_the_page() -> None:
    assert data_uri(b"\xff\xd8") == "data:image/jpeg;base64,/9g="
    assert data_uri(b"<svg/>", "svg+xml").startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize(
    ("filter_name", "value", "indonesian", "english"),
    [
        ("count", 8000, "8.000", "8,000"),
        ("count", 999, "999", "999"),
        ("score", 0.972, "0,97", "0.97"),
        ("share", 1.0, "1,00", "1.00"),
        ("second", 2.25, "2,2", "2.2"),
        ("time", "2024-09-25", "25 September 2024", "25 September 2024"),
        ("time", "2024-10-05T14:05", "5 Oktober 2024, 14.05", "5 October 2024, 14:05"),
        ("time", "0001-01-01T00:00+09:00", "1 Januari 1, 00.00", "1 January 1, 00:00"),
        ("detector", "hands", "Tangan", "Hands"),
        ("failure", "empty", "Berkas kosong", "The file is empty"),
    ],
)
def test_values_are_written_as_each_language_does(
    filter_name: str, value: float, indonesian: str, english: str
) -> None:
    written = page._ENVIRONMENT.filters[filter_name](value)
    assert (written.text("en"), written.text("id")) == (english, indonesian)


@pytest.mark.parametrize("served", [False, True])
def test_the_policy_allows_the_own_style_and_script_alone(served: bool) -> None:
    parts = PageParts("report.js", served=served)
    for part, text in (("style", parts.style), ("script", parts.script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}'" in parts.policy
    assert parts.policy.startswith("default-src 'none'")
    assert ("connect-src 'self'" in parts.policy) is served
    assert "unsafe" not in parts.policy


def test_a_page_is_whole_and_shows_names_as_text() -> None:
    values = {**VALUES, "watchlist": Named()}
    text = "".join(fill_page("watchlist_check.html.j2", PageParts("report.js"), **values))
    assert Document(text).all("html")[0]["lang"] == "en"
    assert "<b>Uji</b>" not in text
    assert re.search(r"&lt;b&gt;Uji", text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_opens_in_the_language_in_force_and_offers_all(code: str) -> None:
    values = {**VALUES, "watchlist": Named()}
    with in_language(code):
        text = "".join(fill_page("watchlist_check.html.j2", PageParts("report.js"), **values))
    document = Document(text)
    assert document.all("html")[0]["lang"] == code
    chosen = document.all("input")
    assert [each["value"] for each in chosen] == list(LANGUAGES)
    assert [each["value"] for each in chosen if "checked" in each] == [code]
    assert "English Bahasa Indonesia" in document.text(code)


def test_a_third_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="ceb")
    catalog.add("English", "Binisaya")
    catalog.add("Watchlist", "Listahan")
    (tmp_path / "locale").mkdir()
    catalogs.write(tmp_path / "locale" / "ceb.po", catalog)
    monkeypatch.setattr(languages, "files", lambda package: tmp_path)
    for module in (languages, multilingual, page):
        monkeypatch.setattr(module, "LANGUAGES", ("en", "ceb"))
    values = {**VALUES, "watchlist": Named()}
    text = "".join(fill_page("watchlist_check.html.j2", PageParts("report.js"), **values))
    document = Document(text)
    assert "English Binisaya" in document.text("en")
    assert "Listahan" in document.text("ceb")
    assert "Listahan" not in document.text("en")
    assert '#language-ceb:checked ~ .page [lang]:not([lang="ceb"])' in text


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        "".join(fill_page("watchlist_check.html.j2", PageParts("report.js")))


def test_a_page_that_fails_leaves_the_former_one(tmp_path: Path) -> None:
    output = tmp_path / "page.html"
    output.write_text("before")
    with pytest.raises(UndefinedError):
        write_page("watchlist_check.html.j2", output)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["before"]


def test_names_that_no_encoding_can_write_are_written(tmp_path: Path) -> None:
    strange = Named()
    strange.name = "a\udce9"
    output = tmp_path / "page.html"
    write_page("watchlist_check.html.j2", output, **{**VALUES, "watchlist": strange})
    assert b"a\\udce9" in output.read_bytes()
