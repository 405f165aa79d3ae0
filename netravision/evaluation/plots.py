"""An evaluation drawn: precision over recall, and scores beside what came of them.

Needs the package ``matplotlib``. Drawn once for each language, as a picture goes into letters and
slides of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from netravision.evaluation.page import PRECISION_RECALL, RELIABILITY
from netravision.evaluation.results import DetectorResult, Evaluation, Rate
from netravision.explanations import detector_name
from netravision.languages import LANGUAGES, count, decimal, in_language
from netravision.languages import gettext as _

__all__ = ["draw_plots"]

#: Colors that people with any color vision tell apart, and markers for print in gray.
#: Okabe and Ito, "Color universal design", 2008.
_STYLES = {"emblem": ("#009e73", "o"), "hands": ("#0072b2", "s"), "insignia": ("#d55e00", "^")}


def draw_plots(evaluation: Evaluation) -> dict[str, dict[str, bytes]]:
    """Draw what can be said: for each language the SVG files by their names.

    Without complete labels nothing is known of recall, and only the reliability is drawn.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    dict of str to bytes
        SVG files by their names.
    """
    plots = {}
    for code in LANGUAGES:
        with in_language(code):
            plots[code] = _draw(evaluation)
    return plots


def _draw(evaluation: Evaluation) -> dict[str, bytes]:
    plots = {}
    # Two drawings of the same evaluation are the same bytes; text is drawn as outlines, as no font
    # is everywhere.
    with mpl.rc_context({"svg.hashsalt": "netravision", "svg.fonttype": "path", "font.size": 9}):
        if any(measure.line.there for measure in evaluation.detectors):
            plots[PRECISION_RECALL] = _svg(_precision_recall(evaluation))
        if any(measure.filled_bins for measure in evaluation.detectors):
            plots[RELIABILITY] = _svg(_reliability(evaluation))
    return plots


def _precision_recall(evaluation: Evaluation) -> Figure:
    figure = Figure(figsize=(5.6, 5.0), layout="constrained")
    axes = figure.subplots()
    for measure, color, marker in _styled(evaluation):
        if not measure.line.there or not measure.line.found:
            continue
        recall = measure.hits.correct / measure.line.there
        precision = measure.curve.correct / measure.curve.found
        axes.plot(recall, precision, color=color, linewidth=1.2, drawstyle="steps-pre")
        point = (
            measure.line.recall.hits / measure.line.there,
            measure.line.right / measure.line.found,
        )
        axes.errorbar(
            *point,
            xerr=_bars([measure.line.recall]),
            yerr=_bars([measure.line.precision]),
            color=color,
            marker=marker,
            capsize=2,
            elinewidth=0.8,
            label=f"{detector_name(measure.name)} ({count(measure.line.there)})",
        )
    _unit_square(axes)
    axes.set_xlabel(_("recall"))
    axes.set_ylabel(_("precision"))
    axes.set_title(_("Marks: the scores that are reported"), fontsize=8)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", frameon=False)
    return figure


def _reliability(evaluation: Evaluation) -> Figure:
    figure = Figure(figsize=(5.6, 6.2), layout="constrained")
    axes, counts = figure.subplots(2, height_ratios=(4, 1), sharex=True)
    axes.plot([0, 1], [0, 1], color="#8a979f", linewidth=0.8, linestyle=(0, (4, 3)))
    shown = [styled for styled in _styled(evaluation) if styled[0].filled_bins]
    width = 0.1 / (len(shown) + 1)
    for place, (measure, color, marker) in enumerate(shown):
        bins, filled = measure.calibration, measure.filled_bins
        shares = [measure.share_right(number) for number in filled]
        axes.errorbar(
            bins.mean_score[filled],
            [share.hits / share.trials for share in shares],
            yerr=_bars(shares),
            color=color,
            marker=marker,
            markersize=5,
            capsize=2,
            linewidth=1.2,
            elinewidth=0.8,
            label=detector_name(measure.name),
        )
        left = bins.edges[:-1] + width * (place + 0.5)
        counts.bar(left, bins.found, width=width, align="edge", color=color)
    _unit_square(axes)
    axes.set_ylabel(_("share that is right"))
    axes.set_title(_("On the dashed line scores are true"), fontsize=8)
    axes.legend(loc="upper left", frameon=False)
    counts.set_xlabel(_("score"))
    counts.set_ylabel(_("findings"))
    counts.set_axisbelow(True)
    counts.grid(axis="y", color="#dde2e4", linewidth=0.6)
    counts.yaxis.set_major_formatter(lambda value, _position: count(round(value)))
    counts.yaxis.get_major_locator().set_params(integer=True)
    return figure


def _styled(evaluation: Evaluation) -> Iterator[tuple[DetectorResult, str, str]]:
    return ((measure, *_STYLES[measure.name]) for measure in evaluation.detectors)


def _bars(rates: list[Rate]) -> list[list[float]]:
    """Lengths of the error bars below and above."""
    ends = [(rate.value or 0.0, *(rate.interval or (0.0, 1.0))) for rate in rates]
    return [[value - low for value, low, _ in ends], [high - value for value, _, high in ends]]


def _unit_square(axes: Axes) -> None:
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_xticks(np.linspace(0, 1, 11))
    axes.set_yticks(np.linspace(0, 1, 11))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _position: decimal(value, 1))
    axes.grid(color="#dde2e4", linewidth=0.6)
    axes.set_axisbelow(True)


def _svg(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": "netravision"})
    return stream.getvalue()
