"""The page, the plots and the JSON of an evaluation, as files."""

import json

from netravision.evaluation.page import write_evaluation
from netravision.evaluation.plots import draw_plots
from netravision.languages import LANGUAGES
from tests.evaluation.labelled_run import LABELS, measure
from tests.html.strict_html import Document
from tests.made_run import Folder


def test_the_page_says_it_in_both_languages_and_never_judges(toy: Folder) -> None:
    evaluation = measure(toy, LABELS)
    page = write_evaluation(toy.run, evaluation, draw_plots(evaluation), toy.root / "hasil")
    document = Document(page.read_text(encoding="utf-8"))
    for language, words in {
        "id": ("Seberapa baik", "presisi", "0,67 0,21 – 0,94", "jempol ke atas", "tidak ada : 3"),
        "en": ("How good", "precision", "0.67 0.21 – 0.94", "thumb up", "not there : 3"),
    }.items():
        text = " ".join(document.text(language).split())
        for word in words:
            assert word in text, word
    for word in ("viol" + "ation", "gui" + "lty", "pelanggar", "bersalah", "melanggar"):
        assert word not in document.source.lower()
    assert document.source.count("data:image/svg+xml;base64,") == 2 * len(LANGUAGES)


def test_in_a_browser(toy: Folder, open_page) -> None:  # type: ignore[no-untyped-def]
    evaluation = measure(toy, LABELS)
    page = write_evaluation(toy.run, evaluation, draw_plots(evaluation), toy.root / "hasil")
    with open_page(page) as opened:
        assert opened.messages == []
        assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
        assert opened.evaluate(
            "[...document.images].map((image) => image.complete && image.naturalWidth > 300)"
        ) == [True] * 2 * len(LANGUAGES)


def test_former_files_are_replaced(toy: Folder) -> None:
    hasil = toy.root / "hasil"
    evaluation = measure(toy, LABELS)
    plots = draw_plots(evaluation)
    assert plots == draw_plots(evaluation)
    write_evaluation(toy.run, evaluation, plots, hasil)
    assert {file.name: file.read_bytes() for file in hasil.glob("*.svg")} == plots["en"]
    (hasil / "catatan.txt").write_text("milik orang")
    write_evaluation(toy.run, evaluation, {}, hasil)
    assert sorted(file.name for file in hasil.iterdir()) == [
        "catatan.txt",
        "evaluation.html",
        "evaluation.json",
    ]
    record = json.loads((hasil / "evaluation.json").read_text())
    assert record["schema"] == "netravision.evaluation/1"
    assert record["rules"][0]["precision"] == {"value": 0.6667, "low": 0.2077, "high": 0.9385}


def test_a_run_that_finds_nothing_of_what_is_there_is_told_in_numbers(folder: Folder) -> None:
    folder.add(folder.picture("0.png", seed=0), path="0.png")
    evaluation = measure(folder, "path,rule,detector\n0.png,number-2,hands\n")
    page = write_evaluation(folder.run, evaluation, {}, folder.root / "hasil")
    text = " ".join(Document(page.read_text(encoding="utf-8")).text("en").split())
    assert "Hands 1 0 0 – 0.00" in text


def test_a_run_without_anything_in_it_is_told_in_numbers(folder: Folder) -> None:
    for seed in range(3):
        folder.add(folder.picture(f"{seed}.png", seed=seed), path=f"{seed}.png")
    evaluation = measure(folder, "path,rule\n0.png,\n1.png,\n2.png,\n")
    page = write_evaluation(folder.run, evaluation, {}, folder.root / "hasil")
    text = Document(page.read_text(encoding="utf-8")).text("en")
    assert "photos with nothing in them, and a finding 0 / 3" in " ".join(text.split())
