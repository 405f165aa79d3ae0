"""``netravision evidence`` as one types it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from netravision.run.decisions import Decisions, View
from tests.made_run import TWO, Folder
from tests.program import run_here, run_program, without_package

Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def decided(folder: Folder) -> Folder:
    folder.add(folder.picture(), TWO)
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results():
            said = [
                (finding, View("right", "yes", "", "Pengawas 1")) for finding in result.findings
            ]
            decisions.add(folder.run.content(result), "post", said)
    return folder


def test_written_verified_and_found_changed(decided: Folder) -> None:
    root = decided.root
    done = run_here("evidence", "run", "--output", "bukti.zip", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "1 case: bukti.zip" in done.stdout
    seal = done.stdout.splitlines()[-1]
    checked = run_here("evidence", "--verify", "bukti.zip", cwd=root)
    assert checked.returncode == 0, checked.stderr
    assert seal in checked.stdout
    run_here("evidence", "run", "--output", "bukti", cwd=root)
    (root / "bukti" / "data" / "kasus-0001" / "asli.png").write_bytes(b"lain")
    refused = run_here("evidence", "--verify", "bukti", cwd=root)
    assert refused.returncode == 2
    assert "data/kasus-0001/asli.png was changed" in refused.stderr


def test_the_office_edits_its_letter(decided: Folder) -> None:
    root = decided.root
    assert run_here("evidence", "--new-letter", "surat.docx", cwd=root).returncode == 0
    letter = docx.Document(str(root / "surat.docx"))
    letter.paragraphs[0].text = "DINAS CONTOH"
    letter.save(str(root / "surat.docx"))
    again = run_here("evidence", "--new-letter", "surat.docx", cwd=root)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    words = ("evidence", "run", "--output", "bukti", "--letter", "surat.docx")
    done = run_here(*words, cwd=root)
    assert done.returncode == 0, done.stderr
    filled = docx.Document(str(root / "bukti" / "data" / "kasus-0001" / "surat.docx"))
    assert filled.paragraphs[0].text == "DINAS CONTOH"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name the run folder"),
        (("run",), "--output"),
        (("run", "--output", "b", "--letter", "tidak-ada.docx"), "tidak-ada.docx"),
        (("run", "--output", "b", "--decision", "wrong"), "netravision review"),
        (("kosong", "--output", "b"), "not a run folder"),
        (("--verify", "kosong"), "kosong"),
    ],
)
def test_what_cannot_be_done_is_said(decided: Folder, words: tuple[str, ...], message: str) -> None:
    (decided.root / "kosong").mkdir()
    done = run_here("evidence", *words, cwd=decided.root)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize("package", ["bagit", "docx"])
def test_without_its_packages_it_says_which(decided: Folder, package: str, tmp_path: Path) -> None:
    done = run_program(
        *("evidence", "run", "--output", "bukti"),
        cwd=decided.root,
        env=without_package(package, tmp_path),
    )
    assert done.returncode == 3
    expected = f'need the package {package}: python -m pip install "netravision[evidence]"'
    assert expected in done.stderr
