"""Records as JSON Lines, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from netravision.export.accounts import AccountRow
from netravision.export.comparison import Comparison
from netravision.result import Result

__all__ = ["jsonl_lines"]


def jsonl_lines(records: Iterable[Result | Comparison | AccountRow]) -> Iterator[bytes]:
    """One record a line.

    Parameters
    ----------
    records : iterable of Result, Comparison or AccountRow

    Yields
    ------
    bytes
        ASCII: what passes through a Windows console or pipe arrives as it was.
    """
    for record in records:
        yield json.dumps(record.to_dict()).encode("ascii") + b"\n"
