"""The plots: the same bytes for the same evaluation, and only what can be said."""

from xml.etree import ElementTree

from netravision.evaluation.plots import draw_plots
from netravision.evaluation.results import Evaluation
from netravision.languages import LANGUAGES
from tests.evaluation.labelled_run import LABELS, measure
from tests.made_run import Folder


def test_both_are_svg_and_the_same_every_time(toy: Folder) -> None:
    evaluation = measure(toy, LABELS)
    plots = draw_plots(evaluation)
    assert list(plots) == list(LANGUAGES)
    assert plots["en"] != plots["id"]
    assert list(plots["id"]) == ["precision-recall.svg", "reliability.svg"]
    for svg in plots["id"].values():
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert plots == draw_plots(evaluation)


def test_a_changed_number_changes_the_plot(toy: Folder) -> None:
    fewer = LABELS.replace("d.png,number-2,hands\n", "")
    assert draw_plots(measure(toy, LABELS)) != draw_plots(measure(toy, fewer))


def test_without_recall_only_the_reliability_is_drawn(toy: Folder) -> None:
    text = "path,rule,decision\na.png,number-2,right\nb.png,number-2,wrong\n"
    assert list(draw_plots(measure(toy, text))["en"]) == ["reliability.svg"]


def test_without_findings_nothing_is_drawn() -> None:
    assert draw_plots(Evaluation()) == {code: {} for code in LANGUAGES}
