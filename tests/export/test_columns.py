"""The cells of the tables: what each column says of a finding, a video, a failed photo."""

from typing import Any

import pytest

from netravision.export.columns import (
    COMPARISON_COLUMNS,
    RESULT_COLUMNS,
    Column,
)
from netravision.languages import LANGUAGES, gettext, in_language
from netravision.result import Photo

PHOTO = Photo("a/1.png", "ab" * 32, 120, 80, "a", posted_at="2024-09-25")


def cells(columns: tuple[Column[Any], ...], row: object) -> dict[str, object]:
    """What a row says, without its empty cells."""
    said = {column.name: column.cell(row) for column in columns}
    return {name: cell for name, cell in said.items() if cell is not None}


@pytest.mark.parametrize("columns", [RESULT_COLUMNS, COMPARISON_COLUMNS])
def test_a_heading_stands_for_one_column_in_whichever_language(
    columns: tuple[Column[Any], ...],
) -> None:
    meant: dict[str, set[str]] = {}
    for code in LANGUAGES:
        with in_language(code):
            for column in columns:
                meant.setdefault(gettext(column.name).lower(), set()).add(column.name)
    assert len(meant) > len(columns)
    assert all(len(names) == 1 for names in meant.values())
