"""The list of accounts, of one run and of two."""

from datetime import date
from pathlib import Path

import pytest

from netravision.export.accounts import account_rows
from netravision.run.decisions import Decisions, View
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder


def made(root: Path) -> Folder:
    root.mkdir()
    return Folder(root)


def decide(folder: Folder, view: View, *, account: str) -> None:
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results(with_findings=True):
            if result.photo.account == account:
                said = [(finding, view) for finding in result.findings]
                decisions.add(folder.run.content(result), result.photo.kind, said)


def test_what_is_to_be_followed_up_comes_first(folder: Folder):
    folder.add(folder.picture("a.png", seed=1), TWO, TWO_POSE, posted_at="2024-10-02")
    folder.add(folder.picture("b.png", seed=2), TWO, posted_at="2024-09-30T08:00")
    folder.add(folder.picture("c.png", seed=3), THUMB, account="akun_c")
    folder.add(folder.picture("d.png", seed=4), account="akun_d")
    decide(folder, View("right", "yes", "", "Pengawas 1"), account="akun_c")
    rows = account_rows(folder.run)
    assert [(row.account, row.rule, row.photos, row.findings) for row in rows] == [
        ("akun_c", "pose-thumb_up", 1, 1),
        ("akun_a", "number-2", 2, 2),
        ("akun_a", "pose-two", 1, 1),
    ]
    assert (rows[0].follow_ups["yes"], rows[0].choices["right"]) == (1, 1)
    assert rows[1].label == "Paslon 2 <b>tebal</b>"
    assert (rows[1].first_seen, rows[1].last_seen) == ("2024-09-30T08:00", "2024-10-02")
    assert (rows[0].status, rows[0].first_seen) == (None, None)


def test_what_became_of_it_since_an_older_run(tmp_path: Path):
    older, newer = made(tmp_path / "lama"), made(tmp_path / "baru")
    with older.run, newer.run:
        older.add(older.picture("a.png", seed=1), TWO)
        older.add(older.picture("b.png", seed=2), BLUE, account="akun_b")
        older.add(older.picture("c.png", seed=3), THUMB, account="akun_c")
        older.add(older.picture("d.png", seed=4), THUMB, account="akun_d")
        decide(older, View("wrong", "no", "", "Pengawas 1"), account="akun_d")
        older.add(older.picture("e.png", seed=6), TWO, account="akun_e", kind="avatar")
        older.add(older.picture("f.png", seed=7), TWO, account="akun_f", kind="avatar")
        newer.add(newer.picture("e.png", seed=8), account="akun_e", kind="avatar")
        newer.add(newer.picture("f.png", seed=9), account="akun_f")
        newer.add(newer.picture("a.png", seed=1), TWO, THUMB)
        newer.add(newer.picture("b.png", seed=5), account="akun_b")
        with Decisions(newer.run.folder, create=True) as decisions:
            decisions.warn("akun_b", date(2024, 10, 1), "Pengawas 1")
            decisions.warn("akun_b", date(2024, 10, 2), "Pengawas 2")
            decisions.warn("akun_c", date(2024, 10, 2), "Pengawas 2")
            decisions.warn("akun_c", None, "Pengawas 2")
        rows = account_rows(newer.run, older.run)
    assert {row.account: row.warned_on for row in rows if row.warned_on} == {"akun_b": "2024-10-02"}
    assert {(row.account, row.rule): row.status for row in rows} == {
        ("akun_a", "number-2"): "still",
        ("akun_a", "pose-thumb_up"): "new",
        ("akun_b", "color-biru-muda"): "gone",
        ("akun_c", "pose-thumb_up"): "unknown",
        ("akun_e", "number-2"): "replaced",
        ("akun_f", "number-2"): "unknown",
    }


@pytest.mark.parametrize("older", [False, True])
def test_an_empty_run_has_no_rows(folder: Folder, older: bool):
    assert account_rows(folder.run, folder.run if older else None) == []
