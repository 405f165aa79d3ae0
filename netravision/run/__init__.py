"""Folders of photos to results that last: sources, workers, store, resume.

>>> from netravision.run import Run
>>> with Run.open("netravision-run") as run:  # doctest: +SKIP
...     for result in run.results():
...         print(result.photo.path, run.picture_path(result), len(result.findings))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netravision.run.run import Run, RunSummary

__all__ = ["Run", "RunSummary"]


def __getattr__(name: str) -> Any:
    # When first used: a worker loads modules of this package, and never opens a run.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from netravision.run import run

    return getattr(run, name)
