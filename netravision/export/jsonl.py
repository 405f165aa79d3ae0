"""Records as JSON Lines, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

__all__ = ["Record", "jsonl_lines"]


class Record(Protocol):
    """What is one object of JSON: a result, a comparison, an account."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for ``json.dumps``."""


def jsonl_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """One record a line.

    Parameters
    ----------
    records : iterable of Record

    Yields
    ------
    bytes
        ASCII: what passes through a Windows console or pipe arrives as it was.
    """
    for record in records:
        yield json.dumps(record.to_dict()).encode("ascii") + b"\n"
