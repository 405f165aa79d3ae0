"""What could steer a terminal or hide is shown as an escape, and nothing else is changed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.visible_text import encodable, visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("foto\x1b]0;x\x07.jpg", "foto\\x1b]0;x\\x07.jpg"),
        ("a\r\nb\tc\0", "a\\r\\nb\\tc\\x00"),
        ("\x9b2J\x85", "\\x9b2J\\x85"),
        ("foto\u202egpj.exe", "foto\\u202egpj.exe"),
        ("a\u2066b\u200fc\u2028d\ufeff", "a\\u2066b\\u200fc\\u2028d\\ufeff"),
        ("caf\udce9", "caf\\udce9"),
        ("👩\u200d🏫 نص می\u200cخواهم 🏴\U000e0067\U000e007f ﷺ é", None),
        ("C:\\foto\\n.jpg", None),
    ],
)
def test_a_value_stays_on_its_line(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)


def test_lines_and_tabs_of_a_message_stay() -> None:
    assert visible_lines("a\tb\n\x1b[2Jc\r\n") == "a\tb\n\\x1b[2Jc\\r\n"


@given(st.text())
def test_what_is_shown_is_shown_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == visible_lines(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(char) for char in shown} & {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
    }


@given(st.text())
def test_encodable_text_can_be_encoded_and_changes_nothing_else(text: str) -> None:
    encodable(text).encode("utf-8")
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert encodable(text) == text
