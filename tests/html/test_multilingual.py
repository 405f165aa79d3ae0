"""A text in every language: elements on a page, attributes for the script, sentences filled."""

import json

from markupsafe import Markup, escape

from netravision.html.multilingual import Multilingual, gettext, multilingual, ngettext
from netravision.languages import count, in_language
from tests.html.strict_html import Document

BOTH = Multilingual({"en": "one & two", "id": "satu <i>"})


def test_on_a_page_it_is_escaped_once_for_each_language() -> None:
    assert escape(BOTH) == (
        '<span lang="en">one &amp; two</span><span lang="id">satu &lt;i&gt;</span>'
    )
    assert escape(Multilingual({"en": "a & b", "id": "a & b"})) == "a &amp; b"
    assert escape(Multilingual({"en": Markup("<b>a</b>"), "id": "b"})).startswith(
        '<span lang="en"><b>a</b></span>'
    )


def test_as_text_it_speaks_the_language_in_force() -> None:
    assert str(BOTH) == "one & two"
    with in_language("id"):
        assert str(BOTH) == "satu <i>"


def test_a_sentence_takes_values_in_its_own_language() -> None:
    sentence = Multilingual({"en": "{n} of <all>", "id": "{n} dari <semua>"})
    numbers = sentence.format(n=multilingual(count, 8000))
    assert numbers.by_language == {"en": "8,000 of <all>", "id": "8.000 dari <semua>"}
    # A value that holds elements keeps them, and the rest is text still.
    bold = sentence.format(n=Markup("<b>{}</b>").format("<1>"))
    assert bold.text("en") == "<b>&lt;1&gt;</b> of &lt;all&gt;"
    assert escape(bold).count("&lt;all&gt;") == 1


def test_attributes_hold_every_language() -> None:
    document = Document(f"<div {BOTH.attributes('aria-label', 'title')}></div>")
    (element,) = document.all("div")
    assert element["aria-label"] == element["title"] == "one & two"
    assert json.loads(element["data-says"] or "") == BOTH.by_language
    assert element["data-says-in"] == "aria-label title"
    assert "textContent=" not in BOTH.attributes("textContent")


def test_sentences_of_the_catalogs() -> None:
    watchlist = gettext("Watchlist")
    assert (watchlist.text("en"), watchlist.text("id")) == ("Watchlist", "Daftar pantau")
    one = ngettext("and {n} other account", "and {n} other accounts", 1).format(n=1)
    assert (one.text("en"), one.text("id")) == ("and 1 other account", "dan 1 akun lain")
