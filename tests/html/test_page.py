"""The parts of every page: texts in two languages, numbers, pictures, and the policy."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from netravision.html import page
from netravision.html.page import PageParts, data_uri, fill_page, score_text, write_page
from tests.html.strict_html import Document

VALUES = {"watchlist": None, "marks": [], "references": {}, "names": {}, "max_copies": 0}


class Named:
    """A watchlist of which a page shows the name alone."""

    name = "<b>Uji</b>"


@pytest.mark.parametrize(
    ("score", "text"), [(0.0, "0.00"), (0.904, "0.90"), (0.9949, "0.99"), (1.0, "> 0.99")]
)
def test_a_score_is_never_certain(score: float, text: str) -> None:
    assert score_text(score) == text


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
    ],
)
def test_numbers_are_written_as_each_language_does(
    filter_name: str, value: float, indonesian: str, english: str
) -> None:
    html = str(page._ENVIRONMENT.filters[filter_name](value))
    if indonesian == english:
        assert html == english
    else:
        assert html == f'<span lang="id">{indonesian}</span><span lang="en">{english}</span>'


def test_texts_are_escaped() -> None:
    html = str(page._ENVIRONMENT.globals["t"]("<i>satu</i>", "one & two"))
    assert "&lt;i&gt;" in html
    assert "one &amp; two" in html


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
    assert Document(text).all("html")[0]["lang"] == "id"
    assert "<b>Uji</b>" not in text
    assert re.search(r"&lt;b&gt;Uji", text)


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
