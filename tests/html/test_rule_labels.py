"""What rules are called: the watchlist's label, a pose in words, else the name itself."""

from netravision.html.rule_labels import RuleLabels
from tests.made_run import BLUE, Folder


def test_labels(folder: Folder) -> None:
    labels = RuleLabels(folder.run.watchlist)
    assert set(labels("color-biru-muda").by_language.values()) == {"Biru muda"}
    assert set(labels("number-2").by_language.values()) == {"Paslon 2 <b>tebal</b>"}
    thumb_up = labels("pose-thumb_up")
    assert (thumb_up.text("en"), thumb_up.text("id")) == ("thumb up", "jempol ke atas")
    assert labels("emblem-lain").text("id") == "emblem-lain"


def test_what_is_said_of_a_finding_names_labels(folder: Folder) -> None:
    labels = RuleLabels(folder.run.watchlist)
    assert "in the color “Biru muda”" in labels.reason(BLUE).text("en")
    assert "berwarna “Biru muda”" in labels.reason(BLUE).text("id")
    names = {name.text("id"): value.text("id") for name, value in labels.measures(BLUE.evidence)}
    assert names["selisih warna rata-rata (CIEDE2000)"] == "3,25"
