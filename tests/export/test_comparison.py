"""Two runs side by side: a table of cases, and laws that hold whatever people wear."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.export.comparison import STATUSES, Avatar, Comparison, compare

EMBLEMS = {"arunika": "Lambang Arunika", "sagara": "Lambang Sagara"}
ARUNIKA, NOTHING, FAILED = {"arunika": 0.9}, {}, None


def avatar(
    worn: dict[str, float] | None,
    posted: str | None = None,
    *,
    run: str = "2024-10-01",
    path: str = "a/pp.jpg",
    account: str = "a",
) -> Avatar:
    return Avatar(account, path, posted or run, posted is not None, worn)


def later(worn: dict[str, float] | None, posted: str | None = None, **more: str) -> Avatar:
    return avatar(worn, posted, run="2024-11-01", **more)


@pytest.mark.parametrize(
    ("older", "newer", "status", "first_seen"),
    [
        ([], [], None, None),
        ([avatar(NOTHING)], [later(NOTHING)], None, None),
        ([avatar(ARUNIKA)], [later(ARUNIKA)], "still_worn", "2024-10-01"),
        # Another picture with the same emblem.
        ([avatar(ARUNIKA)], [later(ARUNIKA, path="a/new.jpg")], "still_worn", "2024-10-01"),
        ([avatar(ARUNIKA)], [later(NOTHING)], "replaced", "2024-10-01"),
        # Nobody saw the newer avatar: it is not called replaced.
        ([avatar(ARUNIKA)], [], "not_seen", "2024-10-01"),
        ([avatar(ARUNIKA)], [later(FAILED)], "unknown", "2024-10-01"),
        ([avatar(NOTHING)], [later(ARUNIKA)], "new", "2024-11-01"),
        ([], [later(ARUNIKA)], "new", "2024-11-01"),
        ([avatar(FAILED)], [later(ARUNIKA)], "new", "2024-11-01"),
        # An avatar that failed is named even if no emblem was ever seen; one read since is not.
        ([avatar(NOTHING)], [later(FAILED)], "unknown", None),
        ([avatar(FAILED)], [later(NOTHING)], None, None),
        # The day of posting counts where it is known, also if only the newer run knows it.
        ([avatar(ARUNIKA, "2024-08-17")], [later(ARUNIKA)], "still_worn", "2024-08-17"),
        ([avatar(ARUNIKA)], [later(ARUNIKA, "2024-08-17")], "still_worn", "2024-08-17"),
        # Several avatars without dates: any of them may be the present one.
        ([avatar(ARUNIKA)], [later(ARUNIKA), later(NOTHING)], "still_worn", "2024-10-01"),
        ([avatar(ARUNIKA)], [later(FAILED), later(NOTHING)], "unknown", "2024-10-01"),
        ([avatar(ARUNIKA)], [later(FAILED), later(ARUNIKA)], "still_worn", "2024-10-01"),
        (
            [avatar(ARUNIKA)],
            [later(ARUNIKA, "2024-09-01"), later(NOTHING)],
            "still_worn",
            "2024-09-01",
        ),
        # Several with dates: the last one is present, the others are its past.
        (
            [avatar(ARUNIKA, "2024-09-01")],
            [later(ARUNIKA, "2024-09-01"), later(NOTHING, "2024-10-20")],
            "replaced",
            "2024-09-01",
        ),
        (
            [avatar(ARUNIKA, "2024-09-01")],
            [later(ARUNIKA, "2024-09-01"), later(FAILED, "2024-10-20")],
            "unknown",
            "2024-09-01",
        ),
        (
            [avatar(ARUNIKA, "2024-07-01"), avatar(NOTHING, "2024-08-01")],
            [later(ARUNIKA, "2024-10-20")],
            "new",
            "2024-07-01",
        ),
        ([avatar(ARUNIKA, account="@A")], [later(NOTHING)], "replaced", "2024-10-01"),
    ],
)
def test_cases(
    older: list[Avatar], newer: list[Avatar], status: str | None, first_seen: str | None
) -> None:
    found = compare(older, newer, EMBLEMS)
    assert [(row.status, row.first_seen) for row in found] == (
        [] if status is None else [(status, first_seen)]
    )


def test_one_emblem_for_another_is_two_lines() -> None:
    found = compare([avatar(ARUNIKA)], [later({"sagara": 0.8})], EMBLEMS)
    assert [(row.emblem, row.status) for row in found] == [
        ("sagara", "new"),
        ("arunika", "replaced"),
    ]
    assert found[0].label == "Lambang Sagara"


def test_the_surest_picture_is_shown() -> None:
    worn = [later({"arunika": score}, path=f"a/{score}.jpg") for score in (0.6, 0.9, 0.7)]
    (row,) = compare([avatar(NOTHING)], worn, EMBLEMS)
    assert (row.newer.path, row.newer.score) == ("a/0.9.jpg", 0.9)
    assert (row.older.path, row.older.date) == ("a/pp.jpg", "2024-10-01")


DAYS = st.dates().map(str)
WORN = st.dictionaries(st.sampled_from(sorted(EMBLEMS)), st.floats(0.5, 1))
RUN_DAY = "2024-10-01"


@st.composite
def runs(draw: st.DrawFn, readable: bool = False) -> list[Avatar]:
    """The avatars of one run."""
    found = []
    for index in range(draw(st.integers(0, 8))):
        posted = draw(st.none() | DAYS)
        worn = draw(WORN if readable else st.none() | WORN)
        account = draw(st.sampled_from("abc"))
        found.append(avatar(worn, posted, run=RUN_DAY, path=f"{index}.jpg", account=account))
    return found


def keys(rows: Sequence[Comparison]) -> list[tuple[str, str | None]]:
    return [(row.account, row.emblem) for row in rows]


@given(runs())
def test_a_run_beside_itself_has_nothing_new_and_nothing_replaced(run: list[Avatar]) -> None:
    for row in compare(run, run, EMBLEMS):
        assert row.status == ("unknown" if row.emblem is None else "still_worn")
        assert row.older == row.newer


@given(runs(readable=True))
def test_without_failures_a_run_beside_itself_has_only_what_is_still_worn(
    run: list[Avatar],
) -> None:
    assert {row.status for row in compare(run, run, EMBLEMS)} <= {"still_worn"}


@given(runs(), runs())
def test_swapped_runs_swap_new_and_replaced(older: list[Avatar], newer: list[Avatar]) -> None:
    there = {key: row for row in compare(older, newer, EMBLEMS) for key in keys([row])}
    back = {key: row for row in compare(newer, older, EMBLEMS) for key in keys([row])}
    worn = {key for key in there if key[1] is not None}
    assert worn == {key for key in back if key[1] is not None}
    of_new = {"not_worn": "replaced", "failed": "unknown", "no_avatar": "not_seen"}
    for key in worn:
        one, other = there[key], back[key]
        assert (one.older, one.newer) == (other.newer, other.older)
        assert one.first_seen == other.first_seen
        if one.status == "new":
            assert other.status == of_new[one.older.sight]
        elif one.status == "still_worn":
            assert other.status == "still_worn"
        else:
            assert other.status == "new"


@given(runs(), runs(), st.randoms())
def test_the_order_of_photos_says_nothing(older: list[Avatar], newer: list[Avatar], random) -> None:  # type: ignore[no-untyped-def]
    expected = compare(older, newer, EMBLEMS)
    assert len(set(keys(expected))) == len(expected)
    assert [STATUSES.index(row.status) for row in expected] == sorted(
        STATUSES.index(row.status) for row in expected
    )
    random.shuffle(older)
    random.shuffle(newer)
    assert compare(older, newer, EMBLEMS) == expected


@given(runs(), runs())
def test_nothing_is_called_replaced_unseen(older: list[Avatar], newer: list[Avatar]) -> None:
    for row in compare(older, newer, EMBLEMS):
        seen = [item for item in newer if item.account == row.account]
        if row.status == "replaced":
            assert row.newer.path in {item.path for item in seen if item.worn is not None}
        if row.status == "not_seen":
            assert not seen
        if row.first_seen is not None:
            worn = [side.date for side in (row.older, row.newer) if side.sight == "worn"]
            assert all(date is not None and row.first_seen <= date for date in worn)


@given(runs(), runs())
def test_official_accounts_are_not_mentioned(older: list[Avatar], newer: list[Avatar]) -> None:
    rows = compare(older, newer, EMBLEMS, lambda account, emblem: account == "a")
    assert rows == [row for row in compare(older, newer, EMBLEMS) if row.account != "a"]
