"""An evaluation as files: a page in both languages, its plots, and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from netravision.atomic_write import atomic_write
from netravision.evaluation.results import Evaluation
from netravision.html.page import data_uri, write_page
from netravision.html.rule_labels import RuleLabels
from netravision.run import Run

__all__ = ["MAX_LINES", "PLOTS", "write_evaluation"]

#: All that may be drawn.
PLOTS = (PRECISION_RECALL, RELIABILITY) = ("precision-recall.svg", "reliability.svg")

#: Photos with a mistake listed on the page; all of them are in the JSON.
MAX_LINES = 500


def write_evaluation(
    run: Run, evaluation: Evaluation, plots: Mapping[str, bytes], folder: Path
) -> Path:
    """Write ``evaluation.html``, ``evaluation.json`` and the plots.

    Parameters
    ----------
    run : Run
    evaluation : Evaluation
        Of this run.
    plots : mapping of str to bytes
        SVG files by their names; empty where they cannot be drawn.
    folder : Path
        Made if it is not there. Files of a former evaluation are replaced one by one.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in PLOTS:
        if name not in plots:
            (folder / name).unlink(missing_ok=True)
    for name, svg in plots.items():
        with atomic_write(folder / name) as stream:
            stream.write(svg)
    record = {
        **evaluation.to_dict(),
        "watchlist": run.watchlist.name,
        "profile": run.profile,
        "version": run.store.meta["version"],
    }
    with atomic_write(folder / "evaluation.json") as stream:
        stream.write(json.dumps(record, indent=1).encode("ascii") + b"\n")
    page = folder / "evaluation.html"
    write_page(
        "evaluation.html.j2",
        page,
        evaluation=evaluation,
        plots=[data_uri(svg, "svg+xml") for svg in plots.values()],
        labels=RuleLabels(run.watchlist),
        watchlist=run.watchlist,
        profile=run.profile,
        max_lines=MAX_LINES,
    )
    return page
