"""netravision looks through photos first, so that people look at the few that matter.

Everything is imported when first used: ``import netravision`` itself loads neither OpenCV
nor the networks.

>>> from netravision import Watchlist
>>> sorted(number.value for number in Watchlist.default().numbers)
[1, 2, 3, 4, 5]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from netravision.version import VERSION

if TYPE_CHECKING:
    from netravision import core, errors, evidence
    from netravision.candidates import Candidate
    from netravision.errors import NetravisionError
    from netravision.finding import Finding
    from netravision.folder_screening import screen_folder
    from netravision.progress import Progress
    from netravision.result import Failure, Photo, Result
    from netravision.rules import Rule
    from netravision.run import Run
    from netravision.run.copies import Copy
    from netravision.run.find import find
    from netravision.screener import Item, Screener
    from netravision.watchlist import Watchlist

__all__ = [
    "Candidate",
    "Copy",
    "Failure",
    "Finding",
    "Item",
    "NetravisionError",
    "Photo",
    "Progress",
    "Result",
    "Rule",
    "Run",
    "Screener",
    "Watchlist",
    "core",
    "errors",
    "evidence",
    "find",
    "screen_folder",
]
__version__ = VERSION

_HOME = {
    "Candidate": "candidates",
    "Copy": "run.copies",
    "Failure": "result",
    "Finding": "finding",
    "Item": "screener",
    "NetravisionError": "errors",
    "Photo": "result",
    "Progress": "progress",
    "Result": "result",
    "Rule": "rules",
    "Run": "run",
    "Screener": "screener",
    "Watchlist": "watchlist",
    "find": "run.find",
    "screen_folder": "folder_screening",
}
_MODULES = {"core", "errors", "evidence"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"netravision.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'netravision' has no attribute {name!r}")
    return getattr(import_module(f"netravision.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
