"""JSON Schemas of what netravision hands on, one for each version of each format.

``docs/schemas.md`` says how they change.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from netravision.errors import ArgumentError
from netravision.languages import gettext as _

__all__ = ["load", "names"]


def names() -> tuple[str, ...]:
    """The formats that have a schema, of all versions.

    >>> names()
    ('case/1', 'comparison/1', 'decision/1', 'result/1', 'result/2')
    """
    found = (file.name for file in files(__name__).iterdir() if file.name.endswith(".json"))
    return tuple(sorted(name.removesuffix(".json").replace("-", "/") for name in found))


def load(name: str) -> dict[str, Any]:
    """A JSON Schema, draft 2020-12.

    Parameters
    ----------
    name : str
        One of :func:`names`, as ``"result/2"`` for the record ``netravision.result/2``.

    Returns
    -------
    dict
        Its ``$id`` is ``urn:netravision:result:2``; schemas refer to each other by it.

    Raises
    ------
    ArgumentError
        If there is no such schema.
    """
    if name not in names():
        raise ArgumentError("name", name, _("one of {choices}").format(choices=", ".join(names())))
    file = files(__name__) / f"{name.replace('/', '-')}.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
