"""An evaluation as files: a page in every language, its plots, and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from netravision.atomic_write import atomic_write
from netravision.evaluation.results import Evaluation
from netravision.html.multilingual import Multilingual
from netravision.html.page import data_uri, write_page
from netravision.html.rule_labels import RuleLabels
from netravision.languages import LANGUAGES, language
from netravision.run import Run

__all__ = ["MAX_LINES", "PLOTS", "write_evaluation"]

#: All that may be drawn.
PLOTS = (PRECISION_RECALL, RELIABILITY) = ("precision-recall.svg", "reliability.svg")

#: Photos with a mistake listed on the page; all of them are in the JSON.
MAX_LINES = 500


def write_evaluation(
    run: Run, evaluation: Evaluation, plots: Mapping[str, Mapping[str, bytes]], folder: Path
) -> Path:
    """Write ``evaluation.html``, ``evaluation.json`` and the plots.

    Parameters
    ----------
    run : Run
    evaluation : Evaluation
        Of this run.
    plots : mapping of str to mapping of str to bytes
        For each language the SVG files by their names; empty where they cannot be drawn. Files
        are those of the language in force, the page has all.
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
    files = plots.get(language(), {})
    for name in PLOTS:
        if name not in files:
            (folder / name).unlink(missing_ok=True)
    for name, svg in files.items():
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
        plots=[
            Multilingual({code: _image(plots[code][name]) for code in LANGUAGES}) for name in files
        ],
        labels=RuleLabels(run.watchlist),
        watchlist=run.watchlist,
        profile=run.profile,
        max_lines=MAX_LINES,
    )
    return page


def _image(svg: bytes) -> Markup:
    return Markup('<img src="{}" alt="">').format(data_uri(svg, "svg+xml"))
