"""Results in pandas, written and read again by it."""

import io
from typing import Any

import pytest

from netravision.convert.pandas import to_dataframe
from netravision.export.columns import RESULT_COLUMNS
from netravision.run.decisions import Decisions, View
from tests.convert.screened import results
from tests.made_run import BLUE, TWO, Folder


# Imported when a test asks for it: every process that shares the tests reads this file.
@pytest.fixture(scope="module", autouse=True)
def pandas() -> Any:
    return pytest.importorskip("pandas")


def test_every_photo_and_finding_has_its_row() -> None:
    table = to_dataframe(results())
    assert list(table.columns) == [column.name for column in RESULT_COLUMNS]
    assert len(table) == sum(max(1, len(result.findings)) for result in results())
    hand = table[table.path == "akun_jari/1.jpg"]
    finding = results()[0].findings[0]
    assert hand.rule.tolist()[0] == finding.rule
    assert hand.score.tolist()[0] == round(finding.score, 4)
    assert hand.evidence.tolist()[0] == finding.evidence.to_dict()
    assert table.set_index("path").status.to_dict() == {
        "akun_jari/1.jpg": "screened",
        "warga/a b.jpg": "screened",
        "alam/1.jpg": "screened",
        "rusak.jpg": "failed",
    }
    assert table.width.dtype == "Int64"
    assert to_dataframe([]).dtypes.to_dict() == table.dtypes.to_dict()


def test_it_groups_and_survives_a_parquet_file(pandas: Any) -> None:
    table = to_dataframe(results()).drop(columns="evidence")
    best = table.groupby("account").score.max()
    assert best["akun_jari"] == round(results()[0].findings[0].score, 4)
    file = io.BytesIO()
    table.to_parquet(file)
    pandas.testing.assert_frame_equal(pandas.read_parquet(file), table, check_dtype=False)


def test_a_run_also_has_decisions_labels_and_addresses(folder: Folder) -> None:
    url = "https://contoh.invalid/p/1"
    folder.add(folder.picture(), TWO, BLUE, url=url)
    with Decisions(folder.run.folder, create=True) as decisions:
        (result,) = folder.run.results()
        said = [(result.findings[0], View("right", reviewer="Sari"))]
        decisions.add(folder.run.content(result), "post", said)
    table = folder.run.to_dataframe()
    assert table.rule.tolist() == ["number-2", "color-biru-muda"]
    assert table.decision.tolist() == ["right", "undecided"]
    assert table.looked_for.tolist() == [folder.run.watchlist.labels[rule] for rule in table.rule]
    assert table.url.tolist() == [url] * 2
    assert table.reviewer.tolist()[0] == "Sari"
    assert table.decided_at.dtype == "datetime64[us, UTC]"
    assert table.x0.isna().tolist() == [False, True]
