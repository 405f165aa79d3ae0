"""Rules: their names lead back to them, and what is no rule is refused."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.errors import ArgumentError, NetravisionError
from netravision.rules import DETECTORS_OF, IDENTIFIER, Rule, RuleKind

ids = st.from_regex(IDENTIFIER, fullmatch=True).map(str.strip).filter(str.isascii)
rules = st.one_of(
    st.builds(Rule, st.sampled_from(["emblem", "symbol", "color", "material", "text"]), ids),
    st.builds(Rule, st.just("number"), st.integers(0, 99).map(str)),
    st.builds(Rule, st.just("pose"), st.sampled_from(["thumb_up", "one", "ok"])),
)


@given(rules)
def test_a_name_leads_back_to_its_rule(rule: Rule) -> None:
    assert Rule.parse(rule.name) == rule
    assert rule.name.startswith(f"{rule.kind}-")


def test_every_kind_is_answered_by_a_detector() -> None:
    assert set(DETECTORS_OF) == set(get_args(RuleKind))
    assert Rule("number", "2").detectors == ("hands", "insignia")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("", "name"),
        ("number", "key"),
        ("number-", "key"),
        ("number-02", "key"),  # the same number would have two names
        ("number-100", "key"),
        ("number-²", "key"),
        ("pose-Thumb up", "key"),
        ("emblem-Ä", "key"),
        ("emblem-a\n", "key"),
        ("slogan-a", "name"),
    ],
)
def test_what_is_no_rule_is_refused(name: str, named: str) -> None:
    with pytest.raises(ArgumentError, match=named) as caught:
        Rule.parse(name)
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, ValueError)
    assert "expected" in str(caught.value)


def test_a_kind_of_no_table_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"kind: expected one of emblem, .*, got 'slogan'"):
        Rule("slogan", "a")  # type: ignore[arg-type]
