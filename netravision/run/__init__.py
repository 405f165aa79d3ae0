"""Folders of photos to results that last: sources, workers, store, resume.

>>> from netravision.run import Run
>>> with Run.open("netravision-run") as run:  # doctest: +SKIP
...     for result in run.results():
...         print(result.photo.path, run.picture_path(result), len(result.findings))
"""

from __future__ import annotations

from netravision.run.run import Run, RunSummary

__all__ = ["Run", "RunSummary"]
