"""Catalogs hold every sentence of the code and no other; numbers and dates follow the language."""

import string
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from netravision import languages
from netravision.languages import (
    LANGUAGES,
    N_,
    count,
    date_time,
    decimal,
    gettext,
    in_language,
    language,
    ngettext,
    percent,
    score_text,
    set_language,
    system_language,
    translator,
)
from tests import catalogs

CODES = [code for code in LANGUAGES if code != "en"]


def mistakes(code_sentences: Catalog, catalog: Catalog) -> list[str]:
    """What is wrong with a catalog, sentence by sentence."""
    wrong = []
    asked = {message.id: message for message in code_sentences if message.id}
    given = {message.id: message for message in catalog if message.id}
    wrong += [f"missing: {id_}" for id_ in asked if id_ not in given]
    wrong += [f"unused: {id_}" for id_ in given if id_ not in asked]
    for id_, message in given.items():
        forms = [message.string] if isinstance(id_, str) else message.string
        if not all(forms) or message.fuzzy:
            wrong.append(f"empty or fuzzy: {id_}")
        elif isinstance(id_, str):
            if placeholders(id_) != placeholders(message.string):
                wrong.append(f"placeholders: {id_}")
        # "One photo" may leave the number out; the form for many may not.
        elif placeholders(forms[-1]) != placeholders(id_[1]) or any(
            placeholders(form) - placeholders(id_[1]) for form in forms
        ):
            wrong.append(f"placeholders: {id_}")
    return wrong


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_holds_the_sentences_of_the_code(code: str) -> None:
    catalog = catalogs.read(catalogs.CATALOGS / f"{code}.po")
    assert mistakes(catalogs.sentences(), catalog) == [], "run: python -m tests.catalogs"


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_is_as_the_script_writes_it(code: str, tmp_path: Path) -> None:
    path = catalogs.CATALOGS / f"{code}.po"
    again = tmp_path / path.name
    catalogs.write(again, catalogs.read(path))
    assert again.read_text("utf-8") == path.read_text("utf-8")


def test_placeholders_have_names() -> None:
    for message in catalogs.sentences():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            assert all(name.isidentifier() for name in placeholders(text)), text


@pytest.mark.parametrize(
    ("id_", "translation", "complaint"),
    [
        ("{n} of {all}", "{n} dari {all}", None),
        ("{n} of {all}", "{n} dari {semua}", "placeholders"),
        ("{n} of {all}", "", "empty or fuzzy"),
        (("One photo", "{n} photos"), ("{n} foto",), None),
        (("One photo", "{n} photos"), ("foto",), "placeholders"),
        (("One photo", "{n} photos"), ("{jumlah} foto",), "placeholders"),
        (("One photo", "{n} photos"), ("",), "empty or fuzzy"),
        ("other", "lain", "unused"),
    ],
)
def test_a_mistake_in_a_catalog_is_found(
    id_: str | tuple[str, str], translation: str | tuple[str, ...], complaint: str | None
) -> None:
    code, catalog = Catalog(), Catalog(locale="id")
    if complaint != "unused":
        code.add(id_)
    catalog[id_] = Message(id_, translation)
    found = mistakes(code, catalog)
    assert [text.partition(":")[0] for text in found] == ([] if complaint is None else [complaint])
    assert mistakes(catalog, Catalog())[0].startswith("missing")


def test_a_catalog_speaks_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="ru")
    catalog.add("Hello {name}", "Привет {name}")
    catalog.add(("{n} photo", "{n} photos"), ("{n} фото-1", "{n} фото-2", "{n} фото-5"))
    package = tmp_path / "of_another" / "locale"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    catalogs.write(package / "ru.po", catalog)
    monkeypatch.syspath_prepend(tmp_path)
    with in_language("id"):  # of which the other package has no catalog
        assert translator("of_another")("Hello {name}") == "Hello {name}"
    monkeypatch.setattr(languages, "_PACKAGE", "of_another")
    monkeypatch.setattr(languages, "LANGUAGES", ("en", "ru"))
    with in_language("ru"):
        assert gettext("Hello {name}").format(name="Pengawas 1") == "Привет Pengawas 1"
        assert translator("of_another")("Hello {name}") == gettext("Hello {name}")
        assert gettext("not translated") == "not translated"
        said = [ngettext("{n} photo", "{n} photos", n).format(n=n) for n in (1, 3, 11, 21)]
    assert said == ["1 фото-1", "3 фото-2", "11 фото-5", "21 фото-1"]


def test_english_is_the_code() -> None:
    assert language() == "en"
    assert gettext("Nowhere in a catalog") == "Nowhere in a catalog"
    assert N_("Nowhere in a catalog") == "Nowhere in a catalog"
    assert [ngettext("one", "many", n) for n in (0, 1, 2)] == ["many", "one", "many"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ["0.90", "4.2", "3", "42%", "8,000", "25 September 2024, 14:05"]),
        ("id", ["0,90", "4,2", "3", "42%", "8.000", "25 September 2024, 14.05"]),
    ],
)
def test_numbers_and_dates(code: str, said: list[str]) -> None:
    with in_language(code):
        assert [
            decimal(0.9, 2),
            decimal(4.21, 1),
            decimal(3, 0),
            percent(0.42),
            count(8000),
            date_time(datetime(2024, 9, 25, 14, 5)),
        ] == said


@pytest.mark.parametrize(
    ("score", "text"), [(0.0, "0.00"), (0.904, "0.90"), (0.9949, "0.99"), (1.0, "> 0.99")]
)
def test_a_score_is_never_certain(score: float, text: str) -> None:
    assert score_text(score) == text
    with in_language("id"):
        assert score_text(score) == text.replace(".", ",")


def test_a_time_is_that_of_this_computer() -> None:
    time = datetime(2024, 9, 25, 6, 5, tzinfo=UTC)
    assert date_time(time) == date_time(time.astimezone().replace(tzinfo=None))


def test_a_language_holds_where_it_was_set_and_no_longer() -> None:
    with in_language("id"):
        assert language() == "id"
        with in_language("en"):
            assert language() == "en"
        with ThreadPoolExecutor(1) as other:
            assert other.submit(language).result() == "en"
            other.submit(set_language, "id").result()
            assert other.submit(language).result() == "id"
        assert language() == "id"
    assert language() == "en"


@pytest.mark.parametrize("speak", [set_language, lambda code: in_language(code).__enter__()])
def test_an_unknown_language_is_refused(speak) -> None:
    with pytest.raises(ValueError, match=r"one of en, .*\bid\b.*got 'xx'"):
        speak("xx")
    assert language() == "en"


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
        ({"LANGUAGE": "id:en", "LANG": "en_US"}, "id"),
        ({"LC_ALL": "id", "LANG": "en_US"}, "id"),
        ({"NETRAVISION_LANG": "en", "LANG": "id_ID"}, "en"),
        ({"NETRAVISION_LANG": "id-ID"}, "id"),
    ],
)
def test_the_systems_language(
    variables: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NETRAVISION_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    # On Windows the system itself knows, so something has to be said.
    for name, value in ({"LANG": "en"} | variables).items():
        monkeypatch.setenv(name, value)
    assert system_language() == code
