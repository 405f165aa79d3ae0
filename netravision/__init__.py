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
    from netravision.candidates import Candidate
    from netravision.errors import NetravisionError
    from netravision.finding import Finding
    from netravision.folder_screening import screen_folder
    from netravision.result import Photo, Result
    from netravision.run import Run
    from netravision.screener import Screener
    from netravision.watchlist import Watchlist

__all__ = [
    "Candidate",
    "Finding",
    "NetravisionError",
    "Photo",
    "Result",
    "Run",
    "Screener",
    "Watchlist",
    "screen_folder",
]
__version__ = VERSION

_HOME = {
    "Candidate": "candidates",
    "Finding": "finding",
    "NetravisionError": "errors",
    "Photo": "result",
    "Result": "result",
    "Run": "run",
    "Screener": "screener",
    "Watchlist": "watchlist",
    "screen_folder": "folder_screening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'netravision' has no attribute {name!r}")
    return getattr(import_module(f"netravision.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
