"""The detector keeps the contract, and finds what its watchlist names."""

import pytest
from netravision_qr.examples import drawn_code

from netravision import Screener, Watchlist
from netravision.errors import WatchlistError
from netravision.testing import Check, detector_checks

TABLE = """
schema = 1
name = "Uji"
[[qr]]
id = "paslon-2"
label = "Laman Paslon 2"
"""


@pytest.mark.parametrize("check", detector_checks("qr"), ids=str)
def test_the_contract_is_kept(check: Check) -> None:
    check.run()


def test_a_code_is_found_and_explained() -> None:
    watchlist = Watchlist.loads(TABLE + 'contains = "paslon-dua"')
    with Screener(watchlist, observations=True) as screener:
        result = screener.screen(drawn_code("https://paslon-dua.example"))
    (finding,) = result.findings
    assert finding.rule == "qr-paslon-2"
    assert finding.evidence.text == "https://paslon-dua.example"
    assert finding.explain("id").startswith("Kode QR sebesar")
    assert [seen.label for seen in result.observations if seen.detector == "qr"] == ["paslon-2"]


def test_an_entry_without_a_text_is_refused() -> None:
    with pytest.raises(WatchlistError, match=r"qr\[1\].contains: is missing"):
        Watchlist.loads(TABLE)
