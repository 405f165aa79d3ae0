"""What rules are called: the watchlist's label, a pose in words, else the name itself."""

from netravision.html.rule_labels import RuleLabels
from tests.made_run import Folder


def test_labels(folder: Folder) -> None:
    labels = RuleLabels(folder.run.watchlist)
    assert labels("color-biru-muda") == ("Biru muda", "Biru muda")
    assert labels("number-2") == ("Paslon 2 <b>tebal</b>",) * 2
    assert labels("pose-thumb_up") == ("jempol ke atas", "thumb up")
    assert labels("emblem-lain") == ("emblem-lain", "emblem-lain")
